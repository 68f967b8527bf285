"""The plan's efforts as a case shows them."""

from workflow.definitions.sip.choices import EFFORT_OUTCOMES, PRINCIPALS
from workflow.definitions.sip.efforts import efforts_of, outcomes_of, verdicts_of
from workflow.facts import Facts
from workflow.measures import MeasureLine
from workflow.words import _

_CONFIRMED = {True: _("Bekräftad"), False: _("Inte bekräftad"), None: ""}


def effort_lines(facts: Facts) -> tuple[MeasureLine, ...]:
    """Every effort of the newest plan: how it went, and until then whether it is confirmed."""
    outcomes, verdicts = outcomes_of(facts), verdicts_of(facts)
    return tuple(
        MeasureLine(
            text=effort.text,
            owner=PRINCIPALS[effort.principal],
            responsible=effort.whose,
            due=effort.due,
            outcome=EFFORT_OUTCOMES.get(outcomes.get(effort.key, ""), ""),
            verdict="" if effort.key in outcomes else _CONFIRMED[verdicts.get(effort.key)],
            is_enough=bool(verdicts.get(effort.key)),
        )
        for effort in efforts_of(facts)
    )
