"""Whatever is typed or stored about a patient or a place of care, no mail about many holds it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from cases.models import Case, CaseStep
from cases.people import Patient, Person, Unit
from notifications.channels import SmtpChannel
from notifications.models import Bulletin
from tests.notifications.mornings import at, daily
from tests.notifications.test_letters_privacy import everything_in
from tests.notifications.test_orphans import without_reminders
from tests.notifications.town import Town
from tests.servers.smtp import Mailbox
from workflow.definitions.canary import CANARY
from workflow.roles import Role

SECRET = "zqvxz"
NUMBER = "189001019802"

SUNDAY = at("2026-11-22 12:00")
FOUR, CHECKED, SEVEN = (at(f"2026-11-23 {clock}") for clock in ("04:00", "05:15", "07:00"))


def test_no_bulletin_holds_what_was_typed_or_whom_it_is_about(town_on_sqlite: Town, smtp: Mailbox):
    town = town_on_sqlite
    staff = town.staff()
    town.hire("adam", Role.ADMINISTRATOR, everywhere=True)
    other = town.unit(SECRET)
    typed: dict[str, Any] = {"what_happened": SECRET, "sbar_situation": SECRET}
    overdue, moved, forgotten = (
        town.report(staff["wilma"], SUNDAY, misconduct_suspected=True, **typed) for _ in range(3)
    )
    without_reminders(town, forgotten)
    with town.database.transaction() as session:
        session.execute(update(Patient).values(name=SECRET, sort_name=SECRET))
        session.execute(update(Unit).values(name=SECRET))
        session.execute(update(Person).values(name=SECRET))
        session.execute(update(CaseStep).where(CaseStep.item == "").values(item=SECRET))
        session.execute(update(Case).where(Case.reference == moved).values(unit_id=other))
    for moment in (SUNDAY, FOUR, CHECKED, SEVEN, SEVEN + timedelta(minutes=1)):
        town.sweep(moment)
        daily(town, moment)
        if moment == FOUR:
            with town.database.transaction() as session:
                canary = update(Case).where(Case.definition == CANARY.key)
                session.execute(canary.values(closed_at=FOUR))
        town.send(SmtpChannel(smtp.url), moment)
    with town.database.reading() as session:
        kinds = set(session.scalars(select(Bulletin.kind).where(Bulletin.gathered_at.is_not(None))))
        held = "\n".join(str(data) for data in session.scalars(select(Bulletin.data)))
    assert kinds == {"overdue", "orphans", "catch_up", "canary"}
    kept = "\n".join(f"{mail.subject}\n{mail.text}\n{mail.html}" for mail in town.mails())
    sent = "\n".join(everything_in(message) for message in smtp.messages)
    for reference in (overdue, moved, forgotten):
        assert reference in sent
    for text in (kept, sent, held):
        assert SECRET not in text.casefold()
        assert NUMBER not in text
        assert NUMBER[2:] not in text
