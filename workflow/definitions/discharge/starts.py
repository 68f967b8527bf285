"""Where the clocks of the discharge chain start."""

from datetime import date, datetime

from workflow.definition import Start
from workflow.definitions.discharge.stay import (
    estimate_of,
    home_at,
    last_readmission_day,
    leaving,
    moment_in,
)  # fmt: skip
from workflow.facts import Facts
from workflow.holidays import BY_LAW
from workflow.moments import day_of
from workflow.words import _


def _received(facts: Facts) -> datetime | None:
    return moment_in(facts.opening, "notice_received_at")


def _weekday_received(facts: Facts) -> date | None:
    # A closed day of the municipality's own does not move what the region is to do.
    received = _received(facts)
    return BY_LAW.next_working_day(day_of(received)) if received else None


def _readmission_answered(facts: Facts) -> date | None:
    last = last_readmission_day(facts)
    return BY_LAW.next_working_day(last) if last else None


def _sip_follow_up(facts: Facts) -> date | None:
    day = leaving(facts).get("sip_follow_up_on")
    return date.fromisoformat(day) if day else None


WHEN_OPENED = Start(_("att steget öppnades"), lambda _f, _i, now: now)
NOTICE_DAY = Start(_("dagen då inskrivningsmeddelandet kom"), lambda f, _i, _n: _received(f))
NOTICE_WEEKDAY = Start(
    _("dagen då inskrivningsmeddelandet kom, eller nästa vardag om den är ledig"),
    lambda f, _i, _n: _weekday_received(f),
)
ESTIMATED_DAY = Start(_("den beräknade utskrivningsdagen"), lambda f, _i, _n: estimate_of(f))
READY_RECEIVED = Start(
    _("att underrättelsen om utskrivningsklar kom"),
    lambda f, _i, _n: moment_in(f.latest("notice_ready"), "received_at"),
)
READY_SENT = Start(
    _("att underrättelsen om utskrivningsklar skickades"),
    lambda f, _i, _n: moment_in(f.latest("notice_ready"), "sent_at"),
)
WHEN_HOME = Start(_("hemkomsten"), lambda f, _i, _n: home_at(f))
HOME_DAY = Start(_("dagen då patienten kom hem"), lambda f, _i, _n: home_at(f))
SIP_DAY = Start(_("dagen som bestämdes för uppföljningen"), lambda f, _i, _n: _sip_follow_up(f))
READMISSION_DAY = Start(
    _("sista dagen för återinläggning, eller nästa vardag om den är ledig"),
    lambda f, _i, _n: _readmission_answered(f),
)
