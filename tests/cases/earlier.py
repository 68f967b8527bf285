"""Rows of an earlier system's list, and how a test reads them in."""

from datetime import datetime

from cases.importing.carrying_out import import_cases
from cases.importing.plan import Plan, plan
from cases.importing.rows import read_rows
from tests.cases.village import Village
from workflow.holidays import STOCKHOLM

HEADINGS = (
    "reference,occurred_at,reported_at,category,subcategory,unit,severity,probability,"
    "assessed_at,event_report_at,closed_at,description\n"
)
CLOSED = (
    "G-1,2022-03-04 14:00,2022-03-04 15:10,fall,,tallen,3,2,"
    "2022-03-04 16:00,2022-03-07 09:00,2022-04-01 10:00,Halkade i hallen.\n"
)
OPEN_ROW = "G-2,2026-11-02 08:00,2026-11-02 09:00,läkemedel,fel dos,Tallen,,,,,,\n"

COLUMNS = HEADINGS.strip().split(",")


def row(reference: str = "G-1", **changed: str) -> str:
    """A closed fall, with what is changed."""
    plain = dict(zip(COLUMNS, CLOSED.strip().split(","), strict=True))
    return ",".join((plain | {"reference": reference} | changed).values()) + "\n"


def planned(village: Village, content: str | bytes, by: str | None = None) -> Plan:
    """What the file would do, on the page by somebody or by the command."""
    rows = read_rows(content.encode() if isinstance(content, str) else content)
    with village.database.reading() as session:
        access = village.access(session, by) if by else None
    return plan(village.database, access, rows, village.now)


def read_in(village: Village, content: str | bytes, by: int | None = None) -> int:
    """How many cases it became."""
    new = planned(village, content).new
    return sum(import_cases(village.database, village.routines, new, village.now, by))


def faults(found: Plan) -> list[tuple[int, str, str]]:
    """Line, column and reason."""
    return [(one.line, one.column, str(one.reason)) for one in found.faults]


def local(text: str) -> datetime:
    """By the clock in Stockholm."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)
