"""The SIP board, the discharge board, cases gone quiet and answers waited for: who sees what."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from cases.access import Access
from cases.awaited import awaited_answers
from cases.database import Database
from cases.discharge_board import DischargeBoard, DischargeLine, discharge_board
from cases.letters import Letter
from cases.quiet import quiet_cases
from cases.sip_board import SipLine, sip_board
from notifications.sweep import sweep
from tests.cases.chain import Chain
from tests.cases.village import TUESDAY
from tests.workflow.sipping import CLINIC, SCHOOL
from workflow.deadlines import sip_call
from workflow.holidays import BY_LAW
from workflow.moments import day_of, end_of
from workflow.routines import load

Found = TypeVar("Found")


@pytest.fixture
def chain(database_url: str) -> Iterator[Chain]:
    database = Database(database_url)
    yield Chain(database, load(None))
    database.engine.dispose()


def ask(chain: Chain, who: str, question: Callable[[Session, Access], Found]) -> Found:
    """Asks as that person, at the chain's moment."""
    with chain.database.reading() as session:
        return question(session, chain.access(session, who))


def sips(chain: Chain, who: str = "sam") -> tuple[SipLine, ...]:
    return ask(chain, who, lambda s, a: sip_board(s, chain.routines, a))


def stays(chain: Chain, who: str = "sam") -> DischargeBoard:
    return ask(chain, who, lambda s, a: discharge_board(s, chain.routines, a, chain.now))


def quiet(chain: Chain, who: str = "sam") -> list[tuple[str, int, bool]]:
    lines = ask(chain, who, lambda s, a: quiet_cases(s, chain.routines, a, chain.now))
    return [(line.case.reference, line.days, line.rests) for line in lines]


def need(chain: Chain, who: str = "sam", **more: Any) -> str:
    given = {
        "trigger": "home_visit", "noticed_at": chain.now.date().isoformat(),
        "noticed_by": "Hemtjänsten", "reason": "Faller ofta.",
    }  # fmt: skip
    return chain.open(who, "sip", **given | more)


def called(chain: Chain, **more: Any) -> str:
    """A SIP whose two parties have been called just now."""
    reference = need(chain, **more)
    for step in ("assess_need", "consent", "pre_planning", "call"):
        chain.do("sam", reference, step)
    return reference


def item_of(chain: Chain, reference: str, party: str) -> str:
    return next(s.item for s in chain.steps(reference, "answer") if s.item.startswith(party))


# The SIP board


def test_open_sips_stand_by_state_with_the_least_time_left_first(chain: Chain) -> None:
    answers = called(chain)
    new = need(chain)
    chain.wait(days=1)
    newer = need(chain)
    withdrawn = need(chain)
    chain.end("sam", withdrawn, "withdraw", reason="mistake", explanation="Fel patient.")
    assert [(line.case.reference, line.state) for line in sips(chain)] == [
        (new, "need"),
        (newer, "need"),
        (answers, "answers"),
    ]


def test_the_laws_clock_runs_while_nobody_has_been_asked_and_stops_with_the_call(
    chain: Chain,
) -> None:
    chain.now = TUESDAY.replace(day=26)  # a Thursday, so that day three is a Sunday
    reference = need(chain, discharge_notice_at=chain.now.isoformat(), trigger="discharge")
    (line,) = sips(chain)
    assert line.law == sip_call(chain.now, BY_LAW)
    assert line.law.due == end_of(date(2026, 11, 29))
    assert line.law.legal_latest == end_of(date(2026, 11, 30))
    chain.do("sam", reference, "assess_need")
    assert sips(chain)[0].law == line.law
    for step in ("consent", "pre_planning", "call_by_law"):
        chain.do("sam", reference, step)
    assert sips(chain)[0].law is None


def test_without_a_notice_the_laws_clock_does_not_run(chain: Chain) -> None:
    need(chain)
    assert sips(chain)[0].law is None


