"""Forms of the state follow_up: did each measure help?"""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from marshmallow import ValidationError, validates, validates_schema

from workflow.definitions.deviation.choices import VERDICTS
from workflow.definitions.deviation.preparation import check_that_the_day_is_near
from workflow.definitions.deviation.rules import REFUSED, to_evaluate
from workflow.fields import Message, choice, day, hidden, rows, text
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
    next_conference_date = day(
        _("Vilken dag tas det upp på patientkonferens igen?"),
        required=False,
        help=_("Behövs när någon åtgärd inte räcker."),
    )

    @validates("next_conference_date")
    def check_the_day(self, value: date, **_kwargs: Any) -> None:
        """A conference is at hand."""
        check_that_the_day_is_near(value, self.today)

    @validates_schema
    def ask_for_the_next_conference(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """The case goes back to a conference, which needs a day."""
        if "next_conference_date" not in self.fields:
            return
        again = any(row["verdict"] == "not_enough" for row in data.get("verdicts", ()))
        if again and "next_conference_date" not in data:
            raise ValidationError({"next_conference_date": [Message(_("Fyll i det här."))]})

    def left_out(self) -> tuple[str, ...]:
        """A patient who has said no is not taken up at a conference."""
        return ("next_conference_date",) if REFUSED.test(self.facts) else ()

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
