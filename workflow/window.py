"""When gathered reminders may be sent: on working days, Stockholm time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from workflow.basis import OUR_PROPOSAL, Basis
from workflow.holidays import STOCKHOLM, WorkingCalendar


@dataclass(frozen=True)
class ClosedDay:
    """A day the municipality itself has closed; `reason` stands in the due times it moves."""

    day: date
    reason: str
    basis: Basis


@dataclass(frozen=True)
class SendWindow:
    """Clock times in Stockholm; digest_times rise and lie from opens to closes."""

    opens: time = time(7)
    closes: time = time(17)
    digest_times: tuple[time, ...] = (time(7), time(10), time(13), time(16))
    basis: Basis = OUR_PROPOSAL

    def next_digest(self, now: datetime, calendar: WorkingCalendar) -> datetime:
        """The first digest at or after `now` on a working day, in UTC."""
        local = now.astimezone(STOCKHOLM)
        day = calendar.next_working_day(local.date())
        if day == local.date():
            for at in self.digest_times:
                if (moment := _on(day, at)) >= now:
                    return moment
            day = calendar.next_working_day(day + timedelta(days=1))
        return _on(day, self.digest_times[0])


OUR_WINDOW = SendWindow()
"""deviation.md, ladders: "sent 07–17 on working days"."""


def _on(day: date, at: time) -> datetime:
    return datetime.combine(day, at, STOCKHOLM).astimezone(UTC)
