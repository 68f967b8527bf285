"""Forms of the state preparation: talks, consent, and the date of the conference."""

from datetime import date
from typing import Any

from marshmallow import ValidationError, validates

from workflow.definitions.deviation.choices import CONSENT, NOT_LISTED
from workflow.fields import Message, choice, choices, day, line, moment, text, yes_no
from workflow.forms import Form
from workflow.moments import months_after
from workflow.words import _

_FURTHEST_MONTHS = 6


def check_that_the_day_is_near(day: date, today: date) -> None:
    """From today to six months ahead, which catches a mistyped year too; raises ValidationError."""
    if day < today:
        raise ValidationError(Message(_("Dagen har redan varit. Välj i dag eller senare.")))
    if day > months_after(today, _FURTHEST_MONTHS):
        raise ValidationError(Message(_("Välj en dag inom %(n)s månader."), n=_FURTHEST_MONTHS))


class StaffTalk(Form):
    """HSL staff with those who worked."""

    talked_at = moment(_("När talade ni?"))
    talked_with = choices(_("Med vilka?"), offer="staff")
    talked_with_others = line(_("Andra"), required=False, help=NOT_LISTED)
    what_was_said = text(_("Vad kom fram?"))

    either = (("talked_with", "talked_with_others"),)
    when = ("talked_at",)


class UnitStaffTalk(StaffTalk):
    """The unit manager's talk, which may be the same meeting."""

    held_together = yes_no(_("Höll ni samtalet tillsammans med HSL-personal?"))


class PatientTalk(Form):
    """Either the talk or the reason why none is needed."""

    needed = yes_no(_("Behövs besök för samtal med patienten?"))
    visited_at = moment(
        _("När talade ni?"), required=False, shown_when=("needed", ("true",)), needed=True
    )
    patient_account = text(
        _("Vad berättade patienten?"),
        required=False,
        shown_when=("needed", ("true",)),
        needed=True,
    )
    reason = text(
        _("Varför behövs det inte?"),
        required=False,
        shown_when=("needed", ("false",)),
        needed=True,
    )

    when = ("visited_at",)


class MultipartyDialogue(Form):
    """Participants are free text, since they may be from outside."""

    held_at = moment(_("När hölls dialogen?"))
    participants = text(_("Vilka deltog?"))
    outcome = text(_("Vad kom ni fram till?"))

    when = ("held_at",)


class Consent(Form):
    """The patient's answer to discussing the event at a conference."""

    consent = choice(_("Samtycker patienten till att händelsen tas upp på konferensen?"), CONSENT)
    by_whom = line(
        _("Vem svarade?"),
        help=_("Patienten eller företrädare. Kan patienten inte svara: vem som bedömde det."),
    )
    given_at = moment(_("När?"))
    remark = text(_("Kommentar"), required=False)

    when = ("given_at",)


class Announce(Form):
    """From today to six months ahead."""

    conference_date = day(_("Vilken dag är patientkonferensen?"))

    @validates("conference_date")
    def check_the_day(self, value: date, **_kwargs: Any) -> None:
        """A conference is at hand."""
        check_that_the_day_is_near(value, self.today)
