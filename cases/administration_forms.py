"""What is asked for when people, their roles, units and on-duty spells are administered."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates, validates_schema

from workflow.fields import Message, choice, day, line, yes_no
from workflow.forms import Form
from workflow.messages import refusal
from workflow.roles import LABELS
from workflow.words import _

EVERYWHERE = "all"
"""The choice of the whole municipality instead of a unit."""

UNIT_KINDS: dict[str, str] = {
    "special_housing": _("Särskilt boende"),
    "home_care": _("Hemtjänst"),
    "home_health_care": _("Hemsjukvård"),
    "rehabilitation": _("Rehabilitering"),
    "disability_housing": _("Bostad med särskild service"),
    "day_activity": _("Daglig verksamhet eller dagverksamhet"),
}

_USERNAME = re.compile(r"[a-z0-9._-]{2,60}", re.IGNORECASE | re.ASCII)
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")


class NewPerson(Form):
    """Somebody who is to have an account."""

    name = line(_("Namn"), limit=120)
    username = line(
        _("Användarnamn"),
        limit=60,
        help=_("2–60 tecken: a–z, siffror, punkt, streck och understreck. Inte personnummer."),
    )
    email = line(_("E-post"), limit=200, help=_("Hit kommer påminnelser. Bara tjänsteadress."))

    @validates("username")
    def looks_like_a_username(self, value: str, data_key: str) -> None:
        """Twelve or ten digits are refused: they could be somebody's personal number."""
        if not _USERNAME.fullmatch(value):
            raise refusal(_("Använd 2–60 tecken: a–z, siffror, punkt, streck och understreck."))
        if len(re.sub(r"[._-]", "", value)) in (10, 12) and re.fullmatch(r"[\d._-]+", value):
            raise refusal(_("Användarnamnet får inte vara ett personnummer."))

    @validates("email")
    def looks_like_an_address(self, value: str, data_key: str) -> None:
        """Whether it works is seen when the first mail is sent."""
        if not _EMAIL.fullmatch(value):
            raise refusal(_("Skriv en e-postadress, till exempel namn@kommun.se."))


class ChangedPerson(NewPerson):
    """Somebody who has an account."""

    active = yes_no(
        _("Kontot är öppet"),
        help=_("Ett stängt konto kan inte logga in. Det personen har gjort finns kvar."),
    )


class NewRole(Form):
    """A role at a unit, or in the whole municipality, between two days."""

    role = choice(_("Roll"), {str(role): label for role, label in LABELS.items()}, widget="select")
    unit = choice(_("Enhet"), offer="units", widget="select")
    from_day = day(_("Från och med"))
    to_day = day(_("Till och med"), required=False, help=_("Tomt = tills vidare."))

    @validates_schema
    def ends_after_it_begins(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """One day is enough."""
        if "to_day" in data and data["to_day"] < data["from_day"]:
            raise ValidationError({"to_day": [Message(_("Slutdagen ligger före startdagen."))]})


class EndOfRole(Form):
    """The last day of a role."""

    to_day = day(_("Till och med"), help=_("Rollen gäller hela den dagen."))


class UnitForm(Form):
    """A unit where patients are cared for, or where the staff who visit them belong."""

    name = line(_("Namn"), limit=120)
    kind = choice(_("Verksamhet"), UNIT_KINDS, widget="select")


class PeopleFilter(Form):
    """What the list of people is narrowed by."""

    q = line(_("Namn eller användarnamn"), required=False, limit=120)


class AccessLogFilter(Form):
    """What the access log is narrowed by."""

    person = line(_("Vem"), required=False, limit=120, help=_("Namn eller användarnamn."))
    reference = line(_("Ärende"), required=False, limit=20, help=_("Till exempel AVV-2026-0412."))
    from_day = day(_("Från och med"), required=False)
    to_day = day(_("Till och med"), required=False)
