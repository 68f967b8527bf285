"""Saying "jag tar det", through sweeps: it expires by itself, and no rung is lost or told twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from shutil import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cases.access import access_of
from cases.database import Database
from cases.errors import Refused
from cases.models import PendingEscalation
from cases.operations import acknowledge, hand_over, release
from cases.people import Person
from tests.notifications.town import ASSESSMENT, DUE, FRIDAY, MINUTE, SOON, Town, step_of
from workflow.basis import BasisKind
from workflow.roles import Role
from workflow.routines import Routines

HOUR = timedelta(hours=1)

PLANNED = {"soon": SOON, "due": DUE, "head": DUE + HOUR, "mas": DUE + 2 * HOUR}


def take(town: Town, by: int, reference: str, now: datetime, until: datetime) -> None:
    with town.database.transaction() as session:
        access = access_of(session, session.get_one(Person, by), now)
        step = step_of(session, reference, "assess")
        acknowledge(session, town.routines, access, step.id, until, now)


def test_the_ladder_is_still_until_the_time_given_and_goes_on_by_itself(town: Town):
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    town.sweep(SOON)
    take(town, staff["nils"], reference, SOON, SOON + HOUR)
    town.sweep(DUE + 29 * MINUTE)
    assert town.told("assess") == [("soon", "nils")]
    town.sweep(SOON + HOUR)
    assert town.told("assess", "due") == [("due", "nils"), ("due", "eva")]
    town.sweep(DUE + HOUR)
    assert town.told("assess", "head") == [("head", "hans")]
    assert all("late" not in event.data for event in town.events(reference, "escalated"))


def test_what_is_done_meanwhile_is_told_to_nobody(town: Town):
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    take(town, staff["nils"], reference, DUE - MINUTE, DUE + 58 * MINUTE)
    town.do(staff["nils"], reference, "assess", DUE, ASSESSMENT)
    town.sweep(DUE + 3 * HOUR)
    assert town.told("assess") == []


def test_what_is_given_to_another_is_told_to_the_other_at_once(town: Town):
    staff = town.staff()
    anna = town.hire("anna", role_of(town, staff["nils"]))
    reference = town.report(staff["wilma"], FRIDAY)
    take(town, staff["nils"], reference, DUE - MINUTE, DUE + 58 * MINUTE)
    with town.database.transaction() as session:
        access = access_of(session, session.get_one(Person, staff["nils"]), DUE)
        hand_over(session, access, step_of(session, reference, "assess").id, anna, DUE)
    town.sweep(DUE)
    assert town.told("assess", "due") == [("due", "anna"), ("due", "eva")]


def role_of(town: Town, person_id: int) -> Role:
    with town.database.reading() as session:
        return Role(session.get_one(Person, person_id).memberships[0].role)


@dataclass(frozen=True)
class Act:
    """What somebody does this many minutes after what was done before it."""

    after: int
    what: str
    minutes: int


ACTS = st.lists(
    st.builds(
        Act,
        after=st.sampled_from([40, 5, 55, 0]),
        what=st.sampled_from(["nils", "eva", "anna", "nils", "release", "hand_over", "let_go"]),
        minutes=st.sampled_from([60, 7]),
    ),
    min_size=2,
    max_size=8,
)


@pytest.fixture
def towns(sqlite_template: Path, tmp_path: Path, routines: Routines) -> Iterator[Iterator[Town]]:
    """A new one each time."""
    made: list[Database] = []

    def opened(number: int) -> Town:
        path = tmp_path / f"{number}.sqlite3"
        copy(sqlite_template, path)
        made.append(Database(f"sqlite:///{path}"))
        return Town(made[-1], routines)

    yield map(opened, count())
    for database in made:
        database.engine.dispose()


@pytest.mark.parametrize("kind", [BasisKind.DEFAULT, BasisKind.LAW])
def test_whatever_is_taken_given_and_let_go_every_rung_comes_once_and_none_too_late(
    towns: Iterator[Town], kind: BasisKind
):
    @settings(max_examples=10)
    @given(acts=ACTS)
    def every_rung_comes(acts: list[Act]) -> None:
        town = next(towns)
        told = fired(town, kind, acts)
        assert [rung for rung, _at in told] == [*PLANNED], "each rung once, in its order"
        for rung, at in told:
            assert PLANNED[rung] <= at <= PLANNED[rung] + HOUR
            if kind is BasisKind.LAW:
                assert at <= max(PLANNED[rung], DUE)

    every_rung_comes()


def fired(town: Town, kind: BasisKind, acts: list[Act]) -> list[tuple[str, datetime]]:
    """When each rung was told of, with a worker that sweeps whenever something is due."""
    staff = town.staff()
    anna = town.hire("anna", role_of(town, staff["nils"]))
    reference = town.report(staff["wilma"], FRIDAY)
    with town.database.transaction() as session:
        step = step_of(session, reference, "assess")
        step.clock = step.clock | {"basis_kind": str(kind)}
    now = SOON - 20 * MINUTE
    for act in acts:
        sweep_until(town, now + act.after * MINUTE)
        now += act.after * MINUTE
        with town.database.transaction() as session:
            step = step_of(session, reference, "assess")
            by = (staff | {"anna": anna}).get(act.what, staff["eva"])
            access = access_of(session, session.get_one(Person, by), now)
            match act.what:
                case "release":
                    release(session, access, step.id, now)
                case "hand_over" | "let_go":
                    to = anna if act.what == "hand_over" else None
                    hand_over(session, access, step.id, to, now)
                case _:
                    until = now + act.minutes * MINUTE
                    try:
                        acknowledge(session, town.routines, access, step.id, until, now)
                    except Refused:
                        assert (kind, now >= DUE) == (BasisKind.LAW, True)
    sweep_until(town, DUE + 4 * HOUR)
    told = [(n.rung, n.created_at) for n in town.notifications() if "#" not in n.rung]
    return [*dict.fromkeys(told)]


def sweep_until(town: Town, end: datetime) -> None:
    while True:
        with town.database.reading() as session:
            soonest = session.scalar(
                select(PendingEscalation.at).order_by(PendingEscalation.at).limit(1)
            )
        if soonest is None or soonest > end:
            return
        town.sweep(soonest)
