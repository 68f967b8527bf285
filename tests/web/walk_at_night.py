"""The first days of a fall: the phone, the night, and a report that does not come."""

import re

from playwright.sync_api import expect

from tests.servers.chromium import PHONE
from tests.web.hands import begin, choose, done, press, quick, save, stands, write
from tests.web.living import Letter, Living

PATIENT = "Test Persson"
TOLD = "Persson satt på golvet vid sängen och hade ont i höger höft."
SECRET = ("Persson", "18900101", "9001019802", "900101-9802", "Tallen", "Siv", "golvet", "höft")
"""What no mail may hold: name, number, unit, reporter, and words that somebody typed."""


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
        # The walk leaps over hours, which is told, and so is each morning what is overdue.
        reminders = [letter for letter in letters if letter.subject.startswith(reference)]
        assert [letter.to for letter in reminders] == [f"{who}@a.example" for who in told], moment
        for letter in letters:
            assert_private(letter)
        for letter in reminders:
            assert letter.subject.startswith(f"{reference}: Rapportera händelsen (")
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


def assert_private(letter: Letter) -> None:
    assert [word for word in SECRET if word in letter.everything] == []