def test_what_is_late_may_be_the_laws_clock_though_the_step_is_not(chain: Chain) -> None:
    notice = chain.now - timedelta(days=10)
    need(chain, discharge_notice_at=notice.isoformat(), trigger="discharge")
    (line,) = sips(chain)
    assert line.step.due_at > chain.now
    assert line.when(chain.now) == "late"


@pytest.mark.parametrize(("moment", "when"), [(-1, "late"), (0, "today"), (9, "later")])
def test_late_today_and_later(chain: Chain, moment: int, when: str) -> None:
    need(chain)
    (line,) = sips(chain)
    now = line.due_at - timedelta(days=moment) if moment > 0 else line.due_at
    assert line.when(now + timedelta(seconds=1 if moment < 0 else 0)) == when


def test_each_party_stands_with_its_answer_and_a_new_time_asks_again(chain: Chain) -> None:
    reference = need(chain)
    for step in ("assess_need", "consent", "pre_planning"):
        chain.do("sam", reference, step)
    assert parties(chain) == [("Linden", "inte kallad än"), ("Exempelskolan", "inte kallad än")]
    chain.do("sam", reference, "call")
    chain.do("sam", reference, "answer", item_of(chain, reference, CLINIC))
    assert parties(chain) == [("Linden", "Kommer"), ("Exempelskolan", "inget svar än")]
    proposed = (chain.now + timedelta(days=20)).isoformat()
    school = item_of(chain, reference, SCHOOL)
    chain.do("sam", reference, "answer", school, outcome="proposes_another_time",
             proposed_at=proposed)  # fmt: skip
    chain.do("sam", reference, "settle_time", outcome="moved", reason="Skolan kan inte.",
             decided_at=chain.now.isoformat(), meeting_at=proposed, minutes="60",
             meeting_form="home")  # fmt: skip
    assert parties(chain) == [("Linden", "inget svar än"), ("Exempelskolan", "inget svar än")]


def test_in_a_new_round_nobody_is_called_yet_whatever_was_answered_before(chain: Chain) -> None:
    reference = need(chain)
    for step in ("assess_need", "consent", "pre_planning", "call"):
        chain.do("sam", reference, step)
    for party in (CLINIC, SCHOOL):
        chain.do("sam", reference, "answer", item_of(chain, reference, party))
    chain.wait(days=14, hours=1)
    now, day = chain.now.isoformat(), chain.now.date().isoformat()
    later = (chain.now + timedelta(days=30)).date().isoformat()
    chain.do("sam", reference, "hold_meeting", outcome="held", reason=None, held_at=now,
             held_form="home", person_took_part="present", chair="Kim", secretary="Sam",
             attendance=[{"organisation": "Linden", "came": "came"}])  # fmt: skip
    effort = {"key": "000000aa", "effort": "Hembesök", "principal": "region", "due": later,
              "organisation": "Linden", "responsible": "Kim"}  # fmt: skip
    chain.do("sam", reference, "write_plan", goals="Bo hemma.", needed_efforts="Hembesök.",
             efforts=[effort], measures_by_others="Inget.", overall_principal="region",
             overall_contact="Kim", crisis_contact="1177", follow_up_date=later)  # fmt: skip
    confirmed = {"effort": "000000aa", "confirmed": True}
    (item,) = [s.item for s in chain.steps(reference, "confirm_part")]
    chain.do("sam", reference, "confirm_part", item, confirmed_by="Kim", came_by="phone",
             answered_at=now, efforts=[confirmed])  # fmt: skip
    chain.do("sam", reference, "send_copies", sent_at=now, person_got_it=True, how="Hemma.",
             others="Alla.")  # fmt: skip
    assert parties(chain) == [("Linden", "Kommer"), ("Exempelskolan", "Kommer")]
    chain.do("sam", reference, "follow_up_together", held_on=day, participants="Alla.",
             person_took_part="present", person_view="Bra.", next="new_round",
             efforts=[{"effort": "000000aa", "outcome": "ongoing"}])  # fmt: skip
    assert parties(chain) == [("Linden", "inte kallad än"), ("Exempelskolan", "inte kallad än")]


