"""The pages around one case: what they show, to whom, and what becomes of what is typed there."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from cases.access_log import AccessLogEntry
from cases.models import Case, Draft
from cases.people import Person
from tests.cases.village import Village
from tests.web import markup
from tests.web.conftest import Browser, Clock
from workflow.roles import Role

HSL_ONLY = "Innehållet är för legitimerad personal och enhetschefen."


@pytest.fixture
def village(app: Flask, password_hash: str) -> Village:
    """Its people have the password of the municipality."""
    wiring = app.extensions["vardtrad"]
    village = Village(wiring.database, wiring.routines)
    with wiring.database.transaction() as session:
        for person in session.scalars(select(Person)):
            person.password_hash = password_hash
    return village


class Visitor:
    """People at their browsers, at the village's moment."""

    def __init__(self, village: Village, clock: Clock, logged_in: Callable[[str], Browser]) -> None:
        self.village, self.clock, self.logged_in = village, clock, logged_in
        self.browsers: dict[str, Browser] = {}

    def browser(self, who: str) -> Browser:
        self.clock.now = self.village.now
        if who not in self.browsers:
            self.browsers[who] = self.logged_in(who)
        return self.browsers[who]

    def get(self, who: str, path: str, **more: Any) -> TestResponse:
        return self.browser(who).get(path, **more)

    def post(self, who: str, path: str, data: dict[str, Any], **more: Any) -> TestResponse:
        return self.browser(who).post(path, data, **more)

    def draws(self, who: str, path: str) -> dict[str, Any]:
        """What the form of the page would send if nobody touched it."""
        answer = self.get(who, path)
        assert answer.status_code == 200, answer.status
        values = markup.asked(markup.read(answer.text)).values()
        return {name: value[0] if len(value) == 1 else value for name, value in values.items()}

    def sends(self, who: str, path: str, **answers: Any) -> TestResponse:
        """Opens the page, fills in the answers and sends the form."""
        return self.post(who, path, self.draws(who, path) | answers)


@pytest.fixture
def people(village: Village, clock: Clock, logged_in: Callable[[str], Browser]) -> Visitor:
    return Visitor(village, clock, logged_in)


