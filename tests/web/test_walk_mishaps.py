"""What people do to pages: two at once, twice, backwards, late, wrong, and not to the end."""

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from cases.models import Case
from tests.servers.chromium import PHONE
from tests.web.hands import begin, choose, done, happened, press, save, write
from tests.web.living import Living

ASSESS = "Bedöm om hembesök behövs"


def test_a_step_that_somebody_has_taken_is_theirs_until_handed_over(living: Living):
    reference = living.report()
    nina = living.case_page("nina", reference)
    begin(nina, ASSESS)
    press(nina, "Jag tar det")
    done(nina, "Påminnelserna väntar så länge.")
    nils = living.open(living.seat("nils"), "/")
    expect(nils.get_by_role("link", name=ASSESS)).to_have_count(0)
    living.case_page("nils", reference)
    expect(nils.get_by_role("article").filter(has_text=ASSESS)).to_contain_text("Nina Nord")

    press(nina, "Lämna över")
    choose(nina, "Vem tar över?", "Nils Nyberg, Sjuksköterska")
    press(nina, "Lämna över")
    done(nina, "Steget är lämnat över.")
    expect(happened(nina, "Lämnade över steget till Nils Nyberg")).to_have_count(1)
    living.open(nils, "/")
    expect(nils.get_by_role("listitem").filter(has_text=ASSESS)).to_contain_text("du har tagit det")
    living.wait(hours=1, minutes=26)
    assert [letter.to for letter in living.swept()] == ["nils@a.example"]


def test_two_who_do_the_same_step_learn_of_each_other_and_no_text_is_lost(living: Living):
    reference = living.report()
    nina, nils = living.case_page("nina", reference), living.case_page("nils", reference)
    for page in (nina, nils):
        begin(page, ASSESS)
    assess(nils, "Nils bedömning.")
    save(nils)
    assess(nina, "Ninas egen bedömning, som tog tid att skriva.")
    press(nina, "Spara och avsluta steget")
    expect(nina.get_by_role("heading", name="Steget är avslutat")).to_be_visible()
    expect(nina.get_by_role("main")).to_contain_text("Nils Nyberg gjorde det")
    kept = nina.locator("#fel")
    expect(kept).to_be_focused()
    expect(kept).to_contain_text("Ninas egen bedömning, som tog tid att skriva.")
    assert [e.actor_id for e in living.events(reference, "step_done")] == [living.people["nils"]]


def test_a_case_that_changed_meanwhile_is_told_before_the_step_is_saved(living: Living):
    reference = living.report()
    page = living.case_page("nina", reference)
    begin(page, ASSESS)
    assess(page, "Skrivet innan.")
    living.do("ulla", reference, "event_report")
    press(page, "Spara och avsluta steget")
    expect(page.get_by_text("Ärendet har ändrats sedan du öppnade sidan.")).to_be_focused()
    expect(page.get_by_label("Din bedömning")).to_have_value("Skrivet innan.")
    assert living.events(reference, "step_done")[-1].data["step"] == "event_report"
    save(page)
    expect(happened(page, "Bedömd")).to_contain_text("Skrivet innan.")


def test_a_second_click_while_the_first_is_on_its_way_reports_once(living: Living):
    page = living.open(living.seat("siv", PHONE), "/ny/deviation")
    report(page)
    arrived: list[int] = []
    # The first click reaches the server, and its answer is long in coming.
    page.route(
        "**/ny/deviation",
        lambda route: arrived.append(route.fetch(max_redirects=0).status),
        times=1,
    )
    send = page.get_by_role("button", name="Skicka rapporten")
    send.scroll_into_view_if_needed()
    place = send.bounding_box()
    assert place is not None
    for _click in range(2):
        with page.expect_request("**/ny/deviation"):
            page.mouse.click(place["x"] + 20, place["y"] + 20)
    done(page, "Tack. Det är sparat som AVV-2026-0001.")
    assert arrived == [303]
    assert cases(living) == 1


def test_going_back_and_sending_again_reports_once(living: Living):
    page = living.open(living.seat("siv", PHONE), "/ny/deviation")
    report(page)
    press(page, "Skicka rapporten")
    done(page, "AVV-2026-0001")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rapportera: avvikelse")
    # The form is a new one, and empty: what the browser filled in would be a second report.
    press(page, "Skicka rapporten")
    expect(page.get_by_role("group", name="5 svar behöver rättas")).to_be_visible()
    assert cases(living) == 1


