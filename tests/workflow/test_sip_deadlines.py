"""Every limit of the SIP over Easter, Midsummer, Christmas and both changes of the clocks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.sipping import ENGINE, Sip, at, due_of, end_of
from workflow.basis import BasisKind
from workflow.engine import StepRef
from workflow.holidays import STOCKHOLM


@dataclass(frozen=True)
class Season:
    """`start` is an afternoon; the days are worked out by hand from an almanac.

    `closed` is a day off within the season, on which a chosen date stays.
    """

    start: str
    working: dict[int, str]
    law_due: str
    law_latest: str
    taken_over: str
    closed: str

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(f"{self.start}T15:00").replace(tzinfo=STOCKHOLM)


SEASONS = {
    # Skärtorsdag is worked; långfredag, clocks forward on påskdagen, annandag påsk.
    "easter": Season(
        "2027-03-25", {1: "2027-03-30", 2: "2027-03-31", 5: "2027-04-05"},
        "2027-03-28", "2027-03-30", "2027-03-30", "2027-03-28",
    ),
    "midsummer": Season(
        "2027-06-24", {1: "2027-06-28", 2: "2027-06-29", 5: "2027-07-02"},
        "2027-06-27", "2027-06-28", "2027-06-29", "2027-06-25",
    ),
    # Both eves are off, so that five working days reach past New Year.
    "christmas": Season(
        "2026-12-23", {1: "2026-12-28", 2: "2026-12-29", 5: "2027-01-05"},
        "2026-12-26", "2026-12-28", "2026-12-28", "2026-12-24",
    ),
    "clocks_back": Season(
        "2026-10-22", {1: "2026-10-23", 2: "2026-10-26", 5: "2026-10-29"},
        "2026-10-25", "2026-10-26", "2026-10-27", "2026-10-25",
    ),
    "clocks_forward": Season(
        "2028-03-23", {1: "2028-03-24", 2: "2028-03-27", 5: "2028-03-30"},
        "2028-03-26", "2028-03-27", "2028-03-28", "2028-03-26",
    ),
}  # fmt: skip
WORKING_DAYS = {
    "assess_need": 1,
    "pre_planning": 2,
    "call": 5,
    "answer": 5,
    "settle_time": 2,
    "write_plan": 5,
    "confirm_part": 5,
    "send_copies": 5,
    "confirm_change": 5,
}

over_the_seasons = pytest.mark.parametrize("season", SEASONS.values(), ids=SEASONS)


def with_open(key: str, now: datetime) -> Sip:
    """A case in which that step has just been opened."""
    walk = at(next(s.key for s in ENGINE.definition.states if any(x.key == key for x in s.steps)),
              now)  # fmt: skip
    if key == "settle_time":
        later = walk.in_days(30).isoformat()
        item = walk.items("answer")[0]
        walk.do("answer", item, outcome="proposes_another_time", proposed_at=later)
    elif key == "confirm_change":
        walk.change("write_plan", goals="Annat.")
    while key not in walk.open_keys:
        ref = next(iter(walk.open))
        walk.do(ref.key, ref.item)
    return walk


def due(walk: Sip, key: str) -> datetime | None:
    return next(due_of(walk, ref.key, ref.item) for ref in walk.open if ref.key == key)


def notified(now: datetime) -> Sip:
    return at("calling", now, trigger="discharge", discharge_notice_at=now.isoformat())


@over_the_seasons
@pytest.mark.parametrize("key", WORKING_DAYS)
def test_working_days_pass_by_all_days_off(season: Season, key: str):
    days = WORKING_DAYS[key]
    assert due(with_open(key, season.now), key) == end_of(season.working[days])


@over_the_seasons
def test_consent_is_asked_for_within_a_day_or_else_the_next_working_day(season: Season):
    assert due(with_open("consent", season.now), "consent") == end_of(season.working[1])


@given(st.integers(0, 15 * 366 * 24 * 60), st.booleans())
def test_consent_is_never_due_later_than_the_laws_last_day_for_the_call(
    minute: int, assessed: bool
):
    notice = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    walk = Sip(
        notice, trigger="discharge", assessed=assessed, discharge_notice_at=notice.isoformat()
    )
    walk.do_all(until="consent")
    asked_by = due(walk, "consent")
    walk.do_all(until="calling")
    latest = walk.open[StepRef("call_by_law")].clock.legal_latest
    assert asked_by is not None
    assert latest is not None
    assert asked_by <= latest


@over_the_seasons
def test_the_laws_call_counts_every_day_and_only_its_last_day_by_law_is_moved(season: Season):
    clock = notified(season.now).open[StepRef("call_by_law")].clock
    assert clock.due == end_of(season.law_due)
    assert clock.legal_latest == end_of(season.law_latest)


@over_the_seasons
def test_a_call_is_taken_over_one_working_day_after_the_law_ran_out(season: Season):
    walk = notified(season.now)
    walk.wait(end_of(season.law_due))
    assert "take_over_call" not in walk.open_keys
    walk.wait(end_of(season.law_due) + timedelta(seconds=1))
    assert due(walk, "take_over_call") == end_of(season.taken_over)


@over_the_seasons
def test_a_meeting_on_a_day_off_stays_there(season: Season):
    walk = at("calling", season.now)
    walk.do("pre_planning")
    walk.do("call", meeting_at=f"{season.closed}T10:00")
    walk.do_all(until="meeting")
    assert due(walk, "hold_meeting") == end_of(season.closed)


@over_the_seasons
def test_a_follow_up_on_a_day_off_stays_there(season: Season):
    walk = at("plan", season.now)
    walk.do("write_plan", follow_up_date=season.closed)
    walk.do_all(until="follow_up")
    assert due(walk, "follow_up_together") == end_of(season.closed)


@pytest.mark.parametrize(
    ("notice", "due", "latest"),
    [
        # An ordinary week; the day of the notice is day 0 until midnight in Stockholm.
        ("2026-11-23T00:00", "2026-11-26", "2026-11-26"),
        ("2026-11-23T23:59", "2026-11-26", "2026-11-26"),
        # Day 3 on Saturday, Sunday, and on each of the law's eves and holidays.
        ("2026-11-25T10:00", "2026-11-28", "2026-11-30"),
        ("2027-06-22T10:00", "2027-06-25", "2027-06-28"),
        ("2026-12-21T10:00", "2026-12-24", "2026-12-28"),
        ("2026-12-28T10:00", "2026-12-31", "2027-01-04"),
        ("2027-01-03T10:00", "2027-01-06", "2027-01-07"),
        ("2027-05-03T10:00", "2027-05-06", "2027-05-07"),
    ],
)
def test_the_laws_three_days(notice: str, due: str, latest: str):
    clock = (
        notified(datetime.fromisoformat(notice).replace(tzinfo=STOCKHOLM))
        .open[StepRef("call_by_law")]
        .clock
    )
    assert (clock.due, clock.legal_latest) == (end_of(due), end_of(latest))


def test_a_notice_late_in_the_evening_belongs_to_its_day_in_stockholm():
    summer_night = datetime(2027, 6, 30, 22, 30, tzinfo=UTC)  # 00.30 on the first of July
    clock = notified(summer_night).open[StepRef("call_by_law")].clock
    assert clock.due == end_of("2027-07-04")


def test_every_limit_of_the_routine_is_checked_here():
    steps = {step.key: step.due for state in ENGINE.definition.states for step in state.steps}
    working = {key: due.amount for key, due in steps.items() if due.rule == "working_days"}
    assert working == WORKING_DAYS | {"take_over_call": 1}
    assert {key for key, due in steps.items() if due.rule == "sip_call"} == {"call_by_law"}
    assert {key for key, due in steps.items() if due.rule == "hours_or_next_weekday"} == {"consent"}
    assert {key for key, due in steps.items() if due.is_in_form} == {
        "hold_meeting", "follow_up_together",
    }  # fmt: skip


def test_every_number_carries_its_source_and_only_the_laws_own_is_called_law():
    steps = {step.key: step.due for state in ENGINE.definition.states for step in state.steps}
    assert all(due.basis.text for due in steps.values())
    by_law = {key for key, due in steps.items() if due.basis.kind is BasisKind.LAW}
    assert by_law == {"call_by_law"}
    assert "4 kap. 3 §" in steps["call_by_law"].basis.text
