"""Any text that can be printed, in any field of any form."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cases.log import EventText
from cases.people import Person, Unit
from tests.web.asking import FORMS, TOKENS, Sheet, questions
from tests.web.parish import Parish

pytestmark = pytest.mark.usefixtures("nothing_is_logged")


class Again:
    """A parish that can be put back to where it stood, with its forms open."""

    def __init__(self, parish: Parish, file: Path) -> None:
        self.parish, self.file = parish, file
        self.sheets = {name: Sheet(parish, asked) for name, asked in questions(parish).items()}
        parish.database.engine.dispose()
        self.copy = shutil.copy(file, file.with_suffix(".copy"))

    def stored(self) -> set[str]:
        """Every text that people have typed, with white space as in a line."""
        with self.parish.database.reading() as session:
            found = [
                words for text in session.scalars(select(EventText.body)) for words in leaves(text)
            ]
            found += session.scalars(select(Person.name))
            found += session.scalars(select(Unit.name))
        return {" ".join(text.split()) for text in found}

    def put_back(self) -> None:
        self.parish.database.engine.dispose()
        shutil.copy(self.copy, self.file)


def leaves(value: Any) -> Iterator[str]:
    """Every text in what was stored."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from leaves(inner)


@pytest.fixture(scope="module")
def again(filled_parish: Parish, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Again]:
    folder = tmp_path_factory.mktemp("again")
    parish = filled_parish.moved(folder)
    yield Again(parish, folder / "parish.sqlite3")
    parish.database.engine.dispose()


PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=90)


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=6)
@given(data=st.data())
def test_any_text_in_any_field_is_stored_as_typed_or_refused_and_kept(again, name, data):
    sheet = again.sheets[name]
    fields = [f for f, c in sheet.form.controls.items() if f not in TOKENS and c.kind != "hidden"]
    chosen = data.draw(st.lists(st.sampled_from(sheet.texts or fields), unique=True))
    chosen += data.draw(st.one_of(st.just([]), st.lists(st.sampled_from(fields), max_size=1)))
    changes = {field: [data.draw(PRINTABLE)] for field in chosen}
    answer = sheet.send(changes)
    if answer.status == 303:
        stored = again.stored()
        again.put_back()
        typed = {f: " ".join(t.split()) for f, (t,) in changes.items() if f in sheet.texts}
        assert {f: t for f, t in typed.items() if t and normalize("NFC", t) not in stored} == {}
    else:
        kept = {f: answer.kept[f] for f in changes if sheet.form.controls[f].is_typed}
        assert answer.status == 422
        assert kept == {field: changes[field] for field in kept}
