"""The admission notice that opens a discharge."""

from collections.abc import Mapping
from typing import Any

from marshmallow import validates_schema

from workflow.definitions.discharge.times import (
    BEFORE_ADMISSION,
    BEFORE_ADMISSION_DAY,
    BEFORE_SENT,
    earlier,
    far_off,
    refuse,
)  # fmt: skip
from workflow.fields import day, line, moment
from workflow.forms import Section
from workflow.patient_fields import PatientAndUnit
from workflow.words import _


class AdmissionNotice(PatientAndUnit):
    """LUS 2 kap. 1–3 §§, with both the time it was sent and the time it was received."""

    admitted_at = moment(_("När skrevs patienten in på sjukhuset?"))
    ward = line(
        _("Vilket sjukhus och vilken avdelning?"),
        help=_("Till exempel Kullbergska sjukhuset, avdelning 2."),
    )
    notice_sent_at = moment(_("När skickades inskrivningsmeddelandet?"))
    notice_received_at = moment(_("När kom det till kommunen?"))
    need_judged_at = moment(
        _("Bedömdes behovet senare än vid inskrivningen? När?"),
        required=False,
        help=_("Då räknas sjukhusets 24 timmar från bedömningen."),
    )
    estimated_discharge = day(_("Beräknad utskrivningsdag"))

    when = ("admitted_at",)
    sections = (
        Section("patient", _("Patienten"), ("patient", "patient_number", "patient_name", "unit")),
        Section(
            "notice",
            _("Inskrivningsmeddelandet"),
            (
                "admitted_at", "ward", "notice_sent_at", "notice_received_at", "need_judged_at",
                "estimated_discharge",
            ),
        ),
    )  # fmt: skip

    @validates_schema(skip_on_field_errors=False)
    def check_the_order_of_times(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Admitted, judged to need efforts, sent, received; and out again after that."""
        admitted, sent = data.get("admitted_at"), data.get("notice_sent_at")
        before_judged = _("Meddelandet skickades före bedömningen. Kontrollera båda tiderna.")
        refuse(
            far_off(data, "estimated_discharge", admitted, BEFORE_ADMISSION_DAY)
            | earlier(data, ("notice_sent_at",), data.get("need_judged_at"), before_judged)
            | earlier(data, ("notice_sent_at", "need_judged_at"), admitted, BEFORE_ADMISSION)
            | earlier(data, ("notice_received_at",), sent, BEFORE_SENT)
        )
