"""A deviation that goes well: one valid answer to each form, and what the forms are given."""

from datetime import UTC, datetime
from typing import Any

from workflow.definitions.deviation import DEVIATION
from workflow.facts import Answer, Facts
from workflow.forms import Form

NOW = datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
OPENED = datetime(2026, 11, 21, 2, 10, tzinfo=UTC)
OFFERS = {
    "patients": {"7": "Test Testsson"},
    "units": {"1": "Björken", "2": "Eken"},
    "staff": {"11": "Anna Ek", "12": "Bo Al"},
}
REPORT: dict[str, Any] = {
    "kind": "fall",
    "patient": "7",
    "unit": "1",
    "discovered_at": "2026-11-21T02:05",
    "occurred_at": "2026-11-21T02:00",
    "called_at": "2026-11-21T02:10",
    "what_happened": "Föll på väg till toaletten.",
    "event_class": "adverse_event",
    "harm": "unknown",
}
MEASURE = {
    "key": "0a1b2c3d",
    "measure": "Larmmatta vid sängen",
    "side": "unit",
    "responsible": "Anna Ek",
    "due": "2026-12-01",
    "cause_areas": ["technology_equipment"],
}
HSL_MEASURE = MEASURE | {"key": "4e5f6071", "measure": "Ny läkemedelsgenomgång", "side": "hsl"}
INVESTIGATION = {
    "course": "Gick upp själv utan rullator.",
    "cause_areas": ["technology_equipment", "procedures_routines_guidelines"],
    "contributing_factors": "Rullatorn stod i hallen.",
    "happened_before": "false",
    "can_happen_again": "true",
}
TALK = {
    "talked_at": "2026-11-22T08:00",
    "talked_with": ["11"],
    "what_was_said": "Larmet hördes inte.",
}
ANSWERS: dict[str, dict[str, Any]] = {
    "assess": {
        "home_visit": "true",
        "controls_documented": "true",
        "sbar_documented": "true",
        "own_assessment": "Ingen smärta, går som vanligt.",
        "harm": "false",
        "severity": "2",
        "probability": "3",
        "involved_professions": ["nurse", "physiotherapist"],
        "news2_score": "1",
    },
    "home_visit": {"visited_at": "2026-11-21T03:00", "findings": "Blåmärke på höften."},
    "event_report": {
        "happened_at": "2026-11-21T02:00",
        "what_happened": "Föll på väg till toaletten.",
        "worked": ["11", "12"],
        "multiparty_dialogue": "true",
    },
    "staff_talk": TALK,
    "unit_staff_talk": TALK | {"held_together": "true"},
    "patient_talk": {"needed": "false", "reason": "Har redan berättat vid hembesöket."},
    "multiparty_dialogue": {
        "held_at": "2026-11-23T10:00",
        "participants": "Sjuksköterska, enhetschef, dotter",
        "outcome": "Larmmatta provas.",
    },
    "consent": {"consent": "given", "by_whom": "Patienten", "given_at": "2026-11-22T09:00"},
    "announce": {"conference_date": "2026-11-26"},
    "discuss": {
        "held_on": "2026-11-25",
        "patient_took_part": "true",
        "orders": [{"profession": "physiotherapist", "order": "Gångträning varje dag"}],
        "measures": [MEASURE, HSL_MEASURE],
        "signing_lists": "handed_over",
        "follow_up_date": "2026-12-15",
    },
    "decide_without_conference": {
        "held_on": "2026-11-25",
        "signing_lists": "not_needed",
        "follow_up_date": "2026-12-15",
    },
    "investigate": INVESTIGATION,
    "unit_investigation": INVESTIGATION,
    "relay_orders": {
        "relayed_at": "2026-11-25T12:30",
        "relayed_to": ["11"],
        "relayed_how": "På morgonmötet.",
    },
    "cover_causes": {
        "causes": [{"area": "procedures_routines_guidelines", "reason": "Rutinen följdes."}]
    },
    "carry_out": {"outcome": "done", "on": "2026-11-25"},
    "evaluate_hsl": {"verdicts": [{"measure": "4e5f6071", "verdict": "enough"}]},
    "evaluate_unit": {"verdicts": [{"measure": "0a1b2c3d", "verdict": "enough"}]},
    "hsl_done": {"remark": "Klart."},
    "patient_informed": {
        "informed": "patient",
        "informed_at": "2026-11-25T09:00",
        "informed_by": "Sjuksköterskan",
    },
    "feedback": {"given_at": "2026-11-25T10:00", "feedback": "Tack, larmmatta är på plats."},
    "send_to_mas": {"summary": "Fall utan skada, larmmatta räcker."},
    "review": {"decision": "close"},
    "withdraw": {"reason": "mistake", "explanation": "Fel patient valdes."},
}
"""By step or action, each as a page sends it."""

FORMS: dict[str, type[Form]] = {
    step.key: step.form for state in DEVIATION.states for step in state.steps
} | {action.key: action.form for action in DEVIATION.actions}


REFUSED = ANSWERS["consent"] | {"consent": "refused"}
BEFORE: dict[str, dict[str, Any]] = {
    "decide_without_conference": {"consent": REFUSED},
    "cover_causes": {step: ANSWERS[step] for step in ("discuss", "investigate")},
    "evaluate_hsl": {"discuss": ANSWERS["discuss"]},
    "evaluate_unit": {"discuss": ANSWERS["discuss"]},
}
"""What must have been answered before a step is open."""


def report() -> Form:
    """The opening form."""
    return DEVIATION.opening(now=NOW, offers=OFFERS)


def form_of(step: str, given: Facts | None = None) -> Form:
    """The step's form in a case where the step is open."""
    return FORMS[step](now=NOW, facts=given or facts(BEFORE.get(step, {})), offers=OFFERS)


def stored(form: Form, sent: dict[str, Any]) -> dict[str, Any]:
    """The answer as it is kept."""
    kept: dict[str, Any] = form.dump(form.load(sent))
    return kept


def facts(answers: dict[str, dict[str, Any]], opening: dict[str, Any] | None = None) -> Facts:
    """A case in which these steps have been answered, in that order."""
    kept = tuple(
        Answer(step, "", 1, stored(form_of(step), sent), OPENED) for step, sent in answers.items()
    )
    return Facts(stored(report(), opening or REPORT), OPENED, kept)
