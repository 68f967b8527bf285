"""What the board can set a target for: the number of cases, and how well they are handled."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cases.yearly_plan import BoardTarget
from workflow.definition import WorkflowDefinition
from workflow.messages import Message
from workflow.words import _


class Measure(StrEnum):
    """IN_TIME is of one step, the others of whole cases."""

    FEWER = "fewer"
    MORE = "more"
    HANDLED = "handled"
    IN_TIME = "in_time"


MEASURES: dict[str, str] = {
    Measure.FEWER: _("Färre än året före"),
    Measure.MORE: _("Fler än året före"),
    Measure.HANDLED: _("Avslutade med alla delar gjorda"),
    Measure.IN_TIME: _("Ett steg görs i tid"),
}


@dataclass(frozen=True)
class Measured:
    """A measure as a target stores it: with a step's key after a colon where it is of a step."""

    measure: Measure
    step: str = ""

    @classmethod
    def of(cls, target: BoardTarget) -> "Measured":
        """The target's own."""
        measure, _colon, step = target.measure.partition(":")
        return cls(Measure(measure), step)

    def __str__(self) -> str:
        return f"{self.measure}:{self.step}" if self.step else self.measure


def measures_for(definition: WorkflowDefinition) -> Mapping[str, str]:
    """Parts can only be left out where the routine has them, such as feedback to the reporter."""
    has_parts = any(step.feedback for state in definition.states for step in state.steps)
    return {key: label for key, label in MEASURES.items() if has_parts or key != Measure.HANDLED}


def steps_for(definition: WorkflowDefinition) -> Mapping[str, str]:
    """Every step with a duty, in the routine's order."""
    return {s.key: s.label for state in definition.states for s in state.steps if s.required}


def goal_of(target: BoardTarget, definition: WorkflowDefinition) -> Message:
    """What is to be reached, in a sentence."""
    measured = Measured.of(target)
    said = {
        Measure.FEWER: _("%(about)s: minst %(amount)s procent färre än %(before)s"),
        Measure.MORE: _("%(about)s: minst %(amount)s procent fler än %(before)s"),
        Measure.HANDLED: _("%(about)s: minst %(amount)s procent avslutade med alla delar gjorda"),
        Measure.IN_TIME: _("%(about)s, %(step)s: minst %(amount)s procent i tid"),
    }[measured.measure]
    about = definition.categories.get(target.category, definition.label)
    step = steps_for(definition).get(measured.step, measured.step)
    return Message(
        said,
        about=Message(about),
        amount=target.amount,
        before=target.year - 1,
        step=Message(step),
    )
