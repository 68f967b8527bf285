"""Writing the log, and proving that nobody has changed it."""

import hashlib
import json
import secrets
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, insert, select, update
from sqlalchemy.orm import Session

from cases.errors import NotFound
from cases.log import CaseEvent, Checkpoint, CheckpointHead, EventText
from cases.models import Case, ReferenceCounter
from workflow.holidays import STOCKHOLM
from workflow.words import _

LATE_AFTER = timedelta(hours=2)
"""An entry recorded later than this after the event is marked late (as long as the assessment)."""


def digest(*parts: Any) -> str:
    """SHA-256 over canonical JSON, so that both databases give the same sum."""
    return hashlib.sha256(
        json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def append(
    session: Session,
    case: Case,
    type_: str,
    now: datetime,
    *,
    actor_id: int | None = None,
    data: dict[str, Any] | None = None,
    text: dict[str, Any] | None = None,
    occurred_at: datetime | None = None,
) -> None:
    """Adds the case's next event; the caller holds the case's row (locked_case)."""
    salt = secrets.token_hex(16)
    event = event_row(
        case.id, case.reference, case.head_sequence + 1, case.head_hash, type_,
        occurred_at or now, now, actor_id, data or {}, None if text is None else digest(salt, text),
    )  # fmt: skip
    connection = session.connection()
    id_ = connection.scalars(_ADD_EVENT, event).one()
    if text is not None:
        connection.execute(
            _ADD_TEXT, {"event_id": id_, "salt": salt, "body": text, "disposed_at": None}
        )
    case.head_sequence, case.head_hash = event["sequence"], event["hash"]


# An event is never changed, so that the session need not keep it.
_ADD_EVENT, _ADD_TEXT = insert(CaseEvent).returning(CaseEvent.id), insert(EventText)


def event_row(
    case_id: int,
    reference: str,
    sequence: int,
    previous_hash: str,
    type_: str,
    occurred_at: datetime,
    recorded_at: datetime,
    actor_id: int | None,
    data: dict[str, Any],
    text_digest: str | None,
) -> dict[str, Any]:
    """A row of the log, sealed."""
    return {
        "case_id": case_id,
        "sequence": sequence,
        "type": type_,
        "occurred_at": occurred_at,
        "recorded_at": recorded_at,
        "actor_id": actor_id,
        "data": data,
        "text_digest": text_digest,
        "previous_hash": previous_hash,
        "hash": chain_hash(
            reference, sequence, type_, occurred_at, recorded_at, actor_id, data, text_digest,
            previous_hash,
        ),
    }  # fmt: skip


def chain_hash(
    reference: str,
    sequence: int,
    type_: str,
    occurred_at: datetime,
    recorded_at: datetime,
    actor_id: int | None,
    data: dict[str, Any],
    text_digest: str | None,
    previous_hash: str,
) -> str:
    """What an event is sealed with: all of it but its text, whose digest stands for it."""
    return digest(
        reference, sequence, type_, occurred_at.timestamp(), recorded_at.timestamp(), actor_id,
        data, text_digest, previous_hash,
    )  # fmt: skip


def _hash(reference: str, event: CaseEvent) -> str:
    return chain_hash(
        reference, event.sequence, event.type, event.occurred_at, event.recorded_at,
        event.actor_id, event.data, event.text_digest, event.previous_hash,
    )  # fmt: skip


def locking(which: ColumnElement[bool]) -> Select[Case]:
    """Cases with their rows locked until the transaction ends, in the order of their references."""
    return (
        select(Case)
        .where(which)
        .order_by(Case.reference)
        .with_for_update(of=Case)
        # What was read before the lock may have been changed by the one who held it.
        .execution_options(populate_existing=True)
    )


def locked_case(session: Session, reference: str) -> Case:
    """The case with its row locked until the transaction ends; raises NotFound."""
    case = session.scalar(locking(Case.reference == reference))
    if case is None:
        raise NotFound(_("Ärendet finns inte."))
    return case


_EVENTS = (
    select(CaseEvent).where(CaseEvent.case_id == bindparam("case")).order_by(CaseEvent.sequence)
)


def events_of(session: Session, case_id: int) -> list[CaseEvent]:
    """The case's whole log, oldest first."""
    return list(session.scalars(_EVENTS, {"case": case_id}))


def dispose(session: Session, event: CaseEvent, now: datetime) -> None:
    """Empties what was typed (gallring); the event itself and the chain stay as they are."""
    session.execute(
        update(EventText).where(EventText.event_id == event.id).values(body=None, disposed_at=now)
    )


Head = tuple[str, int, str]
"""A case's reference with the sequence and the hash of its last event."""


def unsealed(session: Session) -> list[Head]:
    """Cases changed since they were last sealed, in the order of their references."""
    # A sequence never comes twice in a case, so what is sealed is known by it.
    sealed = select(CheckpointHead.reference).where(
        CheckpointHead.reference == Case.reference, CheckpointHead.sequence == Case.head_sequence
    )
    rows = session.execute(
        select(Case.reference, Case.head_sequence, Case.head_hash)
        .where(~sealed.exists())
        .order_by(Case.reference)
    )
    return [(reference, sequence, head) for reference, sequence, head in rows]


def seal_day(session: Session, now: datetime, heads: Sequence[Head]) -> Checkpoint | None:
    """Seals what `unsealed` found, once a day (Stockholm); else None."""
    day = now.astimezone(STOCKHOLM).date()
    last = session.scalar(select(Checkpoint).order_by(Checkpoint.id.desc()).limit(1))
    if last is not None and last.day >= day:
        return None
    previous = last.hash if last else ""
    checkpoint = Checkpoint(
        day=day, sealed_at=now, previous_hash=previous, hash=_seal(day, previous, heads)
    )
    session.add(checkpoint)
    session.flush()
    if heads:
        session.connection().execute(
            insert(CheckpointHead),
            [
                {"checkpoint_id": checkpoint.id, "reference": case, "sequence": n, "hash": hash_}
                for case, n, hash_ in heads
            ],
        )
    return checkpoint


def _seal(day: date, previous: str, heads: Sequence[Head]) -> str:
    return digest(day.isoformat(), previous, heads)


def faults_of_log(session: Session) -> Iterator[str]:
    """Every sign of tampering, in Swedish; nothing when the log is whole."""
    heads: dict[tuple[str, int], str] = {}
    for case in session.scalars(select(Case).order_by(Case.id)):
        yield from _faults_of_chain(session, case, heads)
    previous = ""
    for checkpoint in session.scalars(select(Checkpoint).order_by(Checkpoint.id)):
        heads_then = [(h.reference, h.sequence, h.hash) for h in checkpoint.heads]
        seal = _seal(checkpoint.day, checkpoint.previous_hash, heads_then)
        if checkpoint.previous_hash != previous or checkpoint.hash != seal:
            yield f"Dagens kontrollpunkt {checkpoint.day} är ändrad."
        previous = checkpoint.hash
        for head in checkpoint.heads:
            found = heads.get((head.reference, head.sequence))
            if found is None:
                yield f"{head.reference}: händelse {head.sequence} är försvunnen."
            elif found != head.hash:
                day = checkpoint.day
                yield f"{head.reference}: händelse {head.sequence} är utbytt sedan {day}."
    yield from _vanished(session)


def _faults_of_chain(
    session: Session, case: Case, heads: dict[tuple[str, int], str]
) -> Iterator[str]:
    previous, sequence = "", 0
    for event in events_of(session, case.id):
        sequence += 1
        heads[case.reference, event.sequence] = event.hash
        if event.sequence != sequence or event.previous_hash != previous:
            yield f"{case.reference}: kedjan är bruten vid händelse {event.sequence}."
        if event.hash != _hash(case.reference, event):
            yield f"{case.reference}: händelse {event.sequence} är ändrad."
        text = event.text
        if event.text_digest is not None and text is None:
            yield f"{case.reference}: texten till händelse {event.sequence} är borttagen."
        elif text is not None and text.body is not None:
            if event.text_digest != digest(text.salt, text.body):
                yield f"{case.reference}: texten till händelse {event.sequence} är ändrad."
        elif text is not None and text.disposed_at is None:
            yield f"{case.reference}: texten till händelse {event.sequence} är tömd utan gallring."
        sequence, previous = event.sequence, event.hash
    if (case.head_sequence, case.head_hash) != (sequence, previous):
        yield f"{case.reference}: den senaste händelsen är borttagen eller huvudet är ändrat."


def _vanished(session: Session) -> Iterator[str]:
    references = set(session.scalars(select(Case.reference)))
    for counter in session.scalars(select(ReferenceCounter)):
        for number in range(1, counter.last + 1):
            reference = reference_text(counter.prefix, counter.year, number)
            if reference not in references:
                yield f"{reference}: ärendet är försvunnet."


def reference_text(prefix: str, year: int, number: int) -> str:
    """A reference to read out over the phone, for example AVV-2026-0412."""
    return f"{prefix}-{year}-{number:04d}"


def next_reference(session: Session, prefix: str, now: datetime) -> str:
    """The next gapless number of the year (Stockholm); waits for another writer's."""
    return next_references(session, prefix, now.astimezone(STOCKHOLM).year, 1)[0]


def next_references(session: Session, prefix: str, year: int, many: int) -> list[str]:
    """As next_reference, for many cases of one year at once."""
    counter = session.get(ReferenceCounter, (prefix, year), with_for_update=True)
    if counter is None:
        counter = ReferenceCounter(prefix=prefix, year=year, last=0)
        session.add(counter)
    first = counter.last + 1
    counter.last += many
    session.flush()
    return [reference_text(prefix, year, number) for number in range(first, first + many)]
