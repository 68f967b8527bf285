"""Forms of what a called or invited party answers: its own, and what the caller writes down."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, validates_schema

from workflow.definitions.sip.choices import ANSWERS, CAME_BY, PARTY_ANSWERS
from workflow.definitions.sip.parties import party_of
from workflow.fields import Message, choice, line, moment, text
from workflow.forms import Condition, Form
from workflow.words import _

_ANSWERED: Condition = ("outcome", tuple(PARTY_ANSWERS))


class PartyAnswer(Form):
    """What a party says itself; with how and when it came it is valid in Answer too."""

    outcome = choice(_("Kan ni komma till mötet?"), PARTY_ANSWERS)
    answered_by = line(_("Vem svarar?"), help=_("Organisation och namn."))
    who_comes = line(
        _("Vem kommer?"),
        required=False,
        shown_when=("outcome", ("attends", "sends_another")),
        needed_when=("outcome", ("sends_another",)),
    )
    reason = text(
        _("Varför?"),
        required=False,
        limit=2000,
        shown_when=("outcome", ("declines", "no_answer")),
        needed=True,
    )
    proposed_at = moment(
        _("Vilken tid föreslår ni?"),
        required=False,
        past=False,
        shown_when=("outcome", ("proposes_another_time",)),
        needed=True,
    )
    message = text(_("Något mer?"), required=False, limit=2000)

    def initial(self) -> dict[str, Any]:
        """The party as it was called."""
        party = party_of(self.facts, self.item.key) if self.item else None
        return {"answered_by": f"{party.organisation}, {party.contact}"} if party else {}

    @validates_schema
    def check_the_proposed_time(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Ahead when it was proposed."""
        proposed: datetime | None = data.get("proposed_at")
        if proposed and proposed <= data.get("answered_at", self.now):
            raise ValidationError({"proposed_at": [Message(_("Tiden har redan varit."))]})


class Answer(PartyAnswer):
    """What the caller writes down: an answer on the phone or on paper, or that none has come."""

    outcome = choice(_("Vad svarar de?"), ANSWERS)
    reason = text(
        _("Varför?"),
        required=False,
        limit=2000,
        shown_when=("outcome", ("declines", "no_answer")),
        needed=True,
        help=_("Inget svar: skriv hur ni har försökt få ett."),
    )
    came_by = choice(
        _("Hur kom svaret?"), CAME_BY, required=False, shown_when=_ANSWERED, needed=True
    )
    answered_at = moment(_("När kom svaret?"), required=False, shown_when=_ANSWERED, needed=True)

    when = ("answered_at",)