def words(answer: TestResponse) -> str:
    """The text of the page's main part, on one line."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", f"<main{main}")).split())


def faults(answer: TestResponse) -> dict[str, str]:
    """Input to link text of the list above a refused form."""
    found = re.findall(r'href="#f-([^"]+)">([^<]+)</a>', answer.text)
    return dict(found)


def reads(village: Village) -> list[tuple[str, bool, int | None]]:
    with village.database.reading() as session:
        rows = session.execute(
            select(AccessLogEntry.action, AccessLogEntry.allowed, AccessLogEntry.case_id).order_by(
                AccessLogEntry.id
            )
        )
        return [(action, allowed, case_id) for action, allowed, case_id in rows]


def number_of_cases(village: Village) -> int:
    with village.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def fall(village: Village, **more: Any) -> dict[str, Any]:
    """What somebody fills in on the page that reports."""
    return {
        "kind": "fall", "patient": str(village.patients[0]), "event_class": "adverse_event",
        "what_happened": "Hittad på golvet.", "harm": "unknown",
    } | more  # fmt: skip


# Reporting


def test_the_report_starts_with_112_now_and_the_only_unit(people):
    text = words(people.get("siv", "/ny/deviation"))
    assert text.index("Ring 112 först") < text.index("Rapportera: avvikelse")
    drawn = people.draws("siv", "/ny/deviation")
    assert (drawn["discovered_at"], drawn["unit"]) == ("2026-11-24T08:30", "tallen")
    assert drawn["occurred_at"] == ""


def test_care_staff_choose_among_the_patients_of_their_unit_told_apart_by_year(people):
    form = markup.asked(markup.read(people.get("siv", "/ny/deviation").text))
    (select_,) = form.controls["patient"].elements
    assert [markup.words(option) for option in select_.iter("option")] == [
        "Välj", "Test Persson, 1890", "Test Östman, 1890", "Finns inte i listan",
    ]  # fmt: skip


def test_a_report_leads_to_its_case_and_says_whom_to_call(village, people):
    village.on_duty("nina", Role.NURSE)
    answer = people.sends("siv", "/ny/deviation", **fall(village))
    assert answer.status_code == 303
    text = words(people.get("siv", answer.location))
    assert answer.location == "/arende/AVV-2026-0001"
    assert "Tack. Det är sparat som AVV-2026-0001." in text
    assert "Ring nu, om du inte redan har gjort det. Sjuksköterska: Nina Nord." in text


def test_a_nurse_who_reports_is_told_that_the_next_step_is_hers(village, people):
    answer = people.sends("nina", "/ny/deviation", **fall(village))
    text = words(people.get("nina", answer.location))
    assert "Nästa steg kan du göra själv: Bedöm om hembesök behövs." in text


def test_a_faulty_report_keeps_every_word_and_points_at_each_field(village, people):
    answer = people.sends(
        "siv", "/ny/deviation", **fall(village, harm="", occurred_at="2026-11-25T08:00")
    )
    assert answer.status_code == 422
    assert faults(answer).keys() == {"harm", "occurred_at"}
    assert "Hittad på golvet." in answer.text
    assert number_of_cases(village) == 0


@pytest.mark.parametrize(
    "odd",
    ["a\x00b", "<script>alert(1)</script>", "\u202egolvet", "x" * 1_000_000],
    ids=["NUL", "script", "right-to-left", "a megabyte"],
)
def test_odd_text_is_refused_beside_its_field(village, people, odd):
    answer = people.sends("siv", "/ny/deviation", **fall(village, what_happened=odd))
    assert answer.status_code == 422
    assert faults(answer).keys() == {"what_happened"}
    assert "<script>alert" not in answer.text


def test_an_unknown_field_is_refused(village, people):
    answer = people.sends("siv", "/ny/deviation", **fall(village, favourite_colour="red"))
    assert answer.status_code == 422
    assert number_of_cases(village) == 0


def test_a_report_sent_twice_is_one_case(village, people):
    form = people.draws("siv", "/ny/deviation") | fall(village)
    first, second = (people.post("siv", "/ny/deviation", form) for _n in range(2))
    assert first.location == second.location
    assert number_of_cases(village) == 1


@pytest.mark.parametrize("broken", [{"submission_key": ""}, {"submission_key": "a\x00" * 20}])
def test_a_form_without_its_key_is_not_carried_out(village, people, broken):
    answer = people.sends("siv", "/ny/deviation", **fall(village), **broken)
    assert answer.status_code == 409
    assert "Hittad på golvet." in answer.text
    assert number_of_cases(village) == 0


def test_a_routine_that_does_not_exist_is_a_page_that_does_not_exist(people):
    assert people.get("siv", "/ny/nonsense").status_code == 404


def test_nobody_reports_without_a_role_for_it(people):
    assert people.get("ada", "/ny/deviation").status_code == 403


# Drafts


def test_what_is_typed_is_kept_on_the_server_and_found_again(village, people):
    form = people.draws("siv", "/ny/deviation") | fall(village, harm="")
    kept = people.post("siv", "/utkast?purpose=open:deviation", form)
    assert kept.status_code == 204
    again = people.get("siv", "/ny/deviation")
    assert "Du har ett utkast från tis 24 nov. 2026 08:30." in words(again)
    assert people.draws("siv", "/ny/deviation")["what_happened"] == "Hittad på golvet."
    assert "Hittad" not in people.get("stina", "/ny/deviation").text


def test_a_draft_is_gone_when_the_form_is_sent_or_the_draft_thrown(village, people):
    form = people.draws("siv", "/ny/deviation") | fall(village)
    people.post("siv", "/utkast?purpose=open:deviation", form)
    people.post("siv", "/ny/deviation", form)
    people.post("siv", "/utkast?purpose=open:deviation", form)
    assert "utkast från" not in words(people.get("siv", "/ny/deviation"))
    new = people.draws("siv", "/ny/deviation") | fall(village)
    people.post("siv", "/utkast?purpose=open:deviation", new)
    thrown = people.post("siv", "/utkast/slang?purpose=open:deviation", {})
    assert thrown.status_code == 303
    with village.database.reading() as session:
        assert session.scalars(select(Draft)).all() == []


@pytest.mark.parametrize("purpose", ["", "odd", "open:" + "x" * 80, "step:1' OR 1=1", "open:\x00"])
def test_a_draft_for_nothing_is_refused(people, purpose):
    answer = people.post("siv", "/utkast", {"note": "x"}, query_string={"purpose": purpose})
    assert answer.status_code == 400


def test_a_draft_of_a_megabyte_is_refused(people):
    answer = people.post("siv", "/utkast?purpose=note:1", {"note": "x" * 1_000_000})
    assert answer.status_code == 413


# The case


def test_the_case_answers_where_it_stands_who_has_the_ball_and_until_when(village, people):
    village.on_duty("nina", Role.NURSE)
    reference = village.report()
    text = words(people.get("siv", f"/arende/{reference}"))
    assert "Steg 1 av 8: Rapporterad" in text
    assert "Sjuksköterska har bollen, senast tis 24 nov. 2026 10:25. I tjänst: Nina Nord." in text
    assert text.index("har bollen") < text.index("Att göra nu") < text.index("Vad som har hänt")


def test_a_step_has_one_button_for_those_who_may_and_a_sentence_for_the_rest(village, people):
    reference = village.report()
    nurse = people.get("nina", f"/arende/{reference}").text
    assert nurse.count(">Gör steget<") == 1
    assert f'href="/steg/{village.step(reference, "assess")[0]}"' in nurse
    care = people.get("siv", f"/arende/{reference}")
    assert "Gör steget" not in care.text
    assert "Enhetschef har bollen, senast ons 25 nov. 2026 23:59." in words(care)


def test_a_date_explains_itself(village, people):
    reference = village.report()
    text = words(people.get("nina", f"/arende/{reference}"))
    assert "Varför den tiden?" in text
    assert "Källa: Kungsörs modell, fas 1." in text
    assert "Tiden räknas från telefonsamtalet, annars rapporten." in text
    assert "Målet är att det är klart ons 25 nov. 2026 08:10" in text


def test_care_staff_see_the_name_and_not_the_number_nor_what_is_for_hsl_staff(village, people):
    reference = village.report()
    village.do("nina", reference, "assess", own_assessment="HEMLIG bedömning")
    care = people.get("stina", f"/arende/{reference}").text
    assert "Test Persson" in care
    assert "9802" not in care
    assert "HEMLIG" not in care
    assert HSL_ONLY in care
    nurse = people.get("nina", f"/arende/{reference}").text
    assert "18900101-9802" in nurse
    assert "HEMLIG bedömning" in nurse


@pytest.mark.parametrize("who", ["otto", "olga"])
def test_a_case_of_another_unit_is_a_page_that_does_not_exist_and_the_try_is_logged(
    village, people, who
):
    reference = village.report()
    case_id = village.case(reference).id
    step_id = village.step(reference, "assess")[0]
    pages = (
        f"/arende/{reference}", f"/arende/{reference}/anteckna", f"/arende/{reference}/ratta/1",
        f"/arende/{reference}/lanka", f"/arende/{reference}/handling/withdraw",
        f"/steg/{step_id}", f"/steg/{step_id}/lamna",
    )  # fmt: skip
    for path in pages:
        answer = people.get(who, path)
        assert answer.status_code == 404, path
        assert "Persson" not in answer.text
        assert people.post(who, path, {}).status_code in (404, 405), path
    refused = {(allowed, of) for _action, allowed, of in reads(village)}
    assert refused == {(False, case_id)}


def test_a_case_that_is_not_there_is_not_found(people):
    for path in ("/arende/AVV-2026-0001", "/arende/x", "/steg/1", "/steg/1/lamna"):
        assert people.get("nina", path).status_code == 404


def test_every_page_about_a_case_is_a_row_in_the_access_log(village, people):
    reference = village.report()
    case_id, step_id = village.case(reference).id, village.step(reference, "assess")[0]
    people.get("nina", f"/arende/{reference}")
    people.get("nina", f"/arende/{reference}/anteckna")
    people.get("nina", f"/steg/{step_id}")
    people.get("siv", "/ny/deviation")
    assert reads(village) == [
        ("case", True, case_id), ("case", True, case_id), ("step", True, case_id),
        ("patients", True, None),
    ]  # fmt: skip


def test_the_timeline_can_be_turned(village, people):
    reference = village.report()
    newest = words(people.get("nina", f"/arende/{reference}"))
    assert newest.index("Nya steg") < newest.index("Rapporterad: Fall")
    oldest = words(people.get("nina", f"/arende/{reference}?ordning=aldst"))
    assert oldest.index("Rapporterad: Fall") < oldest.index("Nya steg")


def test_the_patients_other_cases_are_shown_on_the_case_and_its_steps(village, people):
    reference, other = village.report(), village.report(kind="pressure_ulcer")
    told = f"Patienten har ett öppet ärende till: {other} Trycksår (rapporterad)."
    assert told in words(people.get("siv", f"/arende/{reference}"))
    step_id = village.step(reference, "assess")[0]
    assert told in words(people.get("nina", f"/steg/{step_id}"))


def test_measures_are_told_with_how_they_went(village, people):
    reference = village.report()
    village.do_all(reference, "follow_up")
    text = words(people.get("siv", f"/arende/{reference}"))
    assert "Nattlampa i hallen Enheten: Kontaktpersonen" in text
    village.do("ulla", reference, "evaluate_unit")
    assert "Räcker" in words(people.get("nina", f"/arende/{reference}")).partition("Åtgärder")[2]


def test_a_closed_case_says_so_and_offers_nothing_to_do(village, people):
    reference = village.report()
    village.act("ulla", reference)
    text = words(people.get("ulla", f"/arende/{reference}"))
    assert "Ärendet är avslutat sedan tis 24 nov. 2026 08:30." in text
    assert "Anteckna" not in text
    for path in ("anteckna", "ratta/1", "lanka", "handling/withdraw"):
        assert people.get("ulla", f"/arende/{reference}/{path}").status_code == 409


def test_the_english_page_is_english_where_the_catalogue_is(village, people):
    reference = village.report()
    people.post("nina", "/sprak", {"language": "en"})
    page = people.get("nina", f"/arende/{reference}").text
    assert '<html lang="en"' in page
    assert "Counted from" in page


@pytest.fixture
def asked(village: Village) -> Iterator[list[str]]:
    """The statements that the database has been sent."""
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(village.database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(village.database.engine, "before_cursor_execute", note)


def test_a_page_costs_as_many_queries_however_much_has_happened(village, people, asked):
    def queries(reference: str) -> int:
        people.get("nina", f"/arende/{reference}")
        asked.clear()
        people.get("nina", f"/arende/{reference}")
        return len(asked)

    short, long = village.report(), village.report()
    village.do("nina", short, "assess")  # until then those on duty are asked for, too
    village.do_all(long, "measures")
    for n in range(5):
        village.note("nina", long, f"Anteckning {n}")
    assert queries(short) == queries(long)


def test_roles_are_read_once_to_show_a_page_and_anew_in_each_transaction_of_a_change(
    village, people, asked
):
    path = f"/arende/{village.report()}/anteckna"
    drawn = people.draws("siv", path) | {"note": "Hon sover nu."}

    def read_by(visit: Callable[[], TestResponse], expected: int) -> int:
        asked.clear()
        assert visit().status_code == expected
        return sum("memberships.person_id IN" in statement for statement in asked)

    assert read_by(lambda: people.get("siv", path), 200) == 1
    assert read_by(lambda: people.browser("siv").client.post(path, data=drawn), 303) == 2


# A step


def test_a_step_is_done_on_its_page_and_leads_back_to_the_case(village, people):
    reference = village.report()
    path = f"/steg/{village.step(reference, 'assess')[0]}"
    answer = people.sends(
        "nina", path, home_visit="no", own_assessment="Mår bra.", harm="no", severity="1",
        probability="1", involved_professions="nurse", controls_documented="yes",
        sbar_documented="yes",
    )  # fmt: skip
    assert (answer.status_code, answer.location) == (303, f"/arende/{reference}")
    assert village.open_steps(reference) == ["event_report"]


def test_a_step_shows_what_was_reported_and_starts_with_what_the_case_knows(village, people):
    reference = village.report(harm="yes")
    path = f"/steg/{village.step(reference, 'assess')[0]}"
    assert "Vad hände? Hittad på golvet i badrummet." in words(people.get("nina", path))
    assert people.draws("nina", path)["harm"] == "yes"


def test_a_faulty_answer_keeps_what_was_typed_and_the_headings_of_fixed_rows(village, people):
    reference = village.report()
    village.do_all(reference, "follow_up")
    path = f"/steg/{village.step(reference, 'evaluate_unit')[0]}"
    answer = people.sends("ulla", path, **{"verdicts-0-comment": "Lyser bra."})
    assert answer.status_code == 422
    assert "verdicts-0-verdict" in faults(answer)
    assert "Lyser bra." in answer.text
    assert "Nattlampa i hallen" in words(answer)


def test_a_stale_form_is_drawn_again_with_the_text_and_the_new_revision(village, people):
    reference = village.report()
    path = f"/steg/{village.step(reference, 'assess')[0]}"
    form = people.draws("nina", path) | {
        "home_visit": "no", "own_assessment": "Mår bra.", "harm": "no", "severity": "1",
        "probability": "1", "involved_professions": "nurse", "controls_documented": "yes",
        "sbar_documented": "yes",
    }  # fmt: skip
    village.note("ulla", reference, "Dottern kommer.")
    stale = people.post("nina", path, form)
    assert stale.status_code == 409
    assert "Ärendet har ändrats sedan du öppnade sidan." in words(stale)
    again = markup.asked(markup.read(stale.text)).values()
    assert again["own_assessment"] == ["Mår bra."]
    assert again["submission_key"] == [form["submission_key"]]
    assert again["revision"] == [str(village.case(reference).revision)]
    sent = people.post("nina", path, {name: value[0] for name, value in again.items()})
    assert sent.status_code == 303


def test_a_step_that_somebody_else_did_says_who_and_gives_the_text_back(village, people):
    reference = village.report()
    path = f"/steg/{village.step(reference, 'assess')[0]}"
    form = people.draws("nina", path) | {"own_assessment": "Min långa text."}
    village.do("arne", reference, "assess")
    late = people.post("nina", path, form)
    assert late.status_code == 409
    assert "Arne Ask gjorde det tis 24 nov. 2026 08:30." in words(late)
    assert "Det du skrev är inte sparat." in words(late)
    assert "Min långa text." in words(late)
    assert people.get("nina", path).status_code == 200


def test_a_step_of_another_role_says_whose_it_is(village, people):
    reference = village.report()
    answer = people.get("siv", f"/steg/{village.step(reference, 'event_report')[0]}")
    assert answer.status_code == 200
    assert "Enhetschef gör det." in words(answer)
    assert "Enhetschef har bollen, senast ons 25 nov. 2026 23:59." in words(answer)
    assert "Spara och avsluta steget" not in answer.text


def test_a_step_is_taken_and_given_away(village, people):
    reference = village.report()
    step_id = village.step(reference, "assess")[0]
    taken = people.post("nina", f"/steg/{step_id}/ta", {})
    assert taken.location == f"/steg/{step_id}"
    assert "Du har bollen" in words(people.get("nina", taken.location))
    form = markup.asked(markup.read(people.get("nina", f"/steg/{step_id}/lamna").text))
    named = [str(village.people[who]) for who in ("arne", "nina")]
    assert form.controls["person"].options == [*named, "everybody"]
    people.sends("nina", f"/steg/{step_id}/lamna", person=str(village.people["arne"]))
    assert "Arne Ask, sjuksköterska, har bollen" in words(people.get("nina", f"/steg/{step_id}"))
    people.sends("nina", f"/steg/{step_id}/lamna", person="everybody")
    assert "Sjuksköterska har bollen" in words(people.get("nina", f"/steg/{step_id}"))


@pytest.mark.parametrize("person", ["", "x", "99999999999", "-1"])
def test_a_step_is_not_given_to_nobody(village, people, person):
    step_id = village.step(village.report(), "assess")[0]
    answer = people.sends("ulla", f"/steg/{step_id}/lamna", person=person)
    assert answer.status_code == 422
    assert "person" in faults(answer)


# Notes, corrections, links and taking back


def test_a_note_stands_on_the_timeline(village, people):
    reference = village.report()
    answer = people.sends("siv", f"/arende/{reference}/anteckna", note="Hon sover nu.")
    assert answer.status_code == 303
    text = words(people.get("siv", answer.location))
    assert "Anteckningen är sparad." in text
    assert "Hon sover nu." in text


def test_an_empty_note_is_asked_for_again(village, people):
    answer = people.sends("siv", f"/arende/{village.report()}/anteckna", note=" ")
    assert answer.status_code == 422
    assert faults(answer).keys() == {"note"}


def test_a_correction_starts_with_the_newest_words_and_keeps_the_old(village, people):
    reference = village.report()
    path = f"/arende/{reference}/ratta/1"
    for text, reason in (("Hittad i hallen.", "Fel rum."), ("Hittad i köket.", "Fel igen.")):
        answer = people.sends("siv", path, what_happened=text, reason_for_correction=reason)
        assert answer.status_code == 303
    assert people.draws("siv", path)["what_happened"] == "Hittad i köket."
    assert "patient" not in people.draws("siv", path)
    text = words(people.get("siv", f"/arende/{reference}"))
    assert "Rättat senare" in text
    assert "Hittad i köket. Tidigare: Hittad i hallen." in text
    assert "Vad hände? Hittad på golvet i badrummet." in text


def test_a_correction_without_a_reason_keeps_what_was_changed(village, people):
    path = f"/arende/{village.report()}/ratta/1"
    answer = people.sends("siv", path, what_happened="Hittad i hallen.")
    assert answer.status_code == 422
    assert faults(answer).keys() == {"reason_for_correction"}
    assert "Hittad i hallen." in answer.text


def test_a_correction_is_offered_to_those_who_may_correct(village, people):
    reference = village.report()
    path = f"/arende/{reference}/ratta/1"
    for who, status in (("siv", 200), ("ulla", 200), ("stina", 403), ("nina", 403)):
        shown = path in people.get(who, f"/arende/{reference}").text
        assert (shown, people.get(who, path).status_code) == (status == 200, status)
    assert people.get("ulla", f"/arende/{reference}/ratta/2").status_code == 404


def test_cases_of_the_same_patient_are_linked_by_choosing(village, people):
    reference, other = village.report(), village.report(kind="pressure_ulcer")
    village.report(patient=str(village.patients[1]))
    form = markup.asked(markup.read(people.get("nina", f"/arende/{reference}/lanka").text))
    assert form.controls["other"].options == [other]
    people.sends("nina", f"/arende/{reference}/lanka", other=other)
    text = words(people.get("nina", f"/arende/{other}"))
    assert "Länkade ärenden" in text
    assert f"Länkat till {reference}" in text


def test_without_another_case_there_is_nothing_to_link(village, people):
    text = words(people.get("nina", f"/arende/{village.report()}/lanka"))
    assert "Patienten har inga andra ärenden som du kan se." in text


def test_a_case_is_taken_back_by_the_unit_manager_only(village, people):
    reference = village.report()
    path = f"/arende/{reference}/handling/withdraw"
    assert people.get("nina", path).status_code == 403
    answer = people.sends("ulla", path, reason="mistake", explanation="Fel patient.")
    assert answer.location == f"/arende/{reference}"
    assert village.case(reference).state == "withdrawn"
    assert people.get("ulla", f"/arende/{reference}/handling/odd").status_code == 409


def test_an_action_that_does_not_exist_is_not_found(village, people):
    path = f"/arende/{village.report()}/handling/odd"
    assert people.get("ulla", path).status_code == 404
    assert people.post("ulla", path, {}).status_code == 404


def test_no_address_or_title_tells_who_the_patient_is(village, people):
    reference = village.report()
    for path in (f"/arende/{reference}", f"/steg/{village.step(reference, 'assess')[0]}"):
        title = re.search("<title>([^<]+)</title>", people.get("nina", path).text)
        assert title
        assert "Persson" not in title[1]
