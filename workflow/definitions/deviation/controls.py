"""What the caller tells HSL staff on the phone: SBAR and vital signs, every part optional."""

from workflow.fields import choice, number, text, yes_no
from workflow.forms import Form
from workflow.words import _


class Sbar(Form):
    """The order in which a call is told (ViSam)."""

    sbar_situation = text(
        _("S – Situation"),
        required=False,
        help=_("Vem ringer, vem gäller det och vad är problemet?"),
    )
    sbar_background = text(
        _("B – Bakgrund"),
        required=False,
        help=_("Sjukdomar, läkemedel, allergier, hjälpmedel och vad som hände före."),
    )
    sbar_assessment = text(
        _("A – Aktuellt tillstånd"),
        required=False,
        help=_("Vad ser du? Vad har ändrats? Vad tror du?"),
    )
    sbar_recommendation = text(
        _("R – Rekommendation"),
        required=False,
        help=_("Vad vill du ha hjälp med? Vad kom ni överens om? Upprepa det för varandra."),
    )


class VitalSigns(Form):
    """The parameters of NEWS2; no total is reckoned."""

    respiratory_rate = number(
        _("Andningsfrekvens"), 0, 80, unit=_("andetag per minut"), required=False
    )
    spo2 = number(_("Syremättnad (SpO₂)"), 30, 100, unit="%", required=False)
    spo2_scale = choice(
        _("SpO₂-skala"),
        {"1": _("Skala 1 (vanlig)"), "2": _("Skala 2 (bara när läkare har bestämt det)")},
        required=False,
    )
    oxygen = yes_no(_("Får personen syrgas?"), required=False)
    systolic = number(_("Övre blodtryck (systoliskt)"), 30, 300, unit="mmHg", required=False)
    pulse = number(_("Puls"), 0, 250, unit=_("slag per minut"), required=False)
    consciousness = choice(
        _("Medvetande"),
        {
            "A": _("A – vaken och som vanligt"),
            "C": _("C – nytillkommen förvirring"),
            "V": _("V – reagerar på tilltal"),
            "P": _("P – reagerar på smärta"),
            "U": _("U – reagerar inte"),
        },
        required=False,
    )
    temperature = number(_("Temperatur"), 25, 45, decimals=1, unit="°C", required=False)
