"""What may happen to the cases and the people of a municipality, by chance."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import Access, access_of
from cases.correcting import correction_form
from cases.doing import step_form
from cases.duty import Absence
from cases.errors import Refused
from cases.events import events_of
from cases.models import OPEN, Case, CaseStep
from cases.offers import opening_offers
from cases.operations import (
    Sent,
    acknowledge,
    act,
    claim,
    correct,
    do_step,
    hand_over,
    open_case,
)  # fmt: skip
from cases.people import Membership, OnDutySpell, Person, Unit, sort_key
from cases.standing import OPENED, STEP_DONE, engine_of, facts_of, newest_forms
from tests.cases.chain import Chain
from tests.cases.village import new_key
from tests.workflow.filling import filled
from workflow.moments import day_of
from workflow.roles import Role

STAYS = "mats"
"""The MAS who can always be reached."""


class Happenings:
    """Each is one transaction, and nothing when nobody may do it or it is refused."""

    def __init__(self, chain: Chain, chance: Random) -> None:
        self.chain, self.routines, self.now, self.chance = chain, chain.routines, chain.now, chance

    def a_case_is_opened(self, kind: str) -> None:
        definition = self.routines.engine(kind).definition
        with suppress(Refused), self.chain.database.transaction() as session:
            if access := self._anybody(session, lambda a: a.opens(definition)):
                offers = opening_offers(session, access, definition, self.now)
                form = definition.opening(now=self.now, offers=offers)
                sent = Sent(filled(form, self.chance), new_key())
                open_case(session, self.routines, access, kind, sent, self.now)

    def a_step_is_done(self, plainly: float = 0.6) -> None:
        """In the plainest way so often; else anything that its form takes."""
        with suppress(Refused), self.chain.database.transaction() as session:
            step = self._open_step(session)
            access = step and self._anybody(session, lambda a: a.may_do(step.case, step.roles))
            if step and access:
                facts = facts_of(session, self.routines, step.case)
                definition = engine_of(self.routines, step.case).definition.step(step.key)
                form = step_form(session, definition, step, facts, self.routines, self.now)
                plain = self.chain.plain(step.case.reference, step.key)
                given = plain if self.chance.random() < plainly else {}
                sent = Sent(filled(form, self.chance, given), new_key(), step.case.revision)
                do_step(session, self.routines, access, step.id, sent, self.now)

    def a_case_is_ended(self) -> None:
        with suppress(Refused), self.chain.database.transaction() as session:
            if case := self._open_case(session):
                action = self.chance.choice(engine_of(self.routines, case).definition.actions)
                access = self._anybody(session, lambda a: a.may_do(case, action.by))
                if access:
                    facts = facts_of(session, self.routines, case)
                    form = action.form(now=self.now, facts=facts)
                    sent = Sent(filled(form, self.chance), new_key(), case.revision)
                    act(session, self.routines, access, case.reference, action.key, sent, self.now)

    def an_answer_is_corrected(self) -> None:
        with suppress(Refused), self.chain.database.transaction() as session:
            if case := self._open_case(session):
                events = events_of(session, case.id)
                wrong = self.chance.choice([e for e in events if e.type in (OPENED, STEP_DONE)])
                form = correction_form(session, self.routines, case, events, wrong, self.now)
                before = dict(newest_forms(events)[wrong.sequence])
                if before:
                    before.pop(self.chance.choice(sorted(before)))
                sent = Sent(filled(form, self.chance, before), new_key(), case.revision)
                access = access_of(session, self._person(session, STAYS), self.now)
                correct(
                    session, self.routines, access, case.reference, wrong.sequence, "Fel.", sent,
                    self.now,
                )  # fmt: skip

    def a_step_is_taken(self) -> None:
        with suppress(Refused), self.chain.database.transaction() as session:
            step = self._open_step(session)
            access = step and self._anybody(session, lambda a: a.may_do(step.case, step.roles))
            if step and access:
                until = self.now + timedelta(minutes=self.chance.choice((20, 55, 600, 4000)))
                if self.chance.random() < 0.3:
                    claim(session, access, step.id, self.now)
                else:
                    acknowledge(session, self.routines, access, step.id, until, self.now)

    def a_step_is_handed_over(self) -> None:
        with suppress(Refused), self.chain.database.transaction() as session:
            step = self._open_step(session)
            access = step and self._anybody(session, lambda a: a.may_hand_over(step.case, step))
            if step and access:
                to = self.chance.choice([None, *(p.id for p in self._people(session))])
                hand_over(session, access, step.id, to, self.now)

    def somebody_is_hired(self, role: Role) -> None:
        with self.chain.database.transaction() as session:
            name = new_key()[:12]
            person = Person(
                username=name, name=name, sort_name=sort_key(name), email=f"{name}@a.example"
            )
            unit = self.chance.choice([None, *session.scalars(select(Unit.id))])
            person.memberships = [Membership(role=role, unit_id=unit, from_day=date(2020, 1, 1))]
            session.add(person)

    def somebody_goes(self) -> None:
        with self.chain.database.transaction() as session:
            person = self.chance.choice(self._others(session))
            match self.chance.randrange(3):
                case 0:
                    person.active = False
                case 1:
                    person.email = ""
                case _:
                    for membership in person.memberships:
                        membership.to_day = day_of(self.now) - timedelta(days=1)

    def somebody_is_away(self) -> None:
        with self.chain.database.transaction() as session:
            person, other = self.chance.sample(self._others(session), 2)
            substitute = other.id if self.chance.random() < 0.5 else None
            ends = self.now + timedelta(days=self.chance.choice((1, 5, 60)))
            session.add(
                Absence(
                    person_id=person.id, substitute_id=substitute, starts_at=self.now, ends_at=ends
                )
            )

    def somebody_is_on_duty(self) -> None:
        with self.chain.database.transaction() as session:
            person, role = self.chance.choice(self._others(session)), self.chance.choice(list(Role))
            ends = self.now + timedelta(hours=self.chance.choice((8, 24, 200)))
            session.add(
                OnDutySpell(
                    person_id=person.id, role=role, unit_id=None, starts_at=self.now, ends_at=ends
                )
            )

    def _open_case(self, session: Session) -> Case | None:
        cases = session.scalars(select(Case).where(Case.closed_at.is_(None))).all()
        return self.chance.choice(cases) if cases else None

    def _open_step(self, session: Session) -> CaseStep | None:
        case = self._open_case(session)
        steps = [step for step in case.steps if step.condition == OPEN] if case else []
        return self.chance.choice(steps) if steps else None

    def _anybody(self, session: Session, may: Callable[[Access], bool]) -> Access | None:
        people = self._people(session)
        self.chance.shuffle(people)
        access = (access_of(session, person, self.now) for person in people if person.active)
        return next((each for each in access if may(each)), None)

    def _people(self, session: Session) -> list[Person]:
        return list(session.scalars(select(Person).order_by(Person.id)))

    def _others(self, session: Session) -> list[Person]:
        return [person for person in self._people(session) if person.username != STAYS]

    def _person(self, session: Session, username: str) -> Person:
        return session.scalars(select(Person).where(Person.username == username)).one()
