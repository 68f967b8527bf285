"""Saying "jag tar det": what waits for whoever has said so, until when, and what ends it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select

from cases.acknowledging import offered_times
from cases.arming import aim, let_go
from cases.database import Database
from cases.errors import NotAllowed, NotFound, Refused
from cases.models import Case, CaseStep, PendingEscalation
from cases.operations import acknowledge, release
from tests.cases.chain import Chain
from tests.cases.village import Village
from workflow.basis import BasisKind
from workflow.definitions.deviation.ladders import ACUTE, DAYTIME
from workflow.definitions.sip.ladders import LAW_CALL, PARTY_FIRST
from workflow.holidays import STOCKHOLM
from workflow.ladders import Ladder
from workflow.routines import load

T = TypeVar("T", bound=Village)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def take(village: Village, who: str, reference: str, step: str, until: datetime) -> Case:
    step_id, _revision = village.step(reference, step)
    return village.run(
        who, lambda s, a: acknowledge(s, village.routines, a, step_id, until, village.now)
    )


def let_remind(village: Village, who: str, reference: str, step: str) -> Case:
    step_id, _revision = village.step(reference, step)
    return village.run(who, lambda s, a: release(s, a, step_id, village.now))


def named(village: Village, reference: str, key: str) -> CaseStep:
    return next(step for step in village.case(reference).steps if step.key == key)


def moments(village: Village, reference: str, key: str) -> dict[str, tuple[datetime, datetime]]:
    """When each pending rung was planned, and when it fires."""
    with village.database.reading() as session:
        rows = session.scalars(
            select(PendingEscalation)
            .join(CaseStep)
            .join(Case)
            .where(Case.reference == reference, CaseStep.key == key)
        )
        return {row.rung: (row.planned_at, row.at) for row in rows}


def all_planned(of: Mapping[str, tuple[datetime, datetime]]) -> bool:
    return all(planned == fires for planned, fires in of.values())


@pytest.fixture
def village(sqlite_url: str) -> Iterator[Village]:
    yield from _opened(Village, sqlite_url)


@pytest.fixture
def village_on_both(database_url: str) -> Iterator[Village]:
    yield from _opened(Village, database_url)


@pytest.fixture
def chain(sqlite_url: str) -> Iterator[Chain]:
    yield from _opened(Chain, sqlite_url)


def _opened(kind: type[T], url: str) -> Iterator[T]:
    database = Database(url)
    yield kind(database, load(None))
    database.engine.dispose()


@pytest.fixture
def late(village: Village) -> str:
    return almost_late(village)


def almost_late(village: Village) -> str:
    """An assessment that has three minutes left."""
    reference = village.report()
    village.now = named(village, reference, "assess").due_at - 3 * MINUTE
    return reference


def test_what_is_pending_waits_until_the_time_given_and_no_due_time_moves(
    village_on_both: Village,
):
    village, reference = village_on_both, almost_late(village_on_both)
    before = moments(village, reference, "assess")
    due, until = village.now + 3 * MINUTE, village.now + 30 * MINUTE
    take(village, "nina", reference, "assess", until)
    after = moments(village, reference, "assess")
    assert {rung: fires for rung, (_planned, fires) in after.items()} == {
        "soon": until, "due": until, "head": due + HOUR, "mas": due + 2 * HOUR
    }  # fmt: skip
    assert {rung: planned for rung, (planned, _fires) in after.items()} == {
        rung: planned for rung, (planned, _fires) in before.items()
    }
    step = named(village, reference, "assess")
    assert (step.due_at, step.acknowledged_until) == (due, until)
    assert (step.claimed_by, step.acknowledged_by) == (village.people["nina"],) * 2


def test_who_took_it_and_until_when_is_in_the_log_once(village: Village, late: str):
    until = village.now + 30 * MINUTE
    revision = take(village, "nina", late, "assess", until).revision
    assert take(village, "nina", late, "assess", until).revision == revision
    (event,) = village.events(late, "acknowledged")
    assert event.actor_id == village.people["nina"]
    assert event.data == {
        "step": "assess", "item": "", "round": 1, "until": until.astimezone(UTC).isoformat(),
        "from": None, "to": village.people["nina"],
    }  # fmt: skip
    assert event.text is None
    assert village.events(late, "claimed") == []


@pytest.mark.parametrize("to", ["arne", None])
def test_handing_over_ends_it_and_everything_is_at_its_planned_time_again(
    village: Village, late: str, to: str | None
):
    take(village, "nina", late, "assess", village.now + 30 * MINUTE)
    assert not all_planned(moments(village, late, "assess"))
    village.hand_over("ulla", late, "assess", to)
    assert all_planned(moments(village, late, "assess"))
    assert named(village, late, "assess").acknowledged_until is None


def test_whoever_takes_it_after_another_gets_its_reminders(village: Village, late: str):
    take(village, "nina", late, "assess", village.now + 30 * MINUTE)
    village.claim("arne", late, "assess")
    assert all_planned(moments(village, late, "assess"))
    take(village, "nina", late, "assess", village.now + 30 * MINUTE)
    assert named(village, late, "assess").claimed_by == village.people["nina"]


def test_it_can_be_let_go_by_whoever_may_hand_the_step_over(village: Village, late: str):
    take(village, "nina", late, "assess", village.now + 30 * MINUTE)
    let_remind(village, "ulla", late, "assess")
    assert all_planned(moments(village, late, "assess"))
    assert named(village, late, "assess").claimed_by == village.people["nina"]
    revision = let_remind(village, "ulla", late, "assess").revision
    assert village.case(late).revision == revision
    assert [e.data["until"] is None for e in village.events(late, "acknowledged")] == [False, True]


def test_the_unit_manager_can_answer_for_it_without_becoming_the_one_who_does_it(
    village: Village, late: str
):
    take(village, "ulla", late, "assess", village.now + HOUR)
    step = named(village, late, "assess")
    assert (step.claimed_by, step.acknowledged_by) == (None, village.people["ulla"])


def test_those_who_cannot_do_it_cannot_silence_it(village: Village, late: str):
    for who, refused in (("siv", NotAllowed), ("mats", NotAllowed), ("olga", NotFound)):
        with pytest.raises(refused):
            take(village, who, late, "assess", village.now + 30 * MINUTE)
    take(village, "nina", late, "assess", village.now + 30 * MINUTE)
    with pytest.raises(NotAllowed):
        let_remind(village, "siv", late, "assess")


def test_what_cannot_wait_is_quiet_for_an_hour_at_most(village: Village, late: str):
    for until, words in (
        (village.now + HOUR + timedelta(seconds=1), "Så länge kan påminnelserna inte vänta"),
        (village.now, "har redan gått"),
    ):
        with pytest.raises(Refused, match=words):
            take(village, "nina", late, "assess", until)
    assert all_planned(moments(village, late, "assess"))


def test_taking_it_again_and_again_does_not_keep_the_rungs_away(village: Village, late: str):
    due = named(village, late, "assess").due_at
    for _nth in range(4):
        take(village, "nina", late, "assess", village.now + HOUR)
        village.wait(minutes=50)
    fires = {rung: at for rung, (_planned, at) in moments(village, late, "assess").items()}
    assert fires["due"] == due + HOUR
    assert fires["mas"] <= due + 3 * HOUR


def test_doing_the_step_takes_away_what_waits(village: Village, late: str):
    take(village, "nina", late, "assess", village.now + 30 * MINUTE)
    village.do("nina", late, "assess")
    assert moments(village, late, "assess") == {}
    with pytest.raises(Refused, match="redan avslutat"):
        take(village, "nina", late, "assess", village.now + 30 * MINUTE)


def test_a_corrected_start_moves_what_waits_with_the_clock(village: Village, late: str):
    take(village, "nina", late, "assess", village.now + HOUR)
    earlier = (village.now - 4 * HOUR).isoformat()
    village.correct("siv", late, 1, called_at=earlier, discovered_at=earlier, occurred_at=earlier)
    step = named(village, late, "assess")
    after = moments(village, late, "assess")
    assert step.acknowledged_until == village.now + HOUR
    assert step.due_at < village.now
    assert all(planned <= fires <= step.acknowledged_until for planned, fires in after.values())
    let_remind(village, "nina", late, "assess")
    assert all_planned(moments(village, late, "assess"))


@pytest.fixture
def called_by_law(chain: Chain) -> str:
    """A SIP after a notice, with the law's clock; the time is five minutes before due."""
    _stay, sip = chain.needs_sip()
    chain.do("bodil", sip, "consent")
    chain.now = named(chain, sip, "call_by_law").due_at - 5 * MINUTE
    return sip


