"""The routines in force, and when gathered reminders go out."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.basis import OUR_PROPOSAL
from workflow.engine import StepRef
from workflow.facts import Facts
from workflow.holidays import BY_LAW, STOCKHOLM, WorkingCalendar
from workflow.routines import load
from workflow.rules_file import FaultyRules
from workflow.window import OUR_WINDOW, SendWindow

LOCAL = """
[window]
digest_times = ["11:00"]
basis = "Nämnden § 7"

[[closed_days]]
day = 2026-12-28
reason = "inventering"
basis = "Nämnden § 8"

[deviation.steps.investigate]
days = 3
basis = "Nämnden § 9"

[deviation.thresholds.serious_score]
value = 6
basis = "Nämnden § 10"
"""


@pytest.fixture
def local(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(LOCAL, encoding="utf-8")
    return path


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=STOCKHOLM)


def test_without_a_file_our_own_rules_are_in_force():
    routines = load(None)
    assert [d.key for d in routines.current()] == ["deviation", "sip", "discharge"]
    assert routines.thresholds("deviation") == {"serious_score": 8, "serious_severity": 3}
    assert (routines.window, routines.closed_days) == (OUR_WINDOW, ())


def test_the_file_reaches_thresholds_limits_calendar_and_window(local: Path):
    routines = load(local)
    assert routines.thresholds("deviation", 1)["serious_score"] == 6
    assert routines.engine("deviation").definition.step("investigate").due.amount == 3
    assert not routines.calendar.is_working_day(date(2026, 12, 28))
    assert routines.next_digest(at(23, 12)) == at(29, 11)


def test_engines_reckon_with_the_local_closed_days(local: Path):
    engine = load(local).engine("deviation")
    happened = {"kind": "fall", "discovered_at": "2026-12-23T10:00:00+01:00"}
    outcome = engine.open(Facts(happened, at(23, 11)), at(23, 11))
    (report,) = (opening for opening in outcome.opened if opening.ref == StepRef("event_report"))
    assert report.clock.due == datetime(2026, 12, 29, 23, 59, 59, tzinfo=STOCKHOLM)


def test_a_faulty_file_leaves_nothing_to_start_with(tmp_path: Path):
    with pytest.raises(FaultyRules, match=r"nowhere\.toml: filen går inte att öppna"):
        load(tmp_path / "nowhere.toml")


def test_the_newest_version_is_meant_when_none_is_named():
    routines = load(None)
    assert routines.engine("deviation") is routines.engine("deviation", 1)
    for unknown in (("deviation", 2), ("complaint", None)):
        with pytest.raises(KeyError):
            routines.engine(*unknown)


@pytest.mark.parametrize(
    ("now", "digest"),
    [
        (at(1, 6, 59), at(1, 7)),
        (at(1, 7), at(1, 7)),
        (at(1, 7, 1), at(1, 10)),
        (at(1, 16), at(1, 16)),
        (at(1, 16, 1), at(2, 7)),
        (at(4, 16, 30), at(7, 7)),
        (at(23, 16, 30), at(28, 7)),
        (at(24, 9), at(28, 7)),
    ],
)
def test_a_digest_goes_at_the_next_time_on_a_working_day(now: datetime, digest: datetime):
    assert load(None).next_digest(now) == digest


def test_a_digest_keeps_its_clock_time_when_the_clocks_change():
    saturday = datetime(2026, 10, 24, 12, tzinfo=STOCKHOLM)
    digest = OUR_WINDOW.next_digest(saturday, BY_LAW)
    assert digest == datetime(2026, 10, 26, 7, tzinfo=STOCKHOLM)
    assert digest.tzinfo is UTC


@given(
    now=st.timedeltas(timedelta(), timedelta(days=10_000)).map(at(1, 0).__add__),
    times=st.lists(st.times(time(7), time(17)), min_size=1, max_size=5, unique=True).map(sorted),
)
def test_a_digest_is_never_in_the_past_nor_on_a_day_off(now: datetime, times: list[time]):
    calendar = WorkingCalendar({date(2027, 3, 1): "stängt"})
    window = SendWindow(digest_times=tuple(times), basis=OUR_PROPOSAL)
    digest = window.next_digest(now, calendar)
    local = digest.astimezone(STOCKHOLM)
    assert digest >= now
    assert calendar.is_working_day(local.date())
    assert local.time() in times
