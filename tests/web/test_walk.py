"""One fall, from a phone at night to the MAS's archive, by the right people on their own pages."""

from playwright.sync_api import expect

from tests.servers.chromium import PHONE
from tests.web.hands import begin, choose, save, stands
from tests.web.living import Living
from tests.web.walk_at_night import (
    report_on_the_phone,
    the_home_visit_is_made,
    the_missing_report_climbs_the_ladder,
    the_nurse_on_duty_is_reminded_and_assesses,
    the_unit_manager_reports_at_last,
)
from tests.web.walk_by_day import (
    everything_is_completed_and_sent,
    it_is_investigated_and_the_measures_are_carried_out,
    the_conference_decides,
    the_measures_are_found_enough,
    the_patient_conference_is_prepared,
)
from workflow.roles import Role


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
