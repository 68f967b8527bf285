"""Whatever is typed or stored about a patient or a place of care, no mail holds it."""

from datetime import timedelta
from email.message import EmailMessage
from html import escape
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from cases.access import access_of
from cases.models import CaseStep
from cases.operations import Sent, note
from cases.people import Patient, Person, Unit
from notifications.channels import SmtpChannel
from tests.notifications.town import ASSESSMENT, FRIDAY, Town, texts
from tests.servers.smtp import Mailbox
from workflow.definitions.deviation import DEVIATION
from workflow.field_types import Line
from workflow.forms import Form

# Letters that no word of a mail is written with, so that a find is a leak and never a chance.
TYPED = st.text("αβγδεζηθικлмнпрстअआइईکھ", min_size=4, max_size=30)

WHOLE_LADDERS = timedelta(days=6)


@pytest.fixture
def staff(town: Town) -> dict[str, int]:
    return town.staff()


def always_shown(form: Form) -> list[str]:
    """The fields anybody can type in, whatever else is chosen."""
    return [
        name
        for name, field in form.fields.items()
        if isinstance(field, Line) and "shown_when" not in field.metadata
    ]


def everything_in(message: EmailMessage) -> str:
    """Headers, both parts as read, and the mail as it went over the wire."""
    headers = "\n".join(f"{name}: {value}" for name, value in message.items())
    return "\n".join([headers, *texts(message).values(), message.as_string()])


def disguises(text: str) -> set[str]:
    return {text, escape(text), quote(text), quote(text, safe=""), text.casefold()}


# Shrinking would play whole ladders for minutes, and any one leak says enough.
@settings(
    max_examples=6,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(words=st.lists(TYPED, min_size=30, max_size=30, unique=True))
def test_no_mail_holds_what_was_typed_or_whom_it_is_about(
    town: Town, staff: dict[str, int], smtp: Mailbox, words: list[str]
):
    smtp.messages.clear()
    secret = iter(words)
    with town.database.transaction() as session:
        session.execute(update(Patient).values(name=next(secret), sort_name=next(secret)))
        session.execute(update(Unit).values(name=next(secret)))
        session.execute(update(Person).values(name=next(secret)))
    form = DEVIATION.opening(now=FRIDAY, offers={})
    typed: dict[str, Any] = {name: next(secret) for name in always_shown(form)}
    assert {"what_happened", "sbar_situation", "called_who"} <= typed.keys()
    reference = town.report(staff["wilma"], FRIDAY, misconduct_suspected=True, **typed)
    assessed = town.report(staff["wilma"], FRIDAY)
    serious = ASSESSMENT | {"own_assessment": next(secret), "severity": "4"}
    town.do(staff["nils"], assessed, "assess", FRIDAY, serious)
    with town.database.transaction() as session:
        access = access_of(session, session.get_one(Person, staff["nils"]), FRIDAY)
        note(session, access, reference, Sent({"note": next(secret)}, str(uuid4())), FRIDAY)
        # A measure's text can be an item's label; here it is even the key.
        step = update(CaseStep).where(CaseStep.item == "")
        session.execute(step.values(item=next(secret)))
    for moment in (FRIDAY, FRIDAY + timedelta(hours=2), FRIDAY + WHOLE_LADDERS):
        town.sweep(moment)
        town.send(SmtpChannel(smtp.url), moment)
    assert {m["To"].split("@")[0] for m in smtp.messages} == {"nils", "eva", "hans", "mia"}
    about = ["189001019802", "18900101", "solgarden", "Solgården", "Test Persson"]
    kept = "\n".join(f"{mail.subject}\n{mail.text}\n{mail.html}" for mail in town.mails())
    sent = kept + "\n".join(everything_in(message) for message in smtp.messages)
    leaked = [w for w in [*words, *about] if any(d in sent for d in disguises(w))]
    assert leaked == []