def test_sending_again_when_the_answer_never_came_reports_once(living: Living):
    page = living.open(living.seat("siv", PHONE), "/ny/deviation")
    report(page)

    def lose_the_answer(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.fulfill(status=200, content_type="text/html", body="Ingen kontakt")

    page.route("**/ny/deviation", lose_the_answer, times=1)
    press(page, "Skicka rapporten")
    expect(page.get_by_text("Ingen kontakt")).to_be_visible()
    assert cases(living) == 1
    page.reload()  # sends the same form again
    done(page, "Tack. Det är sparat som AVV-2026-0001.")
    assert cases(living) == 1


@pytest.mark.parametrize("given", [{}], ids=["usual settings"])
def test_a_report_left_lying_logs_out_by_itself_and_is_there_after_the_next_login(living: Living):
    page = living.open(living.seat("siv", PHONE), "/ny/deviation")
    report(page)
    expect(page.get_by_text("Utkast sparat 08:30")).to_be_visible()
    living.wait(minutes=31)
    page.clock.fast_forward("31:00")
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
    done(page, "Du har loggats ut. Logga in igen för att fortsätta.")
    expect(page.get_by_text("Satt på golvet.")).to_have_count(0)
    living.log_in(page, "siv")
    expect(page.get_by_text("Du har ett utkast från tis 24 nov. 2026 08:30.")).to_be_visible()
    expect(page.get_by_label("Vad hände?", exact=True)).to_have_value("Satt på golvet.")
    press(page, "Skicka rapporten")
    done(page, "Tack. Det är sparat som AVV-2026-0001.")
    living.open(page, "/ny/deviation")
    expect(page.get_by_label("Vad hände?", exact=True)).to_have_value("")


def test_what_was_done_hours_ago_is_marked_as_written_down_later(living: Living):
    reference = living.report()
    living.do("nina", reference, "assess", home_visit=True)
    living.wait(hours=5)
    page = living.case_page("nina", reference)
    begin(page, "Gör hembesök")
    write(page, "När var du där?", "2026-11-24T09:00")
    write(page, "Vad såg du?", "Blåmärke på höften.")
    save(page)
    line = happened(page, "Hembesök gjort")
    expect(line).to_contain_text("Antecknat i efterhand")
    expect(line.locator(".line-time")).to_have_text("tis 24 nov. 2026 09:00")
    expect(line).to_contain_text("Nina Nord · antecknat tis 24 nov. 2026 13:30")
    expect(happened(page, "Bedömd")).not_to_contain_text("Antecknat i efterhand")


def test_a_correction_shows_what_stands_now_and_what_stood_before(living: Living):
    reference = living.report()
    page = living.case_page("siv", reference)
    happened(page, "Rapporterad: Fall").get_by_role("link", name="Rätta").click()
    expect(page.get_by_label("Vad hände?", exact=True)).to_have_value(
        "Hittad på golvet i badrummet."
    )
    expect(page.get_by_label("Vilken patient?")).to_have_count(0)
    write(page, "Varför rättas det?", "Mindes fel rum.")
    page.get_by_label("Vad hände?", exact=True).fill("Hittad på golvet i hallen.")
    press(page, "Spara rättelsen")
    done(page, "Rättelsen är sparad. Det gamla finns kvar.")
    corrected = happened(page, "Rättat: Rapporterad")
    for words in (
        "Mindes fel rum.",
        "Hittad på golvet i hallen.",
        "Tidigare: Hittad på golvet i badrummet.",
    ):
        expect(corrected).to_contain_text(words)
    first = happened(page, "Rapporterad: Fall")
    expect(first).to_contain_text("Hittad på golvet i badrummet.")
    expect(first).to_contain_text("Rättat senare")


def report(page: Page) -> None:
    choose(page, "Vad gäller det?", "Fall")
    page.get_by_label("Vilken patient?").select_option(label="Test Persson, 1890")
    page.get_by_label("Vad hände?", exact=True).fill("Satt på golvet.")
    choose(page, "Hände det, eller kunde det ha hänt?", "Något hände")
    choose(page, "Kom patienten till skada?", "Nej")


def assess(page: Page, words: str) -> None:
    choose(page, "Behövs hembesök?", "Nej")
    write(page, "Din bedömning", words)
    choose(page, "Kom patienten till skada?", "Nej")
    choose(page, "Allvarlighetsgrad", "1 Mindre – obehag eller obetydlig skada")
    choose(page, "Sannolikhet för upprepning", "1 Mycket liten – kan hända en gång om året")
    choose(page, "Inblandade professioner", "Sjuksköterska")
    choose(page, "Är kontrollerna dokumenterade i journalen?", "Ja")
    choose(page, "Är SBAR-rapporten dokumenterad i journalen?", "Ja")


def cases(living: Living) -> int:
    with living.database.reading() as session:
        return session.scalars(select(func.count(Case.id))).one()
