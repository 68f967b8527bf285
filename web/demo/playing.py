"""Exempelby's past played once more: each deed by its person, with the sweep running between."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases import operations
from cases.access import Access, access_of
from cases.conferences import take_up
from cases.doing import step_form
from cases.events import events_of
from cases.models import OPEN, Case, CaseStep, PendingEscalation
from cases.offers import opening_offers
from cases.operations import Sent
from cases.people import Membership, Patient, Person, Unit
from cases.standing import engine_of, facts_of, newest_forms
from notifications.channels import FolderChannel
from notifications.compose import Sender
from notifications.models import Notification
from notifications.outbox import deliver
from notifications.recipients import people_behind
from notifications.sweep import sweep
from web.demo.answers import Answers, measure_key, usual
from web.demo.stories import REPORT, Deed, Story
from web.door import Vardtrad
from workflow.forms import Form
from workflow.ladders import RESPONSIBLE
from workflow.roles import Role

DEVIATION = "deviation"
OTHER = "other"


class Playing:
    """Mails go to the folder, whatever the settings say: nobody is to be mailed about the past."""

    def __init__(self, wiring: Vardtrad) -> None:
        self.wiring = wiring
        settings = wiring.settings
        self.channel = FolderChannel(Path(settings.mail_folder))
        self.sender = Sender(settings.mail_from, settings.base_url)
        self.references: dict[str, str] = {}

    def sweep_until(self, moment: datetime) -> None:
        """Wakes the sweep whenever it had something to do before the moment."""
        while (due := self._next_due()) is not None and due < moment:
            self.sweep_at(due)
            if self._next_due() == due:
                raise RuntimeError(f"the sweep leaves what is due at {due}")

    def sweep_at(self, now: datetime) -> None:
        """One pass, with the mails that come of it."""
        sweep(self.wiring.database, self.wiring.routines, now)
        deliver(self.wiring.database, self.wiring.routines, self.channel, self.sender, now)

    def do(self, deed: Deed) -> None:
        """The deed as its own transaction."""
        self.wiring.database.run(lambda session: _Doing(session, self, deed).do())

    def _next_due(self) -> datetime | None:
        with self.wiring.database.reading() as session:
            rung = session.scalar(select(func.min(PendingEscalation.at)))
            waiting = (Notification.outbox_id.is_(None), Notification.dropped_at.is_(None))
            mail = session.scalar(select(func.min(Notification.send_after)).where(*waiting))
        return min((moment for moment in (rung, mail) if moment), default=None)
