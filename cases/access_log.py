"""Who has read or searched which patient's case, when, in which role and with what result."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.database import Base


class AccessLogEntry(Base):
    """HSLF-FS 2016:40 4:9: action, unit, time, user and patient; kept at least five years."""

    __tablename__ = "access_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40))
    allowed: Mapped[bool]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patients.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
