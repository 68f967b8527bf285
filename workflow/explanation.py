"""The words a reckoning is told in, Swedish and English side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

DAY_PATTERN = "EEEE d MMMM y"
UNITS = {
    "minutes": (("minut", "minuter"), ("minute", "minutes")),
    "hours": (("timme", "timmar"), ("hour", "hours")),
    "days": (("kalenderdag", "kalenderdagar"), ("calendar day", "calendar days")),
    "working_days": (("arbetsdag", "arbetsdagar"), ("working day", "working days")),
    "months": (("månad", "månader"), ("month", "months")),
}


class DeadlineError(ValueError):
    """A time or an amount that no clock can be made of; `msgid` is Swedish, filled by `params`."""

    def __init__(self, msgid: str, **params: object) -> None:
        super().__init__(msgid % params if params else msgid)
        self.msgid = msgid
        self.params = params


@dataclass(frozen=True)
class Explanation:
    """The same words in Swedish (`sv`) and English (`en`)."""

    sv: str
    en: str

    def filled(self, **parts: "Explanation") -> "Explanation":
        """Puts each part where its language has %(name)s."""
        return Explanation(
            self.sv % {name: part.sv for name, part in parts.items()},
            self.en % {name: part.en for name, part in parts.items()},
        )


def told(sentences: Iterable[Explanation | None]) -> Explanation:
    """The sentences after each other; None is a sentence that was not needed."""
    said = [sentence for sentence in sentences if sentence]
    return Explanation(" ".join(s.sv for s in said), " ".join(s.en for s in said))


def listed(parts: Iterable[Explanation]) -> Explanation:
    """Parts with commas and a last "och"/"and"."""
    parts = list(parts)
    return Explanation(
        format_list([part.sv for part in parts], locale="sv"),
        format_list([part.en for part in parts], locale="en_GB"),
    )


@lru_cache(maxsize=1000)
def spoken_day(day: date) -> Explanation:
    """Weekday, day, month and year."""
    return Explanation(
        format_date(day, DAY_PATTERN, locale="sv"),
        format_date(day, DAY_PATTERN, locale="en_GB"),
    )


def spoken_summer_time(local: datetime) -> Explanation:
    """Summer or winter time, as the datetime's own zone has it."""
    if local.dst():
        return Explanation("sommartid", "summer time")
    return Explanation("vintertid", "winter time")


def spoken_moment(local: datetime) -> Explanation:
    """Day and clock in the datetime's own zone; on a clock shown twice in a night, which one."""
    clock = local.strftime("%H:%M:%S" if local.second else "%H:%M")
    words = Explanation(f"%(day)s kl. {clock.replace(':', '.')}", f"%(day)s at {clock}").filled(
        day=spoken_day(local.date())
    )
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return words
    return told([words, spoken_summer_time(local)])


@lru_cache(maxsize=100)
def spoken_amount(amount: float, unit: str) -> Explanation:
    """A number and its unit, one of UNITS, in the singular for exactly one."""
    sv, en = (forms[amount != 1] for forms in UNITS[unit])
    return Explanation(
        f"{format_decimal(amount, locale='sv')} {sv}",
        f"{format_decimal(amount, locale='en_GB')} {en}",
    )
