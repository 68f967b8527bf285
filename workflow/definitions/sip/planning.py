"""The form of the pre-planning with the person: what matters, the agenda, and who is needed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, validates_schema

from workflow.definitions.sip.choices import PARTY_KINDS, PLACES
from workflow.definitions.sip.rows import KeyedRow, mail_address
from workflow.fields import Message, choice, day, line, moment, rows, text, yes_no
from workflow.forms import Form, Row, Section
from workflow.words import _


class Party(KeyedRow):
    """An organisation that is called or invited, and the person there who answers."""

    organisation = line(_("Organisation"))
    kind = choice(_("Kallas eller bjuds in?"), PARTY_KINDS, widget="select")
    contact = line(_("Kontaktperson"))
    email = mail_address(_("E-post"))
    phone = line(_("Telefon"), required=False, limit=40)

    either = (("email", "phone"),)


class Refusal(Row):
    """Somebody at another principal who would not take part in making a plan."""

    organisation = line(_("Organisation"))
    person = line(_("Vem avböjde?"))
    on = day(_("Vilken dag?"), past=True)
    reason = text(_("Vad sade de?"), limit=2000)


class PrePlanning(Form):
    """With the person; the parties' rows live on in the answers and at the meeting."""

    talked_at = moment(_("När talade du med personen?"))
    what_matters = text(_("Vad är viktigt för dig?"), help=_("Personens svar, med egna ord."))
    questions = text(_("Vilka frågor ska mötet besvara?"), help=_("Det blir mötets dagordning."))
    parties = rows(_("Vilka behövs på mötet?"), Party, required=True, blank=2)
    next_of_kin = line(_("Vilka närstående vill personen ha med?"), required=False)
    meeting_form = choice(_("Hur vill personen träffas?"), PLACES)
    interpreter = yes_no(_("Behövs tolk?"))
    interpreter_language = line(
        _("Vilket språk?"), required=False, shown_when=("interpreter", ("true",)), needed=True
    )
    refusals = rows(_("Har någon avböjt initiativet?"), Refusal)

    when = ("talked_at",)
    sections = (
        Section("person", _("Personen"), ("talked_at", "what_matters", "questions")),
        Section("parties", _("Deltagare"), ("parties", "next_of_kin")),
        Section("meeting", _("Mötet"), ("meeting_form", "interpreter", "interpreter_language")),
        Section("refusals", _("Avböjda initiativ"), ("refusals",), optional=True),
    )

    def notice(self) -> str:
        """A consent that has run out is no ground to share anything."""
        last = self.facts.latest("consent").get("valid_through")
        if last and date.fromisoformat(last) < self.today:
            return _("Samtycket har gått ut. Fråga personen igen innan ni kallar.")
        return ""

    @validates_schema
    def check_that_somebody_is_called(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """An invitation binds nobody, so a plan needs another principal."""
        if all(party["kind"] != "called" for party in data["parties"]):
            message = Message(_("Kalla minst en huvudman. Att bjuda in räcker inte."))
            raise ValidationError({"parties": [message]})

    @validates_schema
    def refuse_the_same_party_twice(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Two calls to the same person would wait for two answers."""
        seen: set[tuple[str, str]] = set()
        twice: dict[int, Message] = {}
        for number, party in enumerate(data["parties"]):
            who = party["organisation"].casefold(), party["contact"].casefold()
            if who in seen:
                twice[number] = Message(_("Kontaktpersonen står redan på en annan rad."))
            seen.add(who)
        if twice:
            raise ValidationError({"parties": self.rows_of("parties").beside("contact", twice)})
