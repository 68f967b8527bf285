"""Identity numbers as people write them; all valid ones are published test numbers."""

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import ValidationError

from workflow.identity import twelve_digits
from workflow.messages import Message

TODAY = date(2026, 11, 21)
PERSONNUMMER = ["191212121212", "196408233234", "198112189876", "189001019802"]
SAMORDNINGSNUMMER = ["197010632391"]


def message_for(typed: str, today: date = TODAY) -> str:
    with pytest.raises(ValidationError) as refused:
        twelve_digits(typed, today)
    [message] = refused.value.messages
    assert isinstance(message, Message)
    return message


@pytest.mark.parametrize("number", PERSONNUMMER + SAMORDNINGSNUMMER)
@pytest.mark.parametrize("shape", ["{0}{1}", "{0}-{1}", "{0} {1}", "{0}\u2013{1}", " {0} - {1}\n"])
def test_a_number_is_read_however_it_is_spaced(number: str, shape: str):
    assert twelve_digits(shape.format(number[:8], number[8:]), TODAY) == number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("640823-3234", "196408233234"),
        ("6408233234", "196408233234"),
        ("811218-9876", "198112189876"),
        ("701063-2391", "197010632391"),
        ("121212+1212", "191212121212"),
        ("121212-1212", "201212121212"),
        ("900101+9802", "189001019802"),
    ],
)
def test_ten_digits_get_the_century_that_their_sign_says(typed: str, number: str):
    assert twelve_digits(typed, TODAY) == number


def test_plus_stands_from_the_year_of_the_hundredth_birthday_even_before_the_day():
    assert twelve_digits("121212+1212", date(2012, 1, 1)) == "191212121212"


def test_without_plus_a_day_still_to_come_belongs_to_the_century_before():
    assert twelve_digits("121212-1212", date(2012, 12, 11)) == "191212121212"


@pytest.mark.parametrize("number", PERSONNUMMER + SAMORDNINGSNUMMER)
def test_another_last_digit_is_a_wrong_check_digit(number: str):
    for last in set("0123456789") - {number[-1]}:
        assert "Kontrollsiffran" in message_for(number[:-1] + last)


@given(st.sampled_from(PERSONNUMMER), st.integers(2, 11), st.integers(1, 9))
def test_one_mistyped_digit_never_gives_another_person(number: str, place: int, error: int):
    digit = str((int(number[place]) + error) % 10)
    message_for(number[:place] + digit + number[place + 1 :])


def test_the_lawbook_example_with_a_wrong_check_digit_and_day_is_refused():
    assert "Datumet" in message_for("991234-6789")


@pytest.mark.parametrize("typed", ["212000-1926", "556036-0793", "16556036-0793", "162120001926"])
def test_an_organisation_number_is_named_as_such(typed: str):
    assert "organisationsnummer" in message_for(typed)


@pytest.mark.parametrize("typed", ["19640823TF01", "640823-T234", "991964082332", "331964083234"])
def test_a_reserve_number_is_named_as_such(typed: str):
    assert "eservnummer" in message_for(typed)


@pytest.mark.parametrize("typed", ["19641323-3234", "196408003234", "20230229-1234", "640860-3234"])
def test_a_date_that_does_not_exist_is_said_to_be_wrong(typed: str):
    assert "Datumet" in message_for(typed)


def test_somebody_born_tomorrow_is_refused():
    assert "inte varit" in message_for("20261122-1234")


@pytest.mark.parametrize("typed", ["", "1", "640823", "640823-323", "19640823-32345", "٦٤٠٨٢٣٣٢٣٤"])
def test_too_few_too_many_or_foreign_digits_are_refused(typed: str):
    assert "10 eller 12 siffror" in message_for(typed)


@given(st.text(alphabet="0123456789-+ T\n", max_size=16) | st.text(max_size=16))
@example("19640823\n3234\n")
def test_any_text_gives_twelve_digits_of_a_birth_until_today_or_a_message(typed: str):
    try:
        number = twelve_digits(typed, TODAY)
    except ValidationError:
        message_for(typed)
    else:
        assert re.fullmatch("[0-9]{12}", number)
        assert number[:4] <= "2026"
