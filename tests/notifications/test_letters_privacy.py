"""Whatever is typed in a SIP, no letter to a party outside holds it."""

from email.message import EmailMessage
from html import escape
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from cases.people import Patient, Person, Unit
from tests.notifications.calling import CLINIC, SCHOOL, Calling, party
from tests.notifications.town import FRIDAY, Town
from tests.servers.smtp import Mailbox
from workflow.definitions.sip import SIP
from workflow.field_types import Line
from workflow.forms import Form

# Letters that no word of a mail is written with, so that a find is a leak and never a chance.
TYPED = st.text("αβγδεζηθικлмнпрстअआइईکھ", min_size=4, max_size=20)


def typed_in(form: Form, secret: Any) -> dict[str, str]:
    """A text in every field that takes any."""
    return {
        name: next(secret)
        for name, field in form.fields.items()
        if isinstance(field, Line) and "shown_when" not in field.metadata
    }


def everything_in(message: EmailMessage) -> str:
    parts = [p.get_content() for p in message.walk() if not p.is_multipart()]
    read = [p.decode() if isinstance(p, bytes) else p for p in parts]
    # A long line of a calendar goes on after a line break and a space.
    unfolded = [p.replace("\r\n ", "").replace("\n ", "") for p in read]
    return "\n".join([*map(str, message.items()), message.as_string(), *read, *unfolded])


@settings(
    max_examples=4,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(words=st.lists(TYPED, min_size=60, max_size=60, unique=True))
def test_no_letter_holds_what_was_typed_or_whom_it_is_about(
    town: Town, smtp: Mailbox, words: list[str]
):
    smtp.messages.clear()
    secret = iter(words)
    with town.database.transaction() as session:
        session.execute(update(Patient).values(name=next(secret), sort_name=next(secret)))
        session.execute(update(Unit).values(name=next(secret)))
    calling = Calling(town, smtp)
    need = typed_in(SIP.opening(now=FRIDAY, offers={}), secret)
    parties = [
        party(CLINIC, next(secret), "linden@region.example", contact=next(secret)),
        party(SCHOOL, next(secret), "skola@skola.example", contact=next(secret)),
    ]
    assert "reason" in need
    calling.begin(
        {k: v for k, v in need.items() if k not in ("patient", "patient_number", "patient_name")},
        parties=parties, what_matters=next(secret), questions=next(secret),
        next_of_kin=next(secret),
    )  # fmt: skip
    with town.database.transaction() as session:
        session.execute(update(Person).values(name=next(secret)))
    calling.call(place=next(secret), called_by=next(secret))
    calling.sent()
    calling.answer_all(answered_by=next(secret), message=next(secret), who_comes=next(secret))
    calling.move(reason=next(secret), place=next(secret))
    calling.sent()
    calling.withdraw_consent()
    calling.sent()
    assert len(smtp.messages) == 6
    mails = [mail for mail in town.mails() if mail.letter_id]
    kept = "\n".join(f"{mail.subject}\n{mail.text}\n{mail.html}" for mail in mails)
    sent = kept + "\n".join(everything_in(message) for message in smtp.messages)
    about = ["189001019802", "18900101", "solgarden", calling.reference]
    assert [word for word in [*words, *about] if leaked(word, sent)] == []


def leaked(word: str, sent: str) -> bool:
    return any(each in sent for each in (word, escape(word), quote(word)))
