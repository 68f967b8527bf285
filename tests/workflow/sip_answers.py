"""A SIP that goes well: one valid answer to each form, as a page sends it, and its case before."""

from datetime import UTC, datetime
from typing import Any

import pytest
from marshmallow import ValidationError

from workflow.definitions.sip import SIP
from workflow.facts import Answer, Facts, Item
from workflow.forms import Form

MISSING = ["Fyll i det här."]
NOW = datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
OPENED = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
OFFERS = {"patients": {"7": "Test Testsson"}, "units": {"1": "Björken", "2": "Eken"}}
NEED: dict[str, Any] = {
    "trigger": "discharge",
    "patient": "7",
    "unit": "1",
    "noticed_at": "2026-11-16",
    "noticed_by": "Avdelning 2",
    "reason": "Behöver hemtjänst, hemsjukvård och vårdcentralen.",
    "discharge_notice_at": "2026-11-16T08:30",
}
CLINIC = {
    "key": "0a1b2c3d",
    "organisation": "Vårdcentralen Linden",
    "kind": "called",
    "contact": "Anna Ek",
    "email": "anna.ek@region.example",
}
SCHOOL = {
    "key": "4e5f6071",
    "organisation": "Exempelskolan",
    "kind": "invited",
    "contact": "Bo Al",
    "phone": "000-000 00 00",
}
BOOKED = {
    "meeting_at": "2026-11-24T13:00",
    "minutes": "60",
    "meeting_form": "home",
    "place": "Hemma",
}
CLINICS_ITEM = "0a1b2c3d-20261124T1200"
VISITS = {
    "key": "8a9b0c1d",
    "effort": "Hembesök varje vecka",
    "principal": "region",
    "organisation": "Vårdcentralen Linden",
    "responsible": "Anna Ek",
    "due": "2026-12-01",
}
MEALS = {
    "key": "2e3f4051",
    "effort": "Matlagning tillsammans",
    "principal": "municipality",
    "organisation": "Hemtjänsten",
    "responsible": "Cilla Ås",
    "due": "2026-12-08",
}
CALLED = BOOKED | {"called_at": "2026-11-17T10:00", "called_by": "Anna Ek, Linden"}
CONFIRMED = {
    "confirmed_by": "Anna Ek",
    "came_by": "phone",
    "answered_at": "2026-11-25T10:00",
    "efforts": [{"effort": "8a9b0c1d", "confirmed": "true"}],
}
ANSWERS: dict[str, dict[str, Any]] = {
    "assess_need": {"outcome": "needed", "reason": "Insatser från både kommun och region."},
    "consent": {
        "consent": "given",
        "by_whom": "Personen själv",
        "given_at": "2026-11-16T10:00",
        "scope": "Allt om hälsa och stöd, med dem som kallas.",
        "concerns_child": "false",
    },
    "pre_planning": {
        "talked_at": "2026-11-16T13:00",
        "what_matters": "Att få bo kvar hemma.",
        "questions": "Vem hjälper till på morgonen?",
        "parties": [CLINIC, SCHOOL],
        "meeting_form": "home",
        "interpreter": "false",
    },
    "call_by_law": CALLED,
    "take_over_call": CALLED | {"region_told": "De hann inte."},
    "call": CALLED,
    "answer": {
        "outcome": "attends",
        "answered_by": "Vårdcentralen Linden, Anna Ek",
        "came_by": "phone",
        "answered_at": "2026-11-18T09:00",
    },
    "settle_time": {"outcome": "keep", "reason": "Alla andra kan."},
    "hold_meeting": {
        "outcome": "held",
        "held_at": "2026-11-24T13:05",
        "held_form": "home",
        "person_took_part": "present",
        "attendance": [
            {"party": "0a1b2c3d", "organisation": "Vårdcentralen Linden", "came": "came"},
            {"party": "4e5f6071", "organisation": "Exempelskolan", "came": "stayed_away"},
            {"organisation": "Hemtjänsten", "came": "came", "who": "Cilla Ås"},
        ],
        "chair": "Anna Ek",
        "secretary": "Cilla Ås",
    },
    "write_plan": {
        "goals": "Laga min egen mat.",
        "needed_efforts": "Hembesök och stöd vid måltider.",
        "efforts": [VISITS, MEALS],
        "measures_by_others": "Dottern handlar.",
        "overall_principal": "municipality",
        "overall_contact": "Cilla Ås, 000-000 00 01",
        "crisis_contact": "Vårdcentralen dagtid, 1177 annars.",
        "follow_up_date": "2027-02-24",
    },
    "confirm_part": CONFIRMED,
    "send_copies": {
        "sent_at": "2026-11-25T11:00",
        "person_got_it": "true",
        "how": "Utskriven, vid hembesök.",
        "others": "Alla som var med.",
    },
    "confirm_change": CONFIRMED,
    "follow_up_together": {
        "held_on": "2026-11-25",
        "participants": "Personen, Anna och Cilla",
        "person_took_part": "present",
        "person_view": "Det går bra.",
        "efforts": [
            {"effort": "8a9b0c1d", "outcome": "done"},
            {"effort": "2e3f4051", "outcome": "ongoing"},
        ],
        "next": "close",
        "closing_reason": "goals_met",
    },
    "withdraw_consent": {
        "withdrawn_at": "2026-11-25T09:00",
        "by_whom": "Personen själv",
        "told": "Alla som har fått uppgifter.",
    },
    "close_early": {"reason": "moved", "explanation": "Till en annan kommun."},
    "withdraw": {"reason": "mistake", "explanation": "Fel patient valdes."},
}
"""By step or action."""

