"""The form that opens a SIP: somebody has seen that care has to be coordinated."""

from typing import Any

from workflow.definitions.deviation.choices import OTHER_PATIENT
from workflow.definitions.sip.choices import TRIGGERS
from workflow.fields import choice, day, line, moment, text, yes_no
from workflow.forms import Condition, Form
from workflow.identity import identity_number
from workflow.words import _

_NOT_LISTED: Condition = ("patient", (OTHER_PATIENT,))


class SipNeed(Form):
    """`discharge_notice_at` starts the law's clock for the call (LUS 4:3)."""

    trigger = choice(_("Hur kom behovet fram?"), TRIGGERS)
    patient = choice(
        _("Vilken patient?"),
        {OTHER_PATIENT: _("Finns inte i listan")},
        offer="patients",
        widget="select",
    )
    patient_number = identity_number(
        _("Patientens personnummer"),
        required=False,
        help=_("Helst alla 12 siffror. Samordningsnummer går också bra."),
        shown_when=_NOT_LISTED,
        needed=True,
    )
    patient_name = line(_("Patientens namn"), required=False, shown_when=_NOT_LISTED, needed=True)
    unit = choice(_("Vilken enhet?"), offer="units", widget="select")
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

    def initial(self) -> dict[str, Any]:
        """The unit, for somebody who works at one only."""
        units = tuple(self.offers.get("units", ()))
        return {"unit": units[0]} if len(units) == 1 else {}
