"""The form that ends a discharge before its time."""

from workflow.definitions.discharge.choices import INTERRUPTIONS
from workflow.fields import choice, day, text
from workflow.forms import Form
from workflow.words import _


class Interrupt(Form):
    """Why there is nothing more to plan for."""

    reason = choice(_("Varför avbryts ärendet?"), INTERRUPTIONS)
    on = day(_("Från vilken dag?"), past=True)
    remark = text(_("Kommentar"), required=False)

    when = ("on",)
