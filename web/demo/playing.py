"""Exempelby's past played once more: deed by deed, with the sweep running between."""

from datetime import datetime
from pathlib import Path

from notifications.channels import FolderChannel
from notifications.next_due import next_due
from notifications.outbox import deliver
from notifications.sweep import sweep
from web.demo.doing import Doing
from web.demo.stories import Deed
from web.door import Vardtrad


class Playing:
    """Mails go to the folder, whatever the settings say: nobody is to be mailed about the past."""

    def __init__(self, wiring: Vardtrad) -> None:
        self._wiring = wiring
        settings = wiring.settings
        self._channel = FolderChannel(Path(settings.mail_folder))
        self._sender = settings.sender
        self._references: dict[str, str] = {}

    def do(self, deed: Deed) -> None:
        """The deed, after everything that the sweep had found by then."""
        self.sweep_until(deed.at)
        try:
            self._wiring.database.run(
                lambda session: Doing(session, self._wiring.routines, deed, self._references).do()
            )
        except Exception as fault:
            fault.add_note(f"{deed.story.key}: {deed.do}: {getattr(fault, 'errors', '')}")
            raise

    def sweep_until(self, moment: datetime) -> None:
        """Wakes the sweep whenever something was due before the moment."""
        while (due := self._next_due()) is not None and due < moment:
            sweep(self._wiring.database, self._wiring.routines, due)
            deliver(self._wiring.database, self._wiring.routines, self._channel, self._sender, due)
            if self._next_due() == due:
                raise RuntimeError(f"the sweep leaves what is due at {due}")

    def _next_due(self) -> datetime | None:
        with self._wiring.database.reading() as session:
            return next_due(session)
