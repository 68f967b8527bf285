"""From notifications to a mail: Swedish, plain and HTML, one mail to one person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from notifications.messages import Line, line
from notifications.models import Notification, OutboxMail
from notifications.rungs import is_tell
from workflow.messages import Message
from workflow.routines import Routines
from workflow.words import _

SENDER_NAME = "Vårdtråd"

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
    """Who the mail is from, and where its links begin; raises BadAddress for a faulty address."""

    address: str
    base_url: str

    def __post_init__(self) -> None:
        parsed(self.address)

    @property
    def domain(self) -> str:
        """What stands after the @ of the sender; message ids end with it."""
        return self.address.rpartition("@")[2]

    def link(self, reference: str) -> str:
        """The case's page."""
        return f"{self.base_url.rstrip('/')}/arende/{reference}"


@dataclass(frozen=True)
class Writer:
    """Writes the mails of the routines in force."""

    routines: Routines
    sender: Sender

    def write(
        self, mail: OutboxMail, notifications: Collection[Notification], now: datetime
    ) -> EmailMessage:
        """Fills the mail's texts as of `now`; raises BadAddress."""
        lines = self._lines(notifications, now)
        assert mail.recipient is not None, "a mail with notifications is to one of our people"
        mail.to_address = mail.recipient.email
        mail.subject = _subject(lines)
        words = {
            "subject": mail.subject,
            "lines": [(each, self.sender.link(each.reference)) for each in lines],
            "open": _("Öppna ärendet"),
            "footer": _(
                "Mejlet skickas av Vårdtråd och går inte att svara på."
                " Uppgifter om patienten finns bara i ärendet."
            ),
        }
        mail.text = _templates.get_template("mail.txt").render(words)
        mail.html = _templates.get_template("mail.html").render(words)
        return self._message(mail, lines)

    def _lines(self, notifications: Collection[Notification], now: datetime) -> Sequence[Line]:
        """One for each step though several rungs of it wait, the one with least time left first."""
        newest = {(n.step_id, n.rung if is_tell(n.rung) else ""): n for n in notifications}
        in_order = sorted(newest.values(), key=lambda n: (n.step.due_at, n.id))
        return [line(self.routines, n, now) for n in in_order]

    def _message(self, mail: OutboxMail, lines: Sequence[Line]) -> EmailMessage:
        message = EmailMessage(SMTP)
        message["From"] = parsed(self.sender.address, SENDER_NAME)
        message["To"] = parsed(mail.to_address)
        message["Subject"] = mail.subject
        message["Date"] = mail.created_at
        message["Message-ID"] = mail.message_id
        if len({each.reference for each in lines}) == 1:
            message["References"] = f"<{lines[0].reference}@{self.sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"  # Exchange's own word for the same
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        return message


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
