"""The deviation's measures as a case shows them."""

from workflow.definitions.deviation.choices import OUTCOMES, SIDES, VERDICTS
from workflow.definitions.deviation.rules import measures_of, verdicts_of
from workflow.facts import Facts
from workflow.measures import MeasureLine


def measure_lines(facts: Facts) -> tuple[MeasureLine, ...]:
    """Every measure in the order they were decided, with its newest outcome and verdict."""
    verdicts = verdicts_of(facts)
    return tuple(
        MeasureLine(
            text=measure.text,
            owner=SIDES[measure.side],
            responsible=measure.responsible,
            due=measure.due,
            outcome=OUTCOMES.get(facts.latest("carry_out", measure.key).get("outcome", ""), ""),
            verdict=VERDICTS.get(verdicts.get(measure.key, ""), ""),
            is_enough=verdicts.get(measure.key) == "enough",
        )
        for measure in measures_of(facts)
    )
