"""What is asked for when another program is to be told of what happens."""

from marshmallow import validates

from cases.webhook_address import WebhookAddress
from cases.webhooks import WebhookEvent
from workflow.fields import choices, line
from workflow.forms import Form
from workflow.messages import refusal
from workflow.words import _

EVENTS: dict[str, str] = {
    WebhookEvent.CASE_OPENED: _("Ett ärende öppnas"),
    WebhookEvent.STEP_DONE: _("Ett steg görs"),
    WebhookEvent.STEP_OVERDUE: _("Ett steg blir försenat"),
    WebhookEvent.CASE_CLOSED: _("Ett ärende avslutas"),
}


class NewWebhook(Form):
    """A program that is to be told."""

    name = line(_("Namn"), limit=80, help=_("Till exempel verksamhetssystemets namn."))
    url = line(_("Adress"), limit=500, help=_("Dit Vårdtråd skickar. Börjar med https://."))
    events = choices(_("Ska få veta när"), EVENTS, required=True)

    @validates("url")
    def looks_like_an_address(self, value: str, data_key: str) -> None:
        """Whether anybody answers there is seen at the first call."""
        try:
            WebhookAddress.of(value)
        except ValueError:
            raise refusal(
                _("Skriv en adress, till exempel https://system.kommunen.se/vardtrad.")
            ) from None
