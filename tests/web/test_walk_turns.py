"""Where the way turns: what was not enough, a no from the patient, harm to life, a mistake."""

import re

from playwright.sync_api import expect

from tests.web.hands import begin, choose, done, happened, link_to, press, row, save, stands, write
from tests.web.living import Living


def test_a_measure_that_is_not_enough_goes_back_to_the_conference_and_round_again(living: Living):
    reference = living.report()
    living.do_all(reference, until="follow_up")
    living.at("2026-12-01 09:00")
    ulla = living.open(living.seat("ulla"), "/konferenser")
    press(ulla.get_by_role("article").filter(has_text=reference), "Utvärdera enhetens åtgärder")
    judged = row(ulla, "Åtgärder", 0)
    expect(judged).to_contain_text("Nattlampa i hallen")
    choose(judged, "Räcker åtgärden?", "Räcker inte")
    write(judged, "Kommentar", "Släcks av misstag.")
    press(ulla, "Spara och avsluta steget")
    wrong = ulla.get_by_role("group", name="Ett svar behöver rättas")
    press(wrong, "Vilken dag tas det upp på patientkonferens igen? Fyll i det här.")
    expect(ulla.get_by_label("Vilken dag tas det upp")).to_be_focused()
    expect(judged.get_by_label("Kommentar")).to_have_value("Släcks av misstag.")
    write(ulla, "Vilken dag tas det upp på patientkonferens igen?", "2026-12-08")
    save(ulla)
    stands(ulla, "Patientkonferens, varv 2")
    expect(happened(ulla, "Tillbaka, varv 2: Patientkonferens")).to_have_count(1)

    living.at("2026-12-08 13:00")
    nina = living.open(living.seat("nina"), "/konferenser")
    press(nina.get_by_role("article").filter(has_text=reference), "Diskutera på patientkonferensen")
    choose(nina, "Var patienten med?", "Nej")
    decided = row(nina, "Åtgärder", 0)
    decided.get_by_label("Åtgärd", exact=True).fill("Lampa med rörelsevakt")
    choose(decided, "Vem äger åtgärden?", "Enheten")
    write(decided, "Vem gör det?", "Vaktmästaren")
    write(decided, "Klart senast", "2026-12-15")
    choose(nina, "Signeringslistor", "Behövs inte")
    write(nina, "Vilken dag följs åtgärderna upp?", "2026-12-22")
    save(nina)
    stands(nina, "Utreds och åtgärdas, varv 2")

    living.at("2026-12-15 09:00")
    living.case_page("ulla", reference)
    begin(ulla, "Utför åtgärden: Lampa med rörelsevakt")
    choose(ulla, "Hur gick det?", "Åtgärden är utförd")
    save(ulla)
    stands(ulla, "Följs upp, varv 2")

    living.at("2026-12-22 09:00")
    living.case_page("ulla", reference)
    begin(ulla, "Utvärdera enhetens åtgärder")
    for number, measure in enumerate(("Nattlampa i hallen", "Lampa med rörelsevakt")):
        judged = row(ulla, "Åtgärder", number)
        expect(judged).to_contain_text(measure)
        choose(judged, "Räcker åtgärden?", "Räcker")
    save(ulla)
    stands(ulla, "Avslutas, varv 2")


def test_a_patient_who_says_no_is_decided_about_without_a_conference(living: Living):
    reference = living.report()
    living.do_all(reference, until="preparation")
    for who, step in (
        ("nina", "staff_talk"), ("ulla", "unit_staff_talk"), ("nina", "patient_talk"),
    ):  # fmt: skip
        living.do(who, reference, step)
    page = living.case_page("nina", reference)
    expect(link_to(page, "Avisera till patientkonferens")).to_be_visible()
    begin(page, "Fråga patienten om samtycke")
    choose(page, "Samtycker patienten till att händelsen tas upp på konferensen?",
           "Nej, samtycker inte")  # fmt: skip
    write(page, "Vem svarade?", "Patienten")
    save(page)
    expect(link_to(page, "Avisera till patientkonferens")).to_have_count(0)

    agenda = living.open(living.seat("nina"), "/konferenser")
    expect(agenda.get_by_role("article")).to_have_count(0)

    living.case_page("nina", reference)
    begin(page, "Besluta utan konferens")
    expect(page.get_by_text("Professionerna beslutar utan konferens.")).to_be_visible()
    expect(page.get_by_text("Var patienten med?")).to_have_count(0)
    choose(page, "Signeringslistor", "Behövs inte")
    write(page, "Vilken dag följs åtgärderna upp?", "2026-12-08")
    save(page)
    stands(page, "Utreds och åtgärdas")
    expect(happened(page, "Beslutat utan konferens")).to_have_count(1)
    expect(happened(page, "Diskuterad på patientkonferens")).to_have_count(0)


