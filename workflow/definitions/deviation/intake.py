"""The report that opens a deviation: a short first part, everything else folded."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, validates_schema

from workflow.definitions.deviation.checklists import (
    CareChecklist,
    DeviceChecklist,
    FallChecklist,
    MedicationChecklist,
    RehabilitationChecklist,
    UlcerChecklist,
)  # fmt: skip
from workflow.definitions.deviation.choices import (
    EVENT_CLASSES,
    KINDS,
    MEDICATION_KINDS,
    NEXT_OF_KIN_TOLD,
    VALID_FROM,
    VALID_THROUGH,
    YES_NO_UNKNOWN,
    valid_kinds,
)  # fmt: skip
from workflow.definitions.deviation.controls import Sbar, VitalSigns
from workflow.fields import Message, choice, line, moment, text, yes_no
from workflow.forms import Form, Section
from workflow.holidays import STOCKHOLM
from workflow.patient_fields import PatientAndUnit
from workflow.words import _

_CHECKLISTS: tuple[type[Form], ...] = (
    FallChecklist, MedicationChecklist, DeviceChecklist, RehabilitationChecklist, UlcerChecklist,
    CareChecklist,
)  # fmt: skip


def _names(*forms: type[Form]) -> tuple[str, ...]:
    return tuple(name for form in forms for name in form._declared_fields)  # noqa: SLF001  no public name


class Report(
    FallChecklist, MedicationChecklist, DeviceChecklist, RehabilitationChecklist, UlcerChecklist,
    CareChecklist, Sbar, VitalSigns, PatientAndUnit,
):  # fmt: skip
    """Everything but the first section may be left for later."""

    kind = choice(_("Vad gäller det?"), KINDS, valid_on=valid_kinds)
    medication_kind = choice(
        _("Vad blev fel med läkemedlet?"),
        MEDICATION_KINDS,
        required=False,
        shown_when=("kind", ("medication",)),
        needed=True,
    )
    event_class = choice(_("Hände det, eller kunde det ha hänt?"), EVENT_CLASSES)
    what_happened = text(_("Vad hände?"), help=_("Kort, med egna ord."))
    discovered_at = moment(_("När upptäcktes det?"))
    occurred_at = moment(_("När hände det?"), required=False, help=_("Lämna tomt om du inte vet."))
    called_at = moment(
        _("När ringde du HSL-personal?"),
        required=False,
        help=_("Sjuksköterska, arbetsterapeut eller fysioterapeut. Inte ringt än? Ring nu."),
    )
    called_who = line(_("Vem talade du med?"), required=False)
    harm = choice(_("Kom patienten till skada?"), YES_NO_UNKNOWN)
    immediate_measures = text(_("Vad har ni gjort direkt?"), required=False)
    next_of_kin_told = choice(_("Är närstående informerade?"), NEXT_OF_KIN_TOLD, required=False)
    misconduct_suspected = yes_no(
        _("Misstänker du ett missförhållande?"),
        required=False,
        help=_("Till exempel bristande omsorg, kränkning eller våld."),
    )

    when = ("occurred_at", "discovered_at")
    sections = (
        Section(
            "event",
            _("Händelsen"),
            (
                "kind", "medication_kind", "patient", "patient_number", "patient_name", "unit",
                "discovered_at", "occurred_at", "called_at", "called_who", "what_happened",
                "event_class", "harm",
            ),
        ),
        Section("checklist", _("Kontroller"), _names(*_CHECKLISTS), optional=True),
        Section("sbar", _("Rapport enligt SBAR"), _names(Sbar), optional=True),
        Section("vital_signs", _("Mätvärden"), _names(VitalSigns), optional=True),
        Section(
            "more",
            _("Mer om händelsen"),
            ("immediate_measures", "next_of_kin_told", "misconduct_suspected"),
            optional=True,
        ),
    )  # fmt: skip

    def notice(self) -> str:
        """Above everything else."""
        return _("Fara för liv? Ring 112 först, sedan sjuksköterskan.")

    @validates_schema(skip_on_field_errors=False)
    def check_the_order_of_times(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """It happens, is discovered, and is then phoned in."""
        happened, discovered = data.get("occurred_at"), data.get("discovered_at")
        called = data.get("called_at")
        errors = {}
        if happened and discovered and discovered < happened:
            errors["discovered_at"] = [
                Message(_("Det kan inte ha upptäckts innan det hände. Kontrollera båda tiderna."))
            ]
        if called and discovered and called < discovered:
            errors["called_at"] = [
                Message(_("Du kan inte ha ringt innan det upptäcktes. Kontrollera båda tiderna."))
            ]
        if errors:
            raise ValidationError(errors)

    @validates_schema(skip_on_field_errors=False)
    def check_that_the_kind_is_counted(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Kinds come and go with the years; the event's day decides."""
        kind, day = data.get("kind"), _day_of_event(data)
        if kind is None or day is None or kind in valid_kinds(day):
            return
        if kind in VALID_FROM:
            message = Message(
                _("Det här valet finns från och med %(day)s. Välj ett annat."), day=VALID_FROM[kind]
            )
        else:
            message = Message(
                _("Det här valet finns till och med %(day)s. Välj ett annat."),
                day=VALID_THROUGH[kind],
            )
        raise ValidationError({"kind": [message]})


def _day_of_event(data: Mapping[str, Any]) -> date | None:
    moment: datetime | None = data.get("occurred_at") or data.get("discovered_at")
    return moment.astimezone(STOCKHOLM).date() if moment else None
