"""The call on paper: a kind invitation for the person, the call itself for the parties."""

from datetime import timedelta

from workflow.definitions.sip.choices import PLACES
from workflow.definitions.sip.parties import (
    CALLS,
    MOVES,
    Booking,
    booking_of,
    called_at,
    parties_of,
)
from workflow.documents import Lines, Part, Points, Prose, Sheet, Table
from workflow.explanation import spoken_day, spoken_moment
from workflow.facts import Facts
from workflow.holidays import STOCKHOLM
from workflow.moments import day_of
from workflow.outside import Office

_ABOUT_SIP = (
    "SIP betyder samordnad individuell plan. På mötet kommer vi tillsammans med dig överens om"
    " vem som ska hjälpa dig med vad."
)
_GOOD_TO_KNOW = (
    "Du får ta med någon som du litar på.",
    "Säg till i förväg om något skulle göra mötet lättare för dig.",
    "Du bestämmer om mötet ska bli av. Du kan ta tillbaka ditt samtycke när du vill.",
)
_HOW_TO_ANSWER = (
    "Svara genom länken: ni kommer, skickar någon annan, tackar nej eller föreslår en annan tid.",
    "Har ni ingen länk: ring eller skriv till den som kallar. Uppge ärendets nummer.",
    "Den som är kallad företräder en huvudman och ska svara. Den som är inbjuden är välkommen.",
)
_IN_WORDS = {
    "home": "Hemma hos dig",
    "hospital": "På sjukhuset",
    "phone": "Vi pratar på telefon",
    "video": "Vi ses på video",
    "elsewhere": "På en annan plats",
}


def call_for_person(facts: Facts, office: Office) -> Sheet | None:
    """When and where, what will be talked about, and who comes."""
    booking = _coming(facts)
    if booking is None:
        return None
    planned, caller = facts.latest("pre_planning"), _called_by(facts)
    invited = [f"{party.organisation} ({party.contact})" for party in parties_of(facts)]
    if kin := planned.get("next_of_kin"):
        invited.append(kin)
    absence = f"Hör av dig till den som bjuder in: {caller}."
    interpreter = planned.get("interpreter_language")
    helped = (f"Det kommer en tolk som talar {interpreter}.",) if interpreter else ()
    parts = (
        Part("När och var", (Lines(_when(booking, _IN_WORDS)),), weighty=True),
        Part("Varför vi ses", (Prose(_ABOUT_SIP),)),
        Part("Det här är viktigt för dig", (Prose(planned.get("what_matters", "")),)),
        Part("Det här ska vi prata om", (Prose(planned.get("questions", "")),)),
        Part("De här är bjudna", (Points(tuple(invited)),)),
        Part("Bra att veta", (Points((*helped, *_GOOD_TO_KNOW)),)),
        Part("Kan du inte komma?", (Prose(" ".join((absence, *_reached(office, "Du")))),)),
    )
    return Sheet("Välkommen till ditt möte", "Möte om samordnad individuell plan (SIP)", parts)


def call_for_parties(facts: Facts, office: Office) -> Sheet | None:
    """Who calls whom to what, and how to answer."""
    booking = _coming(facts)
    if booking is None:
        return None
    planned, called = facts.latest("pre_planning"), called_at(facts)
    caller = (
        ("Kallar", _called_by(facts)),
        ("Kallelsen skickades", spoken_day(day_of(called)).sv if called else ""),
    )
    need = (
        ("Närstående", planned.get("next_of_kin", "")),
        ("Tolk", planned.get("interpreter_language", "") or "Behövs inte"),
        ("Uppgifter som får delas", facts.latest("consent").get("scope", "")),
    )
    people = tuple(
        (party.organisation, party.contact, "Kallad" if party.is_called else "Inbjuden")
        for party in parties_of(facts)
    )
    parts = (
        Part("Tid och plats", (Lines((*_when(booking, PLACES), *caller)),), weighty=True),
        Part("Frågor som mötet ska besvara", (Prose(planned.get("questions", "")),)),
        Part(
            "Kallade och inbjudna",
            (Table(("Organisation", "Kontaktperson", "Kallelse"), (3, 3, 2), people),),
        ),
        Part("Inför mötet", (Lines(need),)),
        Part("Så svarar ni", (Points((*_HOW_TO_ANSWER, *_reached(office, "Ni"))),)),
    )
    return Sheet("Kallelse till SIP-möte", "Samordnad individuell plan", parts)


def _coming(facts: Facts) -> Booking | None:
    for answer in reversed(facts.answers):
        if answer.step == "hold_meeting" and answer.data["outcome"] == "held":
            return None
        if answer.step in (*CALLS, *MOVES) and answer.data.get("meeting_at"):
            break
    return booking_of(facts)


def _called_by(facts: Facts) -> str:
    return next((a.data["called_by"] for a in reversed(facts.answers) if a.step in CALLS), "")


def _reached(office: Office, who: str) -> tuple[str, ...]:
    """Beside whoever calls, who may be the region's."""
    if not office.phone:
        return ()
    return (f"{who} kan också ringa {office.organisation or 'kommunen'}: {office.phone}.",)


def _when(booking: Booking, places: dict[str, str]) -> tuple[tuple[str, str], ...]:
    begins = booking.at.astimezone(STOCKHOLM)
    ends = (booking.at + timedelta(minutes=booking.minutes)).astimezone(STOCKHOLM)
    return (
        ("När", spoken_moment(begins).sv),
        ("Hur länge", f"{booking.minutes} minuter, till ungefär kl. {ends.strftime('%H.%M')}"),
        ("Var", places[booking.form]),
        ("Plats, nummer eller länk", booking.place),
    )
