"""A SIP as a case: the call that is taken over, consent that is withdrawn, and its letters."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from cases.access import Part
from cases.database import Database
from cases.errors import NotAllowed, Refused, Stale
from cases.events import faults_of_log
from cases.models import NOT_NEEDED, OPEN
from cases.operations import Sent, act, do_step
from notifications.sweep import sweep
from tests.cases.chain import Chain
from tests.cases.village import new_key
from workflow.routines import load

WITHDRAWN = {"by_whom": "Personen", "told": "Alla som hade fått uppgifter."}


@pytest.fixture
def chain(database_url: str):
    database = Database(database_url)
    yield Chain(database, load(None))
    database.engine.dispose()


@pytest.fixture
def sip(chain: Chain) -> str:
    """A SIP of a discharge, where the region's call is waited for."""
    _reference, sip = chain.needs_sip()
    chain.do("bodil", sip, "consent")
    chain.do("bodil", sip, "pre_planning")
    return sip


def called(chain: Chain, sip: str) -> None:
    chain.do("bodil", sip, "call_by_law")


def test_a_call_that_the_region_did_not_make_is_taken_over_once_however_often_is_swept(
    chain: Chain, sip: str
):
    chain.wait(days=4)
    for _ in range(3):
        sweep(chain.database, chain.routines, chain.now)
        chain.wait(minutes=5)
    (step,) = chain.steps(sip, "take_over_call")
    assert step.condition == OPEN
    assert step.roles[0] == "sip_coordinator"
    assert len(chain.events(sip, "ran_out")) == 1


def test_two_workers_hand_the_call_over_once(chain: Chain, sip: str):
    chain.wait(days=4)
    start = Barrier(2)

    def work(_nth: int) -> None:
        database = Database(str(chain.database.engine.url.render_as_string(hide_password=False)))
        start.wait()
        report = sweep(database, chain.routines, chain.now)
        database.engine.dispose()
        assert report.broken == ()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert len(chain.steps(sip, "take_over_call")) == 1
    assert len(chain.events(sip, "ran_out")) == 1
    with chain.database.reading() as session:
        assert list(faults_of_log(session)) == []


def test_a_notice_corrected_to_a_later_day_gives_the_call_back_until_its_time_is_out_again(
    chain: Chain, sip: str
):
    chain.wait(days=4)
    sweep(chain.database, chain.routines, chain.now)
    later = (chain.now - timedelta(days=1)).isoformat()
    chain.correct("bodil", sip, 1, discharge_notice_at=later)
    (call,) = chain.steps(sip, "call_by_law")
    assert call.due_at > chain.now
    assert set(chain.open_steps(sip)) == {"call_by_law"}
    sweep(chain.database, chain.routines, chain.now)
    assert set(chain.open_steps(sip)) == {"call_by_law"}
    chain.now = call.due_at
    sweep(chain.database, chain.routines, chain.now)
    assert set(chain.open_steps(sip)) == {"call_by_law", "take_over_call"}


def test_a_notice_corrected_in_the_discharge_moves_the_laws_clock_of_its_sip(chain: Chain):
    stay, sip = chain.needs_sip()
    chain.do("bodil", sip, "consent")
    (call,) = chain.steps(sip, "call_by_law")
    (notice,) = [e for e in chain.events(stay, "step_done") if e.data["step"] == "notice_ready"]
    first = notice.occurred_at.isoformat()
    chain.wait(days=1)
    later = chain.now.isoformat()
    chain.correct("sam", stay, notice.sequence, sent_at=later, received_at=later)
    (moved,) = chain.steps(sip, "call_by_law")
    assert moved.due_at == call.due_at + timedelta(days=1)
    chain.do("bodil", sip, "pre_planning")
    called(chain, sip)
    chain.correct("sam", stay, notice.sequence, sent_at=first)
    (done,) = chain.steps(sip, "call_by_law")
    assert done.due_at == moved.due_at, "what has been called is judged by the notice of then"
    with chain.database.reading() as session:
        assert list(faults_of_log(session)) == []


def test_nothing_is_taken_over_before_the_laws_days_are_out(chain: Chain, sip: str):
    (call,) = chain.steps(sip, "call_by_law")
    chain.now = call.due_at - timedelta(seconds=1)
    sweep(chain.database, chain.routines, chain.now)
    assert chain.steps(sip, "take_over_call") == []
    chain.now = call.due_at
    sweep(chain.database, chain.routines, chain.now)
    assert len(chain.steps(sip, "take_over_call")) == 1


def test_a_form_drawn_before_the_time_ran_out_is_not_sent_past_it(chain: Chain, sip: str):
    revision = chain.case(sip).revision
    chain.wait(days=4)
    sweep(chain.database, chain.routines, chain.now)
    assert chain.case(sip).revision == revision + 1


def test_the_call_taken_over_ends_the_wait_for_the_regions(chain: Chain, sip: str):
    chain.wait(days=4)
    sweep(chain.database, chain.routines, chain.now)
    chain.do("sam", sip, "take_over_call", region_told="De hann inte.")
    (waited,) = chain.steps(sip, "call_by_law")
    assert waited.condition == NOT_NEEDED
    assert chain.case(sip).state == "answers"