FORMS: dict[str, type[Form]] = {
    step.key: step.form for state in SIP.states for step in state.steps
} | {action.key: action.form for action in SIP.actions}

_TO_PLAN = ("consent", "pre_planning", "call_by_law", "hold_meeting")
BEFORE: dict[str, tuple[str, ...]] = {
    "take_over_call": ("pre_planning",),
    "call": ("pre_planning",),
    "answer": ("pre_planning", "call_by_law"),
    "settle_time": ("pre_planning", "call_by_law"),
    "hold_meeting": ("pre_planning", "call_by_law"),
    "write_plan": _TO_PLAN,
    "confirm_part": (*_TO_PLAN, "write_plan"),
    "confirm_change": (*_TO_PLAN, "write_plan"),
    "send_copies": (*_TO_PLAN, "write_plan"),
    "follow_up_together": (*_TO_PLAN, "write_plan"),
    "withdraw_consent": ("consent",),
}
"""What must have been answered before a step is open."""


def need() -> Form:
    """The opening form."""
    return SIP.opening(now=NOW, offers=OFFERS)


def form_of(step: str, given: Facts | None = None, now: datetime = NOW) -> Form:
    """The step's form in a case where the step is open; repeated ones for the clinic."""
    case = given or facts(*BEFORE.get(step, ()))
    return FORMS[step](now=now, facts=case, item=_item(step, case), offers=OFFERS)


def stored(form: Form, sent: dict[str, Any]) -> dict[str, Any]:
    """The answer as it is kept."""
    kept: dict[str, Any] = form.dump(form.load(sent))
    return kept


def facts(*steps: str, **changed: dict[str, Any]) -> Facts:
    """A case in which these steps have been answered, each with what `changed` says of it."""
    case = Facts(stored(need(), NEED), OPENED)
    for step in steps:
        sent = ANSWERS[step] | changed.get(step, {})
        form = FORMS[step](now=NOW, facts=case, item=_item(step, case), offers=OFFERS)
        answer = Answer(step, "", 1, stored(form, sent), OPENED)
        case = Facts(case.opening, OPENED, (*case.answers, answer))
    return case


def load(step: str, case: Facts | None = None, /, **changed: Any) -> dict[str, Any]:
    """The step's good answer with some fields changed."""
    loaded: dict[str, Any] = form_of(step, case).load(ANSWERS[step] | changed)
    return loaded


def errors(step: str, case: Facts | None = None, /, **changed: Any) -> dict[str, Any]:
    """What the form says when it refuses that answer."""
    with pytest.raises(ValidationError) as refused:
        form_of(step, case).load(ANSWERS[step] | changed)
    return refused.value.messages_dict


def _item(step: str, case: Facts) -> Item | None:
    each = next((s.for_each for state in SIP.states for s in state.steps if s.key == step), None)
    items = each.items(case) if each else ()
    return next((item for item in items if "Vårdcentralen" in item.label), None)
