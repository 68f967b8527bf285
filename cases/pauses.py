"""The ledger of pauses: while one lasts a step's clock stands, within the routine's budget."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from cases.database import Base
from cases.models import CaseStep
from cases.people import Person
from workflow.pausing import Paused


class Pause(Base):
    """An interval with an end from the start; `ended_at` when somebody went on before `until`."""

    __tablename__ = "pauses"

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("case_steps.id"), index=True)
    reason: Mapped[str] = mapped_column(String(40))
    from_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    step: Mapped[CaseStep] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def stretch(self) -> Paused:
        """As far as it lasted, or will last when nobody goes on before."""
        return Paused(self.from_at, self.ended_at or self.until)


def pauses_of(session: Session, step: CaseStep) -> list[Pause]:
    """Oldest first."""
    return list(session.scalars(select(Pause).where(Pause.step_id == step.id).order_by(Pause.id)))
