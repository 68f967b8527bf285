"""Carrying out what the engine answered: steps opened and closed with their clocks and rungs."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Integer, String, bindparam, delete, exists, insert, inspect, select
from sqlalchemy.orm import Session

from cases.chains import Chain, write_events
from cases.database import UTCDateTime
from cases.models import NOT_NEEDED, OPEN, Case, CaseStep, PendingEscalation
from cases.rows import add_step, change
from cases.standing import open_steps
from workflow.engine import Engine, Opening, Outcome, StepRef
from workflow.facts import Facts

ADVANCED = "advanced"
"""The event of an outcome."""

LATE = "late:"
"""The rung of a step that opened with rungs already gone; no ladder's key has a colon."""

TELL = "tell:"
"""Begins the rung of a message that stays to be sent though its step is done."""

OUT = "out:"
"""The row that fires when the time of a step that moves on runs out; addresses nobody."""


def apply(
    session: Session,
    case: Case,
    outcome: Outcome,
    facts: Facts,
    now: datetime,
    actor_id: int | None,
    log: Chain | None = None,
) -> None:
    """Brings the case to where the outcome says, and tells so in one event.

    `log` has the event of the change that led here, when that is still to be written and counted.
    """
    counted = {"revision": case.revision + 1} if log else {}
    log = log or Chain.of(case)
    for step in open_steps(case):
        if StepRef(step.key, step.item) in outcome.not_needed:
            end(session, step, NOT_NEEDED, now, actor_id)
    if outcome.path or outcome.opened or outcome.not_needed:
        log.add(ADVANCED, now, way_taken(outcome), actor_id=actor_id)
    if not log.events:
        return
    write_events(session, [log])
    change(
        session, case, state=outcome.state, round=outcome.round,
        head_sequence=log.sequence, head_hash=log.hash, **counted,
    )  # fmt: skip
    rungs = list[dict[str, Any]]()
    for opening in outcome.opened:
        columns = step_fields(outcome.state, outcome.round, opening, facts, now)
        step = add_step(session, case, columns)
        rungs += [rung | {"step_id": step.id} for rung in rungs_of(opening, now)]
    if rungs:
        arm(session, rungs)


def way_taken(outcome: Outcome) -> dict[str, Any]:
    """What the event of an outcome tells."""
    return {
        "state": outcome.state,
        "round": outcome.round,
        "path": list(outcome.path),
        "opened": [[each.step.key, each.item.key] for each in outcome.opened],
        "not_needed": [[ref.key, ref.item] for ref in outcome.not_needed],
    }


_ARM = insert(PendingEscalation).inline()  # no ids are asked for
_DISARM = delete(PendingEscalation).where(
    PendingEscalation.step_id == bindparam("step"), PendingEscalation.rung.not_like(f"{TELL}%")
)


def end(
    session: Session, step: CaseStep, condition: str, now: datetime, actor_id: int | None
) -> None:
    """Closes a step; its pending rungs go with it, but not what somebody must be told."""
    change(session, step, condition=condition, ended_at=now, ended_by=actor_id)
    if "pending" in inspect(step).unloaded:
        # Nobody has read them, so they need not be read to be thrown away.
        session.connection().execute(_DISARM, {"step": step.id})
    else:
        step.pending[:] = [pending for pending in step.pending if pending.rung.startswith(TELL)]


def step_fields(
    state: str, round_: int, opening: Opening, facts: Facts, now: datetime
) -> dict[str, Any]:
    """The columns of a CaseStep that opens, but for its case's."""
    return {
        "state": state,
        "key": opening.step.key,
        "item": opening.item.key,
        "round": round_,
        "condition": OPEN,
        "roles": [str(role) for role in opening.step.by.roles(facts, opening.item)],
        "opened_at": now,
        **clock_fields(opening),
        **UNTAKEN,
    }


UNTAKEN: dict[str, Any] = dict.fromkeys(
    ("claimed_by", "acknowledged_by", "acknowledged_until", "ended_at", "ended_by")
)
"""The columns of a step that nobody has taken up."""


def rungs_of(opening: Opening, now: datetime) -> list[dict[str, Any]]:
    """The columns of a new step's pending rungs, but for its id; those already gone as one."""
    passed = [key for at, key in opening.rungs if at <= now]
    rungs = [_rung(key, at) for at, key in opening.rungs if key not in passed]
    rungs += [_rung(OUT, max(at, now)) for at in runs_out(opening)]
    if passed:
        rungs.append(_rung(LATE, now) | {"passed": passed})
    return rungs


def _rung(key: str, at: datetime) -> dict[str, Any]:
    return {"rung": key, "at": at, "planned_at": at, "passed": []}


def arm(session: Session, rungs: Sequence[Mapping[str, Any]]) -> None:
    """Adds pending rungs; those of a step just opened are not read back, so that none is held."""
    session.connection().execute(_ARM, rungs)


def pending_rung(rung: str, at: datetime, now: datetime) -> PendingEscalation:
    """At its moment, or at once when that has passed."""
    return PendingEscalation(rung=rung, at=max(at, now), planned_at=max(at, now), passed=[])


def runs_out(opening: Opening) -> tuple[datetime, ...]:
    """The moment when the rules want to know that nothing was done, if they do."""
    due = opening.clock.due
    return (due.astimezone(UTC),) if due and opening.step.moves_on else ()


def set_clock(step: CaseStep, opening: Opening) -> None:
    """Moves an open step's clock; its rungs are left as they are."""
    for name, value in clock_fields(opening).items():
        setattr(step, name, value)


def clock_fields(opening: Opening) -> dict[str, Any]:
    """Stores the reckoning whole, so that a changed calendar or rule never moves it in silence."""
    clock, due = opening.clock, opening.clock.due
    assert due is not None, "faults_of refuses a step whose rule gives no due time"
    basis = opening.step.due.basis
    words = {"since": opening.step.due.since.label, "basis": basis.text}
    return {
        "due_at": due.astimezone(UTC),
        "target_at": clock.target,
        "legal_latest_at": clock.legal_latest,
        "clock": clock.as_json() | words | {"basis_kind": str(basis.kind)},
    }


def tell(
    session: Session,
    engine: Engine,
    before: Facts | None,
    after: Facts,
    about: CaseStep,
    now: datetime,
) -> None:
    """Arms the messages whose rule holds now and did not before."""
    told = _holding(engine, after) - (_holding(engine, before) if before else set())
    if told:
        session.connection().execute(
            _TELL, [{"about": about.id, "tell": rung, "now": now} for rung in sorted(told)]
        )


_STILL = PendingEscalation.__table__.alias()
_TELL = insert(PendingEscalation).from_select(
    ["step_id", "rung", "at", "planned_at", "passed"],
    select(
        bindparam("about", type_=Integer), bindparam("tell", type_=String),
        bindparam("now", type_=UTCDateTime), bindparam("now", type_=UTCDateTime),
        bindparam("none", [], type_=JSON),
    ).where(
        ~exists().where(_STILL.c.step_id == bindparam("about"), _STILL.c.rung == bindparam("tell"))
    ),
)  # fmt: skip
"""A message that waits to be sent already is not armed again."""


def tells_of(engine: Engine, facts: Facts, now: datetime) -> list[dict[str, Any]]:
    """The columns, but for their step's id, of what must be told of a case that begins so."""
    return [_rung(key, now) for key in sorted(_holding(engine, facts))]


def _holding(engine: Engine, facts: Facts) -> set[str]:
    return {TELL + tell.key for tell in engine.definition.tells if tell.when.test(facts)}
