"""The weeks after a fall: talks, the conference, its measures, and what came of them."""

from playwright.sync_api import Locator, Page, expect

from tests.web.hands import begin, choose, link_to, press, row, save, stands, write
from tests.web.living import Living

PATIENT = "Test Persson"


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
