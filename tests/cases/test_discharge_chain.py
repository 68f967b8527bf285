"""What a discharge leads to around it: its SIP, refused duplicates, corrections, and who reads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from cases.access import Part
from cases.database import Database
from cases.errors import Invalid, NotFound, Refused, Stale
from cases.events import faults_of_log
from cases.models import DONE, NOT_NEEDED
from cases.operations import Sent, do_step
from tests.cases.chain import YES, Chain
from tests.cases.village import new_key
from workflow.deadlines import sip_call
from workflow.holidays import BY_LAW
from workflow.routines import load


@pytest.fixture
def chain(database_url: str):
    database = Database(database_url)
    yield Chain(database, load(None))
    database.engine.dispose()


def message(invalid: pytest.ExceptionInfo[Invalid]) -> str:
    (told,) = invalid.value.errors["patient"]
    return str(told.msgid % told.values)


def test_a_sip_that_is_needed_is_opened_for_the_same_patient_and_unit_and_linked_both_ways(
    chain: Chain,
):
    reference, sip = chain.needs_sip()
    discharge, opened = chain.case(reference), chain.case(sip)
    assert opened.definition == "sip"
    assert (opened.patient_id, opened.unit_id) == (discharge.patient_id, discharge.unit_id)
    assert opened.opened_by == chain.people["bodil"]
    assert chain.linked(sip) == [reference]
    for one, two in ((reference, sip), (sip, reference)):
        (event,) = chain.events(one, "linked")
        assert event.data["other"] == two


def test_the_need_is_judged_already_so_that_consent_comes_first(chain: Chain):
    _reference, sip = chain.needs_sip()
    assert chain.open_steps(sip) == ["consent"]
    assert chain.steps(sip, "assess_need") == []


def test_the_laws_clock_runs_from_when_the_hospital_sent_its_notice(chain: Chain):
    reference = chain.admit()
    chain.do_chain(reference, until="planning")
    sent = chain.now + timedelta(hours=1)
    chain.wait(hours=20)
    chain.do("sam", reference, "notice_ready", sent_at=sent.isoformat())
    chain.do("nina", reference, "sip_needed", **YES)
    (sip,) = chain.linked(reference)
    chain.do("bodil", sip, "consent")
    (call,) = chain.steps(sip, "call_by_law")
    clock = sip_call(sent, BY_LAW)
    assert (call.due_at, call.legal_latest_at) == (clock.due, clock.legal_latest)


def test_the_need_seen_only_after_the_home_coming_opens_a_sip_too(chain: Chain):
    reference = chain.admitted_and_ready()
    chain.do("sam", reference, "went_home")
    chain.do("bodil", reference, "sip_needed_at_home", **YES, remark="Klarar inte trappan.")
    (sip,) = chain.linked(reference)
    (opened,) = chain.events(sip, "opened")
    assert opened.text
    assert opened.text.body
    assert opened.text.body["form"]["reason"] == "Klarar inte trappan."
    assert not opened.text.body["form"].keys() & {"patient", "unit"}


def test_the_same_answer_sent_twice_opens_one_sip(chain: Chain):
    reference = chain.admitted_and_ready()
    step_id, revision = chain.step(reference, "sip_needed")
    sent = Sent({"sip_needed": True}, new_key(), revision)
    for _ in range(2):
        chain.run("bodil", lambda s, a: do_step(s, chain.routines, a, step_id, sent, chain.now))
    assert chain.count("sip") == 1


def test_two_people_answering_at_the_same_time_open_one_sip(chain: Chain):
    reference = chain.admitted_and_ready()
    step_id, revision = chain.step(reference, "sip_needed")
    start = Barrier(2)

    def answer(who: str) -> str:
        sent = Sent({"sip_needed": True}, new_key(), revision)
        start.wait()
        try:
            chain.run(who, lambda s, a: do_step(s, chain.routines, a, step_id, sent, chain.now))
        except (Refused, Stale) as refused:
            return type(refused).__name__
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(answer, ("bodil", "nina")))
    assert outcomes == ["Refused", "done"]
    assert chain.count("sip") == 1


def test_an_answer_taken_back_and_given_again_opens_no_second_sip(chain: Chain):
    reference, sip = chain.needs_sip()
    (answer,) = [e for e in chain.events(reference, "step_done") if e.data["step"] == "sip_needed"]
    no: dict[str, Any] = {"sip_needed": False, "no_sip_reason": "one_principal"}
    chain.correct("bodil", reference, answer.sequence, **no)
    chain.correct("bodil", reference, answer.sequence, **YES)
    assert chain.linked(reference) == [sip]
    assert chain.count("sip") == 1


def test_a_no_corrected_to_a_yes_opens_the_sip(chain: Chain):
    reference = chain.admitted_and_ready()
    chain.do("bodil", reference, "sip_needed")
    assert chain.count("sip") == 0
    (answer,) = [e for e in chain.events(reference, "step_done") if e.data["step"] == "sip_needed"]
    chain.correct("bodil", reference, answer.sequence, **YES)
    (sip,) = chain.linked(reference)
    assert chain.open_steps(sip) == ["consent"]


def test_a_notice_taken_back_and_sent_again_opens_no_second_sip(chain: Chain):
    reference, sip = chain.needs_sip()
    chain.wait(hours=2)
    chain.do(
        "sam", reference, "went_home", outcome="not_ready", home_at=None, home=None,
        withdrawn_at=chain.now.isoformat(),
    )  # fmt: skip
    chain.wait(hours=2)
    chain.do("sam", reference, "notice_ready", colour=None, own_colour=None)
    assert chain.case(reference).state == "ready"
    assert chain.open_steps(reference).count("sip_needed") == 0
    assert chain.linked(reference) == [sip]


def test_both_logs_are_whole_afterwards(chain: Chain):
    chain.needs_sip()
    with chain.database.reading() as session:
        assert list(faults_of_log(session)) == []


def test_a_second_notice_of_the_same_patient_is_refused_beside_the_patient(chain: Chain):
    reference = chain.admit()
    with pytest.raises(Invalid) as refused:
        chain.admit("bodil")
    assert reference in message(refused)
    assert chain.count("discharge") == 1


def test_who_may_not_see_the_other_discharge_is_not_told_its_reference(chain: Chain):
    reference = chain.admit()
    with pytest.raises(Invalid) as refused:
        chain.admit(
            "gun", unit="granen", patient="other", patient_number="189001019802",
            patient_name="Test Persson",
        )  # fmt: skip
    assert message(refused) == "Patienten har redan ett sådant ärende på en annan enhet."
    assert reference not in message(refused)


def test_two_who_register_the_same_notice_at_once_make_one_discharge(chain: Chain):
    start = Barrier(2)

    def register(who: str) -> str:
        start.wait()
        try:
            return chain.admit(who)
        except Invalid as refused:
            return str(*refused.errors)

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(register, ("sam", "bodil")))
    assert outcomes == ["UTS-2026-0001", "patient"]
    assert chain.count("discharge") == 1


def test_the_same_notice_sent_twice_by_a_double_click_is_one_discharge(chain: Chain):
    key = new_key()
    assert chain.admit(key=key) == chain.admit(key=key)
    assert chain.count("discharge") == 1


def test_a_new_stay_can_be_registered_when_the_last_one_is_closed(chain: Chain):
    first = chain.admit()
    chain.end("sam", first, "interrupt", reason="notice_withdrawn", on="2026-11-24")
    assert chain.admit() != first


def test_a_corrected_time_moves_the_clocks_of_the_discharge(chain: Chain):
    reference = chain.admitted_and_ready()
    (before,) = chain.steps(reference, "went_home")
    (notice,) = [
        e for e in chain.events(reference, "step_done") if e.data["step"] == "notice_ready"
    ]
    chain.wait(days=1)
    later = (chain.now - timedelta(hours=1)).isoformat()
    chain.correct("sam", reference, notice.sequence, sent_at=later, received_at=later)
    (after,) = chain.steps(reference, "went_home")
    assert after.due_at - before.due_at == timedelta(days=1)
    moved = {event.data["step"] for event in chain.events(reference, "clock_moved")}
    assert {"went_home", "ready_sol", "ready_to_go_home"} <= moved


def test_a_home_coming_ends_what_was_to_be_ready_before_it_and_keeps_why(chain: Chain):
    reference = chain.admitted_and_ready()
    chain.do("sam", reference, "went_home")
    case = chain.case(reference)
    assert case.state == "home"
    ended = {step.key: step.condition for step in case.steps if step.state == "ready"}
    assert ended.pop("went_home") == DONE
    assert set(ended.values()) == {NOT_NEEDED}
    last = chain.events(reference, "advanced")[-1]
    assert {key for key, _item in last.data["not_needed"]} == ended.keys()


@pytest.mark.parametrize(
    ("who", "part"),
    [
        ("sam", Part.ALL), ("bodil", Part.ALL), ("nina", Part.ALL), ("ulla", Part.ALL),
        ("mats", Part.ALL), ("siv", Part.CARE), ("gun", Part.NONE), ("olga", Part.NONE),
        ("otto", Part.NONE), ("ada", Part.NONE),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["discharge", "sip"])
def test_who_sees_how_much_of_the_chain(chain: Chain, who: str, part: Part, kind: str):
    reference, sip = chain.needs_sip()
    about = chain.case(reference if kind == "discharge" else sip)
    with chain.database.reading() as session:
        assert chain.access(session, who).part(about) is part


def test_a_coordinator_sees_no_deviation(chain: Chain):
    deviation = chain.case(chain.report())
    with chain.database.reading() as session:
        for who in ("sam", "bodil"):
            assert chain.access(session, who).part(deviation) is Part.NONE
    with pytest.raises(NotFound):
        chain.do("sam", deviation.reference, "assess")
