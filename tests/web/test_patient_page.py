"""The patient's own page: one line of time over all cases, and only what the reader may see."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from cases.access_log import AccessLogEntry
from tests.cases.chain import Chain
from tests.web.test_coordination_pages import chain, need, see, words

__all__ = ["chain", "see"]  # fixtures

See = Callable[..., TestResponse]


def came_home(chain: Chain) -> str:
    """A discharge from which the first patient came home just now."""
    reference = chain.admitted_and_ready()
    chain.do("bodil", reference, "ready_sol")
    chain.do("sam", reference, "went_home")
    return reference


def lines(answer: TestResponse) -> list[str]:
    """What stands on the line of time, each without its moment."""
    found = re.findall(r"<h3>(.*?)</p>", answer.text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", line).split()) for line in found]


def path_of(chain: Chain, number: int = 0) -> str:
    return f"/patient/{chain.patients[number]}"


def read_rows(chain: Chain) -> list[tuple[int | None, int | None, bool]]:
    with chain.database.reading() as session:
        rows = session.execute(
            select(AccessLogEntry.case_id, AccessLogEntry.patient_id, AccessLogEntry.allowed)
            .where(AccessLogEntry.action == "patient")
            .order_by(AccessLogEntry.id)
        )
        return [(case_id, patient_id, allowed) for case_id, patient_id, allowed in rows]


def test_a_fall_is_told_with_how_long_after_the_home_coming_it_was(chain, see):
    stay = came_home(chain)
    chain.wait(days=4)
    fall = chain.report()
    found = lines(see("nina", path_of(chain)))
    assert found[0] == f"Rapporterad: Fall 4 dagar efter hemkomsten Avvikelse {fall}"
    assert f"Besked om hemgången Utskrivning {stay}" in found
    assert found[-1] == f"Inskriven Utskrivning {stay}"


@pytest.mark.parametrize(
    ("wait", "told"),
    [
        ({"hours": 1}, "samma dag som hemkomsten"),
        ({"days": 1}, "1 dag efter hemkomsten"),
        ({"days": 30}, "30 dagar efter hemkomsten"),
        ({"days": 31}, ""),
    ],
)
def test_the_distance_is_counted_in_days_by_the_calendar_up_to_thirty(chain, see, wait, told):
    came_home(chain)
    chain.wait(**wait)
    fall = chain.report()
    (line,) = [each for each in lines(see("nina", path_of(chain))) if fall in each]
    assert line == " ".join(f"Rapporterad: Fall {told} Avvikelse {fall}".split())


def test_what_was_before_the_home_coming_and_the_stay_itself_get_no_distance(chain, see):
    chain.report()
    chain.wait(hours=1)
    stay = came_home(chain)
    chain.wait(days=1)
    chain.do("bodil", stay, "sip_needed_at_home")
    assert "efter hemkomsten" not in words(see("nina", path_of(chain)))


def test_a_corrected_home_coming_is_the_one_that_counts(chain, see):
    stay = came_home(chain)
    (went_home,) = [e for e in chain.events(stay, "step_done") if e.data["step"] == "went_home"]
    chain.wait(days=5)
    earlier = (chain.now.replace(day=28)).isoformat()
    chain.correct("sam", stay, went_home.sequence, home_at=earlier)
    fall = chain.report()
    (line,) = [each for each in lines(see("nina", path_of(chain))) if fall in each]
    assert "1 dag efter hemkomsten" in line


def test_open_cases_stand_first_and_the_line_can_be_turned(chain, see):
    ended = need(chain)
    chain.end("sam", ended, "withdraw", reason="mistake", explanation="Fel patient.")
    chain.wait(days=1)
    still = need(chain)
    answer = see("bodil", path_of(chain))
    cases = re.findall(r'<li class="work-item".*?/arende/([^"]+)"', answer.text, re.DOTALL)
    assert cases == [still, ended]
    newest = lines(answer)
    assert lines(see("bodil", f"{path_of(chain)}?ordning=aldst")) == newest[::-1]
    assert newest[0].endswith(still)


def test_only_milestones_stand_there(chain, see):
    reference = need(chain)
    chain.note("sam", reference, "Dottern ringde.")
    chain.claim("sam", reference, "assess_need")
    chain.do("sam", reference, "assess_need")
    assert lines(see("bodil", path_of(chain))) == [
        f"Vidare: Samtycke SIP {reference}",
        f"Behovet bedömt SIP {reference}",
        f"Behov uppmärksammat: Hembesök eller hemsjukvård SIP {reference}",
    ]


def test_nothing_that_was_written_stands_there(chain, see):
    reference = need(chain)
    for step in ("assess_need", "consent", "pre_planning"):
        chain.do("sam", reference, step)
    page = see("bodil", path_of(chain)).text
    for typed in ("Faller ofta", "Flera huvudmän", "Bo hemma", "Kim"):
        assert typed not in page


# Who sees what


def test_a_coordinator_sees_the_sip_and_the_stay_but_not_the_deviation(chain, see):
    stay, sip, fall = chain.admit(), need(chain), chain.report()
    for who, sees in (("bodil", [sip, stay]), ("nina", [fall, sip, stay])):
        page = see(who, path_of(chain)).text
        found = {each for each in (stay, sip, fall) if each in page}
        assert (who, found) == (who, set(sees))


def test_a_distance_is_told_only_to_who_may_see_the_stay(chain, see):
    came_home(chain)
    chain.wait(days=2)
    need(chain, unit="granen")
    assert "2 dagar efter hemkomsten" in words(see("sam", path_of(chain)))
    answer = see("gun", path_of(chain))
    assert "efter hemkomsten" not in words(answer)
    assert "UTS-" not in answer.text


def test_who_only_opened_a_case_reads_on_the_line_what_care_staff_may(chain, see):
    chain.on_duty("olga", "nurse", chain.case(chain.report()).unit_id, hours=1)
    reference = need(chain, "olga")
    chain.do("sam", reference, "assess_need")
    assert "Behovet bedömt" in words(see("olga", path_of(chain)))
    chain.wait(hours=2)
    assert lines(see("olga", path_of(chain))) == [
        f"Behov uppmärksammat: Hembesök eller hemsjukvård SIP {reference}"
    ]


def test_each_case_shown_and_the_patient_are_rows_in_the_access_log(chain, see):
    stay, sip, _fall = chain.admit(), need(chain), chain.report()
    see("bodil", path_of(chain))
    patient = chain.patients[0]
    assert sorted(read_rows(chain), key=str) == sorted(
        [
            (None, patient, True), (chain.case(stay).id, patient, True),
            (chain.case(sip).id, patient, True),
        ],
        key=str,
    )  # fmt: skip


def test_a_patient_of_another_unit_is_not_found_and_the_try_is_logged(chain, see):
    need(chain)
    answer = see("gun", path_of(chain))
    assert answer.status_code == 404
    assert "Persson" not in answer.text
    assert read_rows(chain) == [(None, chain.patients[0], False)]


@pytest.mark.parametrize("who", ["siv", "ada"])
def test_who_may_not_search_for_patients_is_refused_and_that_is_logged(chain, see, who):
    need(chain)
    assert see(who, path_of(chain)).status_code == 403
    assert read_rows(chain) == [(None, chain.patients[0], False)]


@pytest.mark.parametrize("number", ["0", "99", "999999999", "9999999999", "x", "-1"])
def test_a_patient_that_is_none_is_not_found_and_leaves_no_row(chain, see, number):
    assert see("sam", f"/patient/{number}").status_code == 404
    assert see("siv", f"/patient/{number}").status_code in (403, 404)
    assert read_rows(chain) == []


def test_a_patient_without_cases_has_a_page_that_says_so(chain, see):
    text = words(see("bodil", path_of(chain, 1)))
    assert "Test Östman 18900102-9819 · Tallen" in text
    assert "Patienten har inga ärenden som du får se." in text


# The ways there, and on


def test_the_page_is_found_from_a_search_and_from_a_case_by_who_may_open_it(chain, see):
    reference, path = need(chain), path_of(chain)
    assert f'href="{path}"' in see("bodil", "/sok", {"sok": "Persson"}).text
    assert f'href="{path}"' in see("bodil", f"/arende/{reference}").text
    assert f'href="{path}"' not in see("siv", f"/arende/{reference}").text


def test_the_page_leads_to_a_new_case_of_the_kinds_the_reader_may_open_there(chain, see):
    patient = chain.patients[0]
    for who, kinds in (
        ("bodil", ["sip", "discharge"]),
        ("nina", ["deviation", "sip", "discharge"]),
    ):
        page = see(who, path_of(chain)).text
        assert re.findall(rf'href="/ny/(\w+)\?patient={patient}"', page) == kinds


def test_the_number_stands_in_no_address_of_the_page(chain, see):
    need(chain)
    page = see("bodil", path_of(chain)).text
    assert "18900101-9802" in page
    assert "1890" not in "".join(re.findall(r'(?:href|action|value)="([^"]*)"', page))


def test_the_page_asks_as_often_of_the_database_however_many_cases_there_are(chain, see):
    def statements() -> int:
        seen: list[Any] = []

        def note(*about: Any) -> None:
            if "INSERT INTO access_log" not in about[2]:
                seen.append(about[2])

        engine = chain.database.engine
        event.listen(engine, "before_cursor_execute", note)
        see("nina", path_of(chain))
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    came_home(chain)
    statements()
    few = statements()
    chain.wait(days=1)
    for _time in range(3):
        chain.report()
        need(chain)
    statements()
    assert statements() == few