def test_what_is_set_by_law_waits_until_due_and_never_longer(chain: Chain, called_by_law: str):
    due = named(chain, called_by_law, "call_by_law").due_at
    take(chain, "bodil", called_by_law, "call_by_law", due + HOUR)
    step = named(chain, called_by_law, "call_by_law")
    assert (step.acknowledged_until, step.due_at) == (due, due)
    for planned, fires in moments(chain, called_by_law, "call_by_law").values():
        assert fires == max(planned, due)
    chain.now = due
    with pytest.raises(Refused, match="Tiden är satt i lag och har gått ut"):
        take(chain, "bodil", called_by_law, "call_by_law", due + HOUR)


# What waits, rung by rung

DUE = datetime(2026, 12, 4, 13, tzinfo=STOCKHOLM)


def armed(ladder: Ladder, *more: str, kind: BasisKind = BasisKind.DEFAULT) -> CaseStep:
    """An open step with every rung pending, an hour before due and later."""
    step = CaseStep(due_at=DUE, clock={"basis_kind": str(kind)})
    keys = [*(rung.key for rung in ladder.rungs), *more]
    step.pending = [
        PendingEscalation(rung=key, at=at, planned_at=at)
        for n, key in enumerate(keys)
        for at in [DUE + (n - 2) * 10 * MINUTE]
    ]
    return step