def parties(chain: Chain) -> list[tuple[str, str]]:
    (line,) = sips(chain)
    return [(party.organisation, party.answer) for party in line.parties]


def test_a_board_holds_the_units_where_the_reader_sees_all_of_a_sip(chain: Chain) -> None:
    tallen = need(chain)
    granen = need(chain, unit="granen", patient=str(chain.patients[2]))
    seen = {who: [line.case.reference for line in sips(chain, who)] for who in
            ("sam", "bodil", "gun", "nina", "olga", "mats", "siv", "ada")}  # fmt: skip
    assert seen == {
        "sam": [tallen, granen], "mats": [tallen, granen], "bodil": [tallen], "nina": [tallen],
        "gun": [granen], "olga": [granen], "siv": [], "ada": [],
    }  # fmt: skip


# The discharge board


def ready(chain: Chain, **more: Any) -> str:
    return chain.admitted_and_ready(**more)


def coming(chain: Chain, who: str = "sam") -> list[tuple[str, Any]]:
    return [(line.case.reference, line.day) for line in stays(chain, who).coming]


def test_the_board_holds_the_coming_fourteen_days_and_counts_the_rest(chain: Chain) -> None:
    today = day_of(chain.now)
    near, far = today + timedelta(days=14), today + timedelta(days=15)
    one = chain.admit(estimated_discharge=near.isoformat())
    chain.admit(patient=str(chain.patients[1]), estimated_discharge=far.isoformat())
    assert coming(chain) == [(one, near)]
    assert stays(chain).later == 1


def test_an_estimate_that_has_passed_stays_first_until_something_happens(chain: Chain) -> None:
    reference = chain.admit()
    before = day_of(chain.now) + timedelta(days=5)
    chain.wait(days=9)
    assert coming(chain) == [(reference, before)]


def test_who_is_ready_and_waits_stands_first_with_the_days_since_the_notice(chain: Chain) -> None:
    first = ready(chain)
    chain.wait(days=2)
    second = ready(chain, patient=str(chain.patients[1]))
    chain.wait(days=1)
    assert [(w.case.reference, w.waited) for w in stays(chain).waiting] == [(first, 3), (second, 1)]
    assert coming(chain) == []
    chain.do("sam", first, "went_home")
    assert [w.case.reference for w in stays(chain).waiting] == [second]
    assert coming(chain) == [(first, day_of(chain.now))]


def test_who_is_home_with_all_begun_is_on_the_board_that_day_only(chain: Chain) -> None:
    reference = ready(chain)
    for who, step in (("bodil", "ready_sol"), ("nina", "ready_hsl")):
        chain.do(who, reference, step)
    chain.do("nina", reference, "sip_needed")
    chain.do("sam", reference, "went_home")
    while (case := chain.case(reference)).state == "home":
        left = next(step for step in case.steps if step.condition == "open")
        chain.do(WHO[left.roles[0]], reference, left.key)
    assert coming(chain) == [(reference, day_of(chain.now))]
    chain.wait(days=1)
    assert coming(chain) == []


WHO = {"nurse": "nina", "case_officer": "bodil", "unit_manager": "ulla", "care_worker": "siv"}


def test_each_branch_says_for_itself_whether_it_is_ready(chain: Chain) -> None:
    reference = ready(chain)
    chain.do("bodil", reference, "ready_sol")
    chain.do("arne", reference, "ready_rehab", answer="not_concerned", ready_from=None)
    assert only(chain).readiness == ("ready", "waits", "not_concerned")


def only(chain: Chain) -> DischargeLine:
    board = stays(chain)
    (line,) = (*board.waiting, *board.coming)
    return line


def test_the_hospitals_colour_and_the_municipalitys_stand_beside_each_other(chain: Chain) -> None:
    reference = chain.admit()
    assert (only(chain).colour, only(chain).own_colour) == (None, None)
    chain.do_chain(reference, "planning")
    chain.do("sam", reference, "set_colour", own_colour="red", own_reason="Bor ensam.")
    assert (only(chain).colour, only(chain).own_colour) == ("green", "red")


