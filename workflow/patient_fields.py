"""The fields by which every kind of case is told whom it is about and which unit has it."""

from typing import Any

from workflow.fields import choice, line
from workflow.forms import Condition, Form
from workflow.identity import identity_number
from workflow.words import _

OTHER_PATIENT = "other"
"""The value of the patient field for somebody who is not in the list."""

_NOT_LISTED: Condition = ("patient", (OTHER_PATIENT,))


class PatientAndUnit(Form):
    """What is chosen here becomes columns of the case; the log holds none of it."""

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

    def initial(self) -> dict[str, Any]:
        """The unit, for somebody who works at one only."""
        units = tuple(self.offers.get("units", ()))
        return {"unit": units[0]} if len(units) == 1 else {}
