"""Which cases have come from an earlier system, and what they were called there."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.database import Base

IMPORTED = "imported"
"""The event that says so; its data are severity and probability where nothing else holds them."""


class ImportedCase(Base):
    """`reference` is the earlier system's own; `digest` (SHA-256 of the row) tells a changed row.

    `person_id` is None for the command line.
    """

    __tablename__ = "imported_cases"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    reference: Mapped[str] = mapped_column(String(60), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
