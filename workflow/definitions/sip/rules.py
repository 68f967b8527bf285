"""The conditions of the SIP routine, who does its steps, and what its clocks count from."""

from datetime import date, datetime
from typing import Any

from workflow.definition import Responsible, Start
from workflow.definitions.sip.efforts import part_items, parts_to_confirm_again, verdicts_of
from workflow.definitions.sip.parties import CALLS, booking_of, party_items, proposals
from workflow.facts import Answer, Each, Facts, Item, Rule
from workflow.roles import LICENSED, Role
from workflow.words import _

COORDINATORS = (Role.SIP_COORDINATOR, Role.CASE_OFFICER, *LICENSED)
"""Whoever works professionally in social services or health care may make a SIP."""

COORDINATOR = Responsible(
    _("Samordnaren; biståndshandläggare och HSL-personal i samordnarens ställe"),
    lambda _f, _i: COORDINATORS,
)
FOR_THE_REGION = Responsible(
    _("Regionens fasta vårdkontakt kallar; samordnaren skriver in kallelsen när den har kommit"),
    lambda _f, _i: COORDINATORS,
)
FOR_THE_PARTY = Responsible(
    _("Den som är kallad eller inbjuden; samordnaren skriver in svar på telefon eller papper"),
    lambda _f, _i: COORDINATORS,
)
FOR_THE_RESPONSIBLE = Responsible(
    _("Den som ansvarar enligt planen; samordnaren skriver in svaret"),
    lambda _f, _i: COORDINATORS,
)


def _this_plan(facts: Facts) -> tuple[Answer, ...]:
    """The answers since a follow-up last decided on a new round, or all of them."""
    begun = [
        place
        for place, answer in enumerate(facts.answers, 1)
        if answer.step == "follow_up_together" and answer.data["next"] == "new_round"
    ]
    return facts.answers[begun[-1] :] if begun else facts.answers


def _pre_planned(facts: Facts) -> bool:
    return any(answer.step == "pre_planning" for answer in _this_plan(facts))


def _to_pre_plan(facts: Facts) -> bool:
    return bool(facts.this_round("pre_planning")) or not _pre_planned(facts)


def _by_law(facts: Facts) -> bool:
    """The law's clock runs from the notice to the first call, whoever makes it."""
    earlier = any(a.step in CALLS and a.round < facts.round for a in facts.answers)
    return bool(facts.opening.get("discharge_notice_at")) and not earlier


def _to_call_by_law(facts: Facts) -> bool:
    return _by_law(facts) and not facts.this_round("take_over_call")


def _to_take_over(facts: Facts) -> bool:
    late = not facts.this_round("call_by_law")
    return _by_law(facts) and "call_by_law" in facts.ran_out and late


def _to_call(facts: Facts) -> bool:
    called = any(facts.this_round(step) for step in ("call_by_law", "take_over_call"))
    return not _by_law(facts) and not called and _pre_planned(facts)


def _times_to_settle(facts: Facts) -> tuple[Item, ...]:
    """The booked time once somebody has proposed another; its key, so that each is asked once."""
    booking = booking_of(facts)
    return (Item(booking.key, ""),) if booking and proposals(facts) else ()


def _parts_of_this_round(facts: Facts) -> tuple[Item, ...]:
    return part_items(facts) if facts.this_round("write_plan") else ()


def _all_confirmed(facts: Facts) -> bool:
    answered = {answer.item for answer in facts.this_round("confirm_part")}
    parts = {item.key for item in _parts_of_this_round(facts)}
    return bool(parts) and parts <= answered and all(verdicts_of(facts).values())


def _said(facts: Facts, step: str, field: str, value: str) -> bool:
    return bool(facts.latest(step).get(field) == value)


PARTIES = Each("parties", _("varje kallad och inbjuden"), party_items)
TIMES = Each("times", _("varje bokad tid"), _times_to_settle)
PARTS = Each("parts", _("varje ansvarig i planen"), _parts_of_this_round)
CHANGED_PARTS = Each(
    "changed_parts",
    _("varje ansvarig som inte har svarat sedan planen ändrades"),
    parts_to_confirm_again,
)

