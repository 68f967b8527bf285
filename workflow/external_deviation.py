"""The letter in which a municipality tells another care provider what went wrong between them."""

from workflow.fields import day, line, text
from workflow.forms import Form
from workflow.words import _


class ExternalDeviationDraft(Form):
    """Kept as a draft only, so that nothing has to be filled in."""

    to_whom = line(
        _("Till vem?"), required=False, help=_("Sjukhuset och avdelningen, eller vårdcentralen.")
    )
    on = day(_("När hände det?"), required=False)
    what_happened = text(
        _("Vad hände?"),
        required=False,
        help=_("Skriv inte patientens namn eller personnummer. De lämnas på säker väg."),
    )
    consequences = text(_("Vad ledde det till?"), required=False)
    paragraph = line(
        _("Vad följdes inte?"), required=False, help=_("Lagens paragraf eller rutinen.")
    )
