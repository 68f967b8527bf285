"""The case's own rows by SQLAlchemy's ORM, for peers that leave them to the developer."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import DateTime, Engine, ForeignKey, Index, UniqueConstraint, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import JSON

from benchmarks.peers.work import REPORTED, visit


class Base(DeclarativeBase):
    """Its tables are Vårdtråd's, without what only Vårdtråd keeps."""

    type_annotation_map = {datetime: DateTime(timezone=True), dict[str, Any]: JSON}


class Case(Base):
    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": revision}


class Step(Base):
    __tablename__ = "steps"
    __table_args__ = (Index("ix_steps_due", "condition", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    key: Mapped[str]
    role: Mapped[str] = mapped_column(default="nurse")
    condition: Mapped[str] = mapped_column(default="open")
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Timer(Base):
    __tablename__ = "timers"
    __table_args__ = (UniqueConstraint("step_id", "rung"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("steps.id"))
    rung: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class Line(Base):
    __tablename__ = "timeline"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    type: Mapped[str]
    at: Mapped[datetime]
    body: Mapped[dict[str, Any]]


class Submission(Base):
    __tablename__ = "submissions"

    key: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]


@dataclass(frozen=True)
class Fall:
    """A case with its open assessment."""

    case_id: int
    step_id: int


def durable(engine: Engine) -> None:
    """SQLite with a write-ahead log and on the disk at each commit, as ours."""

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")


def reported(session: Session) -> Fall:
    """A new case with its first step and that step's timers."""
    case = Case(state=REPORTED)
    session.add(case)
    session.flush()
    now = datetime.now(UTC)
    opening = {"called_at": now.isoformat(), "what_happened": "Föll vid sängen."}
    session.add(Line(case_id=case.id, type="opened", at=now, body=opening))
    return Fall(case.id, _opened(session, case.id, "assess"))


def held(session: Session, fall: Fall) -> tuple[Case, Step]:
    """Read and locked; raises LookupError when the step is done."""
    case = session.scalars(select(Case).where(Case.id == fall.case_id).with_for_update()).one()
    step = session.get_one(Step, fall.step_id)
    if step.condition != "open":
        raise LookupError(fall)
    return case, step


def move_on(session: Session, case: Case, step: Step, state: str, answer: dict[str, Any]) -> None:
    """What doing the step writes; the caller has checked the answer and chosen the state."""
    now = datetime.now(UTC)
    case.state = state
    step.condition, step.ended_at = "done", now
    for timer in session.scalars(select(Timer).where(Timer.step_id == step.id)):
        session.delete(timer)
    session.add_all(
        [
            Line(case_id=case.id, type="step_done", at=now, body={"assess": answer}),
            Line(case_id=case.id, type="advanced", at=now, body={"state": state}),
            Submission(key=uuid4().hex, case_id=case.id, at=now),
        ]
    )
    _opened(session, case.id, state)


def _opened(session: Session, case_id: int, key: str) -> int:
    now = datetime.now(UTC)
    lines = select(Line).where(Line.case_id == case_id).order_by(Line.id)
    opening = next(line.body for line in session.scalars(lines).all() if line.type == "opened")
    due = visit(datetime.fromisoformat(opening["called_at"]), now)
    step = Step(case_id=case_id, key=key, opened_at=now, due_at=due.due_at)
    session.add(step)
    session.flush()
    session.add_all([Timer(step_id=step.id, rung=rung, at=at) for rung, at in due.timers])
    session.flush()
    return step.id
