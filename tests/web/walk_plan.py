"""A SIP that the region does not call to: taken over, answered from outside, and followed up."""

import re

from playwright.sync_api import Page, expect

from tests.servers.chromium import PHONE
from tests.web.hands import begin, choose, happened, link_to, press, row, save, stands, write
from tests.web.living import Letter, Living
from tests.web.walk_home import NUMBER, PATIENT, assert_private

CLINIC = "Exempelby vårdcentral"
QUESTIONS = "Vem hjälper till på morgonen?"


def the_person_agrees(living: Living, sip: str) -> None:
    living.at("2026-11-26 11:30")
    page = living.case_page("karin", sip)
    begin(page, "Fråga personen om samtycke")
    choose(page, "Samtycker personen till en SIP?", "Ja, samtycker")
    write(page, "Vem svarade?", "Personen själv")
    write(page, "Vilka uppgifter får delas, och med vilka?", "Allt som rör hemgången.")
    choose(page, "Gäller det ett barn?", "Nej")
    save(page)
    begin(page, "Förplanera med personen")
    write(page, "Vad är viktigt för dig?", "Att få bo kvar hemma.")
    write(page, "Vilka frågor ska mötet besvara?", QUESTIONS)
    party(page, 0, CLINIC, "Kallas: en huvudman, som ska svara", "Eva Lind", "vc@region.example")
    party(page, 1, "Dagträffen", "Bjuds in: till exempel skolan", "Bo Al", "dag@traff.example")
    choose(page, "Hur vill personen träffas?", "Hemma hos personen")
    choose(page, "Behövs tolk?", "Nej")
    save(page)
    expect(link_to(page, "Bevaka att regionen kallar")).to_be_visible()
    expect(link_to(page, "Ta över kallelsen från regionen")).to_have_count(0)


def party(page: Page, number: int, organisation: str, kind: str, contact: str, mail: str) -> None:
    one = row(page, "Vilka behövs på mötet?", number)
    write(one, "Organisation", organisation)
    one.get_by_label("Kallas eller bjuds in?").select_option(label=kind)
    write(one, "Kontaktperson", contact)
    write(one, "E-post", mail)


def the_laws_three_days_pass(living: Living, sip: str) -> None:
    """The notice came on Thursday morning: reminders at work time, and out of time at midnight."""
    told = {
        "2026-11-26 23:00": [],
        "2026-11-27 13:00": ["karin"],
        "2026-11-29 23:59": [],
        "2026-11-30 00:00": [],
    }
    for moment, people in told.items():
        living.at(moment)
        letters = [each for each in living.swept() if sip in each.subject]
        assert [letter.to for letter in letters] == [f"{who}@a.example" for who in people], moment
    living.at("2026-11-30 08:00")
    page = living.case_page("karin", sip)
    expect(happened(page, "Tiden gick ut")).to_contain_text("Bevaka att regionen kallar")
    expect(link_to(page, "Ta över kallelsen från regionen")).to_be_visible()


def the_municipality_calls(living: Living, sip: str) -> dict[str, Letter]:
    """The letters to the parties, by address."""
    page = living.case_page("karin", sip)
    begin(page, "Ta över kallelsen från regionen")
    write(page, "Vem kallade?", "Karin Kvist, samordnare")
    write(page, "När är mötet?", "2026-11-29T13:00")
    choose(page, "Var är mötet?", "Hemma hos personen")
    write(page, "Plats, telefonnummer eller länk", "Storgatan 1, portkod 1234")
    press(page, "Spara och avsluta steget")
    expect(page.get_by_role("main")).to_contain_text("Mötet måste vara senare än beslutet om det.")
    write(page, "När är mötet?", "2026-12-03T13:00")
    save(page)
    stands(page, "Väntar på svar")
    letters = {
        letter.to: letter
        for letter in living.swept()
        if letter.to.endswith("traff.example") or letter.to.endswith("region.example")
    }
    assert sorted(letters) == ["dag@traff.example", "vc@region.example"]
    for letter in letters.values():
        assert_private(letter)
        assert "Storgatan" not in letter.everything
        assert QUESTIONS not in letter.everything
        assert "torsdag 3 december 2026 kl. 13.00" in letter.text
        assert "METHOD:REQUEST" in letter.everything
    return letters


def code_of(living: Living, sip: str, organisation: str) -> str:
    """What the coordinator reads out on the phone, from the page of the case."""
    page = living.case_page("karin", sip)
    shown = page.get_by_role("region", name=f"Svara på kallelsen: {organisation}")
    found = re.search(r"\b\d{6}\b", shown.inner_text())
    assert found
    return found[0]


def the_meeting_is_held(living: Living, sip: str) -> None:
    living.at("2026-12-03 15:00")
    page = living.case_page("karin", sip)
    begin(page, "Håll mötet")
    choose(page, "Hur blev det?", "Mötet hölls")
    write(page, "När började mötet?", "2026-12-03T13:00")
    choose(page, "Var hölls mötet?", "Hemma hos personen")
    choose(page, "Var personen med?", "Ja, på plats")
    for number in (0, 1):
        came = row(page, "Vilka kom, och vilka uteblev?", number)
        came.get_by_label("Kom de?").select_option(label="Kom")
    write(page, "Vem ledde mötet?", "Karin Kvist")
    write(page, "Vem antecknade?", "Bertil Berg")
    save(page)
    stands(page, "Planen skrivs")


