"""The plain Swedish text that a head nurse approves."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.lending import ASKED, LADDER, LENDING
from workflow.definition import WorkflowDefinition
from workflow.definitions import DEFINITIONS
from workflow.describe import WIDTH, describe
from workflow.ladders import RESPONSIBLE, At, Rung
from workflow.routines import load

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda d: f"{d.key}-{d.version}")
def test_the_text_of_a_released_definition_is_the_approved_one(definition: WorkflowDefinition):
    """A change that is meant and approved: vardtrad workflow show KEY > tests/golden/KEY-N.txt"""
    approved = GOLDEN / f"{definition.key}-{definition.version}.txt"
    assert describe(definition, load(None)) == approved.read_text(encoding="utf-8")


def test_every_approved_text_belongs_to_a_definition():
    released = {f"{definition.key}-{definition.version}.txt" for definition in DEFINITIONS}
    assert {path.name for path in GOLDEN.glob("*.txt")} == released


def lending(**changes: Any) -> str:
    return describe(replace(LENDING, **changes), load(None))


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def test_a_step_says_who_how_long_from_when_by_which_source_and_who_is_told():
    assert """\
1.1 Väg patienten
    Vem:        Sjuksköterska
    Frist:      2 timmar räknat från anmälan; dygnet runt, alla dagar
    Källa:      Lånerutinen, avsnitt 2 (rutin, kan bara skärpas)
    Påminns:    genast, dygnet runt (påminnelse 1)
    Syns som:   weigh gjort
""" in lending()


def test_a_ladder_is_told_rung_by_rung():
    assert """\
1. Genast, dygnet runt
    - 30 minuter före: den ansvariga
    - när tiden går ut: den ansvariga och enhetschef
    Källa:      Vårt förslag (kommunen kan ändra)
""" in lending()


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "1 minut före"), (90, "90 minuter före"), (60, "1 timme före"), (3600, "60 timmar före")],
)
def test_whole_hours_are_told_as_hours(minutes: int, words: str):
    early = Rung("early", At.MINUTES_BEFORE, (RESPONSIBLE,), minutes)
    ladder = replace(LADDER, rungs=(early, *LADDER.rungs[1:]))
    asked = replace(ASKED, steps=tuple(replace(step, ladder=ladder) for step in ASKED.steps))
    definition = replace(LENDING, states=(asked, *LENDING.states[1:]))
    assert f"    - {words}: den ansvariga\n" in describe(definition, load(None))


@pytest.mark.parametrize(
    "words",
    [
        "Villkor: bara om hembesök behövs",
        "Upprepas: en gång för varje hjälpmedel",
        "Frivilligt: ärendet går vidare också utan steget",
        "Frist: till och med det avtalade datumet",
        "Källa: Lånelagen 3 § (lag, kan bara skärpas)",
        "Läses av: även omvårdnadspersonalen på enheten",
        "Tas upp: på patientkonferensen",
        "När alla steg är klara går ärendet vidare till Lagas.",
        "tillbaka till Utlånad i ett nytt varv om den inte passar, annars vidare till Återlämnad.",
        "Här slutar ärendet.",
        "- Avbryt lånet: sjuksköterska eller MAS; leder till Avbruten",
        "- Tung patient: enhetschef, om vikten når gränsen",
        "- Vikt som meddelas: 120, kan sättas från 80 till 200. Vårt förslag (kommunen kan ändra)",
    ],
)
def test_the_text_says_what_the_definition_says(words: str):
    assert words in in_one_line(lending())


def test_what_a_definition_lacks_has_no_heading():
    text = lending(tells=(), thresholds=(), actions=(), states=LENDING.states[:-1])
    for heading in ("Meddelas genast", "Gränsvärden", "När som helst"):
        assert heading in lending()
        assert heading not in text


def test_no_line_is_wider_than_a_printed_page():
    for definition in (*DEFINITIONS, LENDING):
        assert max(map(len, describe(definition, load(None)).splitlines())) <= WIDTH


def test_the_municipalitys_own_values_are_told_with_their_sources(tmp_path: Path):
    path = tmp_path / "rules.toml"
    path.write_text(
        """
        [window]
        closes = "16:00"
        basis = "Nämnden § 1"
        [[closed_days]]
        day = 2026-12-28
        reason = "inventering"
        basis = "Nämnden § 2"
        [deviation.steps.assess]
        hours = 1
        basis = "Nämnden § 3"
        [deviation.thresholds.serious_score]
        value = 6
        basis = "Nämnden § 4"
        [deviation.steps.review.ladder]
        sending = "at_once"
        basis = "Nämnden § 5"
        rungs = [{ key = "due", at = "due", to = ["mas", "mar"] }]
        """,
        encoding="utf-8",
    )
    changed, ours = load(path), load(None)
    text, before = (
        in_one_line(describe(routines.engine("deviation").definition, routines))
        for routines in (changed, ours)
    )
    told = [
        (
            "Frist: 1 timme räknat från telefonsamtalet, annars rapporten; dygnet runt, alla dagar"
            " Källa: Nämnden § 3 (kommunens egen regel)"
        ),
        "till MAS: 6, kan sättas från 1 till 16. Nämnden § 4 (kommunens egen regel)",
        "Påminns: genast, dygnet runt (påminnelse 3)",
        "- när tiden går ut: MAS och MAR Källa: Nämnden § 5 (kommunens egen regel)",
        "på arbetsdagar 07.00–16.00",
        "- Källa för utskicken: Nämnden § 1 (kommunens egen regel)",
        "- Stängt 28 december 2026: inventering. Nämnden § 2 (kommunens egen regel)",
    ]
    for words in told:
        assert words in text
        assert words not in before
