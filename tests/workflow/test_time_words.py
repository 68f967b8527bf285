"""Time left or over, as a page and a mail say it."""

from datetime import UTC, datetime, timedelta

import pytest

from workflow.time_words import Level, time_left, time_taken

DUE = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=3, hours=23), "3 dagar kvar"),
        (timedelta(days=1, hours=23, minutes=59), "1 dag kvar"),
        (timedelta(hours=23, minutes=59, seconds=59), "23 h 59 min kvar"),
        (timedelta(hours=1, minutes=12), "1 h 12 min kvar"),
        (timedelta(hours=2), "2 h kvar"),
        (timedelta(minutes=20, seconds=59), "20 min kvar"),
        (timedelta(seconds=59), "går ut nu"),
        (timedelta(), "går ut nu"),
        (-timedelta(seconds=1), "gick ut nyss"),
        (-timedelta(minutes=20), "20 min sen"),
        (-timedelta(hours=1), "1 h sen"),
        (-timedelta(hours=4, minutes=5), "4 h 5 min sen"),
        (-timedelta(days=1), "1 dag sen"),
        (-timedelta(days=3), "3 dagar sen"),
    ],
)
def test_time_is_told_as_people_say_it_and_never_rounded_up(left: timedelta, words: str):
    assert time_left(DUE, DUE - left).words == words


@pytest.mark.parametrize(
    ("now", "level"),
    [
        (DUE - timedelta(days=1), Level.OK),
        (datetime(2026, 11, 19, 22, 59, tzinfo=UTC), Level.OK),
        (datetime(2026, 11, 19, 23, 0, tzinfo=UTC), Level.SOON),  # midnight in Stockholm
        (DUE, Level.SOON),
        (DUE + timedelta(seconds=1), Level.LATE),
    ],
)
def test_a_step_is_urgent_on_its_last_day_and_late_after_the_last_second(
    now: datetime, level: Level
):
    assert time_left(DUE, now).level is level


def test_two_hours_are_urgent_before_midnight_too():
    due = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)  # 01:30 in Stockholm
    assert time_left(due, due - timedelta(hours=2)).level is Level.SOON
    assert time_left(due, due - timedelta(hours=2, minutes=1)).level is Level.OK


@pytest.mark.parametrize(
    ("over", "words"),
    [
        (timedelta(), "klart i tid"),
        (timedelta(seconds=30), "klart strax efter tiden"),
        (timedelta(minutes=20), "klart 20 min för sent"),
        (timedelta(days=2), "klart 2 dagar för sent"),
    ],
)
def test_a_done_step_says_whether_it_was_done_in_time(over: timedelta, words: str):
    told = time_taken(DUE, DUE + over)
    assert (told.words, told.level) == (words, Level.DONE)


def test_the_words_can_be_translated():
    words = time_left(DUE, DUE + timedelta(minutes=80)).words
    assert words.msgid == "%(hours)s h %(minutes)s min sen"
    assert words.values == {"hours": 1, "minutes": 20}
