"""Forms of the state home: what has begun, and what the hospital sent along."""

from datetime import datetime

from workflow.definitions.discharge.choices import ENROLLED, LACKING, STARTED
from workflow.definitions.discharge.stay import home_at
from workflow.definitions.discharge.times import Follows
from workflow.fields import choice, choices, moment, text, yes_no
from workflow.forms import Condition
from workflow.words import _

_STARTED: Condition = ("outcome", ("started",))
_ENROLLED: Condition = ("outcome", ("enrolled", "visits"))
_NOT_NEEDED: Condition = ("outcome", ("not_needed",))
_LACKING: Condition = ("in_place", ("false",))


class AtHome(Follows):
    """Nothing is done at home before the patient is there."""

    too_early = _("Tiden är före hemkomsten. Kontrollera den.")

    def earliest(self) -> datetime | None:
        """The home-coming."""
        return home_at(self.facts)


class Efforts(AtHome):
    """Earlier ones restarted, or new ones begun."""

    outcome = choice(_("Har insatserna börjat?"), STARTED)
    started_at = moment(_("När började de?"), required=False, shown_when=_STARTED, needed=True)
    reason = text(_("Varför behövs det inte?"), required=False, shown_when=_NOT_NEEDED, needed=True)

    when = ("started_at",)


class Enrolment(AtHome):
    """In home health care, or single visits instead."""

    outcome = choice(_("Hur blev det?"), ENROLLED)
    enrolled_at = moment(_("När?"), required=False, shown_when=_ENROLLED, needed=True)
    reason = text(_("Varför behövs det inte?"), required=False, shown_when=_NOT_NEEDED, needed=True)

    when = ("enrolled_at",)


class MedicinesAndAids(AtHome):
    """What the region sends along for the first days."""

    checked_at = moment(_("När kontrollerade du?"))
    in_place = yes_no(_("Finns läkemedel och hjälpmedel på plats?"))
    lacking = choices(_("Vad saknas?"), LACKING, shown_when=_LACKING, needed=True)
    remedy = text(_("Vad gör ni åt det?"), required=False, shown_when=_LACKING, needed=True)

    when = ("checked_at",)

    def notice(self) -> str:
        """The county's agreement; no date is reckoned from it."""
        return _(
            "Regionen svarar för läkemedel, hjälpmedel och utrustning de första tre vardagarna"
            " hemma, och för helgdagarna däremellan."
        )
