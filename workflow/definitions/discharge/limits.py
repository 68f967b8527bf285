"""Every limit of the discharge chain with its number and the source of it."""

from workflow.basis import OUR_PROPOSAL, Basis, BasisKind
from workflow.definition import Deadline, Start
from workflow.definitions.discharge import starts
from workflow.words import _


def _county(text: str) -> Basis:
    return Basis(BasisKind.ROUTINE, text)


def _by_end_of(day: Start, basis: Basis) -> Deadline:
    return Deadline("on_date", day, basis)


_FOLLOW_UP = _county(_("Trygg hemgång, Sörmland, steg 5"))

NOTICE = _by_end_of(starts.NOTICE_DAY, _county(_("Trygg hemgång, Sörmland, steg 1: samma dag")))
NOTICE_WEEKDAY = _by_end_of(
    starts.NOTICE_WEEKDAY, _county(_("Trygg hemgång, Sörmland, steg 1: samma dag, vardagar"))
)
COLOUR = Deadline("working_days", starts.WHEN_OPENED, OUR_PROPOSAL, 2)
SBAR = Deadline("working_days", starts.WHEN_OPENED, OUR_PROPOSAL, 3)
ESTIMATE = _by_end_of(
    starts.ESTIMATED_DAY,
    Basis(BasisKind.LAW, _("LUS (2017:612) 2 kap. 2 och 4 §§: sjukhuset anger dagen")),
)
FORGOTTEN = Deadline("calendar_days", starts.WHEN_OPENED, OUR_PROPOSAL, 90)
"""The law gives the notice of readiness no limit; a stay this long may have been forgotten."""

READINESS = Deadline("calendar_days", starts.READY_RECEIVED, OUR_PROPOSAL, 1)
HOME_COMING = Deadline(
    "calendar_days",
    starts.READY_SENT,
    Basis(BasisKind.DEFAULT, _("Vårdtråds förslag, lika långt som LUS (2017:612) 5 kap. 4 §")),
    3,
)

EARLIER_EFFORTS = Deadline(
    "elapsed", starts.WHEN_HOME, _county(_("Trygg hemgång, Sörmland, steg 4")), 24
)
HOME_DAY = _by_end_of(starts.HOME_DAY, _county(_("Trygg hemgång, Sörmland, steg 4: samma dag")))
MEDICINES = _by_end_of(starts.HOME_DAY, OUR_PROPOSAL)
SIP_AT_HOME = Deadline("calendar_days", starts.WHEN_HOME, OUR_PROPOSAL, 1)

SAFETY_CALL = Deadline("elapsed", starts.WHEN_HOME, _FOLLOW_UP, 24)
PRIMARY_CARE_CALL = Deadline("calendar_days", starts.WHEN_HOME, _FOLLOW_UP, 7)
SOL_CONTACT = Deadline("hours_or_next_weekday", starts.WHEN_HOME, _FOLLOW_UP, 72)
SIP_FOLLOW_UP = _by_end_of(
    starts.SIP_DAY,
    _county(_("Trygg hemgång, Sörmland, steg 2: tiden bestäms före utskrivningen")),
)
READMISSION = _by_end_of(starts.READMISSION_DAY, OUR_PROPOSAL)
