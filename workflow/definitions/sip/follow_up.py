"""The form of the follow-up: each effort, the person's view, and what happens next."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, validates_schema

from workflow.definitions.sip.choices import CLOSING, EFFORT_OUTCOMES, NEXT, PRESENCE
from workflow.definitions.sip.efforts import efforts_of
from workflow.definitions.sip.plan import FURTHEST_MONTHS
from workflow.fields import Message, choice, day, hidden, rows, text
from workflow.forms import Form, Row, Section
from workflow.moments import day_of, months_after
from workflow.words import _


class EffortOutcome(Row):
    """Of the effort with that key."""

    effort = hidden()
    outcome = choice(_("Hur gick det?"), EFFORT_OUTCOMES)
    comment = text(_("Kommentar"), required=False, limit=2000)


class FollowUp(Form):
    """Together with the person and those who are responsible."""

    held_on = day(_("Vilken dag?"), past=True)
    participants = text(_("Vilka var med?"), limit=2000)
    person_took_part = choice(_("Var personen med?"), PRESENCE)
    person_view = text(
        _("Vad tycker personen?"), help=_("Var personen inte med: hur ni har frågat.")
    )
    efforts = rows(_("Insatser"), EffortOutcome, fixed="effort")
    next = choice(_("Vad händer nu?"), NEXT)
    next_date = day(
        _("Vilken dag följs planen upp nästa gång?"),
        required=False,
        shown_when=("next", ("keep",)),
        needed=True,
    )
    closing_reason = choice(
        _("Varför avslutas den?"),
        CLOSING,
        required=False,
        shown_when=("next", ("close",)),
        needed=True,
    )
    remark = text(_("Kommentar"), required=False)

    when = ("held_on",)
    sections = (
        Section(
            "meeting",
            _("Uppföljningen"),
            ("held_on", "participants", "person_took_part", "person_view", "efforts"),
        ),
        Section("next", _("Vidare"), ("next", "next_date", "closing_reason", "remark")),
    )

    def initial(self) -> dict[str, Any]:
        """The plan's efforts, headed by their own words."""
        efforts = efforts_of(self.facts)
        return {"efforts": [{"effort": each.key, "_title": each.text} for each in efforts]}

    @validates_schema
    def check_the_days(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """After the meeting, and the next after this one."""
        held_on: date = data["held_on"]
        next_date: date | None = data.get("next_date")
        met = self.facts.moment_of("hold_meeting")
        errors: dict[str, Any] = {}
        if met and held_on < day_of(met):
            errors["held_on"] = [Message(_("Uppföljningen kan inte vara före mötet."))]
        if next_date and next_date <= held_on:
            errors["next_date"] = [Message(_("Välj en dag efter den här uppföljningen."))]
        elif next_date and next_date > months_after(held_on, FURTHEST_MONTHS):
            errors["next_date"] = [Message(_("Välj en dag inom %(n)s månader."), n=FURTHEST_MONTHS)]
        if errors:
            raise ValidationError(errors)
