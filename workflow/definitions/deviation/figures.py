"""What the statistics count of a deviation (domain: law-and-terms 9, tables C, F and I)."""

from workflow.basis import Basis, BasisKind
from workflow.definitions.deviation.choices import CAUSE_AREAS, MEDICATION_KINDS, valid_kinds
from workflow.definitions.deviation.rules import measures_of, verdicts_of
from workflow.facts import Facts
from workflow.figures import CAUSE, ClosedWithin, Counting, Figures, Tally
from workflow.words import _

COUNTING = Counting(
    subcategories={"medication": MEDICATION_KINDS},
    causes=CAUSE_AREAS,
    valid=valid_kinds,
    closed_within=ClosedWithin(
        72, Basis(BasisKind.ROUTINE, _("Kungsörs modell: hela varvet på 24–72 timmar"))
    ),
)


def figures(facts: Facts, state: str) -> Figures:
    """A withdrawn deviation is not counted; an effect is followed up when each measure is judged.

    A cause area counts once, however many investigations name it.
    """
    assessed, measures, verdicts = facts.latest("assess"), measures_of(facts), verdicts_of(facts)
    causes = _causes(facts)
    return Figures(
        counted=state != "withdrawn",
        subcategory=facts.opening.get("medication_kind") or "",
        severity=_number(assessed.get("severity")),
        probability=_number(assessed.get("probability")),
        has_causes=bool(causes),
        has_measures=bool(measures),
        effect_followed_up=bool(measures) and all(m.key in verdicts for m in measures),
        feedback_given=facts.answered("feedback"),
        tallies=tuple(Tally(CAUSE, area) for area in causes),
    )


def _causes(facts: Facts) -> tuple[str, ...]:
    investigations = [*facts.every("investigate"), *facts.every("unit_investigation")]
    return tuple(dict.fromkeys(a for each in investigations for a in each.data["cause_areas"]))


def _number(stored: str | None) -> int | None:
    return int(stored) if stored else None
