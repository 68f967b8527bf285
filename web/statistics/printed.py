"""What is printed on every table: period, units, how it is counted, and how old the figures are."""

from datetime import date, datetime

from babel.dates import format_date, format_datetime

from cases.statistics.question import CountedBy
from web.statistics.tongue import Tongue
from workflow.holidays import STOCKHOLM
from workflow.messages import Message
from workflow.words import _

COUNTED_BY = {
    CountedBy.EVENT: _("räknat efter när det hände"),
    CountedBy.REPORT: _("räknat efter när det rapporterades"),
}
WAITING = _("ändrade ärenden som inte är räknade än: %(n)s")
SMALL_HIDDEN = _("tal under 5 är dolda (–)")


def period(first: int, last: int, tongue: Tongue) -> str:
    """Such as "januari–mars 2026", of months that are year * 100 + month."""
    begins, ends = (date(month // 100, month % 100, 1) for month in (first, last))
    if begins == ends:
        return _month(ends, "MMMM y", tongue)
    pattern = "MMMM" if begins.year == ends.year else "MMMM y"
    return f"{_month(begins, pattern, tongue)}–{_month(ends, 'MMMM y', tongue)}"


def moment(at: datetime, tongue: Tongue) -> str:
    """Such as "21 nov. 2026 13:05", in Stockholm."""
    local = at.astimezone(STOCKHOLM).replace(tzinfo=None)
    return str(format_datetime(local, "d MMM y HH:mm", locale=tongue.locale))


def printed(
    tongue: Tongue,
    months: tuple[int, int],
    where: str,
    counted_by: CountedBy,
    now: datetime,
    frozen_at: datetime | None = None,
    *,
    waiting: int = 0,
    published: bool = False,
) -> str:
    """One line; `where` is the units' names, `waiting` cases changed since they were counted."""
    if frozen_at:
        age = Message(_("låsta siffror från %(time)s"), time=moment(frozen_at, tongue))
    else:
        age = Message(_("som siffrorna var %(time)s"), time=moment(now, tongue))
    words = [where, tongue.say(Message(COUNTED_BY[counted_by])), tongue.say(age)]
    if waiting and not frozen_at:
        words.append(tongue.say(Message(WAITING, n=waiting)))
    if published:
        words.append(tongue.say(Message(SMALL_HIDDEN)))
    line = " · ".join((period(*months, tongue), *words))
    return line[:1].upper() + line[1:]


def _month(day: date, pattern: str, tongue: Tongue) -> str:
    return str(format_date(day, pattern, locale=tongue.locale))
