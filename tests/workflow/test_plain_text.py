"""What may be typed in a field of text."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from workflow.messages import Message
from workflow.plain_text import is_blank, plain

LIMIT = 200
PASTED = st.sampled_from(
    ["<", ">", "\x00", "\r\n", "\r", "\v", "\u2028", "\u200b", "\ufeff", "\u202e", "\xad", "\u0308"]
)
TYPED = st.lists(st.one_of(PASTED, st.text(max_size=5)), max_size=12).map("".join)


def message_for(text: str) -> Message:
    with pytest.raises(ValidationError) as refused:
        plain(text, LIMIT)
    [message] = refused.value.messages
    assert isinstance(message, Message)
    return message


@given(TYPED)
def test_any_text_is_refused_with_a_message_or_stored_so_that_it_can_be_saved_again(text: str):
    try:
        stored = plain(text, LIMIT)
    except ValidationError:
        message_for(text)
        return
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", stored)
    assert plain(stored, LIMIT) == stored == stored.strip()


@given(st.text(st.characters(whitelist_categories=["L", "N", "P", "S"], blacklist_characters="<")))
def test_letters_digits_and_signs_are_kept_as_typed(text: str):
    assert plain(text, len(text) * 4) == unicodedata.normalize("NFC", text)


def test_an_a_with_a_separate_ring_becomes_the_one_letter_that_search_finds():
    assert plain("A\u030akesson", LIMIT) == "Åkesson"


@pytest.mark.parametrize(
    "text",
    [
        "saturation <90, puls >100",
        "CRP < normalt",
        "mår bra <3",
        "Låg på golvet.\n\nSvarade på tilltal.",
        "tab\tmellan",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    ],
)
def test_ordinary_care_language_is_kept(text: str):
    assert plain(text, LIMIT) == text


@pytest.mark.parametrize("end", ["\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_way_to_end_a_line_becomes_the_same(end: str):
    assert plain(f"ett{end}två", LIMIT) == "ett\ntvå"


@pytest.mark.parametrize("unseen", ["\xad", "\u200b", "\u2060", "\ufeff"])
def test_what_comes_unseen_with_pasted_text_is_left_out(unseen: str):
    assert plain(f"läke{unseen}medel", LIMIT) == "läkemedel"


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\x1bb", "a\u202eb", "a\u200fb", "a\u2066b", "a\ud800b"]
)
def test_control_characters_and_direction_marks_are_refused(text: str):
    assert "styrtecken" in message_for(text)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "a <b", "</p>", "<!-- x", "<?php", "<IMG SRC=x>"]
)
def test_html_tags_are_refused(text: str):
    assert "HTML-taggar" in message_for(text)


def test_too_long_text_is_refused_with_how_long_it_is():
    message = message_for("a" * 1_000_000)
    assert message == "Högst 200 tecken. Nu är det 1000000."
    assert message.msgid == "Högst %(limit)s tecken. Nu är det %(n)s."
    assert message.values == {"limit": 200, "n": 1_000_000}


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b", "\xa0 \ufeff"])
def test_text_in_which_nothing_is_seen_is_blank(text: str):
    assert is_blank(text)


@pytest.mark.parametrize("value", ["a", " 0 ", None, False, 0, []])
def test_text_with_anything_in_it_is_not_blank_and_nothing_else_is_text(value: object):
    assert not is_blank(value)
