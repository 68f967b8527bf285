"""Cases, their steps and units, and people under names that hold for one file."""

import hmac
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cases.imported import ImportedCase
from cases.models import Case, CaseLink, CaseStep
from cases.ocel.shapes import CASE, PERSON, STEP, UNIT, Related, an_object
from cases.ocel.wanted import Wanted
from cases.people import Unit


@dataclass
class Pseudonyms:
    """People as they are named in one file: nobody can tell who it is, nor find them in another."""

    known: set[int] = field(default_factory=set)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def of(self, person_id: int) -> str:
        """The id of the person's object."""
        self.known.add(person_id)
        return f"{PERSON}:{hmac.new(self._key, str(person_id).encode(), 'sha256').hexdigest()[:16]}"


def unit_id(key: str) -> str:
    """The id of a unit's object."""
    return f"{UNIT}:{key}"


def step_id(step: int) -> str:
    """The id of a step's object."""
    return f"{STEP}:{step}"


def objects(session: Session, wanted: Wanted, pseudonyms: Pseudonyms) -> Iterator[dict[str, Any]]:
    """After the events, which tell what people there are."""
    units = select(Case.unit_id).where(wanted.condition())
    for key, kind in session.execute(select(Unit.key, Unit.kind).where(Unit.id.in_(units))):
        yield an_object(unit_id(key), UNIT, {"kind": kind})
    for ids in wanted.batches(session):
        links = _links(session, wanted, ids)
        yield from _cases(session, ids, links)
        yield from _steps(session, ids)
    for person_id in sorted(pseudonyms.known, key=pseudonyms.of):
        yield an_object(pseudonyms.of(person_id), PERSON, {})


def _cases(
    session: Session, ids: Collection[int], links: dict[int, list[Related]]
) -> Iterator[dict[str, Any]]:
    rows = session.execute(
        select(
            Case.id, Case.reference, Case.definition, Case.version, Case.category, Case.state,
            Case.round.label("rounds"), Case.occurred_at, Case.opened_at, Case.closed_at,
            Unit.key.label("unit"), ImportedCase.case_id.is_not(None).label("imported"),
        )
        .join(Case.unit)
        .outerjoin(ImportedCase, ImportedCase.case_id == Case.id)
        .where(Case.id.in_(ids))
        .order_by(Case.id)
    )  # fmt: skip
    for row in rows.mappings():
        related = [(unit_id(row["unit"]), "at"), *links.get(row["id"], ())]
        known = {**row, "category": row["category"] or None, "imported": bool(row["imported"])}
        yield an_object(row["reference"], CASE, known, related)


def _steps(session: Session, ids: Collection[int]) -> Iterator[dict[str, Any]]:
    rows = session.execute(
        select(
            CaseStep.id, CaseStep.key.label("step"), CaseStep.round, CaseStep.condition,
            CaseStep.roles, CaseStep.opened_at, CaseStep.target_at, CaseStep.due_at,
            CaseStep.legal_latest_at, CaseStep.ended_at, Case.reference,
        )
        .join(CaseStep.case)
        .where(CaseStep.case_id.in_(ids))
        .order_by(CaseStep.id)
    )  # fmt: skip
    for row in rows.mappings():
        known = {**row, "roles": ", ".join(row["roles"])}
        yield an_object(step_id(row["id"]), STEP, known, [(row["reference"], "of")])


def _links(session: Session, wanted: Wanted, ids: Collection[int]) -> dict[int, list[Related]]:
    """To cases that are in the file too."""
    other = aliased(Case)
    there = select(Case.id).where(wanted.condition())
    rows = session.execute(
        select(CaseLink.case_id, other.reference)
        .join(other, other.id == CaseLink.other_id)
        .where(CaseLink.case_id.in_(ids), other.id.in_(there))
    )
    links: dict[int, list[Related]] = {}
    for case_id, reference in rows:
        links.setdefault(case_id, []).append((reference, "linked"))
    return links
