"""External deviations that are offered when another principal does not take its part in a SIP."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from workflow.clocks import Clock
from workflow.deadlines import sip_call
from workflow.facts import Facts, Rule
from workflow.holidays import BY_LAW, STOCKHOLM
from workflow.moments import day_of
from workflow.outside import ExternalDeviation
from workflow.words import _


def _clock(facts: Facts) -> Clock | None:
    notice = facts.opening.get("discharge_notice_at")
    return sip_call(datetime.fromisoformat(notice), BY_LAW) if notice else None


def _called(facts: Facts, step: str) -> datetime | None:
    calls = facts.every(step)
    return datetime.fromisoformat(calls[0].data["called_at"]) if calls else None


def _region_failed(facts: Facts) -> bool:
    """A call within the law's moved last day is in time, though the alarm came before it."""
    clock = _clock(facts)
    if clock is None or clock.legal_latest is None:
        return False
    own = _called(facts, "call_by_law")
    if own is not None:
        return own > clock.legal_latest
    return facts.answered("take_over_call")


def _spoken(at: datetime | None) -> str:
    return f"{at.astimezone(STOCKHOLM):%Y-%m-%d kl. %H.%M}" if at else "okänd tid"


def _call_text(facts: Facts) -> str:
    clock = _clock(facts)
    if clock is None or clock.due is None or clock.legal_latest is None:
        return ""
    due, latest = day_of(clock.due), day_of(clock.legal_latest)
    told = [
        f"Sjukhuset underrättade om utskrivningsklar {_spoken(clock.start)}. Den fasta"
        f" vårdkontakten ska kalla till SIP inom tre dagar, alltså till och med {due}"
        + (f" (senast {latest}, eftersom dagen är ledig)." if latest != due else "."),
    ]
    own, ours = _called(facts, "call_by_law"), _called(facts, "take_over_call")
    if own is not None:
        told.append(f"Kallelsen skickades {_spoken(own)}.")
    else:
        told.append("Ingen kallelse kom från regionen.")
    if ours is not None:
        told.append(f"Kommunen tog över och kallade {_spoken(ours)}.")
    return " ".join(told)


def _last_day(facts: Facts) -> date | None:
    clock = _clock(facts)
    return day_of(clock.legal_latest) if clock and clock.legal_latest else None


def _refusals(facts: Facts) -> Sequence[dict[str, Any]]:
    told: Sequence[dict[str, Any]] = facts.latest("pre_planning").get("refusals", ())
    return told


def _refusal_text(facts: Facts) -> str:
    told = [f"{row['on']} avböjde {row['organisation']}." for row in _refusals(facts)]
    return " ".join(["Kommunen tog initiativ till en SIP.", *told])


def _refused_on(facts: Facts) -> date | None:
    days = [date.fromisoformat(row["on"]) for row in _refusals(facts)]
    return min(days, default=None)


EXTERNAL_DEVIATIONS = (
    ExternalDeviation(
        "region_did_not_call",
        _("Regionen kallade inte till SIP i tid"),
        Rule(_("regionen inte har kallat inom lagens tre dagar"), _region_failed),
        _("LUS (2017:612) 4 kap. 3 §"),
        lambda _facts: "Vårdcentralen, den fasta vårdkontakten",
        _call_text,
        _last_day,
    ),
    ExternalDeviation(
        "initiative_declined",
        _("Någon avböjde att vara med i en SIP"),
        Rule(_("någon har avböjt initiativet till SIP"), lambda facts: bool(_refusals(facts))),
        _("HSL (2017:30) 16 kap. 4 §, SoL (2025:400) 10 kap. 8 §"),
        lambda facts: ", ".join(dict.fromkeys(row["organisation"] for row in _refusals(facts))),
        _refusal_text,
        _refused_on,
    ),
)
