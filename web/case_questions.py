"""The forms that every kind of case has: a note, a link to another case, and a hand-over."""

from cases.correcting import REASON_LIMIT
from cases.duties import NOTE_LIMIT
from workflow.fields import choice, text
from workflow.forms import Form
from workflow.words import _

EVERYBODY = "everybody"
"""The choice of giving a step back to all who may do it."""


class Note(Form):
    """What belongs to the case and to no step."""

    note = text(
        _("Vad vill du anteckna?"),
        limit=NOTE_LIMIT,
        help=_("Hör det till journalen, skriv det där. Skriv inte personnummer."),
    )


class Correction(Form):
    """Asked for above the form that is corrected."""

    reason_for_correction = text(
        _("Varför rättas det?"),
        limit=REASON_LIMIT,
        help=_("Det gamla finns kvar i tidslinjen tillsammans med det nya."),
    )


class Link(Form):
    """The patient's other cases are offered, so that no other can be chosen."""

    other = choice(_("Vilket ärende hör ihop med det här?"), offer="cases")


class HandOver(Form):
    """Those who may do the step are offered."""

    person = choice(
        _("Vem tar över?"),
        {EVERYBODY: _("Ingen särskild: alla med rollen får göra det")},
        offer="people",
    )
