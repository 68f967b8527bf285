"""The ledger of pauses: while one lasts a step's clock stands, within the routine's budget."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.database import Base
from cases.models import CaseStep
from cases.people import Person


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
