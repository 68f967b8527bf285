"""However cases are worked on and people come and go, no open case is left to nobody."""

import copy
import shutil
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)  # fmt: skip
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.changes import TELL
from cases.database import Database
from cases.duty import Absence
from cases.models import OPEN, Case, CaseStep
from cases.people import Person
from notifications.models import Notification
from notifications.orphans import Lack, orphans
from notifications.sweep import sweep
from tests.cases.chain import Chain
from tests.notifications.happenings import Happenings
from workflow.definitions import DEFINITIONS
from workflow.roles import Role
from workflow.routines import load

ROUTINES = load(None)

CHANCE = st.randoms(use_true_random=True)
FAR = (0, 5, 10, 15)
"""How many steps of each case have been done before anything else happens."""

KINDS = tuple(definition.key for definition in DEFINITIONS)


class Municipality(RuleBasedStateMachine):
    """Anything may happen here, except that no MAS can be reached any more."""

    begun: list[Chain]
    folder: Path
    stood: set[tuple[str, str]]

    @initialize(how_far=st.sampled_from(range(len(FAR))))
    def there_is_one_case_of_each_kind(self, how_far: int) -> None:
        self.chain = copy.copy(self.begun[how_far])
        before = self.chain.database.engine.url.database
        assert before is not None
        file = shutil.copy(before, self.folder / f"{uuid4().hex}.sqlite3")
        self.database = self.chain.database = Database(f"sqlite:///{file}")

    def teardown(self) -> None:
        self.database.engine.dispose()

    @rule(chance=CHANCE, kind=st.sampled_from(KINDS))
    def a_case_is_opened(self, chance: Random, kind: str) -> None:
        Happenings(self.chain, chance).a_case_is_opened(kind)

    @rule(chance=CHANCE, steps=st.integers(1, 6))
    def steps_are_done(self, chance: Random, steps: int) -> None:
        for _ in range(steps):
            Happenings(self.chain, chance).a_step_is_done()

    @rule(chance=CHANCE)
    def an_answer_is_corrected(self, chance: Random) -> None:
        Happenings(self.chain, chance).an_answer_is_corrected()

    @rule(chance=CHANCE)
    def a_step_changes_hands(self, chance: Random) -> None:
        happenings = Happenings(self.chain, chance)
        happenings.a_step_is_taken()
        happenings.a_step_is_handed_over()

    @rule(chance=CHANCE)
    def a_case_is_ended(self, chance: Random) -> None:
        Happenings(self.chain, chance).a_case_is_ended()

    @rule(chance=CHANCE, role=st.sampled_from(Role))
    def people_come_and_go(self, chance: Random, role: Role) -> None:
        happenings = Happenings(self.chain, chance)
        happenings.somebody_goes()
        happenings.somebody_is_away()
        happenings.somebody_is_on_duty()
        happenings.somebody_is_hired(role)

    @rule(hours=st.sampled_from((1, 3, 24, 100, 500)))
    def time_passes(self, hours: int) -> None:
        self.chain.wait(hours=hours)
        report = sweep(self.database, ROUTINES, self.chain.now)
        assert report.broken == ()

        with self.database.reading() as session:
            told = session.scalars(
                select(Notification).where(Notification.created_at == self.chain.now)
            )
            there = self._reachable(session)
            assert [n.rung for n in told if n.recipient_id not in there] == []
            for step in session.scalars(
                select(CaseStep).where(
                    CaseStep.condition == OPEN, CaseStep.due_at <= self.chain.now
                )
            ):
                heard = select(Notification.id).where(Notification.step_id == step.id)
                assert session.scalar(heard.limit(1)), (step.case.reference, step.key)

    def _reachable(self, session: Session) -> set[int]:
        """Whoever works here, has an address and is not away."""
        now = self.chain.now
        here = select(Person.id).where(Person.active, Person.email != "")
        away = select(Absence.person_id).where(Absence.starts_at <= now, Absence.ends_at > now)
        return set(session.scalars(here.where(Person.id.not_in(away))))

    @invariant()
    def every_open_case_is_watched_over(self) -> None:
        with self.database.reading() as session:
            lacking = {
                (o.case.reference, o.lack) for o in orphans(session, ROUTINES, self.chain.now)
            }
            assert {each for each in lacking if each[1] is not Lack.PEOPLE} == set()
            for case in session.scalars(select(Case)):
                self.stood.add((case.definition, case.state))
            for case in session.scalars(select(Case).where(Case.closed_at.is_(None))):
                self._watched_over(session, case)

    def _watched_over(self, session: Session, case: Case) -> None:
        steps = [step for step in case.steps if step.condition == OPEN]
        assert steps, case.reference
        for step in steps:
            assert step.clock, (case.reference, step.key)
            coming = {p.rung: p.at for p in step.pending if not p.rung.startswith(TELL)}
            assert coming, (case.reference, step.key)
            assert min(coming.values()) >= self.chain.now, (case.reference, step.key, coming)


@pytest.fixture
def begun(sqlite_template: Path, tmp_path: Path) -> list[Chain]:
    """A case of each kind, brought as far as each of FAR says."""
    file = shutil.copy(sqlite_template, tmp_path / "working.sqlite3")
    chain, chance = Chain(Database(f"sqlite:///{file}"), ROUTINES), Random(0)  # noqa: S311  # for a test
    for kind in KINDS:
        Happenings(chain, chance).a_case_is_opened(kind)
    begun, done = list[Chain](), 0
    for steps in FAR:
        while done < steps * len(KINDS):
            Happenings(chain, chance).a_step_is_done(plainly=0.8)
            done += 1
        chain.database.engine.dispose()
        kept = copy.copy(chain)
        kept.database = Database(
            f"sqlite:///{shutil.copy(file, tmp_path / f'far-{steps}.sqlite3')}"
        )
        begun.append(kept)
    return begun


def test_no_open_case_is_ever_an_orphan(begun: list[Chain], tmp_path: Path):
    Municipality.begun, Municipality.folder = begun, tmp_path
    Municipality.stood = set()
    run_state_machine_as_test(
        Municipality,
        settings=settings(
            max_examples=12, stateful_step_count=15, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck), derandomize=True, deadline=None,
        ),
    )  # fmt: skip
    every = {(d.key, state.key) for d in DEFINITIONS for state in d.states}
    assert len(every & Municipality.stood) > len(every) / 2, "the walks hardly got anywhere"
