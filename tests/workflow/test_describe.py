"""The plain Swedish text that a head nurse approves."""

from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.lending import ASKED, LADDER, LENDING
from workflow.again import Again, Unit
from workflow.definition import WorkflowDefinition
from workflow.definitions import CHECKS, DEFINITIONS
from workflow.describe import describe
from workflow.describe_ladders import ladder_lines
from workflow.describe_parts import WIDTH
from workflow.ladders import RESPONSIBLE, At, Rung
from workflow.roles import Role
from workflow.routines import load
from workflow.window import SendWindow

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize(
    "definition", [*DEFINITIONS, *CHECKS], ids=lambda d: f"{d.key}-{d.version}"
)
def test_the_text_of_a_released_definition_is_the_approved_one(definition: WorkflowDefinition):
    """A change that is meant and approved: vardtrad workflow show KEY > tests/golden/KEY-N.txt"""
    approved = GOLDEN / f"{definition.key}-{definition.version}.txt"
    assert describe(definition, load(None)) == approved.read_text(encoding="utf-8")


def test_every_approved_text_belongs_to_a_definition():
    released = {
        f"{definition.key}-{definition.version}.txt" for definition in (*DEFINITIONS, *CHECKS)
    }
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
    ("again", "words"),
    [
        (Again(4, 24, Unit.HOURS), "efter 4, 8 och 16 timmar, sedan med 24 timmar emellan,"),
        (Again(1, 2, Unit.WORKING_DAYS), "efter 1 arbetsdag, sedan med 2 arbetsdagar emellan,"),
        (Again(12, 12, Unit.HOURS), "med 12 timmar emellan,"),
    ],
)
def test_repeats_are_told_with_their_waits(again: Again, words: str):
    told = " ".join(" ".join(ladder_lines(replace(LADDER, again=again), 1)).split())
    assert f"- därefter igen till samma {words} tills steget är gjort Källa" in told


@pytest.mark.parametrize(
    ("percent", "words"),
    [
        (25, "när en fjärdedel av tiden är kvar, dock minst 2 timmar"),
        (50, "när halva tiden är kvar, dock minst 4 timmar"),
        (10, "när 10 procent av tiden är kvar, dock minst 48 minuter"),
        (99, "när 99 procent av tiden är kvar, dock minst 475 minuter"),
    ],
)
def test_a_share_of_the_time_is_told_with_the_least_it_can_be(percent: int, words: str):
    rung = Rung("early", At.SHARE_LEFT, (Role.MAS,), percent)
    assert f"    - {words}: MAS" in [*ladder_lines(replace(LADDER, rungs=(rung,)), 1)]


def test_a_ladder_with_hours_of_its_own_says_so():
    window = SendWindow(time(8), digest_times=(time(9, 30),))
    assert (
        "    Skickas:    på arbetsdagar 08.00–17.00, i ett brev per person kl. 09.30. Vårdtråds"
        " förslag"
    ) in [*ladder_lines(replace(LADDER, window=window), 1)]


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
        (
            "- när tiden går ut: MAS och MAR - därefter igen till samma efter 4, 8 och 16 timmar,"
            " sedan med 24 timmar emellan, tills steget är gjort Källa: Nämnden § 5"
            " (kommunens egen regel)"
        ),
        "på arbetsdagar 07.00–16.00",
        "- Källa för utskicken: Nämnden § 1 (kommunens egen regel)",
        "- Stängt 28 december 2026: inventering. Nämnden § 2 (kommunens egen regel)",
    ]
    for words in told:
        assert words in text
        assert words not in before
