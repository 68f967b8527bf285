"""Forms of the state follow_up: did each measure help?"""

from typing import Any, ClassVar

from workflow.definitions.deviation.choices import VERDICTS
from workflow.definitions.deviation.rules import to_evaluate
from workflow.fields import choice, hidden, rows, text
from workflow.forms import Form, Row
from workflow.words import _


class Verdict(Row):
    """Of the measure with that key."""

    measure = hidden()
    verdict = choice(_("Räcker åtgärden?"), VERDICTS)
    comment = text(_("Kommentar"), required=False, limit=2000)


class Evaluation(Form):
    """One row for each measure of the side that has not yet been found enough."""

    side: ClassVar[str]

    verdicts = rows(_("Åtgärder"), Verdict, fixed="measure")
    patient_view = text(_("Vad tycker patienten?"), required=False)

    def initial(self) -> dict[str, Any]:
        """The measures, headed by their own words."""
        measures = to_evaluate(self.facts, self.side)
        return {"verdicts": [{"measure": m.key, "_title": m.text} for m in measures]}


class EvaluateHsl(Evaluation):
    """By HSL staff."""

    side = "hsl"


class EvaluateUnit(Evaluation):
    """By the unit manager, who does not judge the HSL measures."""

    side = "unit"