def test_the_same_colour_is_no_disagreement(chain: Chain) -> None:
    ready(chain)
    assert (only(chain).colour, only(chain).own_colour) == ("green", None)


def test_the_sip_that_the_stay_needs_is_told_with_whether_it_is_called(chain: Chain) -> None:
    reference = ready(chain)
    assert only(chain).sip.needed is None
    chain.do("bodil", reference, "sip_needed", sip_needed=True, no_sip_reason=None)
    (sip,) = chain.linked(reference)
    told = only(chain).sip
    assert (told.needed, told.reference, told.called) == (True, sip, False)
    for step in ("consent", "pre_planning", "call_by_law"):
        chain.do("sam", sip, step)
    assert only(chain).sip.called


def test_a_stay_that_needs_no_sip_says_so(chain: Chain) -> None:
    chain.do("bodil", ready(chain), "sip_needed")
    assert (only(chain).sip.needed, only(chain).sip.reference) == (False, "")


def test_a_deviation_linked_to_a_stay_is_no_sip(chain: Chain) -> None:
    reference = ready(chain)
    chain.link("nina", reference, chain.report())
    assert only(chain).sip.reference == ""


def test_stays_are_seen_at_the_readers_units(chain: Chain) -> None:
    chain.admit()
    seen = {who: len(coming(chain, who)) for who in ("bodil", "gun", "olga", "nina", "siv")}
    assert seen == {"bodil": 1, "gun": 0, "olga": 0, "nina": 1, "siv": 0}


# Gone quiet


def test_a_case_is_quiet_on_the_fourteenth_day_without_anybodys_doing(chain: Chain) -> None:
    reference = need(chain)
    chain.now = (chain.now + timedelta(days=13)).replace(hour=23, minute=59)
    assert quiet(chain) == []
    chain.wait(minutes=1)
    assert quiet(chain) == [(reference, 14, False)]


def test_reminders_are_no_sign_of_life_and_a_note_is(chain: Chain) -> None:
    reference = need(chain)
    for _day in range(20):
        chain.wait(days=1)
        sweep(chain.database, chain.routines, chain.now)
    assert quiet(chain) == [(reference, 20, False)]
    chain.note("sam", reference, "Ringt dottern.")
    assert quiet(chain) == []


def test_the_quietest_stands_first_and_an_ended_case_nowhere(chain: Chain) -> None:
    first = need(chain)
    ended = need(chain)
    chain.wait(days=3)
    second = need(chain)
    chain.end("sam", ended, "withdraw", reason="mistake", explanation="Fel patient.")
    chain.wait(days=30)
    assert quiet(chain) == [(first, 33, False), (second, 30, False)]


def test_who_waits_for_a_meeting_that_is_booked_rests(chain: Chain) -> None:
    reference = need(chain)
    for step in ("assess_need", "consent", "pre_planning"):
        chain.do("sam", reference, step)
    meeting = (chain.now + timedelta(days=40)).isoformat()
    chain.do("sam", reference, "call", meeting_at=meeting)
    for party in (CLINIC, SCHOOL):
        chain.do("sam", reference, "answer", item_of(chain, reference, party))
    chain.wait(days=15)
    assert quiet(chain) == [(reference, 15, True)]
    chain.wait(days=26)
    assert quiet(chain) == [(reference, 41, False)]


def test_kinds_of_case_without_the_threshold_never_go_quiet(chain: Chain) -> None:
    chain.report()
    chain.admit()
    chain.wait(days=300)
    assert quiet(chain, "mats") == []


# Answers waited for


def awaited(chain: Chain, who: str = "sam") -> list[tuple[str, int, int, list[str]]]:
    found = ask(chain, who, lambda s, a: awaited_answers(s, chain.routines, a, chain.now))
    return [
        (each.name, each.in_time, each.asked, [line.step.case.reference for line in each.awaited])
        for each in found
    ]


