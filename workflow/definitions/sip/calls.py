"""Forms of the call: the region's own, ours, and the one taken over; and of a new time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, validates_schema

from workflow.definitions.sip.choices import PLACES, TIME_DECISIONS
from workflow.definitions.sip.parties import booking_of, parties_of
from workflow.fields import Message, choice, line, moment, number, text
from workflow.forms import Condition, Form, Section
from workflow.moments import day_of, months_after
from workflow.words import _

FURTHEST_MONTHS = 6

MOVED: Condition = ("outcome", ("moved",))

_NOBODY_TO_CALL = _("Det finns ingen att kalla än. Gör förplaneringen först.")


class Booked(Form):
    """Whatever books a meeting; `decided` names the moment that the meeting must come after."""

    decided = "called_at"

    @validates_schema(skip_on_field_errors=False)
    def check_the_time_of_the_meeting(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Ahead when it was decided, and near enough not to be a mistyped year."""
        decided: datetime | None = data.get(self.decided)
        meeting: datetime | None = data.get("meeting_at")
        if decided is None or meeting is None:
            return
        if meeting <= decided:
            message = Message(_("Mötet måste vara senare än beslutet om det. Kontrollera tiden."))
            raise ValidationError({"meeting_at": [message]})
        if day_of(meeting) > months_after(day_of(decided), FURTHEST_MONTHS):
            message = Message(_("Välj en dag inom %(n)s månader."), n=FURTHEST_MONTHS)
            raise ValidationError({"meeting_at": [message]})


class RegionCall(Booked):
    """By the fixed care contact of the region; written down here when it has come."""

    called_at = moment(_("När skickades kallelsen?"))
    called_by = line(
        _("Vem kallade?"), help=_("Den fasta vårdkontakten i regionen: namn och enhet.")
    )
    meeting_at = moment(_("När är mötet?"), past=False)
    minutes = number(_("Hur långt är mötet?"), 10, 480, unit=_("minuter"))
    meeting_form = choice(_("Var är mötet?"), PLACES)
    place = line(_("Plats, telefonnummer eller länk"), required=False)

    when = ("called_at",)

    def initial(self) -> dict[str, Any]:
        """An hour, in the way that the person wants to meet."""
        wanted = self.facts.latest("pre_planning").get("meeting_form")
        return {"minutes": "60"} | ({"meeting_form": wanted} if wanted else {})


class Call(RegionCall):
    """By the municipality, to those whom the pre-planning names."""

    called_by = line(_("Vem kallade?"), help=_("Namn och roll."))

    def notice(self) -> str:
        """Said before somebody has filled in the form in vain."""
        return "" if parties_of(self.facts) else _NOBODY_TO_CALL

    @validates_schema(skip_on_field_errors=False)
    def refuse_a_call_to_nobody(self, _data: Mapping[str, Any], **_kwargs: Any) -> None:
        """The parties are chosen with the person, in the pre-planning."""
        if not parties_of(self.facts):
            raise ValidationError({"called_at": [Message(_NOBODY_TO_CALL)]})


class TakenOverCall(Call):
    """In the place of the region, which has let the law's three days pass."""

    region_told = text(
        _("Vad har ni sagt till regionen, och vad svarade de?"),
        required=False,
        help=_("Att kallelsen uteblev kan också bli en avvikelse till regionen."),
    )


class NewTime(Booked):
    """The fields of a meeting that is moved."""

    decided = "decided_at"

    decided_at = moment(
        _("När bestämdes den nya tiden?"), required=False, shown_when=MOVED, needed=True
    )
    meeting_at = moment(
        _("När blir mötet?"), required=False, past=False, shown_when=MOVED, needed=True
    )
    minutes = number(
        _("Hur långt blir mötet?"), 10, 480, unit=_("minuter"), required=False,
        shown_when=MOVED, needed=True,
    )  # fmt: skip
    meeting_form = choice(
        _("Var blir mötet?"), PLACES, required=False, shown_when=MOVED, needed=True
    )
    place = line(_("Plats, telefonnummer eller länk"), required=False, shown_when=MOVED)

    def initial(self) -> dict[str, Any]:
        """As long and in the same place as before."""
        booking = booking_of(self.facts)
        if booking is None:
            return {}
        before = {"minutes": str(booking.minutes), "meeting_form": booking.form}
        return before | ({"place": booking.place} if booking.place else {})


class SettleTime(NewTime):
    """When somebody has proposed another time; a new one asks everybody again."""

    outcome = choice(_("Blir det en ny tid?"), TIME_DECISIONS)
    reason = text(_("Varför?"))

    sections = (
        Section(
            "decision",
            "",
            (
                "outcome", "reason", "decided_at", "meeting_at", "minutes", "meeting_form",
                "place",
            ),
        ),
    )  # fmt: skip
