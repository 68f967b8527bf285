"""The plan for the parties: the law's four points, the meeting, and what the consent covers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workflow.definitions.sip.choices import CAME, CHILD, GUARDIANS, PLACES, PRESENCE, PRINCIPALS
from workflow.definitions.sip.efforts import efforts_of, verdicts_of
from workflow.definitions.sip.plan_words import draft_of, follow_up_day, validity, what_matters
from workflow.documents import Lines, Part, Prose, Sheet, Table
from workflow.explanation import spoken_day, spoken_moment
from workflow.facts import Facts
from workflow.holidays import STOCKHOLM
from workflow.outside import Office

_TO_PARTIES = {True: "Ja", False: "Nej, ska ändras", None: "Inte än"}


def plan_for_parties(facts: Facts, _office: Office) -> Sheet | None:
    """The four points of HSL 16:4 and SoL 10:8, in the law's order."""
    plan = facts.latest("write_plan")
    if not plan:
        return None
    return Sheet(
        "Samordnad individuell plan (SIP)",
        "Enligt 16 kap. 4 § hälso- och sjukvårdslagen (2017:30) och 10 kap. 8–9 §§"
        " socialtjänstlagen (2025:400)",
        (
            Part("Med personens ord", (Lines((
                ("Viktigt för personen", what_matters(facts)), ("Personens mål", plan["goals"]),
            )),)),
            Part("1. Insatser som behövs", (Prose(plan["needed_efforts"]),)),
            Part("2. Vilken huvudman som gör vad", (_efforts(facts),)),
            Part(
                "3. Åtgärder av andra än kommunen och regionen",
                (Prose(plan["measures_by_others"]),),
            ),
            Part("4. Övergripande ansvar", (Lines((
                ("Huvudman", PRINCIPALS[plan["overall_principal"]]),
                ("Håller ihop planen", plan["overall_contact"]),
            )),)),
            Part("Om det blir sämre", (Prose(plan["crisis_contact"]),), weighty=True),
            Part("Uppföljning", (Prose(f"Planen följs upp {follow_up_day(facts)}."),)),
            *_meeting(facts),
            *_consent(facts.latest("consent")),
        ),
        draft_of(facts, "Den som ansvarar för en insats ska bekräfta den. Se punkt 2."),
    )  # fmt: skip


def _efforts(facts: Facts) -> Table:
    verdicts = verdicts_of(facts)
    return Table(
        ("Insats", "Huvudman", "Ansvarig", "Klart senast", "Bekräftad"),
        (10, 6, 9, 8, 6),
        tuple(
            (effort.text, PRINCIPALS[effort.principal], effort.whose, spoken_day(effort.due).sv,
             _TO_PARTIES[verdicts.get(effort.key)])
            for effort in efforts_of(facts)
        ),
    )  # fmt: skip


def _meeting(facts: Facts) -> tuple[Part, ...]:
    held = [a.data for a in facts.every("hold_meeting") if a.data["outcome"] == "held"]
    if not held:
        return ()
    met = held[-1]
    began = datetime.fromisoformat(met["held_at"]).astimezone(STOCKHOLM)
    told = (
        ("När", spoken_moment(began).sv),
        ("Var", PLACES[met["held_form"]]),
        ("Var personen med?", PRESENCE[met["person_took_part"]]),
        ("Närstående", met.get("next_of_kin", "")),
        ("Ledde mötet", met["chair"]),
        ("Antecknade", met["secretary"]),
    )
    came = tuple(
        (row["organisation"], row.get("who", ""), CAME[row["came"]]) for row in met["attendance"]
    )
    who_came = Table(("Organisation", "Vem", "Kom de?"), (3, 3, 2), came)
    return (Part("Mötet", (Lines(told), who_came)),)


def _consent(consent: Mapping[str, Any]) -> tuple[Part, ...]:
    if not consent:
        return ()
    given = datetime.fromisoformat(consent["given_at"]).astimezone(STOCKHOLM)
    told = (
        ("Personen kan inte samtycka", consent.get("handling", "")),
        ("Uppgifter som får delas", consent.get("scope", "")),
        ("Vem svarade", consent["by_whom"]),
        ("När", spoken_moment(given).sv),
        ("Gäller", validity(consent)),
        ("Vårdnadshavarna", GUARDIANS.get(consent.get("guardians", ""), "")),
        ("Barnet", CHILD.get(consent.get("child", ""), "")),
    )
    taken_back = "Personen kan ta tillbaka samtycket när som helst."
    return (Part("Samtycke", (Lines(told), Prose(taken_back))),)
