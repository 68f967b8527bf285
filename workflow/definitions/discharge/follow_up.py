"""Forms of the state follow_up: calls, contact, the plan, and whether the patient came back."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from workflow.definitions.discharge.choices import ASSESSMENTS, CALLED, CONTACTS
from workflow.definitions.discharge.home import AtHome
from workflow.definitions.discharge.stay import home_at, last_readmission_day
from workflow.fields import Message, choice, day, moment, text, yes_no
from workflow.forms import Condition, Form
from workflow.moments import day_of
from workflow.words import _

_CALLED: Condition = ("outcome", ("called", "no_answer"))
_READMITTED: Condition = ("readmitted", ("true",))


class Call(AtHome):
    """Somebody else's call, noted here."""

    outcome = choice(_("Har de ringt patienten?"), CALLED)
    called_at = moment(_("När?"), required=False, shown_when=_CALLED, needed=True)
    remark = text(_("Kommentar"), required=False)

    when = ("called_at",)


class SolContact(AtHome):
    """The case officer's own contact, to judge the efforts anew."""

    contacted_at = moment(_("När hade ni kontakt?"))
    how = choice(_("Hur?"), CONTACTS)
    assessment = choice(_("Räcker insatserna?"), ASSESSMENTS)
    remark = text(_("Kommentar"), required=False)

    when = ("contacted_at",)


class SipFollowedUp(Form):
    """Of the plan made in hospital."""

    followed_up_on = day(_("Vilken dag?"), past=True)
    together = yes_no(_("Följde ni upp tillsammans?"))
    result = text(_("Vad kom ni fram till?"))

    when = ("followed_up_on",)


class ComesBack(AtHome):
    """A new stay counts as a readmission for the days that the threshold says."""

    when = ("readmitted_at",)

    @validates_schema(skip_on_field_errors=False)
    def check_that_it_counts(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """A new stay long after is a new case."""
        last, at = last_readmission_day(self.facts), data.get("readmitted_at")
        if last and at and day_of(at) > last:
            message = Message(_("Efter %(day)s räknas det inte som återinläggning."), day=last)
            raise ValidationError({"readmitted_at": [message]})


class Readmit(ComesBack):
    """At any time after the home-coming, without waiting for the question."""

    readmitted_at = moment(_("När skrevs patienten in igen?"))
    planned = yes_no(_("Var det planerat?"))
    reason = text(_("Varför?"))

    @validates_schema(skip_on_field_errors=False)
    def check_that_there_is_a_home_coming(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Before it the patient is still in the first stay."""
        if "readmitted_at" in data and home_at(self.facts) is None:
            message = Message(_("Patienten har inte kommit hem än."))
            raise ValidationError({"readmitted_at": [message]})


class Readmission(ComesBack):
    """The question that waits for the last day; a yes can be given before it."""

    readmitted = yes_no(_("Har patienten skrivits in på sjukhus igen?"))
    readmitted_at = moment(_("När?"), required=False, shown_when=_READMITTED, needed=True)
    planned = yes_no(_("Var det planerat?"), required=False, shown_when=_READMITTED, needed=True)
    reason = text(_("Varför?"), required=False, shown_when=_READMITTED, needed=True)

    @validates_schema(skip_on_field_errors=False)
    def check_that_the_days_have_passed(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Nobody knows before the last day that the patient has not come back."""
        last = last_readmission_day(self.facts)
        if data.get("readmitted") is False and last and self.today < last:
            message = Message(_("Vänta med att svara nej till %(day)s."), day=last)
            raise ValidationError({"readmitted": [message]})
