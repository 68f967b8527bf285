"""The page that lets a step stand still, and what the case's pages then say of its time."""

from datetime import timedelta
from pathlib import Path

from cases.reprojecting import reproject
from tests.cases.closed_days import routines_with
from tests.web.asking import Sheet, questions
from tests.web.markup import read, words
from tests.web.parish import Parish
from workflow.moments import day_of


def paused(parish: Parish) -> tuple[str, int]:
    """The reference and the step, by the form; nine working days are left of ten."""
    Sheet(parish, questions(parish)["pause"]).send()
    reference, step_id, _who = parish.steps["unit_investigation"]
    return reference, step_id


def page(parish: Parish, who: str, path: str) -> str:
    answer = parish.client(who).get(path)
    assert answer.status_code == 200
    return words(read(answer.text))


def test_a_step_that_may_wait_leads_to_the_page_and_is_paused_there(parish: Parish):
    reference, step_id, _who = parish.steps["unit_investigation"]
    assert f'href="/steg/{step_id}/paus"' in parish.client("ulla").get(f"/steg/{step_id}").text
    assert f'href="/steg/{step_id}/paus"' in parish.client("ulla").get(f"/arende/{reference}").text
    asked = page(parish, "ulla", f"/steg/{step_id}/paus")
    assert "30 av 30 dagar är kvar att pausa." in asked
    assert "Väntar på svar om hjälpmedlet från tillverkaren eller leverantören" in asked
    before = next(s for s in parish.case(reference).steps if s.id == step_id).due_at
    paused(parish)
    after = next(s for s in parish.case(reference).steps if s.id == step_id).due_at
    assert after > before


def test_a_paused_step_says_so_with_its_reason_and_why_the_time_is_another(parish: Parish):
    reference, step_id = paused(parish)
    for path in (f"/arende/{reference}", f"/steg/{step_id}"):
        shown = page(parish, "ulla", path)
        assert ": Patienten ligger på sjukhus." in shown
        assert "Pausad från" in shown
        assert "Fortsätt nu" in shown
        assert f"/steg/{step_id}/paus" not in parish.client("ulla").get(path).text
    told = page(parish, "nina", f"/arende/{reference}")
    assert "Pausade steget" in told
    assert "Tiden går igen" in told
    assert "Kvar att pausa" in told
    assert f"/steg/{step_id}/fortsatt" not in parish.client("nina").get(f"/steg/{step_id}").text


def test_going_on_gives_the_time_back_and_says_so(parish: Parish):
    reference, step_id = paused(parish)
    client = parish.client("ulla")
    answer = client.post(f"/steg/{step_id}/fortsatt", data=parish.token(client))
    assert (answer.status_code, answer.location) == (303, f"/steg/{step_id}")
    assert "Pausen är slut. Tiden går igen." in page_of(client.get(f"/steg/{step_id}").text)
    again = client.post(f"/steg/{step_id}/fortsatt", data=parish.token(client))
    assert again.status_code == 303
    assert "Steget är inte pausat." in page_of(client.get(f"/steg/{step_id}").text)
    assert "Avslutade pausen" in page(parish, "ulla", f"/arende/{reference}")


def test_a_day_too_late_is_told_beside_its_field_and_what_was_chosen_stays(parish: Parish):
    sheet = Sheet(parish, questions(parish)["pause"])
    late = (day_of(parish.now) + timedelta(days=40)).isoformat()
    answer = sheet.send({"back": late})
    last = (day_of(parish.now) + timedelta(days=14)).isoformat()
    assert last in answer.faults("back")["back"]
    assert answer.kept["reason"] == ["in_hospital"]
    assert answer.kept["back"] == [late]


def test_a_step_that_cannot_wait_has_no_way_to_the_page(parish: Parish):
    reference, step_id, _who = parish.steps["assess"]
    assert f"/steg/{step_id}/paus" not in parish.client("nina").get(f"/arende/{reference}").text
    answer = parish.client("nina").get(f"/steg/{step_id}/paus")
    assert answer.status_code == 409
    assert "kan inte pausas" in answer.text


def test_a_moved_clock_says_which_day_was_closed_and_when(parish: Parish, tmp_path: Path):
    reference, step_id, _who = parish.steps["unit_investigation"]
    reproject(parish.database, parish.routines, parish.now)
    day = next(
        day for n in range(1, 9)
        if parish.routines.calendar.is_working_day(day := day_of(parish.now) + timedelta(days=n))
    )  # fmt: skip
    routines = routines_with(tmp_path / "rules.toml", (day.isoformat(), "Personaldag"))
    assert reproject(parish.database, routines, parish.now) > 0
    for path in (f"/arende/{reference}", f"/steg/{step_id}"):
        shown = page(parish, "ulla", path)
        assert "Flyttad från" in shown
        assert "är stängd (Personaldag). Ändrat" in shown


def page_of(text: str) -> str:
    return words(read(text))
