"""The papers of a SIP: what they say, to whom they are given, and that everybody can read them."""

import hashlib
import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from tests.web.paper import Paper
from tests.workflow.sip_answers import CLINIC, MEALS, SCHOOL, VISITS, facts
from web.documents.glyphs import FONTS, MISSING, drawable
from web.documents.pdf import About, draw
from workflow.definitions.sip.documents import DOCUMENTS
from workflow.definitions.sip.efforts import parts_of
from workflow.documents import Document, Lines, Part, Points, Prose, Sheet, Table
from workflow.facts import Answer, Facts
from workflow.outside import Office
from workflow.plain_text import plain

NOW = datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
SIGNS = r"""# $x$ *b* _i_ `c` \ \n < @ref "q" 'a' // /* -- ... ~ [x] {y} = + - <a> #{1} §"""
NAMELESS = Office()
ABOUT = About("SIP-2026-0001", "Test Persson", "189001019802", "Tallen", "")
PLAN = ("consent", "pre_planning", "call_by_law", "hold_meeting", "write_plan")
CALL = ("consent", "pre_planning", "call")


def printed(key: str, case: Facts, about: About = ABOUT, office: Office = NAMELESS) -> Paper:
    """The paper of a case, or AssertionError when there is nothing to print."""
    document = next(each for each in DOCUMENTS if each.key == key)
    sheet = document.sheet(case, office)
    assert sheet is not None
    return Paper(draw(document, sheet, about, NOW))


def sheet_with(*blocks: Prose | Points | Lines | Table, large: bool = False) -> Paper:
    """A paper with these blocks under the heading "Text"."""
    document = Document("test", "Test", "", lambda _facts, _office: None, large=large)
    return Paper(draw(document, Sheet("Prov", "Om", (Part("Text", blocks),)), ABOUT, NOW))


def confirmed(case: Facts, *, agreed: bool = True) -> Facts:
    """The case after the answers of both who are responsible; the first may object."""
    said = [
        Answer("confirm_part", key, 1, {"efforts": [
            {"effort": effort.key, "confirmed": agreed or effort.key != VISITS["key"]}
            for effort in efforts
        ]}, NOW)
        for key, efforts in parts_of(case).items()
    ]  # fmt: skip
    return replace(case, answers=(*case.answers, *said))


def rewritten(case: Facts, **changed: Any) -> Facts:
    """The case with other words in its newest answer."""
    *before, newest = case.answers
    return replace(case, answers=(*before, replace(newest, data={**newest.data, **changed})))


@pytest.fixture(scope="module")
def papers() -> dict[str, Paper]:
    """Each paper of a SIP that went well."""
    cases = {"plan": facts(*PLAN), "kallelse": facts(*CALL)}
    keys = [document.key for document in DOCUMENTS]
    return {key: printed(key, cases[key.partition("_")[0]]) for key in keys}


# Everybody can read them


@pytest.mark.parametrize("key", [document.key for document in DOCUMENTS])
def test_a_paper_says_that_it_is_accessible_what_it_is_called_and_in_what_language(papers, key):
    paper = papers[key]
    metadata = paper.pdf.open_metadata()
    assert metadata["pdfuaid:part"] == "1"
    assert paper.root.MarkInfo.Marked
    assert str(paper.root.Lang) == "sv-SE"
    assert paper.root.ViewerPreferences.DisplayDocTitle
    assert metadata["dc:title"].endswith(", SIP-2026-0001")
    assert not paper.pdf.Root.get("/Encrypt")


@pytest.mark.parametrize("key", [document.key for document in DOCUMENTS])
def test_a_papers_metadata_names_neither_the_patient_nor_an_author(papers, key):
    everything = str(papers[key].pdf.open_metadata()) + str(papers[key].pdf.docinfo)
    told = [text for text in ("Test Persson", "9802", "Anna Ek") if text in everything]
    assert told == []
    assert "/Author" not in papers[key].pdf.docinfo
    assert "creator" not in str(papers[key].pdf.open_metadata()).replace("CreatorTool", "")