def waiting(step: CaseStep) -> set[str]:
    return {one.rung for one in step.pending if one.at != one.planned_at}


def test_rungs_and_repeats_wait_but_no_tell_no_late_opening_and_no_time_that_is_out():
    step = armed(ACUTE, "mas#2", "tell:serious", "late:", "out:", "gone_from_the_rules")
    step.acknowledged_until = DUE + 2 * HOUR
    aim(step, ACUTE)
    assert waiting(step) == {"soon", "due", "head", "mas", "mas#2", "gone_from_the_rules"}
    let_go(step)
    assert waiting(step) == set()


def test_whoever_is_outside_is_reminded_whatever_anybody_here_has_said():
    step = armed(PARTY_FIRST)
    step.acknowledged_until = DUE + HOUR
    aim(step, PARTY_FIRST)
    assert waiting(step) == {rung.key for rung in DAYTIME.rungs}


def test_the_rungs_of_a_law_at_and_after_due_wait_for_nobody():
    step = armed(LAW_CALL, kind=BasisKind.LAW)
    step.acknowledged_until = DUE + 24 * HOUR
    aim(step, LAW_CALL)
    assert waiting(step) == {"day_after", "last_day"}
    assert max(one.at for one in step.pending if one.rung in waiting(step)) == DUE


@pytest.mark.parametrize(
    ("ladder", "kind", "hour", "offered"),
    [
        (ACUTE, BasisKind.DEFAULT, 9, ["4 09:30", "4 10:00"]),
        (DAYTIME, BasisKind.DEFAULT, 9, ["4 16:00", "7 16:00", "8 16:00", "9 16:00"]),
        (DAYTIME, BasisKind.DEFAULT, 17, ["7 16:00", "8 16:00", "9 16:00"]),
        (LAW_CALL, BasisKind.LAW, 9, ["4 13:00"]),
        (LAW_CALL, BasisKind.LAW, 14, []),
    ],
)
def test_the_times_offered_are_those_that_are_allowed(
    ladder: Ladder, kind: BasisKind, hour: int, offered: list[str]
):
    now = DUE.replace(hour=hour)
    times = [
        at.astimezone(STOCKHOLM) for at in offered_times(armed(ladder, kind=kind), ladder, now)
    ]
    assert [f"{at.day} {at:%H:%M}" for at in times] == offered
