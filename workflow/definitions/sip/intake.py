"""The form that opens a SIP: somebody has seen that care has to be coordinated."""

from workflow.definitions.sip.choices import TRIGGERS
from workflow.fields import choice, day, line, moment, text, yes_no
from workflow.forms import Section
from workflow.patient_fields import PatientAndUnit
from workflow.words import _


class SipNeed(PatientAndUnit):
    """`discharge_notice_at` starts the law's clock for the call (LUS 4:3)."""

    trigger = choice(_("Hur kom behovet fram?"), TRIGGERS)
    noticed_at = day(_("Vilken dag uppmärksammades behovet?"), past=True)
    noticed_by = line(
        _("Vem uppmärksammade det?"), help=_("Till exempel avdelningen, läraren eller en dotter.")
    )
    reason = text(
        _("Varför behövs samordning?"),
        help=_("Vad behöver personen från kommunen, regionen och andra?"),
    )
    assessed = yes_no(
        _("Är det redan bedömt att en SIP behövs?"),
        required=False,
        help=_("Till exempel vid utskrivningen. Då är nästa steg att fråga om samtycke."),
    )
    discharge_notice_at = moment(
        _("När meddelade sjukhuset att patienten är utskrivningsklar?"),
        required=False,
        help=_("Bara vid utskrivning. Då ska kallelsen vara skickad inom lagens tre dagar."),
    )

    when = ("noticed_at",)
    sections = (
        Section("patient", _("Patienten"), ("patient", "patient_number", "patient_name", "unit")),
        Section(
            "need",
            _("Behovet"),
            (
                "trigger", "noticed_at", "noticed_by", "reason", "assessed",
                "discharge_notice_at",
            ),
        ),
    )  # fmt: skip