def test_a_serious_event_is_mailed_to_the_mas_at_once_in_the_middle_of_the_night(living: Living):
    living.at("2026-11-28 02:30")
    reference = living.report()
    page = living.case_page("nina", reference)
    begin(page, "Bedöm om hembesök behövs")
    choose(page, "Behövs hembesök?", "Nej")
    write(page, "Din bedömning", "Misstänkt höftfraktur, ambulans.")
    choose(page, "Kom patienten till skada?", "Ja")
    choose(page, "Allvarlighetsgrad", re.compile("^4 Katastrofal"))
    choose(page, "Sannolikhet för upprepning", re.compile("^2 Liten"))
    choose(page, "Inblandade professioner", "Sjuksköterska")
    choose(page, "Är kontrollerna dokumenterade i journalen?", "Ja")
    choose(page, "Är SBAR-rapporten dokumenterad i journalen?", "Ja")
    save(page)
    [letter] = living.swept()
    assert letter.to == "mats@a.example"
    assert letter.subject == f"{reference}: Allvarlig händelse"
    secret = ("Persson", "18900101", "Tallen", "Nina", "höft", "ambulans", "golvet")
    assert [word for word in secret if word in letter.everything] == []
    assert living.swept() == []
    mats = living.browser()
    mats.goto(letter.links[0])
    living.log_in(mats, "mats")
    expect(happened(mats, "Bedömd")).to_contain_text("Misstänkt höftfraktur")


def test_the_unit_manager_takes_a_case_back_with_a_reason_and_a_care_worker_cannot(living: Living):
    reference = living.report()
    siv = living.case_page("siv", reference)
    expect(siv.get_by_role("link", name="Återkalla ärendet")).to_have_count(0)
    answer = siv.goto(f"{living.url}/arende/{reference}/handling/withdraw")
    assert answer is not None
    assert answer.status == 403
    expect(siv.get_by_role("main")).to_contain_text("Det här görs av Enhetschef.")

    ulla = living.case_page("ulla", reference)
    press(ulla, "Återkalla ärendet")
    expect(ulla.get_by_label("Vilket ärende?")).to_be_hidden()
    press(ulla, "Återkalla ärendet")
    expect(ulla.get_by_role("group", name="2 svar behöver rättas")).to_be_focused()
    choose(ulla, "Varför återkallas ärendet?", "Registrerad av misstag")
    write(ulla, "Förklara kort", "Fel patient valdes.")
    press(ulla, "Återkalla ärendet")
    done(ulla, "Det är gjort.")
    stands(ulla, "Återkallad")
    expect(happened(ulla, "Återkallat")).to_contain_text("Fel patient valdes.")
    expect(ulla.get_by_role("link", name=re.compile("^Gör steget"))).to_have_count(0)
    living.wait(hours=3)
    assert living.swept() == [], "nobody is reminded of a case that is taken back"


def test_the_board_shows_a_new_call_and_the_minutes_by_itself_until_told_to_stand_still(
    living: Living,
):
    page = living.open(living.seat("nina"), "/tavla")
    board = page.get_by_role("list").filter(has_text="Bedöm om hembesök behövs")
    expect(page.get_by_text("Inget väntar på bedömning.")).to_be_visible()
    reference = living.report()
    page.clock.fast_forward("00:31")
    expect(board).to_contain_text(reference)
    expect(board).to_contain_text("1 h 55 min kvar")
    living.wait(hours=2)
    page.clock.fast_forward("00:31")
    expect(board).to_contain_text("5 min sen")
    press(page, "Stanna uppdateringen")
    expect(page.get_by_role("link", name="Låt tavlan uppdatera sig")).to_be_visible()
    expect(page.locator("[hx-trigger]")).to_have_count(0)