def the_plan_is_written(living: Living, sip: str) -> None:
    page = living.case_page("karin", sip)
    begin(page, "Skriv planen")
    press(page, "Spara och avsluta steget")
    expect(page.get_by_role("group", name=re.compile("svar behöver rättas"))).to_be_visible()
    write(page, "Vilka mål har personen?", "Laga min egen mat.")
    write(page, "Vilka insatser behövs?", "Hembesök och stöd vid måltider.")
    effort(page, 0, "Hembesök varje vecka", "Regionen", CLINIC, "Eva Lind")
    effort(page, 1, "Stöd vid måltider", "Kommunen", "Hemtjänsten", "Siv Sol")
    write(page, "Vad görs av någon annan än kommunen eller regionen?", "Dottern handlar.")
    choose(page, "Vem har det övergripande ansvaret?", "Kommunen")
    write(page, "Vem håller ihop planen?", "Karin Kvist, 0150-00 00 00")
    write(page, "Vem kontaktas om det blir sämre?", "Vårdcentralen, annars 1177.")
    write(page, "Vilken dag följs planen upp?", "2026-12-03")
    press(page, "Spara och avsluta steget")
    expect(page.get_by_role("main")).to_contain_text("Uppföljningen måste vara efter mötet.")
    write(page, "Vilken dag följs planen upp?", "2027-01-14")
    save(page)


def effort(page: Page, number: int, what: str, principal: str, organisation: str, who: str) -> None:
    one = row(page, "Vem gör vad?", number)
    one.get_by_label("Insats", exact=True).fill(what)
    one.get_by_label("Huvudman").select_option(label=principal)
    write(one, "Ansvarig verksamhet", organisation)
    write(one, "Ansvarig person", who)
    write(one, "Klart senast", "2026-12-20")


def the_rest_confirm_by_phone(living: Living, sip: str) -> None:
    living.at("2026-12-04 10:00")
    page = living.case_page("karin", sip)
    begin(page, "Bekräfta en del av planen: Hemtjänsten, Siv Sol")
    choose(page, "Hur kom svaret?", "På telefon")
    choose(row(page, "Insatser", 0), "Bekräftas insatsen?", "Ja")
    save(page)
    begin(page, "Ge planen till personen och deltagarna")
    choose(page, "Har personen fått planen?", "Ja")
    write(page, "Hur?", "Utskriven, vid hembesök.")
    write(page, "Vilka andra har fått den?", "Vårdcentralen och dagträffen.")
    save(page)
    stands(page, "Planen gäller och följs upp")


def the_plan_is_followed_up(living: Living, sip: str) -> None:
    living.at("2027-01-14 14:00")
    page = living.case_page("karin", sip)
    begin(page, "Följ upp planen tillsammans")
    write(page, "Vilka var med?", "Personen, Eva Lind och Siv Sol.")
    choose(page, "Var personen med?", "Ja, på plats")
    write(page, "Vad tycker personen?", "Det går bra.")
    for number in (0, 1):
        choose(row(page, "Insatser", number), "Hur gick det?", "Gjord")
    choose(page, "Vad händer nu?", "Avsluta")
    choose(page, "Varför avslutas den?", "Målen är nådda")
    save(page)
    stands(page, "Avslutad")


def a_party_answers(living: Living, sip: str, letter: Letter) -> None:
    """On a phone, from outside; first with a wrong code, and after that not a second time."""
    address = next(link for link in letter.links if "/svar/" in link)
    page = living.browser(PHONE)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Kan ni komma till SIP-mötet?")
    shown = page.content()
    assert [word for word in (PATIENT, NUMBER, sip, QUESTIONS, "Storgatan") if word in shown] == []
    write(page, "Kod", "000000")
    press(page, "Fortsätt")
    expect(page.get_by_role("main")).to_contain_text("Koden stämmer inte")
    write(page, "Kod", code_of(living, sip, CLINIC))
    press(page, "Fortsätt")
    for words in (PATIENT, QUESTIONS, "Storgatan 1, portkod 1234"):
        expect(page.get_by_role("main")).to_contain_text(words)
    choose(page, "Kan ni komma till mötet?", "Skickar någon annan")
    press(page, "Skicka svaret")
    expect(page.get_by_role("main")).to_contain_text("Fyll i det här.")
    write(page, "Vem kommer?", "Distriktssköterskan Ulf Ek")
    press(page, "Skicka svaret")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack för svaret")
    expect(page.get_by_role("main")).to_contain_text("Kan ni komma till mötet?")
    page.goto(address)
    expect(page.get_by_role("main")).not_to_contain_text(PATIENT)


def a_part_is_confirmed_from_outside(living: Living, sip: str, letter: Letter) -> None:
    page = living.browser()
    page.goto(next(link for link in letter.links if "/svar/" in link))
    expect(page.get_by_role("heading", level=1)).to_have_text("Bekräftar ni er del av planen?")
    write(page, "Kod", sip.lower().replace("-", " "))
    press(page, "Fortsätt")
    choose(row(page, "Insatser", 0), "Bekräftas insatsen?", "Ja")
    press(page, "Skicka svaret")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack för svaret")


def the_other_answers_on_the_phone(living: Living, sip: str) -> None:
    page = living.case_page("karin", sip)
    expect(happened(page, "Svar på kallelsen")).to_contain_text("Genom svarslänken")
    begin(page, "Svara på kallelsen: Dagträffen")
    choose(page, "Vad svarar de?", "Kommer")
    choose(page, "Hur kom svaret?", "På telefon")
    write(page, "När kom svaret?", "2026-11-30T08:00")
    save(page)
    stands(page, "Möte")
