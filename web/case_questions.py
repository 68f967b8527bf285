"""The forms that offer what a page knows: other cases to link to, people to hand over to."""

from workflow.fields import choice, day
from workflow.forms import Form
from workflow.words import _

EVERYBODY = "everybody"
"""The choice of giving a step back to all who may do it."""


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


class PauseStep(Form):
    """The routine's own reasons are offered; cases.pausing says which days may be chosen."""

    reason = choice(_("Varför behöver steget vänta?"), offer="reasons")
    back = day(
        _("Vilken dag ska tiden gå igen?"),
        help=_("Den dagen slutar pausen av sig själv. Du kan också avsluta den tidigare."),
    )
