"""A deviation as an earlier system has it: one row, held to the report's own rules."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, validates_schema

from workflow.definitions.deviation.choices import KINDS, MEDICATION_KINDS, PROBABILITY, SEVERITY
from workflow.definitions.deviation.intake import Report
from workflow.fields import Message, choice, line, moment, text
from workflow.words import _

REPORT = ("kind", "medication_kind", "occurred_at", "discovered_at", "what_happened")
"""What of a row is the report that opens the case."""

RISK = ("severity", "probability")
"""What of a row is the answer of the step assess."""

STEPS = (("assess", "assessed_at", RISK), ("event_report", "event_report_at", ()))
"""Each step that a row may say was done: its key, the field with its time, those with its form."""

ENDS_IN = "closed"
"""The state of a row with a closing time: what led there is known to the earlier system alone."""

_TIMES = ("occurred_at", "reported_at", "assessed_at", "event_report_at")


class EarlierDeviation(Report):
    """What an earlier system does not ask for may be missing, but nothing may be wrong."""

    reference = line(_("Nummer"), limit=60)
    kind = choice(_("Kategori"), KINDS)
    medication_kind = choice(
        _("Underkategori"), MEDICATION_KINDS, required=False, shown_when=("kind", ("medication",))
    )
    occurred_at = moment(_("Hände"), required=False)
    discovered_at = moment(_("Upptäckt"), required=False)
    reported_at = moment(_("Rapporterad"))
    assessed_at = moment(_("Bedömd"), required=False)
    event_report_at = moment(_("Händelserapport"), required=False)
    closed_at = moment(_("Avslutad"), required=False)
    severity = choice(_("Allvarlighetsgrad"), SEVERITY, required=False)
    probability = choice(_("Sannolikhet"), PROBABILITY, required=False)
    what_happened = text(_("Beskrivning"), required=False)

    def left_out(self) -> tuple[str, ...]:
        """Everything that such a row does not say."""
        said = {*REPORT, *RISK, *_TIMES, "reference", "closed_at"}
        return tuple(name for name in self._declared_fields if name not in said)

    @validates_schema(skip_on_field_errors=False)
    def check_the_order_of_the_steps(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """A nurse may have come before anybody wrote the report, but not before it happened."""
        errors = {}
        for name in _TIMES[1:]:
            if _before(data, name, "occurred_at"):
                errors[name] = [Message(_("Det kan inte vara innan det hände."))]
        if any(_before(data, "closed_at", name) for name in _TIMES):
            errors["closed_at"] = [
                Message(_("Ärendet kan inte vara avslutat innan allt annat var gjort."))
            ]
        if errors:
            raise ValidationError(errors)


def _before(data: Mapping[str, Any], name: str, other: str) -> bool:
    first: datetime | None = data.get(name)
    second: datetime | None = data.get(other)
    return first is not None and second is not None and first < second
