"""From the hospital's notice until the patient is home and followed up, as four people do it."""

from playwright.sync_api import expect

from tests.web.hands import begin, choose, done, press, save, stands, write
from tests.web.living import Letter, Living

PATIENT = "Test Persson"
NUMBER = "189001019802"
SECRET = ("Persson", "18900101", "9001019802", "900101-9802", "Tallen", "UTS-", "SIP-2026")
"""What no letter to somebody outside may hold: name, number, unit and reference."""


def the_hospital_admits(living: Living) -> str:
    living.at("2026-11-24 10:00")
    page = living.open(living.seat("karin"), "/ny/discharge")
    page.get_by_label("Vilken patient?").select_option(label=f"{PATIENT}, 1890")
    page.get_by_label("Vilken enhet?").select_option(label="Tallen")
    write(page, "När skrevs patienten in på sjukhuset?", "2026-11-24T07:30")
    write(page, "Vilket sjukhus och vilken avdelning?", "Kullberga sjukhus, avdelning 2")
    write(page, "När skickades inskrivningsmeddelandet?", "2026-11-24T09:40")
    write(page, "När kom det till kommunen?", "2026-11-24T09:30")
    write(page, "Beräknad utskrivningsdag", "2026-11-27")
    press(page, "Spara och öppna ärendet")
    expect(page.get_by_role("main")).to_contain_text(
        "Meddelandet kan inte ha kommit innan det skickades. Kontrollera båda tiderna."
    )
    write(page, "När kom det till kommunen?", "2026-11-24T09:45")
    press(page, "Spara och öppna ärendet")
    done(page, "Tack. Det är sparat som UTS-2026-0001.")
    return "UTS-2026-0001"


def everybody_confirms(living: Living, reference: str) -> None:
    for who, step in (
        ("nina", "Bekräfta för kommunens hälso- och sjukvård"),
        ("bertil", "Bekräfta för socialtjänsten"),
        ("karin", "Bevaka att vårdcentralen bekräftar"),
    ):
        page = living.case_page(who, reference)
        begin(page, step)
        choose(page, "Är inskrivningsmeddelandet bekräftat?", "Ja")
        write(page, "När?", "2026-11-24T09:55")
        save(page)
    begin(page, "Berätta för sjukhuset vilka insatser patienten har")
    write(page, "Insatser enligt SoL", "Hemtjänst morgon och kväll.")
    save(page)
    stands(page, "Planeras")


def the_notice_of_readiness_comes(living: Living, reference: str) -> None:
    """On a Thursday, so that the law's three days end on a Sunday."""
    living.at("2026-11-25 09:00")
    page = living.case_page("karin", reference)
    begin(page, "Ange färg")
    choose(
        page,
        "Vilken färg har sjukhuset satt?",
        "Gul – nya insatser som börjar samma dag som hemgången",
    )
    choose(page, "Vilken färg ser kommunen?", "Röd")
    write(page, "Varför en annan färg?", "Nya insatser från både regionen och kommunen.")
    save(page)
    begin(page, "Bevaka sjukhusets beskrivning enligt SBAR")
    choose(page, "Räcker den för att planera?", "Ja")
    save(page)
    living.at("2026-11-26 10:00")
    page = living.case_page("karin", reference)
    begin(page, "Bevaka beräknad utskrivningsdag")
    write(page, "När skickade sjukhuset meddelandet?", "2026-11-26T08:00")
    write(page, "När kom det till kommunen?", "2026-11-26T08:05")
    write(page, "Ny beräknad utskrivningsdag", "2026-11-30")
    save(page)
    begin(page, "Registrera underrättelsen om utskrivningsklar")
    write(page, "När skickade sjukhuset meddelandet?", "2026-11-26T09:30")
    write(page, "När kom det till kommunen?", "2026-11-26T09:32")
    save(page)
    stands(page, "Utskrivningsklar")


