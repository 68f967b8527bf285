"""From notifications or a letter to a mail: Swedish, plain and HTML, to one address."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from cases.links import AnswerLink, token_of
from notifications.bulletin_parts import Said
from notifications.calendar import invitation_file
from notifications.letter_words import Enclosed, meeting_words, words_of
from notifications.messages import Line, line
from notifications.models import Notification, OutboxMail
from notifications.rungs import is_tell
from workflow.messages import Message
from workflow.outside import Office
from workflow.routines import Routines
from workflow.words import _

SENDER_NAME = "Vårdtråd"

NAMELESS = Office()

FOOTER = _(
    "Mejlet skickas av Vårdtråd och går inte att svara på."
    " Uppgifter om patienten finns bara i ärendet."
)

MASKED = "…"
"""Stands for the secret part of a link in the copy of a letter that is kept."""

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class BadAddress(ValueError):
    """A person's mail address is not one."""


@dataclass(frozen=True)
class Sender:
    """Who the mail is from, where its links begin and the key that signs those to parties outside.

    Raises BadAddress for a faulty address.
    """

    address: str
    base_url: str
    secret_key: str = field(repr=False)
    office: Office = NAMELESS

    def __post_init__(self) -> None:
        parsed(self.address)

    @property
    def named(self) -> Address:
        """The address with the name that mail programs and calendars show beside it."""
        name = ", ".join(filter(None, (self.office.organisation, SENDER_NAME)))
        return parsed(self.address, name)

    @property
    def domain(self) -> str:
        """What stands after the @ of the sender; message ids end with it."""
        return self.address.rpartition("@")[2]

    def link(self, reference: str) -> str:
        """The case's page."""
        return self.at(f"arende/{reference}")

    def at(self, path: str) -> str:
        """The whole address of a page."""
        return f"{self.base_url.rstrip('/')}/{path}"

    def answer_page(self, link: AnswerLink) -> str:
        """Where somebody outside answers; whoever has the address has half of what it takes."""
        return self.at(f"svar/{token_of(link, self.secret_key)}")


@dataclass(frozen=True)
class Thread:
    """A key that stands in for a first mail, and the id of the first that the recipient was sent.

    Outlook goes by the topic when subjects differ, and shows it above the mails.
    """

    key: str
    first_mail: str = ""
    topic: str = ""


