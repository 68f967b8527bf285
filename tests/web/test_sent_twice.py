"""The same form sent twice, in turn or at once, has the effect of one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.cases.village import new_key
from tests.web.asking import FORMS, Answer, Sheet, questions, report, step

pytestmark = pytest.mark.usefixtures("nothing_is_logged")


@pytest.mark.parametrize("name", FORMS)
def test_a_form_sent_twice_has_the_effect_of_one(parish, name):
    sheet = Sheet(parish, questions(parish)[name])
    first = sheet.send()
    assert first.status == 303
    with parish.unchanged():
        second = sheet.send()
    if "submission_key" in sheet.plain:
        assert (second.status, second.location) == (303, first.location)


def at_once(sheets: list[Sheet], **changes: str) -> list[Answer]:
    """All of them sent by threads that wait for each other."""
    start = Barrier(len(sheets))

    def send(sheet: Sheet) -> Answer:
        start.wait()
        return sheet.send(changes)

    with ThreadPoolExecutor(len(sheets)) as threads:
        return list(threads.map(send, sheets))


def test_a_report_sent_many_times_at_once_opens_one_case(hamlet):
    answers = at_once([Sheet(hamlet, report(hamlet)) for _n in range(5)], submission_key=new_key())
    assert {(answer.status, answer.location) for answer in answers} == {
        (303, "/arende/AVV-2026-0001")
    }
    assert hamlet.counted()["cases"] == 1


def test_reports_sent_at_once_are_as_many_cases(hamlet):
    answers = at_once([Sheet(hamlet, report(hamlet)) for _n in range(5)])
    assert sorted(answer.location for answer in answers) == [
        f"/arende/AVV-2026-000{n}" for n in range(1, 6)
    ]


def test_a_step_that_several_do_at_once_is_done_by_one(hamlet):
    reference = hamlet.report()
    question = step(hamlet, reference, "assess", "nina")
    answers = at_once([Sheet(hamlet, question) for _n in range(4)])
    assert sorted(answer.status for answer in answers) == [303, 409, 409, 409]
    assert len(hamlet.events(reference, "step_done")) == 1
