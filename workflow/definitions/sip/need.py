"""Forms of the states need and consent: is a SIP needed, and does the person want one?"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, validates_schema

from workflow.definitions.sip.choices import CHILD, CONSENT, GUARDIANS, NEED
from workflow.fields import Message, choice, day, line, moment, text, yes_no
from workflow.forms import Condition, Form, Section
from workflow.moments import day_of
from workflow.words import _

_A_CHILD: Condition = ("concerns_child", ("true",))


class AssessNeed(Form):
    """No need is an outcome too: it is recorded and counted."""

    outcome = choice(_("Behövs en SIP?"), NEED)
    reason = text(_("Varför, eller varför inte?"))
    told = text(
        _("Vem har fått besked, och hur?"),
        required=False,
        shown_when=("outcome", ("no_need",)),
        needed=True,
        help=_("Personen själv, och den som uppmärksammade behovet."),
    )


class Consent(Form):
    """The guardians' answer and the child's are notes of their own; no age decides in code."""

    consent = choice(_("Samtycker personen till en SIP?"), CONSENT)
    by_whom = line(
        _("Vem svarade?"),
        help=_("Personen eller en företrädare. Kan ingen svara: vem som bedömde det."),
    )
    given_at = moment(_("När?"))
    scope = text(
        _("Vilka uppgifter får delas, och med vilka?"),
        required=False,
        shown_when=("consent", ("given",)),
        needed=True,
    )
    valid_through = day(
        _("Till och med vilken dag gäller samtycket?"),
        required=False,
        shown_when=("consent", ("given",)),
        help=_("Lämna tomt om det gäller tills vidare. Det kan alltid tas tillbaka."),
    )
    handling = text(
        _("Hur gör ni när personen inte kan samtycka?"),
        required=False,
        shown_when=("consent", ("cannot",)),
        needed=True,
        help=_("Vem företräder personen, och vilka uppgifter får delas med stöd av vad?"),
    )
    why_declined = text(
        _("Varför tackar personen nej?"),
        required=False,
        shown_when=("consent", ("declined",)),
        help=_("Bara om personen vill berätta."),
    )
    concerns_child = yes_no(_("Gäller det ett barn?"))
    guardians = choice(
        _("Samtycker vårdnadshavarna?"), GUARDIANS, required=False, shown_when=_A_CHILD, needed=True
    )
    guardians_note = text(
        _("Anteckning om vårdnadshavarna"),
        required=False,
        shown_when=_A_CHILD,
        needed_when=("guardians", ("not_asked",)),
        help=_("Vilka de är och vad de sade. Är de inte frågade: varför."),
    )
    child = choice(_("Samtycker barnet?"), CHILD, required=False, shown_when=_A_CHILD, needed=True)
    child_note = text(
        _("Anteckning om barnet"),
        required=False,
        shown_when=_A_CHILD,
        needed_when=("child", ("declined", "not_asked")),
        help=_("Vad barnet sade. Är det inte frågat: hur ålder och mognad bedömdes."),
    )

    when = ("given_at",)
    sections = (
        Section(
            "answer",
            _("Svaret"),
            (
                "consent", "by_whom", "given_at", "scope", "valid_through", "handling",
                "why_declined",
            ),
        ),
        Section(
            "child",
            _("Barn och unga"),
            ("concerns_child", "guardians", "guardians_note", "child", "child_note"),
        ),
    )  # fmt: skip

    @validates_schema
    def check_the_last_day(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """It cannot have ended when it was given."""
        given_at: datetime = data["given_at"]
        last: date | None = data.get("valid_through")
        if last and last < day_of(given_at):
            message = Message(_("Dagen är före samtycket. Kontrollera båda dagarna."))
            raise ValidationError({"valid_through": [message]})

    @validates_schema
    def heed_the_guardians(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """OSL (2009:400) 12:3: they decide, alone or together with the child."""
        if data["consent"] == "given" and data.get("guardians") == "declined":
            message = Message(_("Vårdnadshavarna samtycker inte. Ändra ett av svaren."))
            raise ValidationError({"consent": [message]})
