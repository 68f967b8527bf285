"""Every Swedish text has an English one beside it, with the same variables."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
PACKAGES = ["workflow", "cases", "notifications", "web"]
# The same as in the Makefile's `translations`.
KEYWORDS = DEFAULT_KEYWORDS | parse_keywords(["lazy_gettext", "_l", "marked"])
ENGLISH = ROOT / "web/translations/en/LC_MESSAGES/messages.po"
Text = str | list[str] | tuple[str, ...] | None
VARIABLE = re.compile(r"%\((\w+)\)[a-z]")


@pytest.fixture(scope="module")
def source() -> Catalog:
    with (ROOT / "babel.cfg").open() as settings:
        methods, options = parse_mapping_cfg(settings)
    catalog = Catalog()
    for package in PACKAGES:
        for _file, _line, text, _comments, context in extract_from_dir(
            ROOT / package, methods, options, KEYWORDS
        ):
            catalog.add(text, context=context)
    return catalog


@pytest.fixture(scope="module")
def english() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def test_every_text_in_the_code_is_in_the_english_catalogue(source: Catalog, english: Catalog):
    assert texts(source) - texts(english) == set(), "run `make translations`, then translate"


def test_the_english_catalogue_holds_no_text_that_the_code_has_dropped(
    source: Catalog, english: Catalog
):
    dropped = texts(english) - texts(source)
    assert dropped | {str(text) for text in english.obsolete} == set(), "run `make translations`"


def test_every_text_is_translated_and_none_is_a_guess(english: Catalog):
    waiting = [m.id for m in english if m.id and (m.fuzzy or not all(forms(m.string)))]
    assert waiting == []


def test_a_translation_has_the_variables_of_its_text(english: Catalog):
    differing = [m.id for m in english if variables(m.id) != variables(m.string)]
    assert differing == []


def test_the_compiled_catalogue_is_that_of_the_text(english: Catalog):
    with ENGLISH.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    assert translations(compiled) == translations(english), "run `make translations`"


def texts(catalog: Catalog) -> set[str]:
    return {forms(message.id)[0] for message in catalog if message.id}


def translations(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    return {forms(m.id)[0]: forms(m.string) for m in catalog if m.id}


def forms(text: Text) -> tuple[str, ...]:
    """A text has one form, or a singular and a plural; an untranslated one may have none."""
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def variables(text: Text) -> set[str]:
    return {name for form in forms(text) for name in VARIABLE.findall(form)}