TO_ASSESS = Rule(
    _("behovet inte redan är bedömt när ärendet öppnas"), lambda f: not f.opening.get("assessed")
)
NO_NEED = Rule(_("ingen SIP behövs"), lambda f: _said(f, "assess_need", "outcome", "no_need"))
DECLINED = Rule(_("personen tackar nej"), lambda f: _said(f, "consent", "consent", "declined"))
TO_PRE_PLAN = Rule(_("det inte redan är gjort för den här planen"), _to_pre_plan)
CALL_BY_LAW = Rule(
    _("sjukhuset har meddelat att patienten är utskrivningsklar och ingen har kallat än"),
    _to_call_by_law,
)
TAKE_OVER = Rule(_("lagens tre dagar har gått utan att regionen har kallat"), _to_take_over)
CALL = Rule(_("förplaneringen är gjord och lagens klocka inte gäller"), _to_call)
PROPOSED = Rule(_("någon har föreslagit en annan tid"), lambda f: bool(_times_to_settle(f)))
MOVED = Rule(_("mötet flyttas"), lambda f: _said(f, "hold_meeting", "outcome", "moved"))
CANCELLED = Rule(_("mötet ställs in"), lambda f: _said(f, "hold_meeting", "outcome", "cancelled"))
ALL_CONFIRMED = Rule(_("alla ansvariga har bekräftat"), _all_confirmed)
OBJECTED = Rule(
    _("någon ansvarig inte bekräftar sin del"), lambda f: not all(verdicts_of(f).values())
)
CHANGED = Rule(
    _("planen har ändrats sedan den bekräftades"), lambda f: bool(parts_to_confirm_again(f))
)
NEW_ROUND = Rule(
    _("ett nytt möte behövs"), lambda f: _said(f, "follow_up_together", "next", "new_round")
)
KEPT = Rule(_("planen gäller vidare"), lambda f: _said(f, "follow_up_together", "next", "keep"))
WITHDRAWN = Rule(
    _("personen har tagit tillbaka sitt samtycke"),
    lambda f: _said(f, "follow_up_together", "closing_reason", "consent_withdrawn"),
)


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _when_to_call_began(facts: Facts) -> datetime | None:
    """What led to the state calling: consent, a cancelled meeting or a follow-up."""
    steps = ("consent", "hold_meeting", "follow_up_together")
    return next((a.at for a in reversed(facts.answers) if a.step in steps), None)


def _follow_up_date(facts: Facts) -> date | None:
    """As the plan says, until a follow-up has named a later day."""
    for answer in reversed(facts.answers):
        named = {"write_plan": "follow_up_date", "follow_up_together": "next_date"}
        if answer.step in named and (day := answer.data.get(named[answer.step])):
            return date.fromisoformat(day)
    return None


def _meeting_at(facts: Facts) -> datetime | None:
    booking = booking_of(facts)
    return booking.at if booking else None


WHEN_OPENED = Start(_("att steget öppnades"), lambda _f, _i, now: now)
WHEN_NOTIFIED = Start(
    _("underrättelsen om att patienten är utskrivningsklar"),
    lambda f, _i, _n: _moment(f.opening.get("discharge_notice_at")),
)
WHEN_AGREED = Start(
    _("samtycket, det inställda mötet eller beslutet om ett nytt varv"),
    lambda f, _i, _n: _when_to_call_began(f),
)
WHEN_MET = Start(_("mötet"), lambda f, _i, _n: f.moment_of("hold_meeting"))
MEETING_DAY = Start(_("mötets bokade dag"), lambda f, _i, _n: _meeting_at(f))
FOLLOW_UP_DAY = Start(_("uppföljningens datum"), lambda f, _i, _n: _follow_up_date(f))
