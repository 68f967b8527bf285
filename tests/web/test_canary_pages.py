"""The daily check on the pages: MAS may read its case, and nobody meets it anywhere else."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from cases.models import CaseStep
from notifications.daily import run
from tests.web.parish import Parish
from workflow.holidays import STOCKHOLM

REFERENCE = "KTR-2026-0001"


@pytest.fixture
def checking(parish: Parish) -> Parish:
    """At half past five the day after, when the check should have been made but has not."""
    four = (parish.now + timedelta(days=1)).astimezone(STOCKHOLM).replace(hour=4, minute=0)
    run(parish.database, parish.routines, four)
    parish.now = four + timedelta(hours=1, minutes=30)
    return parish


def test_mas_sees_it_among_the_overdue_and_can_read_it(checking: Parish):
    mats = checking.client("mats")
    assert REFERENCE in mats.get("/forsenat").text
    page = mats.get(f"/arende/{REFERENCE}")
    assert page.status_code == 200
    assert "Daglig kontroll av listan över försenat" in page.text
    assert "Listan över försenat visade inte steget" not in page.text


def test_its_timeline_tells_that_the_list_did_not_show_it(checking: Parish):
    with checking.database.transaction() as session:
        step = update(CaseStep).where(CaseStep.key == "check")
        session.execute(step.values(due_at=checking.now + timedelta(days=1)))
    run(checking.database, checking.routines, checking.now)
    page = checking.client("mats").get(f"/arende/{REFERENCE}")
    assert "Listan över försenat visade inte steget" in page.text


@pytest.mark.parametrize("who", ["ada", "nina", "ulla"])
def test_nobody_else_can_read_it(checking: Parish, who: str):
    assert checking.client(who).get(f"/arende/{REFERENCE}").status_code in (403, 404)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("ada", "/enheter"),
        ("ada", "/personer?q=v%C3%A5rdtr%C3%A5d"),
        ("ada", "/jour"),
        ("mats", "/sok?q=kontroll"),
        ("mats", "/konferenser"),
        ("mats", "/ny/deviation"),
        ("mats", "/rutiner"),
        ("mats", "/tavla"),
        ("mats", "/tysta"),
    ],
)
def test_nobody_meets_it_in_a_list(checking: Parish, who: str, path: str):
    page = checking.client(who).get(path)
    assert page.status_code == 200
    for word in ("Daglig kontroll", "Kontroll, Daglig", "vardtrad:own"):
        assert word not in page.text
    if path.startswith("/personer"):
        assert "Ingen" in page.text
