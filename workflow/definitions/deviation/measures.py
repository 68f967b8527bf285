"""Forms of the state measures: investigations, orders passed on, causes covered, work done."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from workflow.definitions.deviation.choices import CAUSE_AREAS, NOT_LISTED, OUTCOMES, SIDES
from workflow.definitions.deviation.conference import Measure
from workflow.definitions.deviation.rules import uncovered_causes
from workflow.fields import Message, choice, choices, day, hidden, line, moment, rows, text, yes_no
from workflow.forms import Form, Row
from workflow.messages import MISSING
from workflow.moments import day_of
from workflow.words import _


class Investigation(Form):
    """What PSL 3 kap. 3 § asks for: the course of events and what contributed."""

    course = text(_("Vad hände, steg för steg?"))
    cause_areas = choices(_("Orsaker"), CAUSE_AREAS, required=True)
    contributing_factors = text(_("Vad bidrog till att det hände?"))
    happened_before = yes_no(_("Har det hänt förut?"))
    can_happen_again = yes_no(_("Kan det hända igen?"))
    remark = text(_("Kommentar"), required=False)


class UnitInvestigation(Investigation):
    """The unit manager's own part, with the unit's measures."""

    measures = rows(_("Åtgärder"), Measure)

    @validates_schema
    def check_the_days(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """A measure is not due before the case began; catches a mistyped year."""
        if late := _before_the_case(self, data.get("measures", ())):
            raise ValidationError({"measures": self.rows_of("measures").beside("due", late)})


class RelayOrders(Form):
    """How the orders reached those who carry them out."""

    relayed_at = moment(_("När förde du ordinationerna vidare?"))
    relayed_to = choices(_("Till vilka?"), offer="staff")
    relayed_to_others = line(_("Andra"), required=False, help=NOT_LISTED)
    relayed_how = text(_("Hur?"), help=_("Till exempel på teammötet och skriftligt i pärmen."))

    either = (("relayed_to", "relayed_to_others"),)
    when = ("relayed_at",)


class Cause(Row):
    """An area that an investigation chose: a whole measure, or why none is needed."""

    area = hidden()
    measure = text(_("Åtgärd"), required=False, limit=2000)
    side = choice(_("Vem äger åtgärden?"), SIDES, required=False)
    due = day(_("Klart senast"), required=False)
    reason = text(_("Eller: varför behövs ingen åtgärd?"), required=False, limit=2000)

    @validates_schema
    def ask_for_measure_or_reason(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """A begun measure must be finished even when there is a reason."""
        parts = ("measure", "side", "due")
        missing = [name for name in parts if name not in data]
        if missing == list(parts):
            if "reason" not in data:
                message = Message(_("Skriv en åtgärd, eller varför ingen behövs."))
                raise ValidationError({"measure": [message]})
        elif missing:
            raise ValidationError({name: [MISSING] for name in missing})


class CoverCauses(Form):
    """One row for each cause area that has neither measure nor reason."""

    causes = rows(_("Orsaker utan åtgärd"), Cause, fixed="area")

    def initial(self) -> dict[str, Any]:
        """The areas, headed by their labels."""
        areas = uncovered_causes(self.facts)
        return {"causes": [{"area": area, "_title": CAUSE_AREAS[area]} for area in areas]}

    @validates_schema
    def check_the_days(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """As in the unit's investigation."""
        if late := _before_the_case(self, data.get("causes", ())):
            raise ValidationError({"causes": self.rows_of("causes").beside("due", late)})


class CarriedOut(Form):
    """Of one measure."""

    outcome = choice(_("Hur gick det?"), OUTCOMES)
    on = day(_("Vilken dag?"), past=True)
    remark = text(
        _("Kommentar"),
        required=False,
        needed_when=("outcome", ("not_possible",)),
        help=_("Gick det inte: skriv varför."),
    )

    when = ("on",)


def _before_the_case(form: Form, measures: Any) -> dict[int, Message]:
    message = Message(_("Dagen är före ärendets början. Kontrollera datumet."))
    first = day_of(form.facts.opened_at)
    return {n: message for n, row in enumerate(measures) if row.get("due", first) < first}
