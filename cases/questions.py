"""The forms that every kind of case has, whatever its routine asks for."""

from workflow.fields import text
from workflow.forms import Form
from workflow.words import _


class Note(Form):
    """What belongs to the case and to no step."""

    note = text(
        _("Vad vill du anteckna?"),
        help=_("Hör det till journalen, skriv det där. Skriv inte personnummer."),
    )


class Correction(Form):
    """Asked for above the form that is corrected, which may have a reason of its own."""

    reason_for_correction = text(
        _("Varför rättas det?"),
        limit=500,
        help=_("Det gamla finns kvar i tidslinjen tillsammans med det nya."),
    )
