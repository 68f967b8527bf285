"""From which day the municipality may have to pay for a patient who is ready to leave."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from workflow.clocks import Clock
from workflow.deadlines import payment_liability
from workflow.definitions.discharge.stay import leaving, moment_in, sip_is_due
from workflow.facts import Facts
from workflow.holidays import WorkingCalendar
from workflow.moments import day_of
from workflow.words import _


class Obstacle(StrEnum):
    """What keeps the liability from beginning."""

    NO_ADMISSION_NOTICE = "no_admission_notice"
    NO_READY_NOTICE = "no_ready_notice"
    NO_SIP_CALL = "no_sip_call"
    HELD_BY_REGION = "held_by_region"


LABELS: dict[Obstacle, str] = {
    Obstacle.NO_ADMISSION_NOTICE: _("Inskrivningsmeddelande saknas (LUS 5 kap. 3 §)"),
    Obstacle.NO_READY_NOTICE: _("Underrättelse om utskrivningsklar saknas (LUS 5 kap. 3 §)"),
    Obstacle.NO_SIP_CALL: _("Fasta vårdkontakten har inte kallat till SIP (LUS 5 kap. 3 §)"),
    Obstacle.HELD_BY_REGION: _("Patienten väntar på regionens öppna vård (LUS 5 kap. 5 §)"),
}


@dataclass(frozen=True)
class Claim:
    """What a liability rests on; the times are those at which the messages were sent."""

    admission_notice: datetime | None
    ready_notice: datetime | None
    sip_is_due: bool = False
    sip_call: datetime | None = None
    held_by_region: bool = False

    @property
    def obstacles(self) -> tuple[Obstacle, ...]:
        """Every one that there is, in the order of the law; empty when the liability begins."""
        found = {
            Obstacle.NO_ADMISSION_NOTICE: self.admission_notice is None,
            Obstacle.NO_READY_NOTICE: self.ready_notice is None,
            Obstacle.NO_SIP_CALL: self.sip_is_due and self.sip_call is None,
            Obstacle.HELD_BY_REGION: self.held_by_region,
        }
        return tuple(obstacle for obstacle, is_there in found.items() if is_there)


@dataclass(frozen=True)
class Liability:
    """The first day to pay for, with the reckoning behind it; no day while there are obstacles."""

    liable_from: date | None
    clock: Clock | None
    obstacles: tuple[Obstacle, ...]


def claim_of(facts: Facts, sip_call: datetime | None) -> Claim:
    """Of a discharge; `sip_call` is when the fixed care contact called, told by the SIP's case."""
    notices = facts.this_round("notice_ready")
    return Claim(
        admission_notice=moment_in(facts.opening, "notice_sent_at"),
        ready_notice=moment_in(notices[-1].data, "sent_at") if notices else None,
        sip_is_due=sip_is_due(facts),
        sip_call=sip_call,
        held_by_region=bool(leaving(facts).get("held_by_region")),
    )


def liability(claim: Claim, calendar: WorkingCalendar) -> Liability:
    """By LUS 5 kap. 3–5 §§; that a late message moves the day is our reading of 3 §."""
    obstacles = claim.obstacles
    if claim.ready_notice is None:
        return Liability(None, None, obstacles)
    clock = payment_liability(claim.ready_notice, calendar)
    if obstacles or clock.liable_from is None:
        return Liability(None, clock, obstacles)
    needed = [claim.admission_notice, claim.sip_call if claim.sip_is_due else None]
    given = [day_of(sent) for sent in needed if sent is not None]
    return Liability(max(clock.liable_from, *given), clock, ())
