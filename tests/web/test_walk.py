"""One fall, from a phone at night to the MAS's archive, by the right people on their own pages."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.servers.chromium import PHONE
from tests.web.hands import (
    begin,
    choose,
    done,
    link_to,
    press,
    quick,
    row,
    save,
    stands,
    write,
)  # fmt: skip
from tests.web.living import Letter, Living
from workflow.roles import Role

PATIENT = "Test Persson"
TOLD = "Persson satt på golvet vid sängen och hade ont i höger höft."
SECRET = ("Persson", "189001019802", "19890", "Tallen", "Siv", "golvet", "höft")
"""What no mail may hold: name, number, unit, reporter, and words that somebody typed."""


def test_a_fall_at_night_goes_all_the_way_to_the_archive(living: Living):
    living.at("2026-11-23 21:00")
    living.on_duty("nina", Role.NURSE, living.units["tallen"], hours=10)
    living.at("2026-11-24 02:10")
    reference = report_on_the_phone(living)
    the_nurse_on_duty_is_reminded_and_assesses(living, reference)
    the_home_visit_is_made(living, reference)
    the_missing_report_climbs_the_ladder(living, reference)
    the_unit_manager_reports_at_last(living, reference)
    the_patient_conference_is_prepared(living, reference)
    the_conference_decides(living)
    it_is_investigated_and_the_measures_are_carried_out(living, reference)
    the_measures_are_found_enough(living, reference)
    everything_is_completed_and_sent(living, reference)
    the_mas_closes(living, reference)
    the_timeline_tells_all_of_it(living, reference)
    the_reporter_hears_what_came_of_it(living, reference)


def report_on_the_phone(living: Living) -> str:
    page = living.browser(PHONE)
    page.goto(living.url)
    living.log_in(page, "siv")
    press(page.get_by_role("main"), "Rapportera")
    expect(page.get_by_role("main")).to_contain_text("Fara för liv? Ring 112 först")
    expect(page.get_by_text("Slog personen i huvudet?")).to_be_hidden()
    choose(page, "Vad gäller det?", "Fall")
    page.get_by_label("Vilken patient?").select_option(label=f"{PATIENT}, 1890")
    quick(page, "När hände det?", "För en stund sedan")
    quick(page, "När ringde du HSL-personal?", "Nu")
    page.get_by_label("Vem talade du med?").press_sequentially("Nina Nord")
    page.get_by_label("Vad hände?", exact=True).press_sequentially(TOLD)
    choose(page, "Hände det, eller kunde det ha hänt?", "Något hände")
    choose(page, "Kom patienten till skada?", "Vet inte")
    page.get_by_role("heading", name="Kontroller").click()
    choose(page, "Slog personen i huvudet?", "Vet inte")
    choose(page, "Hur länge låg personen?", "Under 10 minuter")
    page.get_by_role("heading", name="Rapport enligt SBAR").click()
    page.get_by_label("R – Rekommendation").press_sequentially("Kom och titta på höften.")
    page.get_by_role("heading", name="Mätvärden").click()
    page.get_by_label("Puls").press_sequentially("88")
    press(page, "Skicka rapporten")
    done(page, "Tack. Det är sparat som AVV-2026-0001.")
    done(page, "Ring nu, om du inte redan har gjort det. Sjuksköterska: Nina Nord.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Fall AVV-2026-0001")
    return "AVV-2026-0001"


def the_nurse_on_duty_is_reminded_and_assesses(living: Living, reference: str) -> None:
    living.at("2026-11-24 03:39")
    assert living.swept() == []
    living.at("2026-11-24 03:40")
    [letter] = living.swept()
    assert letter.to == "nina@a.example"
    # Cut, never rounded up: a moment has gone since 03:40:00.
    assert letter.subject == f"{reference}: Bedöm om hembesök behövs (29 min kvar)"
    assert "Ska vara klart senast tisdag 24 november 2026 kl. 04.10." in letter.text
    assert_private(letter)
    assert living.swept() == []

    living.at("2026-11-24 03:45")
    page = living.browser(PHONE)
    page.goto(letter.links[0])
    living.log_in(page, "nina")
    expect(page).to_have_url(f"{living.url}/arende/{reference}")
    begin(page, "Bedöm om hembesök behövs")
    choose(page, "Behövs hembesök?", "Ja")
    write(page, "Din bedömning", "Ont vid belastning, kan stå.")
    choose(page, "Kom patienten till skada?", "Ja")
    choose(page, "Allvarlighetsgrad", re.compile("^2 Måttlig"))
    choose(page, "Sannolikhet för upprepning", re.compile("^2 Liten"))
    choose(page, "Inblandade professioner", "Sjuksköterska", "Arbetsterapeut")
    choose(page, "Är kontrollerna dokumenterade i journalen?", "Ja")
    choose(page, "Är SBAR-rapporten dokumenterad i journalen?", "Ja")
    save(page)
    for moment in ("2026-11-24 04:10", "2026-11-24 06:11"):
        living.at(moment)
        assert living.swept() == [], "nobody is reminded of what is done"


def the_home_visit_is_made(living: Living, reference: str) -> None:
    living.at("2026-11-24 04:40")
    page = living.case_page("nina", reference, PHONE)
    begin(page, "Gör hembesök")
    write(page, "När var du där?", "2026-11-24T04:20")
    write(page, "Vad såg du?", "Blåmärke på höften.")
    save(page)
    stands(page, "Rapporterad")


def the_missing_report_climbs_the_ladder(living: Living, reference: str) -> None:
    """Due on Wednesday at midnight; mails go at 07 on working days, and none on a Saturday."""
    climb = {
        "2026-11-25 12:59": [],
        "2026-11-25 13:00": ["ulla"],
        "2026-11-26 00:01": [],
        "2026-11-26 06:59": [],
        "2026-11-26 07:00": ["ulla"],
        "2026-11-27 06:59": [],
        "2026-11-27 07:00": ["hans"],
        "2026-11-28 12:00": [],
        "2026-11-30 06:59": [],
        "2026-11-30 07:00": ["mats"],
    }
    for moment, told in climb.items():
        living.at(moment)
        letters = living.swept()
        assert [letter.to for letter in letters] == [f"{who}@a.example" for who in told], moment
        for letter in letters:
            assert letter.subject.startswith(f"{reference}: Rapportera händelsen (")
            assert_private(letter)
    page = living.open(living.seat("mats"), "/forsenat")
    row = page.get_by_role("row").filter(has_text="Rapportera händelsen")
    for words in (reference, "4 dagar sen", "Tallen", "Ulla Udd", "Hans Holm", "Mats Mark"):
        expect(row).to_contain_text(words)


def the_unit_manager_reports_at_last(living: Living, reference: str) -> None:
    living.at("2026-11-30 09:00")
    page = living.case_page("ulla", reference)
    begin(page, "Rapportera händelsen")
    expect(page.get_by_label("Vad hände?")).to_have_value(TOLD)
    choose(page, "Vilka arbetade när det hände?", "Siv Sol", "Stina Stav")
    choose(page, "Ska det hållas flerpartsdialog?", "Ja")
    save(page)
    stands(page, "Förbereds")
    living.at("2026-11-30 10:00")
    letters = living.swept()
    assert [letter.to for letter in letters] == [
        "nils@a.example", "nina@a.example", "ulla@a.example",
    ], "each hears once of the steps whose time was out before they could begin"  # fmt: skip
    for letter in letters:
        assert "Tiden hade redan gått ut när steget öppnades." in letter.text
        assert_private(letter)


def the_patient_conference_is_prepared(living: Living, reference: str) -> None:
    living.at("2026-11-30 11:00")
    nina = living.case_page("nina", reference)
    begin(nina, "Samtala med dem som arbetade")
    choose(nina, "Med vilka?", "Siv Sol", "Stina Stav")
    write(nina, "Vad kom fram?", "Mattan låg fel.")
    save(nina)
    begin(nina, "Bedöm om besök behövs för samtal med patienten")
    expect(nina.get_by_label("Varför behövs det inte?")).to_be_hidden()
    choose(nina, "Behövs besök för samtal med patienten?", "Ja")
    write(nina, "När talade ni?", "2026-11-30T10:30")
    write(nina, "Vad berättade patienten?", "Skulle upp på toaletten.")
    save(nina)
    begin(nina, "Fråga patienten om samtycke")
    choose(nina, "Samtycker patienten till att händelsen tas upp på konferensen?", "Ja, samtycker")
    write(nina, "Vem svarade?", "Patienten")
    save(nina)
    begin(nina, "Avisera till patientkonferens")
    write(nina, "Vilken dag är patientkonferensen?", "2026-12-02")
    save(nina)

    ulla = living.case_page("ulla", reference)
    begin(ulla, "Enhetschefen samtalar med personalen")
    choose(ulla, "Med vilka?", "Siv Sol")
    write(ulla, "Vad kom fram?", "Larmet nåddes inte från sängen.")
    choose(ulla, "Höll ni samtalet tillsammans med HSL-personal?", "Ja")
    save(ulla)
    begin(ulla, "Håll flerpartsdialog")
    write(ulla, "Vilka deltog?", "Enheten, hemsjukvården och rehab.")
    write(ulla, "Vad kom ni fram till?", "Tas upp på konferensen.")
    save(ulla)
    stands(ulla, "Patientkonferens")


def the_conference_decides(living: Living) -> None:
    living.at("2026-12-02 13:00")
    page = living.open(living.seat("nina"), "/konferenser")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Dagordning onsdag 2 december")
    patient = page.get_by_role("article").filter(has_text=PATIENT)
    expect(patient).to_contain_text("Samtycke: Ja, samtycker")
    press(patient, "Diskutera på patientkonferensen")
    choose(page, "Var patienten med?", "Ja")
    order = row(page, "Ordinationer", 0)
    order.get_by_label("Profession").select_option(label="Sjuksköterska")
    write(order, "Ordination", "Blodtryck liggande och stående i en vecka.")
    decide(row(page, "Åtgärder", 0), "Läkemedelsgenomgång", "HSL", "Nina Nord", "2026-12-09")
    decide(row(page, "Åtgärder", 1), "Nattlampa vid sängen", "Enheten", "Stina", "2026-12-07")
    choose(page, "Signeringslistor", "Lämnade till patienten")
    write(page, "Vilken dag följs åtgärderna upp?", "2026-12-16")
    save(page)
    stands(page, "Utreds och åtgärdas")


def it_is_investigated_and_the_measures_are_carried_out(living: Living, reference: str) -> None:
    living.at("2026-12-07 09:00")
    for who, profession in (("nina", "Sjuksköterska"), ("arne", "Arbetsterapeut")):
        page = living.case_page(who, reference)
        begin(page, f"Utred: {profession}")
        investigate(page)
    nina = living.case_page("nina", reference)
    begin(nina, "Utför åtgärden: Läkemedelsgenomgång")
    choose(nina, "Hur gick det?", "Åtgärden är utförd")
    save(nina)

    ulla = living.case_page("ulla", reference)
    begin(ulla, "Utför åtgärden: Nattlampa vid sängen")
    choose(ulla, "Hur gick det?", "Åtgärden är utförd")
    save(ulla)
    begin(ulla, "Utred enhetens del")
    investigate(ulla, "Utbildning och kompetens")
    begin(ulla, "För vidare ordinationer till personalen")
    choose(ulla, "Till vilka?", "Stina Stav")
    write(ulla, "Hur?", "På morgonmötet och i pärmen.")
    save(ulla)
    begin(ulla, "Koppla åtgärd till varje orsak")
    cause = row(ulla, "Orsaker utan åtgärd", 0)
    expect(cause).to_contain_text("Utbildning och kompetens")
    write(cause, "Eller: varför behövs ingen åtgärd?", "Tas upp på nästa utbildningsdag.")
    save(ulla)
    stands(ulla, "Följs upp")


def the_measures_are_found_enough(living: Living, reference: str) -> None:
    living.at("2026-12-16 13:00")
    page = living.open(living.seat("nina"), "/konferenser")
    press(page.get_by_role("article").filter(has_text=PATIENT), "Utvärdera HSL-åtgärderna")
    choose(row(page, "Åtgärder", 0), "Räcker åtgärden?", "Räcker")
    save(page)
    ulla = living.case_page("ulla", reference)
    begin(ulla, "Utvärdera enhetens åtgärder")
    choose(row(ulla, "Åtgärder", 0), "Räcker åtgärden?", "Räcker")
    save(ulla)
    stands(ulla, "Avslutas")


def everything_is_completed_and_sent(living: Living, reference: str) -> None:
    living.at("2026-12-17 10:00")
    nina = living.case_page("nina", reference)
    begin(nina, "Klarmarkera HSL-delen")
    save(nina)
    begin(nina, "Informera patient eller närstående")
    choose(nina, "Vem är informerad?", "Patienten är informerad")
    write(nina, "När?", "2026-12-17T09:30")
    write(nina, "Av vem?", "Nina Nord")
    save(nina)
    ulla = living.case_page("ulla", reference)
    expect(link_to(ulla, "Skicka till MAS")).to_have_count(0)
    begin(ulla, "Återkoppla till rapportören")
    write(ulla, "Vad sades?", "Lampan sitter uppe. Bra att du ringde direkt.")
    save(ulla)
    begin(ulla, "Skicka till MAS")
    write(ulla, "Sammanfattning till MAS", "Fall på väg till toaletten. Lampa uppsatt.")
    save(ulla)
    stands(ulla, "Granskas av MAS")


def the_mas_closes(living: Living, reference: str) -> None:
    living.at("2026-12-18 10:00")
    page = living.case_page("mats", reference)
    begin(page, "Granska och arkivera")
    choose(page, "Beslut", "Avsluta och arkivera")
    save(page)
    stands(page, "Avslutad")
    expect(page.get_by_text("Ärendet är avslutat sedan fre 18 dec. 2026 10:00.")).to_be_visible()


def the_timeline_tells_all_of_it(living: Living, reference: str) -> None:
    page = living.open(living.seat("mats"), f"/arende/{reference}?ordning=aldst")
    lines = page.locator(".timeline li.line:not([data-system]):not(.folded) h3")
    expect(lines).to_have_text(
        [
            "Rapporterad: Fall",
            "Nya steg",
            "Bedömd",
            "Nya steg",
            "Hembesök gjort",
            "Händelsen rapporterad av enhetschefen",
            "Vidare: Förbereds",
            "Samtal med patienten bedömt",
            "HSL har samtalat med personalen",
            "Samtycke frågat",
            "Aviserad till patientkonferens",
            "Enhetschefen har samtalat med personalen",
            "Flerpartsdialog hållen",
            "Vidare: Patientkonferens",
            "Diskuterad på patientkonferens",
            "Vidare: Utreds och åtgärdas",
            "Utredd: Sjuksköterska",
            "Utredd: Arbetsterapeut",
            "Åtgärd utförd: Läkemedelsgenomgång",
            "Åtgärd utförd: Nattlampa vid sängen",
            "Enhetens del utredd",
            "Nya steg",
            "Ordinationer förda vidare",
            "Varje orsak har åtgärd eller motivering",
            "Vidare: Följs upp",
            "HSL-åtgärder utvärderade",
            "Enhetens åtgärder utvärderade",
            "Vidare: Avslutas",
            "Patient eller närstående informerad",
            "HSL är klar med alla delar",
            "Rapportören har fått återkoppling",
            "Nya steg",
            "Skickad till MAS",
            "Vidare: Granskas av MAS",
            "Granskad av MAS",
            "Vidare: Avslutad",
        ]
    )


def the_reporter_hears_what_came_of_it(living: Living, reference: str) -> None:
    page = living.open(living.seat("siv", PHONE), "/")
    report = page.get_by_role("listitem").filter(has_text=reference)
    expect(report).to_contain_text("Avslutad")
    expect(report).to_contain_text("du har fått återkoppling")
    report.get_by_role("link").click()
    expect(page.get_by_role("main")).to_contain_text("Bra att du ringde direkt.")


def assert_private(letter: Letter) -> None:
    assert [word for word in SECRET if word in letter.everything] == []


def decide(row: Locator, measure: str, side: str, responsible: str, due: str) -> None:
    row.get_by_label("Åtgärd", exact=True).fill(measure)
    choose(row, "Vem äger åtgärden?", side)
    write(row, "Vem gör det?", responsible)
    write(row, "Klart senast", due)
    choose(row, "Vilka orsaker gäller den?", "Omgivning och organisation")


def investigate(page: Page, *more_causes: str) -> None:
    write(page, "Vad hände, steg för steg?", "Gick upp i mörkret och snubblade på mattan.")
    choose(page, "Orsaker", "Omgivning och organisation", *more_causes)
    write(page, "Vad bidrog till att det hände?", "Mörkt.")
    choose(page, "Har det hänt förut?", "Nej")
    choose(page, "Kan det hända igen?", "Ja")
    save(page)