def each_branch_says_for_itself(living: Living, reference: str) -> str:
    """The reference of the SIP that was opened."""
    living.at("2026-11-26 11:00")
    bertil = living.case_page("bertil", reference)
    begin(bertil, "Säg till när socialtjänsten är klar")
    choose(bertil, "Är er del klar för hemgång?", "Klart från vår sida")
    write(bertil, "Från vilken dag kan insatserna börja?", "2026-11-30")
    choose(bertil, "Vilka insatser blir det?", "Nya eller ändrade insatser")
    write(bertil, "Vem utför dem?", "Hemtjänsten")
    save(bertil)
    nina = living.case_page("nina", reference)
    begin(nina, "Säg till när hälso- och sjukvården är klar")
    choose(nina, "Är er del klar för hemgång?", "Klart från vår sida")
    write(nina, "Från vilken dag kan insatserna börja?", "2026-11-30")
    choose(nina, "Är uppdraget till hemsjukvården bekräftat?", "Ja")
    save(nina)
    arne = living.case_page("arne", reference)
    begin(arne, "Säg till när rehabiliteringen är klar")
    choose(arne, "Är er del klar för hemgång?", "Klart från vår sida")
    write(arne, "Från vilken dag kan insatserna börja?", "2026-11-30")
    save(arne)
    karin = living.case_page("karin", reference)
    begin(karin, "Bedöm om en SIP behövs")
    choose(karin, "Behövs en SIP?", "Ja")
    save(karin)
    karin.get_by_role("link", name="SIP-2026-0001", exact=True).first.click()
    stands(karin, "Samtycke")
    return "SIP-2026-0001"


def the_patient_comes_home(living: Living, reference: str) -> None:
    living.at("2026-11-30 14:00")
    nina = living.case_page("nina", reference)
    begin(nina, "Gå igenom att patienten är hemgångsklar")
    for question in (
        "Har läkaren bedömt att patienten är utskrivningsklar?",
        "Har patienten fått skriftlig information?",
        "Är en fast vårdkontakt utsedd?",
        "Är informationen överförd till alla som behöver den?",
        "Finns hjälpmedel och medicinteknisk utrustning på plats?",
    ):
        choose(nina, question, "Ja")
    write(nina, "Vem är fast vårdkontakt?", "Eva Lind, Exempelby vårdcentral")
    save(nina)
    karin = living.case_page("karin", reference)
    begin(karin, "Registrera hemgången")
    choose(karin, "Vad har hänt?", "Patienten har kommit hem")
    write(karin, "När kom patienten hem?", "2026-11-30T13:00")
    choose(karin, "Vart?", "Egen bostad")
    save(karin)
    stands(karin, "Hemma")


def care_begins_at_home(living: Living, reference: str) -> None:
    living.at("2026-11-30 17:00")
    bertil = living.case_page("bertil", reference)
    begin(bertil, "Börja med nya insatser")
    choose(bertil, "Har insatserna börjat?", "Insatserna har börjat")
    write(bertil, "När började de?", "2026-11-30T16:00")
    save(bertil)
    nina = living.case_page("nina", reference)
    begin(nina, "Skriv in i hemsjukvården")
    choose(nina, "Hur blev det?", "Inskriven i hemsjukvården")
    write(nina, "När?", "2026-11-30T16:30")
    save(nina)
    begin(nina, "Kontrollera läkemedel och hjälpmedel")
    choose(nina, "Finns läkemedel och hjälpmedel på plats?", "Ja")
    save(nina)
    stands(nina, "Följs upp")


def the_stay_at_home_is_followed_up(living: Living, reference: str) -> None:
    living.at("2026-12-08 10:00")
    karin = living.case_page("karin", reference)
    for step, called in (
        ("Bevaka sjukhusets trygghetssamtal", "2026-12-01T10:00"),
        ("Bevaka vårdcentralens trygghetssamtal", "2026-12-07T10:00"),
    ):
        begin(karin, step)
        choose(karin, "Har de ringt patienten?", "Ja")
        write(karin, "När?", called)
        save(karin)
    bertil = living.case_page("bertil", reference)
    begin(bertil, "Kontakta patienten och bedöm insatserna enligt SoL")
    write(bertil, "När hade ni kontakt?", "2026-12-02T13:00")
    choose(bertil, "Hur?", "Hembesök")
    choose(bertil, "Räcker insatserna?", "Insatserna räcker")
    save(bertil)
    living.at("2026-12-20 10:00")
    living.case_page("karin", reference)  # so that she is not logged out before the last day
    living.at("2026-12-31 10:00")
    karin = living.case_page("karin", reference)
    begin(karin, "Svara på om patienten är återinlagd")
    choose(karin, "Har patienten skrivits in på sjukhus igen?", "Nej")
    save(karin)
    stands(karin, "Avslutad")


def assert_private(letter: Letter) -> None:
    assert [word for word in SECRET if word in letter.everything] == []
