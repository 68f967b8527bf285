"""What is asked for when a target is set."""

from datetime import datetime
from typing import Any

from cases.target_measures import Measure, Measured, measures_for, steps_for
from cases.yearly_plan import BoardTarget
from workflow.definition import WorkflowDefinition
from workflow.fields import choice, line, number
from workflow.forms import Form
from workflow.moments import day_of
from workflow.words import _


class TargetForm(Form):
    """Of one kind of case, whose measures, steps and categories are offered."""

    year = choice(_("Vilket år?"), offer="years", widget="select")
    measure = choice(_("Vad ska nås?"), offer="measures")
    step = choice(
        _("Vilket steg?"),
        offer="steps",
        required=False,
        widget="select",
        shown_when=("measure", (Measure.IN_TIME.value,)),
        needed=True,
    )
    category = choice(
        _("Vilken kategori?"),
        offer="categories",
        required=False,
        widget="select",
        help=_("Lämna tomt om målet gäller alla."),
    )
    amount = number(_("Minst hur många procent?"), 1, 100, unit="%")
    note = line(
        _("Beslut"),
        required=False,
        help=_("Till exempel nämndens beslut och datum. Skriv inget om patienter."),
    )

    def left_out(self) -> tuple[str, ...]:
        """Not every kind of case has categories."""
        return () if self.offers["categories"] else ("category",)


def target_form(
    definition: WorkflowDefinition, now: datetime, target: BoardTarget | None = None
) -> TargetForm:
    """For this year, the next and the last, and the year that the target is of already."""
    year = day_of(now).year
    years = dict.fromkeys((year, year + 1, year - 1, target.year if target else year))
    offers = {
        "years": {str(each): str(each) for each in years},
        "measures": measures_for(definition),
        "steps": steps_for(definition),
        "categories": definition.categories,
    }
    return TargetForm(now=now, offers=offers)


def filled_in(target: BoardTarget) -> dict[str, Any]:
    """As the form shows it."""
    measured = Measured.of(target)
    told = {
        "year": str(target.year),
        "measure": measured.measure.value,
        "step": measured.step,
        "category": target.category,
        "amount": str(target.amount),
        "note": target.note,
    }
    return {name: value for name, value in told.items() if value}
