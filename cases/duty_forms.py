"""What is asked for about duty and absence."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, validates_schema

from workflow.fields import Message, choice, choices, clock, day, moment
from workflow.forms import Form, Section
from workflow.roles import LABELS, LICENSED, Role
from workflow.weekdays import WEEKDAYS
from workflow.words import _

DUTY_ROLES = (*LICENSED, Role.UNIT_MANAGER)
"""Roles that are rostered; duty gives the role's rights, so none that sees all is among them."""
LONGEST_SPELL = timedelta(days=14)
LONGEST_ABSENCE = timedelta(days=366)

HOW_OFTEN: dict[str, str] = {
    "1": _("Varje vecka"),
    "2": _("Varannan vecka"),
    "3": _("Var tredje vecka"),
    "4": _("Var fjärde vecka"),
}

_ROLES = {str(role): LABELS[role] for role in DUTY_ROLES}


class SpellTimes(Form):
    """When a spell on duty begins and ends."""

    starts_at = moment(_("Börjar"), past=False)
    ends_at = moment(_("Slutar"), past=False)

    @validates_schema
    def ends_after_it_begins(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """At most a fortnight."""
        starts, ends = data["starts_at"], data["ends_at"]
        if ends <= starts:
            raise ValidationError({"ends_at": [Message(_("Passet slutar innan det börjar."))]})
        if ends - starts > LONGEST_SPELL:
            raise ValidationError({"ends_at": [Message(_("Ett pass är högst 14 dagar."))]})


class NewSpell(SpellTimes):
    """A spell on duty."""

    sections = (Section("", "", ("person", "role", "unit", "starts_at", "ends_at")),)

    person = choice(_("Vem"), offer="people", widget="select")
    role = choice(_("Roll"), _ROLES, widget="select")
    unit = choice(_("Enhet"), offer="units", widget="select")

    @validates_schema
    def is_not_over(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """One under way may still be put in."""
        if data["ends_at"] <= self.now:
            raise ValidationError({"ends_at": [Message(_("Passet är redan slut."))]})


class BesideRoster(Form):
    """What a calendar file does not say itself."""

    role = choice(_("Roll"), _ROLES, required=False, widget="select")
    unit = choice(_("Enhet"), offer="units", required=False, widget="select")


class NewWeeklyDuty(Form):
    """Duty that comes back on the same weekdays."""

    person = choice(_("Vem"), offer="people", widget="select")
    role = choice(_("Roll"), _ROLES, widget="select")
    unit = choice(_("Enhet"), offer="units", widget="select")
    weekdays = choices(_("Dagar då passet börjar"), WEEKDAYS, required=True)
    starts = clock(_("Börjar klockan"), help=_("Till exempel 21:30."))
    ends = clock(
        _("Slutar klockan"), help=_("Är klockslaget tidigare än början slutar passet nästa dag.")
    )
    every_weeks = choice(_("Hur ofta"), HOW_OFTEN, widget="select")
    from_day = day(_("Från och med"), help=_("Veckorna räknas från den här dagens vecka."))
    to_day = day(_("Till och med"), required=False, help=_("Tomt = tills vidare."))

    @validates_schema
    def ends_after_it_begins(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """What has been is not rewritten: the first day is today or later."""
        if data["from_day"] < self.today:
            raise ValidationError({"from_day": [Message(_("Välj i dag eller en senare dag."))]})
        if "to_day" in data and data["to_day"] < data["from_day"]:
            raise ValidationError({"to_day": [Message(_("Slutdagen ligger före startdagen."))]})


class EndOfWeeklyDuty(Form):
    """The last day on which it begins."""

    to_day = day(_("Till och med"), help=_("Ett pass som börjar den dagen gäller till sitt slut."))

    @validates_schema
    def keeps_what_has_been(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Yesterday at the earliest."""
        if data["to_day"] < self.today - timedelta(days=1):
            raise ValidationError({"to_day": [Message(_("Välj i går eller en senare dag."))]})


class NewAbsence(Form):
    """Somebody who is away, and who is told instead; why is nobody's business here."""

    person = choice(_("Vem är borta"), offer="people", widget="select")
    starts_at = moment(_("Borta från"), past=False)
    ends_at = moment(_("Tillbaka"), past=False)
    substitute = choice(
        _("Vikarie"),
        offer="substitutes",
        required=False,
        widget="select",
        help=_(
            "Vikarien får påminnelserna och kan göra stegen i de roller som båda har. "
            "Utan vikarie går påminnelserna till de andra med rollen."
        ),
    )

    @validates_schema
    def ends_after_it_begins(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """At most a year, and not over already."""
        starts, ends = data["starts_at"], data["ends_at"]
        if ends <= starts:
            raise ValidationError({"ends_at": [Message(_("Slutet ligger före början."))]})
        if ends <= self.now:
            raise ValidationError({"ends_at": [Message(_("Frånvaron är redan slut."))]})
        if ends - starts > LONGEST_ABSENCE:
            raise ValidationError({"ends_at": [Message(_("En frånvaro är högst ett år."))]})
        if data.get("substitute") == data["person"]:
            raise ValidationError({"substitute": [Message(_("Välj någon annan som vikarie."))]})
