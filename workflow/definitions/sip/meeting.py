"""The form of the meeting: held, moved or cancelled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, validates_schema

from workflow.definitions.sip.calls import NewTime
from workflow.definitions.sip.choices import CAME, MEETING_OUTCOMES, PLACES, PRESENCE
from workflow.definitions.sip.parties import called_at, parties_of
from workflow.fields import Message, choice, hidden, line, moment, rows, text
from workflow.forms import Condition, Row, Section
from workflow.words import _

_HELD: Condition = ("outcome", ("held",))


class Attendance(Row):
    """Somebody who was called, or who came all the same; then `party` is empty."""

    party = hidden(required=False)
    organisation = line(_("Organisation"))
    came = choice(_("Kom de?"), CAME, widget="select")
    who = line(_("Vem eller vilka?"), required=False)


class HoldMeeting(NewTime):
    """Moved asks for the new time, cancelled leads to a new call."""

    outcome = choice(_("Hur blev det?"), MEETING_OUTCOMES)
    held_at = moment(_("När började mötet?"), required=False, shown_when=_HELD, needed=True)
    held_form = choice(_("Var hölls mötet?"), PLACES, required=False, shown_when=_HELD, needed=True)
    person_took_part = choice(
        _("Var personen med?"), PRESENCE, required=False, shown_when=_HELD, needed=True
    )
    next_of_kin = line(_("Vilka närstående var med?"), required=False, shown_when=_HELD)
    attendance = rows(_("Vilka kom, och vilka uteblev?"), Attendance, shown_when=_HELD, needed=True)
    chair = line(_("Vem ledde mötet?"), required=False, shown_when=_HELD, needed=True)
    secretary = line(_("Vem antecknade?"), required=False, shown_when=_HELD, needed=True)
    notes = text(
        _("Anteckningar"),
        required=False,
        shown_when=_HELD,
        help=_("Var personen inte med: skriv varför."),
    )
    reason = text(
        _("Varför blev det inte av?"),
        required=False,
        shown_when=("outcome", ("moved", "cancelled")),
        needed=True,
    )

    when = ("held_at",)
    sections = (
        Section(
            "meeting",
            "",
            (
                "outcome", "held_at", "held_form", "person_took_part", "next_of_kin",
                "attendance", "chair", "secretary", "notes", "reason", "decided_at",
                "meeting_at", "minutes", "meeting_form", "place",
            ),
        ),
    )  # fmt: skip

    def initial(self) -> dict[str, Any]:
        """Everybody who was called or invited."""
        parties = parties_of(self.facts)
        rows = [{"party": each.key, "organisation": each.organisation} for each in parties]
        return super().initial() | {"attendance": rows}

    @validates_schema
    def check_that_it_was_called(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Catches a mistyped year too."""
        held: datetime | None = data.get("held_at")
        called = called_at(self.facts)
        if held and called and held < called:
            message = Message(_("Mötet kan inte ha hållits före kallelsen. Kontrollera tiden."))
            raise ValidationError({"held_at": [message]})
