"""External deviations that are offered when the hospital or primary care has left something out."""

from datetime import date, datetime

from workflow.definitions.discharge.stay import (
    NOTICE_HOURS,
    home_at,
    moment_in,
    notice_late,
)  # fmt: skip
from workflow.facts import Facts, Rule
from workflow.holidays import STOCKHOLM
from workflow.moments import day_of
from workflow.outside import ExternalDeviation
from workflow.words import _

PRIMARY_CARE = "Vårdcentralen"

CRITERIA = {
    "doctor_has_decided": "Läkaren hade inte bedömt att patienten var utskrivningsklar.",
    "written_information_given": "Patienten hade inte fått skriftlig information.",
    "care_contact_named": "Ingen fast vårdkontakt var utsedd.",
    "information_transferred": "Informationen var inte överförd till alla som behövde den.",
    "aids_in_place": "Hjälpmedel eller medicinteknisk utrustning fanns inte på plats.",
}
"""What a no in the checklist means."""


def _spoken(at: datetime | None) -> str:
    return f"{at.astimezone(STOCKHOLM):%Y-%m-%d kl. %H.%M}" if at else "okänd tid"


def _day(at: datetime | None) -> date | None:
    return day_of(at) if at else None


def _ward(facts: Facts) -> str:
    return str(facts.opening.get("ward", ""))


def _primary_care(_facts: Facts) -> str:
    return PRIMARY_CARE


def _opened(facts: Facts, name: str) -> datetime | None:
    return moment_in(facts.opening, name)


def _notice_text(facts: Facts) -> str:
    judged = _opened(facts, "need_judged_at")
    since = judged or _opened(facts, "admitted_at")
    start = "Behovet bedömdes" if judged else "Patienten skrevs in"
    return (
        f"{start} {_spoken(since)}. Inskrivningsmeddelandet skickades"
        f" {_spoken(_opened(facts, 'notice_sent_at'))} och kom till kommunen"
        f" {_spoken(_opened(facts, 'notice_received_at'))}. Det ska skickas inom"
        f" {NOTICE_HOURS} timmar."
    )


def _never_confirmed(facts: Facts) -> bool:
    told = facts.latest("primary_care_late") or facts.latest("confirm_primary_care")
    return told.get("confirmed") == "not_confirmed"


def _silence_text(facts: Facts) -> str:
    return (
        "Inskrivningsmeddelandet kom"
        f" {_spoken(_opened(facts, 'notice_received_at'))}. Vårdcentralen har inte bekräftat det,"
        " och kommunen har fått gå vidare utan vårdcentralen."
    )


def _notice_of_readiness(facts: Facts, name: str) -> datetime | None:
    return moment_in(facts.latest("notice_ready"), name)


def _told_too_late(facts: Facts) -> bool:
    home, received = home_at(facts), _notice_of_readiness(facts, "received_at")
    return bool(home and received and received > home)


def _readiness_text(facts: Facts) -> str:
    return (
        f"Patienten kom hem {_spoken(home_at(facts))}. Underrättelsen om utskrivningsklar"
        f" skickades {_spoken(_notice_of_readiness(facts, 'sent_at'))} och kom till kommunen"
        f" {_spoken(_notice_of_readiness(facts, 'received_at'))}, alltså först efter hemgången."
        " Kommunen hann inte förbereda insatserna."
    )


def _missing(facts: Facts) -> list[str]:
    checked = facts.this_round("ready_to_go_home")
    return [words for name, words in CRITERIA.items() if checked and not checked[-1].data[name]]


def _missing_text(facts: Facts) -> str:
    return "\n".join(["När hemgången gicks igenom saknades det här:", *_missing(facts)])


def _not_called(facts: Facts, step: str) -> bool:
    return facts.latest(step).get("outcome") == "not_called"


def _call_text(facts: Facts, who: str, within: str) -> str:
    return (
        f"Patienten kom hem {_spoken(home_at(facts))}. {who} skulle ringa patienten inom {within},"
        " men har inte gjort det."
    )


_COUNTY = _("Trygg hemgång, Sörmland, steg 5")

EXTERNAL_DEVIATIONS = (
    ExternalDeviation(
        "admission_notice_late",
        _("Inskrivningsmeddelandet kom för sent"),
        Rule(_("inskrivningsmeddelandet skickades efter mer än 24 timmar"), notice_late),
        _("LUS (2017:612) 2 kap. 3 §"),
        _ward,
        _notice_text,
        lambda facts: _day(_opened(facts, "notice_sent_at")),
    ),
    ExternalDeviation(
        "primary_care_silent",
        _("Vårdcentralen bekräftade aldrig"),
        Rule(_("vårdcentralen inte har bekräftat inskrivningsmeddelandet"), _never_confirmed),
        _("LUS (2017:612) 2 kap. 5 och 6 §§"),
        _primary_care,
        _silence_text,
        lambda facts: _day(_opened(facts, "notice_received_at")),
    ),
    ExternalDeviation(
        "readiness_after_home",
        _("Underrättelsen om utskrivningsklar kom efter hemgången"),
        Rule(_("underrättelsen om utskrivningsklar kom när patienten redan var hemma"),
             _told_too_late),
        _("LUS (2017:612) 3 kap. 1 §"),
        _ward,
        _readiness_text,
        lambda facts: _day(home_at(facts)),
    ),
    ExternalDeviation(
        "information_missing",
        _("Något saknades vid hemgången"),
        Rule(_("något i kontrollen inför hemgången inte var uppfyllt"),
             lambda facts: bool(_missing(facts))),
        _("LUS (2017:612) 3 kap. 2 §; länets kriterier för hemgångsklar"),
        _ward,
        _missing_text,
        lambda facts: _day(facts.moment_of("ready_to_go_home")),
    ),
    ExternalDeviation(
        "hospital_did_not_call",
        _("Sjukhuset ringde inte trygghetssamtalet"),
        Rule(_("sjukhuset inte har ringt trygghetssamtalet"),
             lambda f: _not_called(f, "safety_call_24h")),
        _COUNTY,
        _ward,
        lambda facts: _call_text(facts, "Sjukhuset", "24 timmar"),
        lambda facts: _day(home_at(facts)),
    ),
    ExternalDeviation(
        "primary_care_did_not_call",
        _("Vårdcentralen ringde inte trygghetssamtalet"),
        Rule(_("vårdcentralen inte har ringt trygghetssamtalet"),
             lambda f: _not_called(f, "primary_care_call_7d")),
        _COUNTY,
        _primary_care,
        lambda facts: _call_text(facts, PRIMARY_CARE, "7 dagar"),
        lambda facts: _day(home_at(facts)),
    ),
)  # fmt: skip
"""In the order of the chain."""