def test_each_organisation_stands_with_what_it_has_not_answered(chain: Chain) -> None:
    one, two = called(chain), called(chain)
    assert awaited(chain) == [("Linden", 0, 0, [one, two]), ("Exempelskolan", 0, 0, [one, two])]
    chain.do("sam", one, "answer", item_of(chain, one, CLINIC))
    assert awaited(chain) == [("Linden", 1, 1, [two]), ("Exempelskolan", 0, 0, [one, two])]


def test_who_never_answers_in_time_stands_first(chain: Chain) -> None:
    one, two = called(chain), called(chain)
    chain.do("sam", one, "answer", item_of(chain, one, CLINIC))
    chain.wait(days=10)
    assert awaited(chain) == [("Exempelskolan", 0, 2, [one, two]), ("Linden", 1, 2, [two])]


def test_an_answer_counts_from_when_it_came_not_from_when_it_was_written_down(
    chain: Chain,
) -> None:
    one, two = called(chain), called(chain)
    came = (chain.now + timedelta(days=1)).isoformat()
    chain.wait(days=10)
    chain.do("sam", one, "answer", item_of(chain, one, CLINIC), answered_at=came)
    chain.do("sam", one, "answer", item_of(chain, one, SCHOOL))
    assert awaited(chain) == [("Exempelskolan", 0, 2, [two]), ("Linden", 1, 2, [two])]


def test_that_none_has_come_is_no_answer_in_time(chain: Chain) -> None:
    one, two = called(chain), called(chain)
    chain.do("sam", one, "answer", item_of(chain, one, CLINIC), outcome="no_answer",
             reason="Ringt.", came_by=None, answered_at=None)  # fmt: skip
    assert ("Linden", 0, 1, [two]) in awaited(chain)


def test_mails_that_remind_are_counted_and_the_first_is_not_one(chain: Chain) -> None:
    reference = called(chain)
    with chain.database.transaction() as session:
        first = session.scalars(select(Letter).order_by(Letter.id).limit(1)).one()
        for _time in range(2):
            session.add(
                Letter(
                    case_id=first.case_id, party=first.party, to_address=first.to_address,
                    link_id=first.link_id, invitation=None, reminder=True, created_at=chain.now,
                    send_after=chain.now,
                )
            )  # fmt: skip
    found = ask(chain, "sam", lambda s, a: awaited_answers(s, chain.routines, a, chain.now))
    reminded = [line.reminded for each in found for line in each.awaited]
    assert sorted(reminded) == [0, 2]
    assert {line.step.case.reference for each in found for line in each.awaited} == {reference}


def test_answers_are_waited_for_at_the_readers_units(chain: Chain) -> None:
    called(chain)
    assert [len(awaited(chain, who)) for who in ("bodil", "gun", "siv", "mats")] == [2, 0, 0, 2]


# The price


@pytest.mark.parametrize("question", [sips, stays, quiet, awaited])
def test_a_list_asks_as_often_of_the_database_however_much_there_is(
    chain: Chain, question: Callable[[Chain], Any]
) -> None:
    def one_of_each(patient: int) -> None:
        called(chain)
        _stay, sip = chain.needs_sip(patient=str(chain.patients[patient]))
        chain.do("sam", sip, "consent")

    one_of_each(0)
    chain.wait(days=20)
    few = _statements(chain, question)
    chain.now -= timedelta(days=20)
    one_of_each(1)
    called(chain)
    chain.wait(days=20)
    assert _statements(chain, question) == few


def _statements(chain: Chain, question: Callable[[Chain], Any]) -> int:
    seen: list[datetime] = []

    def note(*_about: Any) -> None:
        seen.append(chain.now)

    event.listen(chain.database.engine, "before_cursor_execute", note)
    assert question(chain)
    event.remove(chain.database.engine, "before_cursor_execute", note)
    return len(seen)
