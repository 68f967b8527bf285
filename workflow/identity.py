"""Swedish identity numbers: personnummer and samordningsnummer, kept as twelve digits."""

import re
from datetime import date
from typing import Any

from personnummer import personnummer

from workflow.field_types import Line
from workflow.messages import refusal
from workflow.words import _

_DASHES = re.compile("[\u2010-\u2015\u2212]")
_SPACE = re.compile(r"\s")
_NUMBER = re.compile(
    r"(?P<century>\d\d)?(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)(?P<sign>[-+]?)(?P<last>\d{4})",
    re.ASCII,
)
# The third digit of an organisation number is at least 2, so no month looks like it; in twelve
# digits it is written with 16 before it.
_ORGANISATION_MONTH, _ORGANISATION_CENTURY = 20, "16"
# Law 2022:1697 2 kap. 8 §: a samordningsnummer has 60 added to the day.
_COORDINATION_DAYS = 60
_CENTURIES = ("18", "19", "20")


def twelve_digits(typed: str, today: date) -> str:
    """Raises ValidationError that says what kind of number it is instead, or what is wrong."""
    text = _DASHES.sub("-", _SPACE.sub("", typed))
    parts = _NUMBER.fullmatch(text)
    if parts is None:
        if any(character.isalpha() for character in text):
            raise refusal(
                _("Det här är inget personnummer. Reservnummer går inte att använda här.")
            )
        raise refusal(_("Skriv personnumret med 10 eller 12 siffror."))
    _refuse_other_kinds(parts["century"], int(parts["month"]))
    born = _born(parts, today)
    digits = f"{born.year // 100}" + "".join(parts.group("year", "month", "day", "last"))
    if not personnummer.valid(digits):
        raise refusal(_("Kontrollsiffran stämmer inte. Läs numret en gång till."))
    return digits


def _refuse_other_kinds(century: str | None, month: int) -> None:
    if century == _ORGANISATION_CENTURY or (century is None and month >= _ORGANISATION_MONTH):
        raise refusal(_("Det här är ett organisationsnummer. Skriv patientens personnummer."))
    if century not in (None, *_CENTURIES):
        raise refusal(_("Det här ser ut som ett reservnummer. Skriv patientens personnummer."))


def _born(parts: re.Match[str], today: date) -> date:
    """Without a century: the latest that fits; + stands from the year a person turns 100."""
    month, day = int(parts["month"]), int(parts["day"])
    if day > _COORDINATION_DAYS:
        day -= _COORDINATION_DAYS
    centuries = [parts["century"]] if parts["century"] else reversed(_CENTURIES)
    days = [_day(int(century + parts["year"]), month, day) for century in centuries]
    real = [day for day in days if day is not None]
    if not real:
        raise refusal(_("Datumet i personnumret finns inte. Läs numret en gång till."))
    aged = parts["sign"] == "+" and not parts["century"]
    past = [day for day in real if day <= today and (not aged or day.year <= today.year - 100)]
    if not past:
        raise refusal(_("Födelsedatumet har inte varit än. Läs numret en gång till."))
    return past[0]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


class IdentityNumber(Line):
    """A person's number; stored as twelve digits without sign."""

    def read(self, value: Any) -> str:
        """Where no century is typed the youngest possible person is meant."""
        return twelve_digits(super().read(value), self.group.today)


def identity_number(label: str, *, required: bool = True, **metadata: Any) -> IdentityNumber:
    """A personnummer or samordningsnummer with ten or twelve digits."""
    return IdentityNumber(
        required=required,
        metadata={"label": label, "widget": "line", "limit": 40, **metadata},
    )
