"""The plan for the person: plain words, and nothing that is only for the parties."""

from collections.abc import Mapping
from typing import Any

from workflow.definitions.sip.choices import PRINCIPALS
from workflow.definitions.sip.efforts import Effort, efforts_of, verdicts_of
from workflow.definitions.sip.plan_words import draft_of, follow_up_day, validity, what_matters
from workflow.documents import Lines, Part, Points, Prose, Sheet
from workflow.explanation import spoken_day
from workflow.facts import Facts
from workflow.outside import Office

_TO_PERSON = {True: "Ja", False: "Nej, det ska ändras", None: "Inte än"}
_OVERALL = {
    "municipality": "Kommunen ser till att allt hänger ihop.",
    "region": "Regionen ser till att allt hänger ihop.",
}
_RIGHTS = (
    "Planen är din. Du har rätt att få en egen kopia.",
    "Du kan ta tillbaka ditt samtycke när du vill, utan att säga varför.",
    "Säg det till den som håller ihop planen. Då får ingen ny uppgift delas.",
    "Du kan be om att planen ändras, eller om ett nytt möte.",
    "Du får ta med någon som du litar på när vi ses.",
)


def plan_for_person(facts: Facts, _office: Office) -> Sheet | None:
    """What matters, who does what by when, and whom to call."""
    plan = facts.latest("write_plan")
    if not plan:
        return None
    draft = draft_of(facts, "Alla har inte sagt ja än, så planen kan ändras. Då får du en ny.")
    return Sheet(
        "Din plan",
        "Samordnad individuell plan (SIP)",
        (
            Part("Det här är viktigt för dig", (Prose(what_matters(facts)),)),
            Part("Dina mål", (Prose(plan["goals"]),)),
            Part("Det här behöver du", (Prose(plan["needed_efforts"]),)),
            Part("Vem gör vad", _cards(facts, with_answers=any(draft))),
            Part("Det här gör andra", (Prose(plan["measures_by_others"]),)),
            Part(
                "Vem håller ihop din plan",
                (Prose(plan["overall_contact"]), Prose(_OVERALL[plan["overall_principal"]])),
            ),
            Part(
                "Om det blir sämre",
                (Prose(plan["crisis_contact"]), Prose("Är det fara för livet: ring 112.")),
                weighty=True,
            ),
            Part("När vi ses igen", (Prose(f"Vi följer upp planen {follow_up_day(facts)}."),)),
            Part("Dina rättigheter", (Points(_RIGHTS), _shared(facts.latest("consent")))),
        ),
        draft,
    )


def _cards(facts: Facts, *, with_answers: bool) -> tuple[Lines, ...]:
    verdicts = verdicts_of(facts)
    return tuple(
        Lines(
            (
                ("Vem", f"{each.responsible}, {each.organisation} ({_principal(each)})"),
                ("Klart senast", spoken_day(each.due).sv),
                ("Har de sagt ja?", _TO_PERSON[verdicts.get(each.key)] if with_answers else ""),
            ),
            each.text,
        )
        for each in efforts_of(facts)
    )


def _principal(effort: Effort) -> str:
    return PRINCIPALS[effort.principal].lower()


def _shared(consent: Mapping[str, Any]) -> Lines:
    return Lines(
        (
            ("Det här får de som hjälper dig dela med varandra", consent.get("scope", "")),
            ("Ditt samtycke gäller", validity(consent)),
            ("Så gör vi när du inte kan säga ja eller nej", consent.get("handling", "")),
        )
    )