@dataclass(frozen=True)
class Writer:
    """Writes the mails of the routines in force."""

    routines: Routines
    sender: Sender

    def write(
        self,
        mail: OutboxMail,
        notifications: Collection[Notification],
        now: datetime,
        thread: Thread | None = None,
    ) -> EmailMessage:
        """Fills the mail's texts as of `now`; raises BadAddress."""
        lines = self._lines(notifications, now)
        assert mail.recipient is not None, "a mail with notifications is to one of our people"
        mail.to_address = mail.recipient.email
        mail.subject = _subject(lines)
        words = {
            "again": _again(mail),
            "subject": mail.subject,
            "lines": [(each, self.sender.at(each.path)) for each in lines],
            "footer": FOOTER,
        }
        mail.text, mail.html = _rendered("mail", words)
        message = self._message(mail, thread)
        _fill(message, mail.text, mail.html)
        return message

    def write_bulletin(self, mail: OutboxMail, said: Said) -> EmailMessage:
        """As `write`, about many cases."""
        assert mail.recipient is not None, "a bulletin is to one of our people"
        mail.to_address, mail.subject = mail.recipient.email, said.subject
        references = [each.reference for group in said.groups for each in group.entries]
        words = {
            "again": _again(mail),
            "words": said,
            "links": {each: self.sender.link(each) for each in references},
            "page_link": self.sender.at(said.path),
            "footer": FOOTER,
        }
        mail.text, mail.html = _rendered("bulletin", words)
        message = self._message(mail)
        _fill(message, mail.text, mail.html)
        return message

    def write_letter(self, mail: OutboxMail, enclosed: Enclosed, now: datetime) -> EmailMessage:
        """As `write`, but what is kept does not hold the address that the message does."""
        letter = mail.letter
        assert letter is not None, "only a mail with a letter encloses anything"
        mail.to_address = letter.to_address
        sender = self.sender
        said = words_of(self.routines, letter, enclosed, sender.address, sender.office)
        mail.subject = said.subject
        words = {
            "again": _("Det här mejlet kan ni redan ha fått: förra försöket fick inget svar.")
            if mail.uncertain
            else "",
            "words": said,
            "answer": _("Svara här"),
            "link": sender.at(f"svar/{MASKED}"),
        }
        mail.text, mail.html = _rendered("letter", words)
        link = {"link": sender.answer_page(enclosed.link)} if enclosed.link else {}
        message = self._message(mail, Thread(enclosed.thread) if enclosed.thread else None)
        _fill(message, *_rendered("letter", words | link))
        if enclosed.invitation:
            summary = meeting_words(self.routines, letter.case)
            file = invitation_file(enclosed.invitation, summary, sender.named, mail.to_address, now)
            _enclose(message, file, enclosed.invitation.method)
        return message

    def _lines(self, notifications: Collection[Notification], now: datetime) -> Sequence[Line]:
        """One for each step though several rungs of it wait, the one with least time left first."""
        newest = {(n.step_id, n.rung if is_tell(n.rung) else ""): n for n in notifications}
        in_order = sorted(newest.values(), key=lambda n: (n.step.due_at, n.id))
        return [line(self.routines, n, now) for n in in_order]

    def _message(self, mail: OutboxMail, thread: Thread | None = None) -> EmailMessage:
        message = EmailMessage(SMTP)
        message["From"] = self.sender.named
        message["To"] = parsed(mail.to_address)
        message["Subject"] = mail.subject
        message["Date"] = mail.created_at
        message["Message-ID"] = mail.message_id
        if thread:
            root = f"<{thread.key}@{self.sender.domain}>"
            message["References"] = f"{root} {thread.first_mail}".rstrip()
            if thread.first_mail:
                message["In-Reply-To"] = thread.first_mail
            if thread.topic:
                message["Thread-Topic"] = thread.topic
        if mail.attempts > 1:
            message["X-Vardtrad-Attempt"] = str(mail.attempts)
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"  # Exchange's own word for the same
        return message


def _again(mail: OutboxMail) -> str:
    again = _("Det här mejlet kan du redan ha fått: förra försöket fick inget svar.")
    return again if mail.uncertain else ""


def _rendered(template: str, words: Mapping[str, Any]) -> tuple[str, str]:
    text, html = (_templates.get_template(f"{template}.{kind}") for kind in ("txt", "html"))
    return text.render(words), html.render(words)


def _fill(message: EmailMessage, text: str, html: str) -> None:
    message.set_content(text)
    message.add_alternative(html, subtype="html")


def _enclose(message: EmailMessage, file: str, method: str) -> None:
    """Beside the texts for Outlook and Gmail, and as a file for everybody else."""
    message.add_alternative(file, subtype="calendar", params={"method": method})
    message.add_attachment(
        file.encode(), maintype="application", subtype="ics", filename="mote.ics"
    )


def parsed(addr_spec: str, name: str = "") -> Address:
    """One address and never two, whatever commas stand in it; raises BadAddress."""
    try:
        return Address(name, addr_spec=addr_spec)
    except (ValueError, IndexError):
        raise BadAddress from None


def _subject(lines: Sequence[Line]) -> str:
    if len(lines) == 1:
        return lines[0].subject
    late = sum(each.late for each in lines)
    if late == 0:
        return Message(_("%(steps)s steg att göra eller följa"), steps=len(lines))
    if late == 1:
        return Message(_("%(steps)s steg, varav 1 är försenat"), steps=len(lines))
    return Message(_("%(steps)s steg, varav %(late)s är försenade"), steps=len(lines), late=late)
