"""Until when somebody may say "jag tar det", and the times a page offers."""

from datetime import datetime, time, timedelta

from cases.arming import is_by_law
from cases.errors import Refused
from cases.models import CaseStep
from workflow.holding import longest
from workflow.holidays import BY_LAW, STOCKHOLM
from workflow.ladders import Ladder, Sending
from workflow.moments import day_of
from workflow.words import _

MINUTES = (30, 60)
"""Our proposal, for what goes at once."""

END_OF_THE_OFFICE_DAY = time(16)
"""Our proposal, for what is gathered: whoever has not done it is reminded next morning."""


def offered_times(step: CaseStep, ladder: Ladder, now: datetime) -> tuple[datetime, ...]:
    """Rising moments in whole minutes; none when the law lets nothing wait any more."""
    latest = latest_time(step, ladder, now)
    if ladder.sending is Sending.AT_ONCE:
        times = [now + timedelta(minutes=minutes) for minutes in MINUTES]
    else:
        days = [BY_LAW.add_working_days(day_of(now), n) for n in range(4)]
        times = [datetime.combine(day, END_OF_THE_OFFICE_DAY, STOCKHOLM) for day in days]
    cut = {min(moment, latest).replace(second=0, microsecond=0) for moment in times}
    return tuple(moment for moment in sorted(cut) if moment > now)


def refuse_time(step: CaseStep, ladder: Ladder, until: datetime, now: datetime) -> None:
    """Raises Refused, saying why, unless the step's reminders may wait until then."""
    if is_by_law(step) and step.due_at <= now:
        raise Refused(_("Tiden är satt i lag och har gått ut. Påminnelserna kan inte vänta."))
    if until <= now:
        raise Refused(_("Tiden du valde har redan gått. Välj en ny."))
    if until > latest_time(step, ladder, now):
        raise Refused(_("Så länge kan påminnelserna inte vänta. Välj en tidigare tid."))


def latest_time(step: CaseStep, ladder: Ladder, now: datetime) -> datetime:
    """A limit by law is never held back beyond its due time."""
    latest = longest(ladder.sending, now)
    return min(latest, step.due_at) if is_by_law(step) else latest
