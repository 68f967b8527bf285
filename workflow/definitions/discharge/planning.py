"""Forms of the state planning: colour, status, changed dates and the notice of readiness."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, validates, validates_schema

from workflow.definitions.discharge.choices import COLOURS, DIFFERENT, OWN_COLOURS
from workflow.definitions.discharge.stay import colour_of, estimate_of, moment_in, withdrawn_at
from workflow.definitions.discharge.times import (
    BEFORE_ADMISSION,
    BEFORE_ADMISSION_DAY,
    BEFORE_SENT,
    earlier,
    far_off,
    refuse,
)  # fmt: skip
from workflow.fields import Message, choice, day, moment, text, yes_no
from workflow.forms import Condition, Form, Section
from workflow.words import _

_DIFFERS: Condition = ("own_colour", DIFFERENT)


class Colour(Form):
    """The hospital's colour, and the municipality's own when it sees it otherwise."""

    colour = choice(_("Vilken färg har sjukhuset satt?"), COLOURS)
    own_colour = choice(_("Vilken färg ser kommunen?"), OWN_COLOURS)
    own_reason = text(_("Varför en annan färg?"), required=False, shown_when=_DIFFERS, needed=True)

    @validates_schema(skip_on_field_errors=False)
    def check_that_the_colours_differ(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """The same colour is no disagreement, and must not be counted as one."""
        own = data.get("own_colour")
        if own is not None and own == data.get("colour"):
            message = Message(_("Det är sjukhusets färg. Välj samma som sjukhuset."))
            raise ValidationError({"own_colour": [message]})


class SetColour(Colour):
    """As long as the patient is not ready to leave."""

    def initial(self) -> dict[str, Any]:
        """The colour of an earlier planning, which may have changed since."""
        colour = colour_of(self.facts)
        return {"colour": colour} if colour else {}


class SbarStatus(Form):
    """The hospital's description of status and needs."""

    received_at = moment(_("När kom beskrivningen?"))
    complete = yes_no(_("Räcker den för att planera?"))
    lacking = text(
        _("Vad saknas?"), required=False, shown_when=("complete", ("false",)), needed=True
    )

    when = ("received_at",)


class Notice(Form):
    """A message of the hospital; the law counts some limits from when it was sent."""

    sent_at = moment(_("När skickade sjukhuset meddelandet?"))
    received_at = moment(_("När kom det till kommunen?"))

    @validates_schema(skip_on_field_errors=False)
    def check_the_order_of_times(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Sent first."""
        refuse(earlier(data, ("received_at",), data.get("sent_at"), BEFORE_SENT))


class NewEstimate(Notice):
    """LUS 2 kap. 4 §."""

    estimated_discharge = day(_("Ny beräknad utskrivningsdag"))
    reason = text(_("Varför ändrades den?"), required=False)

    when = ("received_at",)

    @validates("estimated_discharge")
    def check_that_it_is_new(self, value: date, **_kwargs: Any) -> None:
        """The same day once more is most likely the same message once more."""
        if value == estimate_of(self.facts):
            raise ValidationError(Message(_("Det är samma dag som förut.")))

    @validates_schema(skip_on_field_errors=False)
    def check_that_it_is_after_the_admission(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Both the message and the day."""
        admitted = moment_in(self.facts.opening, "admitted_at")
        refuse(
            earlier(data, ("sent_at",), admitted, BEFORE_ADMISSION)
            | far_off(data, "estimated_discharge", admitted, BEFORE_ADMISSION_DAY)
        )


class ReadyNotice(Notice, Colour):
    """LUS 3 kap. 1 §; asks for the colour where none was set before the notice came."""

    when = ("received_at",)
    sections = (
        Section("notice", _("Underrättelsen"), ("sent_at", "received_at")),
        Section("colour", _("Färgen"), ("colour", "own_colour", "own_reason")),
    )

    def left_out(self) -> tuple[str, ...]:
        """A colour that is known is not asked for twice."""
        return ("colour", "own_colour", "own_reason") if colour_of(self.facts) else ()

    @validates_schema(skip_on_field_errors=False)
    def check_that_it_is_a_new_notice(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """After the admission, and none that has already been registered or taken back."""
        sent = data.get("sent_at")
        known = [moment_in(a.data, "sent_at") for a in self.facts.every("notice_ready")]
        if sent is not None and sent in known:
            message = Message(_("Den här underrättelsen är redan registrerad."))
            raise ValidationError({"sent_at": [message]})
        refuse(
            earlier(
                data, ("sent_at",), withdrawn_at(self.facts),
                _("Tiden är före dagen då den förra underrättelsen togs tillbaka."),
            )
            | earlier(
                data, ("sent_at",), moment_in(self.facts.opening, "admitted_at"), BEFORE_ADMISSION
            )
        )  # fmt: skip
