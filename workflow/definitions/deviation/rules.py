"""The conditions of the deviation routine, and what its steps are repeated for."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow.definition import Responsible
from workflow.definitions.deviation.choices import PROFESSIONS
from workflow.facts import Each, Facts, Item, Rule
from workflow.roles import LABELS, LICENSED, Role
from workflow.words import _

DECISIONS = ("discuss", "decide_without_conference")
"""The steps whose form holds orders, measures and the follow-up date."""

EVALUATIONS = ("evaluate_hsl", "evaluate_unit")
"""The steps whose form holds verdicts and, when one is not enough, the next conference."""


@dataclass(frozen=True)
class Measure:
    """A decided measure; `side` is hsl or unit, whoever is to evaluate it."""

    key: str
    text: str
    side: str
    responsible: str
    due: date
    cause_areas: tuple[str, ...]


def measures_of(facts: Facts, side: str | None = None) -> tuple[Measure, ...]:
    """Every measure of the case (of one side), in the order they were decided."""
    rows: list[Any] = []
    for answer in facts.answers:
        if answer.step in (*DECISIONS, "unit_investigation"):
            rows += answer.data.get("measures", [])
        elif answer.step == "cover_causes":
            rows += [
                row | {"key": f"{row['area']}-{answer.round}", "cause_areas": [row["area"]]}
                for row in answer.data["causes"]
                if row.get("measure")
            ]
    return tuple(
        Measure(
            row["key"],
            row["measure"],
            row["side"],
            row.get("responsible", ""),
            date.fromisoformat(row["due"]),
            tuple(row.get("cause_areas", ())),
        )
        for row in rows
        if side in (None, row["side"])
    )


def verdicts_of(facts: Facts) -> dict[str, str]:
    """The newest verdict of each measure that has one."""
    return {
        row["measure"]: row["verdict"]
        for answer in facts.answers
        if answer.step in EVALUATIONS
        for row in answer.data.get("verdicts", [])
    }


def to_evaluate(facts: Facts, side: str) -> tuple[Measure, ...]:
    """Measures without a verdict, and those last judged not enough."""
    verdicts = verdicts_of(facts)
    return tuple(
        m for m in measures_of(facts, side) if verdicts.get(m.key, "not_enough") == "not_enough"
    )


def uncovered_causes(facts: Facts) -> tuple[str, ...]:
    """Cause areas chosen in an investigation that have neither a measure nor a written reason."""
    investigations = [*facts.every("investigate"), *facts.every("unit_investigation")]
    chosen = dict.fromkeys(a for answer in investigations for a in answer.data["cause_areas"])
    covered = {a for measure in measures_of(facts) for a in measure.cause_areas}
    covered |= {
        row["area"] for answer in facts.every("cover_causes") for row in answer.data["causes"]
    }
    return tuple(area for area in chosen if area not in covered)


def professions(facts: Facts) -> tuple[Item, ...]:
    """The professions named in the assessment."""
    named = facts.latest("assess").get("involved_professions", ())
    return tuple(Item(key, PROFESSIONS[key], (Role(key),)) for key in named)


def _licensed(first: Role) -> tuple[Role, ...]:
    return (first, *(role for role in LICENSED if role != first))


def _redo(facts: Facts, step: str) -> bool:
    answers = [a for a in facts.every("review") if a.round == facts.round - 1]
    return any(step in answer.data.get("redo", ()) for answer in answers)


def _professions_to_investigate(facts: Facts) -> tuple[Item, ...]:
    done_now = {answer.item for answer in facts.this_round("investigate")}
    return tuple(
        item
        for item in professions(facts)
        if item.key in done_now
        or not facts.answered("investigate", item.key)
        or _redo(facts, "investigate")
    )


def _measures_to_carry_out(facts: Facts) -> tuple[Item, ...]:
    done_now = {answer.item for answer in facts.this_round("carry_out")}
    return tuple(
        Item(m.key, m.text, (Role.UNIT_MANAGER,) if m.side == "unit" else hsl_roles(facts))
        for m in measures_of(facts)
        if m.key in done_now or not facts.answered("carry_out", m.key)
    )


def hsl_roles(facts: Facts) -> tuple[Role, ...]:
    """The licensed professions, the one that fits the kind of event first."""
    first = {
        "medical_device": Role.OCCUPATIONAL_THERAPIST,
        "rehabilitation": Role.PHYSIOTHERAPIST,
    }.get(facts.opening["kind"], Role.NURSE)
    return _licensed(first)


def orders_of(facts: Facts) -> tuple[Any, ...]:
    """Orders decided in this round."""
    return tuple(
        row
        for step in DECISIONS
        for answer in facts.this_round(step)
        for row in answer.data.get("orders", ())
    )


def _times_to_cover(facts: Facts) -> tuple[Item, ...]:
    """Once when the investigations are done, and again for a cause that a correction adds."""
    times = len(facts.this_round("cover_causes")) + _causes_to_cover(facts)
    return tuple(Item(str(time), "") for time in range(1, times + 1))


def _causes_to_cover(facts: Facts) -> bool:
    done_now = {answer.item for answer in facts.this_round("investigate")}
    left = [item for item in _professions_to_investigate(facts) if item.key not in done_now]
    unit_left = INVESTIGATION_WANTED.test(facts) and not facts.this_round("unit_investigation")
    return not left and not unit_left and bool(uncovered_causes(facts))


INVOLVED = Each(
    "involved_professions", _("varje inblandad profession"), _professions_to_investigate
)
TIMES = Each("times", _("varje gång en orsak står utan"), _times_to_cover)
MEASURES = Each("measures", _("varje åtgärd"), _measures_to_carry_out)

UNIT_MANAGER = Responsible(LABELS[Role.UNIT_MANAGER], lambda _f, _i: (Role.UNIT_MANAGER,))
MAS = Responsible(LABELS[Role.MAS], lambda _f, _i: (Role.MAS,))
HSL = Responsible(
    _("HSL-personal; arbetsterapeut först för hjälpmedel, fysioterapeut först för rehabilitering"),
    lambda facts, _i: hsl_roles(facts),
)
EACH = Responsible(_("professionen själv"), lambda _f, item: item.roles if item else LICENSED)
OWNER = Responsible(
    _("åtgärdens ägare: HSL-personal eller enhetschef"),
    lambda _f, item: item.roles if item else (Role.UNIT_MANAGER,),
)
MANAGER_OR_HSL = Responsible(
    _("Enhetschef, eller HSL-personal"), lambda _f, _i: (Role.UNIT_MANAGER, *LICENSED)
)


def _score(facts: Facts) -> tuple[int, int]:
    assessed = facts.latest("assess")
    # An assessment from an earlier system may be without them.
    severity, probability = (int(assessed.get(name, 0)) for name in ("severity", "probability"))
    return severity, severity * probability


def _serious(facts: Facts) -> bool:
    severity, score = _score(facts)
    limits = facts.thresholds
    return score >= limits["serious_score"] or severity >= limits["serious_severity"]


def _verdict_not_enough(facts: Facts) -> bool:
    return any(
        row["verdict"] == "not_enough"
        for step in EVALUATIONS
        for answer in facts.this_round(step)
        for row in answer.data.get("verdicts", ())
    )


def _consent(facts: Facts) -> str:
    return str(facts.latest("consent").get("consent", ""))


def _evaluations(facts: Facts, side: str) -> bool:
    return bool(to_evaluate(facts, side)) or bool(facts.this_round(f"evaluate_{side}"))


def _completed_but_for_sending(facts: Facts) -> bool:
    informed = not HARM.test(facts) or facts.answered("patient_informed")
    return bool(facts.this_round("hsl_done")) and facts.answered("feedback") and informed


def _first_or_now(step: str, facts: Facts) -> bool:
    return not facts.answered(step) or bool(facts.this_round(step))


HOME_VISIT_DECIDED = Rule(
    _("hembesök behövs enligt bedömningen"), lambda f: bool(f.latest("assess").get("home_visit"))
)
DIALOGUE_WANTED = Rule(
    _("enhetschefen har begärt flerpartsdialog"),
    lambda f: bool(f.latest("event_report").get("multiparty_dialogue")),
)
NOT_REFUSED = Rule(_("patienten inte har sagt nej"), lambda f: _consent(f) != "refused")
REFUSED = Rule(_("patienten har sagt nej"), lambda f: _consent(f) == "refused")
INVESTIGATION_WANTED = Rule(
    _("enheten inte är utredd, eller MAS har begärt ny utredning"),
    lambda f: _first_or_now("unit_investigation", f) or _redo(f, "unit_investigation"),
)
ORDERS_GIVEN = Rule(_("ordinationer har getts"), lambda f: bool(orders_of(f)))
CAUSES_UNCOVERED = Rule(
    _("utredningarna är klara och ett orsaksområde saknar åtgärd och motivering"),
    lambda f: bool(_times_to_cover(f)),
)
HSL_TO_EVALUATE = Rule(_("det finns HSL-åtgärder att utvärdera"), lambda f: _evaluations(f, "hsl"))
UNIT_TO_EVALUATE = Rule(
    _("det finns enhetsåtgärder att utvärdera, eller inga åtgärder alls"),
    lambda f: _evaluations(f, "unit") or not measures_of(f),
)
NOT_ENOUGH = Rule(_("någon åtgärd inte har räckt"), _verdict_not_enough)
HARM = Rule(_("patienten skadades"), lambda f: bool(f.latest("assess").get("harm")))
HARM_TO_TELL = Rule(
    _("patienten skadades och det inte redan är gjort"),
    lambda f: HARM.test(f) and _first_or_now("patient_informed", f),
)
FEEDBACK_TO_GIVE = Rule(_("det inte redan är gjort"), lambda f: _first_or_now("feedback", f))
READY_TO_SEND = Rule(_("allt annat i ärendet är klart"), _completed_but_for_sending)
RETURNED = Rule(
    _("MAS skickar tillbaka ärendet"),
    lambda f: any(a.data["decision"] == "return" for a in f.this_round("review")),
)
SERIOUS = Rule(
    _("riskvärdet eller allvarlighetsgraden når gränsen för allvarlig händelse"), _serious
)
MISCONDUCT = Rule(
    _("missförhållande misstänks"), lambda f: bool(f.opening.get("misconduct_suspected"))
)