def test_a_sip_that_opens_after_the_laws_days_is_taken_over_by_the_next_sweep(chain: Chain):
    reference = chain.admitted_and_ready()
    chain.wait(days=6)
    chain.do("bodil", reference, "sip_needed", sip_needed=True, no_sip_reason=None)
    (sip,) = chain.linked(reference)
    chain.do("bodil", sip, "consent")
    sweep(chain.database, chain.routines, chain.now)
    assert set(chain.open_steps(sip)) == {"pre_planning", "call_by_law", "take_over_call"}


@pytest.mark.parametrize("state", ["consent_given", "calling", "answers", "meeting"])
def test_a_withdrawn_consent_ends_every_open_step_with_its_reason(chain: Chain, state: str):
    _reference, sip = chain.needs_sip()
    chain.do("bodil", sip, "consent")
    if state != "consent_given":
        chain.do("bodil", sip, "pre_planning")
    if state in ("answers", "meeting"):
        called(chain, sip)
    if state == "meeting":
        for step in chain.steps(sip, "answer"):
            chain.do("bodil", sip, "answer", step.item)
    open_before = set(chain.open_steps(sip))
    chain.end("bodil", sip, "withdraw_consent", withdrawn_at=chain.now.isoformat(), **WITHDRAWN)
    case = chain.case(sip)
    assert (case.state, case.closed_at) == ("consent_withdrawn", chain.now)
    assert chain.open_steps(sip) == []
    (action,) = chain.events(sip, "action")
    assert action.data == {"action": "withdraw_consent"}
    assert action.text
    assert action.text.body
    assert action.text.body["form"]["told"] == WITHDRAWN["told"]
    ended = chain.events(sip, "advanced")[-1].data["not_needed"]
    assert {key for key, _item in ended} == open_before


def test_a_step_whose_form_was_open_when_consent_was_withdrawn_is_refused(chain: Chain, sip: str):
    step_id, revision = chain.step(sip, "call_by_law")
    data = dict(chain.plain(sip, "call_by_law"))
    chain.end("bodil", sip, "withdraw_consent", withdrawn_at=chain.now.isoformat(), **WITHDRAWN)
    sent = Sent(data, new_key(), revision)
    with pytest.raises(Refused, match="avslutat"):
        chain.run("bodil", lambda s, a: do_step(s, chain.routines, a, step_id, sent, chain.now))


def test_withdrawing_consent_leaves_the_discharge_as_it_was(chain: Chain):
    reference, sip = chain.needs_sip()
    chain.do("bodil", sip, "consent")
    before = chain.open_steps(reference)
    chain.end("bodil", sip, "withdraw_consent", withdrawn_at=chain.now.isoformat(), **WITHDRAWN)
    assert chain.open_steps(reference) == before
    assert chain.case(reference).closed_at is None


def test_two_people_who_change_the_same_sip_do_not_overwrite_each_other(chain: Chain, sip: str):
    revision = chain.case(sip).revision
    chain.note("sam", sip, "Ringde vårdcentralen.")
    called(chain, sip)
    late = Sent({"reason": "moved", "explanation": "Flyttar."}, new_key(), revision)
    with pytest.raises(Stale):
        chain.run(
            "sam", lambda s, a: act(s, chain.routines, a, sip, "close_early", late, chain.now)
        )
    assert chain.case(sip).state == "answers"


def test_each_called_party_with_an_address_gets_one_letter_with_invitation_and_link(
    chain: Chain, sip: str
):
    assert chain.letters(sip) == []
    called(chain, sip)
    assert chain.letters(sip) == 2 * [("kim@region.example", "REQUEST", True)]
    chain.note("sam", sip, "Inget nytt.")
    assert len(chain.letters(sip)) == 2


def test_a_withdrawn_consent_cancels_the_meeting_for_everybody_invited(chain: Chain, sip: str):
    called(chain, sip)
    chain.end("bodil", sip, "withdraw_consent", withdrawn_at=chain.now.isoformat(), **WITHDRAWN)
    assert chain.letters(sip)[2:] == 2 * [("kim@region.example", "CANCEL", False)]


def test_a_cancelled_meeting_is_cancelled_for_everybody_invited(chain: Chain, sip: str):
    called(chain, sip)
    for step in chain.steps(sip, "answer"):
        chain.do("bodil", sip, "answer", step.item)
    chain.do("bodil", sip, "hold_meeting")
    assert [method for _to, method, _link in chain.letters(sip)[2:]] == ["CANCEL", "CANCEL"]
    assert chain.case(sip).state == "calling"


def test_who_may_withdraw_the_consent(chain: Chain, sip: str):
    with pytest.raises(NotAllowed):
        chain.end("siv", sip, "withdraw_consent", withdrawn_at=chain.now.isoformat(), **WITHDRAWN)


def test_whoever_saw_the_need_sees_what_care_staff_see(chain: Chain):
    need = {
        "trigger": "home_visit", "noticed_at": "2026-11-24", "noticed_by": "Hemtjänsten",
        "reason": "Faller ofta.",
    }  # fmt: skip
    case = chain.case(chain.open("siv", "sip", **need))
    with chain.database.reading() as session:
        assert chain.access(session, "siv").part(case) is Part.CARE
        assert chain.access(session, "stina").part(case) is Part.CARE
