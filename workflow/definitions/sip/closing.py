"""Forms of what may end a SIP at any time: a withdrawn consent, and reasons to close early."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from workflow.definitions.sip.choices import EARLY_CLOSING
from workflow.fields import Message, choice, line, moment, text
from workflow.forms import Form
from workflow.words import _


class WithdrawConsent(Form):
    """The person need not say why."""

    withdrawn_at = moment(_("När togs samtycket tillbaka?"))
    by_whom = line(_("Vem tog tillbaka det?"), help=_("Personen eller en företrädare."))
    told = text(_("Vilka har fått veta det?"), help=_("Alla som har fått uppgifter ska veta det."))
    reason = text(_("Varför?"), required=False, help=_("Bara om personen vill berätta."))

    when = ("withdrawn_at",)

    @validates_schema(skip_on_field_errors=False)
    def refuse_before_there_is_one(self, _data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Somebody who says no when asked has declined, which is counted by itself."""
        if not self.facts.answered("consent"):
            message = Message(_("Det finns inget samtycke än. Anteckna svaret i steget samtycke."))
            raise ValidationError({"withdrawn_at": [message]})


class CloseEarly(Form):
    """Without a last follow-up."""

    reason = choice(_("Varför avslutas SIP:en?"), EARLY_CLOSING)
    explanation = text(_("Förklara kort"))