@pytest.mark.parametrize("key", [document.key for document in DOCUMENTS])
def test_all_that_is_drawn_is_tagged_but_headers_and_footers(papers, key):
    paper = papers[key]
    assert paper.outside.startswith("SIP-2026-0001 · utskriven onsdag 25 november 2026Sida 1 av ")
    assert {piece.tags[0] for piece in paper.pieces} == {"Document"}
    assert "utskriven" not in paper.text


@pytest.mark.parametrize("key", [document.key for document in DOCUMENTS])
def test_there_is_one_first_heading_and_no_level_is_skipped(papers, key):
    levels = [
        int(tag[1])
        for piece in papers[key].pieces
        for tag in piece.tags
        if tag in ("H1", "H2", "H3", "H4")
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [b for a, b in pairwise(levels) if b > a + 1] == []


@pytest.mark.parametrize("key", [document.key for document in DOCUMENTS])
def test_every_font_is_within_the_file_and_tells_its_letters(papers, key):
    for font in papers[key].fonts:
        assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
        assert "/ToUnicode" in font


@pytest.mark.parametrize("key", ["plan_person", "kallelse_person"])
def test_the_persons_papers_are_in_large_type_in_every_corner(papers, key):
    assert min(papers[key].sizes) >= 14
    assert 16 in papers[key].sizes


def test_a_tables_heading_cells_are_tagged_as_such(papers):
    headings = papers["plan_deltagare"].tagged("TH")
    assert headings[:5] == ["Insats", "Huvudman", "Ansvarig", "Klart senast", "Bekräftad"]


# The plan


def test_the_persons_plan_says_in_plain_words_who_does_what_and_when(papers):
    paper = papers["plan_person"]
    assert paper.tagged("H1") == ["Din plan"]
    assert paper.under("Det här är viktigt för dig") == "Att få bo kvar hemma."
    assert paper.under("Dina mål") == "Laga min egen mat."
    assert paper.under("Det här behöver du") == "Hembesök och stöd vid måltider."
    assert paper.tagged("H3") == ["Hembesök varje vecka", "Matlagning tillsammans"]
    does = paper.under("Vem gör vad")
    assert "Vem Anna Ek, Vårdcentralen Linden (regionen) Klart senast tisdag 1 december" in does
    assert "Vem Cilla Ås, Hemtjänsten (kommunen) Klart senast tisdag 8 december 2026" in does
    assert paper.under("Det här gör andra") == "Dottern handlar."
    assert paper.under("Vem håller ihop din plan") == (
        "Cilla Ås, 000-000 00 01 Kommunen ser till att allt hänger ihop."
    )
    assert paper.under("Om det blir sämre").startswith("Vårdcentralen dagtid, 1177 annars.")
    assert "112" in paper.under("Om det blir sämre")
    assert paper.under("När vi ses igen") == "Vi följer upp planen onsdag 24 februari 2027."
    assert "ta tillbaka ditt samtycke när du vill" in paper.under("Dina rättigheter")
    assert "egen kopia" in paper.under("Dina rättigheter")


def test_the_parties_plan_has_the_laws_four_points_in_their_order(papers):
    paper = papers["plan_deltagare"]
    points = [heading for heading in paper.tagged("H2") if heading[0].isdigit()]
    assert points == [
        "1. Insatser som behövs",
        "2. Vilken huvudman som gör vad",
        "3. Åtgärder av andra än kommunen och regionen",
        "4. Övergripande ansvar",
    ]
    one, two, three, four = (paper.under(point) for point in points)
    assert one == "Hembesök och stöd vid måltider."
    assert two.endswith(
        "Hembesök varje vecka Regionen Vårdcentralen Linden, Anna Ek tisdag 1 december 2026"
        " Inte än Matlagning tillsammans Kommunen Hemtjänsten, Cilla Ås"
        " tisdag 8 december 2026 Inte än"
    )
    assert three == "Dottern handlar."
    assert four == "Huvudman Kommunen Håller ihop planen Cilla Ås, 000-000 00 01"


def test_the_parties_plan_tells_who_came_who_stayed_away_and_what_may_be_shared(papers):
    paper = papers["plan_deltagare"]
    met = paper.under("Mötet")
    assert met.startswith("När tisdag 24 november 2026 kl. 13.05 Var Hemma hos personen")
    assert "Vårdcentralen Linden Kom Exempelskolan Uteblev Hemtjänsten Cilla Ås Kom" in met
    assert "Uppgifter som får delas Allt om hälsa och stöd, med dem som kallas." in (
        paper.under("Samtycke")
    )
    assert paper.under("Uppföljning") == "Planen följs upp onsdag 24 februari 2027."


def test_the_meeting_is_the_one_that_was_held_though_a_later_one_was_called_off():
    case = facts(*PLAN)
    off = Answer("hold_meeting", "", 2, {"outcome": "cancelled", "reason": "Sjuk"}, NOW)
    later = replace(case, answers=(*case.answers, off))
    met = printed("plan_deltagare", later).under("Mötet")
    assert met == printed("plan_deltagare", case).under("Mötet") != ""


@pytest.mark.parametrize("key", ["plan_person", "plan_deltagare"])
def test_a_plan_is_a_draft_until_everybody_has_confirmed_it(key):
    case = facts(*PLAN)
    for unsure in (case, confirmed(case, agreed=False)):
        paper = printed(key, unsure)
        assert "Utkast – inte bekräftad av alla" in paper.text
        # The header of each page after the first.
        assert paper.outside.count("Utkast – inte bekräftad av alla") == len(paper.pdf.pages) - 1
    whole = printed(key, confirmed(case))
    assert "Utkast" not in whole.text + whole.outside


def test_each_effort_tells_whether_it_is_confirmed():
    case = facts(*PLAN)
    refused = printed("plan_deltagare", confirmed(case, agreed=False))
    efforts = refused.under("2. Vilken huvudman som gör vad")
    assert "1 december 2026 Nej, ska ändras Matlagning" in efforts
    assert efforts.endswith("8 december 2026 Ja")
    person = printed("plan_person", confirmed(case, agreed=False)).under("Vem gör vad")
    assert "Har de sagt ja? Nej, det ska ändras" in person
    assert "Har de sagt ja?" not in printed("plan_person", confirmed(case)).text


def test_a_follow_up_that_named_a_new_day_is_what_the_plan_says():
    again = {"next": "keep", "closing_reason": "", "next_date": "2027-03-31"}
    case = facts(*PLAN, "follow_up_together", follow_up_together=again)
    assert printed("plan_person", case).under("När vi ses igen").endswith("onsdag 31 mars 2027.")


def test_how_somebody_who_cannot_consent_is_represented_stands_in_both_plans():
    cannot = {"consent": "cannot", "handling": "God man företräder.", "by_whom": "God man"}
    case = facts(*PLAN, consent=cannot)
    for key in ("plan_person", "plan_deltagare"):
        assert "God man företräder." in printed(key, case).text


def test_the_last_day_of_a_consent_is_told_and_so_is_a_childs_own_answer():
    child = {
        "valid_through": "2027-05-31", "concerns_child": "true", "guardians": "given",
        "child": "given",
    }  # fmt: skip
    paper = printed("plan_deltagare", facts(*PLAN, consent=child))
    assert paper.under("Samtycke").endswith(
        "Gäller till och med måndag 31 maj 2027 Vårdnadshavarna Ja, de samtycker"
        " Barnet Ja, barnet samtycker Personen kan ta tillbaka samtycket när som helst."
    )


# The call


def test_the_persons_call_says_when_where_about_what_and_whom_to_tell(papers):
    paper = papers["kallelse_person"]
    assert paper.under("När och var") == (
        "När tisdag 24 november 2026 kl. 13.00 Hur länge 60 minuter, till ungefär kl. 14.00"
        " Var Hemma hos dig Plats, nummer eller länk Hemma"
    )
    assert paper.under("Det här ska vi prata om") == "Vem hjälper till på morgonen?"
    assert "Vårdcentralen Linden (Anna Ek)" in paper.under("De här är bjudna")
    assert "Anna Ek, Linden" in paper.under("Kan du inte komma?")
    assert "tolk" not in paper.text


def test_the_parties_call_says_who_calls_whom_to_what_and_how_to_answer(papers):
    paper = papers["kallelse_deltagare"]
    assert paper.under("Tid och plats").startswith("När tisdag 24 november 2026 kl. 13.00")
    assert "Kallar Anna Ek, Linden Kallelsen skickades tisdag 17 november" in paper.text
    assert paper.under("Frågor som mötet ska besvara") == "Vem hjälper till på morgonen?"
    assert "Vårdcentralen Linden Anna Ek Kallad Exempelskolan Bo Al Inbjuden" in paper.text
    answers = paper.under("Så svarar ni")
    told = [word for word in ("kommer", "skickar", "tackar nej", "annan tid") if word in answers]
    assert len(told) == 4


@pytest.mark.parametrize(
    ("key", "under", "told"),
    [
        ("kallelse_person", "Kan du inte komma?", "Du kan också ringa"),
        ("kallelse_deltagare", "Så svarar ni", "Ni kan också ringa"),
    ],
)
def test_a_call_on_paper_says_which_number_to_call_when_there_is_one(papers, key, under, told):
    case = facts(*CALL)
    named = printed(key, case, office=Office("Exempelby kommun", "08-465 004 00"))
    assert f"{told} Exempelby kommun: 08-465 004 00." in named.under(under)
    assert f"{told} kommunen: 08-1." in printed(key, case, office=Office("", "08-1")).under(under)
    assert "också ringa" not in papers[key].text


def test_an_interpreter_and_next_of_kin_stand_in_both_calls():
    wanted = {"interpreter": "true", "interpreter_language": "finska", "next_of_kin": "Min bror"}
    case = facts(*CALL, pre_planning=wanted)
    person, parties = (printed(key, case).text for key in ("kallelse_person", "kallelse_deltagare"))
    assert "Det kommer en tolk som talar finska." in person
    assert "Tolk finska" in parties
    assert "Min bror" in person
    assert "Min bror" in parties


def test_only_the_parties_papers_have_the_patients_number(papers):
    with_number = {key for key, paper in papers.items() if "18900101-9802" in paper.text}
    assert with_number == {"plan_deltagare", "kallelse_deltagare"}
    assert all("Test Persson" in paper.text for paper in papers.values())
    anywhere = {k for k, p in papers.items() if "9802" in p.text + p.outside} - with_number
    assert anywhere == set()


def test_no_mail_address_or_telephone_of_the_parties_is_printed(papers):
    everything = "".join(paper.text for paper in papers.values())
    assert CLINIC["email"] not in everything
    assert SCHOOL["phone"] not in everything


def test_times_are_those_of_stockholm_in_summer_too():
    case = rewritten(facts(*CALL), meeting_at="2026-06-24T11:00:00+00:00")
    assert "onsdag 24 juni 2026 kl. 13.00" in printed("kallelse_person", case).text


def test_there_is_no_plan_before_it_is_written_and_no_call_without_a_coming_meeting():
    made = {document.key: document.sheet for document in DOCUMENTS}
    planned = facts("consent", "pre_planning")
    assert all(sheet(planned, NAMELESS) is None for sheet in made.values())
    held = facts(*CALL, "hold_meeting")
    assert made["kallelse_person"](held, NAMELESS) is None
    assert made["kallelse_deltagare"](held, NAMELESS) is None
    later = {
        "outcome": "moved", "reason": "Sjuk", "decided_at": "2026-11-24T09:00",
        "meeting_at": "2026-12-01T10:00", "minutes": "45", "meeting_form": "video",
    }  # fmt: skip
    moved = facts(*CALL, "hold_meeting", hold_meeting=later)
    assert "tisdag 1 december 2026 kl. 10.00" in printed("kallelse_person", moved).text
    off = facts(*CALL, "hold_meeting", hold_meeting={"outcome": "cancelled", "reason": "Sjuk"})
    assert made["kallelse_person"](off, NAMELESS) is None


# Whatever is typed


def test_signs_that_mean_something_to_the_template_come_out_as_they_were_typed():
    effort = VISITS | dict.fromkeys(("effort", "responsible", "organisation"), SIGNS)
    texts = dict.fromkeys(("goals", "needed_efforts", "crisis_contact"), SIGNS)
    case = rewritten(facts(*PLAN), **texts, efforts=[effort, MEALS])
    for key in ("plan_person", "plan_deltagare"):
        paper = printed(key, case, replace(ABOUT, patient=SIGNS, unit=SIGNS))
        assert paper.text.count(SIGNS) >= 7, key


def test_a_line_of_its_own_is_read_as_one():
    paper = sheet_with(Prose("Rad ett\nrad två\n\nNytt stycke"))
    assert paper.tagged("P")[-3:] == ["Rad ett", "rad två", "Nytt stycke"]


@pytest.mark.parametrize("large", [True, False])
def test_a_word_longer_than_a_line_is_broken_within_the_paper(large):
    word = "å" * 900
    table = Table(("A", "B"), (1, 1), ((word, word),))
    card = Lines((("A", "b"),), word)
    for block in (Prose(word), Points((word,)), Lines((("A", word),)), card, table):
        paper = sheet_with(block, large=large)
        assert word in paper.text
        assert 50 < paper.right <= 595 - 50


@pytest.mark.parametrize("text", ["rad\n" * 500, "ord " * 1000])
@pytest.mark.parametrize("large", [True, False])
def test_a_long_text_goes_on_to_the_next_page_and_nothing_is_lost(text, large):
    lines = Lines((("A", text), ("B", "Slutet")), "Rubrik")
    for block in (Prose(text), Points((text,)), lines, Table(("A", "B"), (1, 1), ((text, "x"),))):
        paper = sheet_with(block, large=large)
        assert paper.under("Text").count(text.split()[0]) >= len(text.split())
        assert len(paper.pdf.pages) > 1
        assert 40 < paper.bottom < 400


def test_smileys_are_drawn_and_a_letter_that_no_font_has_is_shown_as_missing():
    paper = sheet_with(Prose("Bra 😀 ❤️ 👩‍👧 Привет ελ, men 漢 saknas"))
    assert f"Bra 😀 ❤️ 👩‍👧 Привет ελ, men {MISSING} saknas" in paper.text
    assert "Tecknet □ står för ett tecken som inte kan skrivas ut." in paper.text
    assert "Tecknet" not in sheet_with(Prose("Bra 😀")).text


@settings(max_examples=150, deadline=None)
@given(st.text(min_size=1, max_size=80))
def test_any_text_that_a_form_takes_can_be_printed_and_read_again(text):
    try:
        text = plain(text, 4000)
    except ValidationError:
        assume(False)
    assume(text)
    paper = sheet_with(Prose(text))
    told = [piece.text for piece in paper.pieces]
    said = "".join(told[told.index("Text") + 1 :])
    expected = "".join(drawable(text).split())
    assert "".join(said.split()).startswith(expected)


def test_a_paper_is_drawn_in_less_than_half_a_second():
    case = facts(*PLAN, write_plan={"needed_efforts": "Hembesök. " * 390})
    printed("plan_person", case)
    started = time.perf_counter()
    for number in range(4):
        printed("plan_person", case, About(f"SIP-2026-{number}", "Test", "189001019802", "A", ""))
    assert (time.perf_counter() - started) / 4 < 0.5


def test_the_fonts_are_what_their_list_says():
    listed = json.loads((FONTS / "manifest.json").read_text(encoding="utf-8"))["files"]
    sums = {
        each["file"]: hashlib.sha256((FONTS / each["file"]).read_bytes()).hexdigest()
        for each in listed
    }
    assert sums == {each["file"]: each["sha256"] for each in listed}
    found = {file.name for file in FONTS.iterdir()} - {"manifest.json"}
    assert found == set(sums)
