"""What reading a file in would do: which rows become cases, which are known, which are wrong."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import RIGHTS, Access, Right
from cases.administration import refuse_unless
from cases.database import Database
from cases.errors import Invalid
from cases.events import digest
from cases.imported import ImportedCase
from cases.importing.clocks import with_clocks
from cases.importing.rows import Row
from cases.importing.words import CATEGORIES, PROBABILITIES, SEVERITIES, SUBCATEGORIES, meant
from cases.people import OWN, Unit
from cases.roster_directory import by_name
from cases.sent import load
from workflow.definitions.deviation.earlier import EarlierDeviation
from workflow.fields import Message
from workflow.moments import day_of
from workflow.words import _

AT_A_TIME = 500
"""References asked for in one query."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A row that can become a case; `said` are its times, `stored` the same with all else as JSON.

    `occurred_at` is when it was reported where the earlier system does not know.
    """

    line: int
    reference: str
    unit_id: int
    category: str
    occurred_at: datetime
    said: Mapping[str, datetime]
    stored: Mapping[str, Any]
    digest: str

    @property
    def reported_at(self) -> datetime:
        """When the case is counted as opened."""
        return self.said["reported_at"]

    @property
    def closed_at(self) -> datetime | None:
        """None for a case that goes on here."""
        return self.said.get("closed_at")


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be read in; `column` is empty when it is the row as a whole.

    None of it repeats what the row says.
    """

    line: int
    column: str
    reason: Message


@dataclass(frozen=True)
class Plan:
    """`known` are the rows read in before."""

    new: tuple[Earlier, ...]
    known: int
    faults: tuple[Fault, ...]

    @property
    def wrong_rows(self) -> int:
        """A row may have several faults."""
        return len({fault.line for fault in self.faults})

    @property
    def open(self) -> int:
        """How many of the new go on here."""
        return sum(each.closed_at is None for each in self.new)

    @property
    def per_year(self) -> Mapping[tuple[int, str], int]:
        """The new by year of the event (Stockholm) and category."""
        return Counter((day_of(each.occurred_at).year, each.category) for each in self.new)


def plan(database: Database, access: Access | None, rows: Iterable[Row], now: datetime) -> Plan:
    """Changes nothing; no access is the command line's, which may read in for every unit.

    The database is asked before and after: it would not wait while 100,000 rows are looked through.
    """
    if access is not None:
        refuse_unless(access, Right.IMPORT_HISTORY)
    with database.reading() as session:
        reading = _Reading(session, access, now)
    read, faults = list[Earlier](), list[Fault]()
    lines = dict[str, int]()
    for row in rows:
        try:
            earlier = reading.read(row)
            _refuse_again(earlier, lines)
        except Invalid as invalid:
            faults += reading.faults(row.line, invalid)
        else:
            read.append(earlier)
    with database.reading() as session:
        before = _known(session, read)
    changed = [each for each in read if before.get(each.reference, each.digest) != each.digest]
    faults += [Fault(each.line, "", CHANGED) for each in changed]
    return Plan(
        tuple(each for each in read if each.reference not in before),
        len(before) - len(changed),
        tuple(sorted(faults, key=lambda fault: fault.line)),
    )


CHANGED = Message(_("Raden är ändrad sedan den lästes in. Rätta i ärendet i stället."))
NO_UNIT = Message(_("Enheten finns inte, eller två enheter heter så."))
NOT_YOURS = Message(_("Du får inte läsa in ärenden för den enheten."))
CLOSED_UNIT = Message(_("Enheten är stängd, så ett öppet ärende kan inte läsas in där."))
TOO_LONG = Message(_("Raden har fler celler än rubriker. Står ett skiljetecken i en text?"))


class _Reading:
    def __init__(self, session: Session, access: Access | None, now: datetime) -> None:
        self.form = EarlierDeviation(now=now)
        units = session.scalars(select(Unit).where(Unit.key != OWN)).all()
        self.units = by_name((name, each) for each in units for name in (each.key, each.name))
        self.may = access.units(RIGHTS[Right.IMPORT_HISTORY]) if access else None
        self.today = day_of(now)

    def read(self, row: Row) -> Earlier:
        if row.too_long:
            raise Invalid({"": [TOO_LONG]})
        unit, wrong = self._unit(row.cells.get("unit", ""), is_open=not row.cells.get("closed_at"))
        try:
            loaded = load(self.form, _answers(row.cells))
        except Invalid as invalid:
            raise Invalid({**wrong, **invalid.errors}) from None
        if unit is None or wrong:
            raise Invalid(wrong)
        stored = self.form.dump(loaded)
        return Earlier(
            row.line,
            loaded["reference"],
            unit.id,
            loaded["kind"],
            loaded.get("occurred_at") or loaded["reported_at"],
            {name: value for name, value in loaded.items() if isinstance(value, datetime)},
            stored,
            digest(unit.key, stored),
        )

    def faults(self, line: int, invalid: Invalid) -> list[Fault]:
        return [
            Fault(line, self._label(name), reason)
            for name, reasons in invalid.errors.items()
            for reason in reasons
        ]

    def _label(self, name: str) -> str:
        if name in ("", "unit"):
            return _("Enhet") if name else ""
        label: str = self.form.fields[name].metadata["label"]
        return label

    def _unit(self, name: str, *, is_open: bool) -> tuple[Unit | None, dict[str, list[Message]]]:
        unit = self.units.get(name.casefold())
        if unit is None:
            return None, {"unit": [NO_UNIT]}
        if self.may is not None and unit.id not in self.may:
            return unit, {"unit": [NOT_YOURS]}
        if is_open and unit.closed_on is not None and unit.closed_on <= self.today:
            return unit, {"unit": [CLOSED_UNIT]}
        return unit, {}


def _answers(cells: Mapping[str, str]) -> dict[str, str]:
    """The row as answers of its form, in the words of its choices."""
    said = {
        "reference": cells.get("reference", ""),
        "kind": meant(cells.get("category", ""), CATEGORIES),
        "medication_kind": meant(cells.get("subcategory", ""), SUBCATEGORIES),
        "severity": meant(cells.get("severity", ""), SEVERITIES),
        "probability": meant(cells.get("probability", ""), PROBABILITIES),
        "what_happened": cells.get("description", ""),
        **with_clocks(cells),
    }
    if said["medication_kind"] and said["kind"] != "medication":
        raise Invalid({"medication_kind": [ONLY_MEDICATION]})
    if "occurred_at" not in said and "reported_at" in said:
        said["discovered_at"] = said["reported_at"]  # at the latest
    return said


ONLY_MEDICATION = Message(_("Bara läkemedel har underkategorier. Lämna tomt."))


def _refuse_again(earlier: Earlier, lines: dict[str, int]) -> None:
    first = lines.setdefault(earlier.reference, earlier.line)
    if first != earlier.line:
        raise Invalid({"reference": [Message(_("Samma nummer står på rad %(n)s."), n=first)]})


def _known(session: Session, read: Sequence[Earlier]) -> dict[str, str]:
    """The digest of each reference that has been read in before."""
    known = dict[str, str]()
    for begins in range(0, len(read), AT_A_TIME):
        asked = [each.reference for each in read[begins : begins + AT_A_TIME]]
        known |= known_among(session, asked)
    return known


def known_among(session: Session, references: Sequence[str]) -> dict[str, str]:
    """Those read in before, with the digests of their rows."""
    found = select(ImportedCase.reference, ImportedCase.digest).where(
        ImportedCase.reference.in_(references)
    )
    return dict(session.execute(found).all())
