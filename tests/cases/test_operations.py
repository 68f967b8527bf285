"""Every operation: what it changes, what it refuses, and that it happens once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from cases.changes import LATE
from cases.drafts import draft_of, fresh_draft
from cases.errors import Invalid, NotAllowed, NotFound, Refused, Stale
from cases.events import faults_of_log
from cases.models import NOT_NEEDED, Case, PendingEscalation
from cases.operations import Sent, correct, do_step, drop_draft, save_draft
from cases.people import Membership, Patient
from tests.cases.village import TUESDAY, measure, new_key, verdicts
from workflow.holidays import STOCKHOLM


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-{clock}").replace(tzinfo=STOCKHOLM)


def step_named(case: Case, key: str):
    return next(step for step in reversed(case.steps) if step.key == key)


def rungs(village, reference: str) -> dict[str, list[str]]:
    """What is pending, by step."""
    with village.database.reading() as session:
        found = session.scalars(select(PendingEscalation).order_by(PendingEscalation.at))
        pending: dict[str, list[str]] = {}
        for one in found:
            if one.step.case.reference == reference:
                pending.setdefault(one.step.key, []).append(one.rung)
        return pending


def count(village, model) -> int:
    with village.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


# Opening


def test_a_case_goes_from_report_to_closed_and_its_log_is_whole(village):
    reference = village.report()
    village.do_all(reference, "closed")
    case = village.case(reference)
    assert (case.closed_at, case.round, village.open_steps(reference)) == (village.now, 1, [])
    with village.database.reading() as session:
        assert list(faults_of_log(session)) == []


def test_a_report_opens_the_assessment_and_the_managers_report_with_their_clocks(village):
    case = village.case(village.report(called_at=at("11-24T08:20").isoformat()))
    assert case.reference == "AVV-2026-0001"
    assert case.occurred_at == at("11-24T08:10")
    assert [(step.key, step.due_at) for step in case.steps] == [
        ("assess", at("11-24T10:20")),
        ("event_report", at("11-25T23:59:59")),
    ]
    assert step_named(case, "assess").clock["basis"] == "Kungsörs modell, fas 1"


def test_a_report_without_the_time_of_the_event_counts_from_its_discovery(village):
    case = village.case(village.report(occurred_at=None, discovered_at="2026-11-24T07:00"))
    assert case.occurred_at == at("11-24T07:00")


def test_the_patient_is_a_column_of_the_case_and_not_in_the_log(village):
    reference = village.report(patient="other", patient_number="18900104-9817", patient_name="Ny N")
    (opened,) = village.events(reference, "opened")
    kept = opened.text.body["form"]
    assert kept["what_happened"] == "Hittad på golvet i badrummet."
    assert kept.keys().isdisjoint({"patient", "patient_number", "patient_name", "unit"})
    with village.database.reading() as session:
        assert session.scalar(select(Patient.number).where(Patient.name == "Ny N"))


def test_a_number_that_is_known_is_the_same_patient(village):
    before = count(village, Patient)
    reference = village.report(
        patient="other", patient_number="18900101-9802", patient_name="Stavad Annorlunda"
    )
    assert village.case(reference).patient_id == village.patients[0]
    assert count(village, Patient) == before


def test_a_late_report_opens_steps_whose_time_is_gone_with_one_rung_for_all(village):
    early = (TUESDAY - timedelta(hours=9)).isoformat()
    reference = village.report(occurred_at=early, discovered_at=early, called_at=early)
    assert rungs(village, reference)["assess"] == [LATE]
    (opened,) = village.events(reference, "opened")
    assert opened.recorded_at - opened.occurred_at == timedelta(hours=9)


def test_nobody_reports_at_a_unit_where_they_do_not_work(village):
    for who in ("otto", "olga"):
        with pytest.raises(Invalid) as refused:
            village.report(who)
        assert {"patient", "unit"} <= refused.value.errors.keys()
    assert count(village, Case) == 0


def test_the_same_form_sent_twice_opens_one_case(village):
    key = new_key()
    assert village.report(key=key) == village.report(key=key)
    assert count(village, Case) == 1


def test_a_key_is_worth_nothing_to_somebody_else(village):
    key = new_key()
    village.report("siv", key)
    with pytest.raises(Refused, match="redan använt"):
        village.report("stina", key)


def test_two_clicks_at_the_same_moment_open_one_case(village):
    key, start = new_key(), Barrier(2)

    def click(_n: int):
        start.wait()
        return village.report(key=key)

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(click, range(2))
    assert first == second
    assert count(village, Case) == 1
    assert len(village.events(first, "opened")) == 1


# Doing a step


def test_two_clicks_at_the_same_moment_do_a_step_once_and_both_succeed(village):
    reference = village.report()
    step_id, revision = village.step(reference, "assess")
    sent = Sent(village.plain(reference, "assess"), new_key(), revision)
    start = Barrier(2)

    def click(_n: int):
        start.wait()
        return village.run(
            "nina", lambda s, a: do_step(s, village.routines, a, step_id, sent, village.now)
        ).reference

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(click, range(2))) == [reference, reference]
    assert len(village.events(reference, "step_done")) == 1


def test_a_step_done_again_with_the_same_key_changes_nothing(village):
    reference, key = village.report(), new_key()
    village.do("nina", reference, "assess", key=key)
    before = village.case(reference)
    village.do("nina", reference, "assess", key=key)
    after = village.case(reference)
    assert (after.revision, after.head_hash) == (before.revision, before.head_hash)


def test_the_last_step_sent_twice_is_done_once_though_it_closed_the_case(village):
    reference, key = village.report(), new_key()
    village.do_all(reference, "mas_review")
    village.do("mats", reference, "review", key=key)
    assert village.do("mats", reference, "review", key=key).state == "closed"


def test_a_step_done_takes_its_rungs_with_it(village):
    reference = village.report()
    assert rungs(village, reference)["assess"] == ["soon", "due", "head", "mas"]
    village.do("nina", reference, "assess")
    assert "assess" not in rungs(village, reference)


def test_somebody_who_has_to_be_told_is_told_though_the_step_is_done_at_once(village):
    reference = village.report(misconduct_suspected=True)
    village.do("nina", reference, "assess", severity="4")
    assert rungs(village, reference)["assess"] == ["tell:misconduct", "tell:serious"]


def test_a_step_that_is_done_cannot_be_done_again(village):
    reference = village.report()
    village.do("nina", reference, "assess")
    with pytest.raises(Refused, match="redan avslutat"):
        village.do("nina", reference, "assess")


def test_a_form_drawn_before_somebody_changed_the_case_is_refused(village):
    reference = village.report()
    step_id, revision = village.step(reference, "assess")
    village.note("ulla", reference, "Ringde dottern.")
    sent = Sent(village.plain(reference, "assess"), new_key(), revision)
    with pytest.raises(Stale):
        village.run(
            "nina", lambda s, a: do_step(s, village.routines, a, step_id, sent, village.now)
        )
    assert "assess" in village.open_steps(reference)


def test_a_step_is_refused_to_those_who_lack_the_role(village):
    reference = village.report()
    for who in ("siv", "ulla", "mats"):
        with pytest.raises(NotAllowed) as refused:
            village.do(who, reference, "assess")
        assert refused.value.values == {"who": "Sjuksköterska"}


def test_a_case_does_not_exist_for_those_who_may_not_see_it(village):
    reference = village.report()
    operations = (
        lambda who: village.do(who, reference, "assess"),
        lambda who: village.claim(who, reference, "assess"),
        lambda who: village.hand_over(who, reference, "assess", None),
        lambda who: village.note(who, reference, "Hej"),
        lambda who: village.act(who, reference),
        lambda who: village.correct(who, reference, 1, what_happened="Nej"),
        lambda who: village.link(who, reference, "AVV-2026-0009"),
    )
    for operation in operations:
        for who in ("otto", "olga", "ada"):
            with pytest.raises(NotFound):
                operation(who)
    assert [event.type for event in village.events(reference)] == ["opened", "advanced"]


def test_a_faulty_answer_changes_nothing(village):
    reference = village.report()
    with pytest.raises(Invalid) as refused:
        village.do("nina", reference, "assess", severity="5", own_assessment="a\x00b", odd="x")
    assert refused.value.errors.keys() == {"severity", "own_assessment", "odd"}
    assert village.open_steps(reference) == ["assess", "event_report"]


def test_work_written_down_later_keeps_both_times(village):
    reference = village.report()
    village.do("nina", reference, "assess", home_visit=True)
    village.wait(hours=5)
    visited = village.now - timedelta(hours=4)
    village.do("nina", reference, "home_visit", visited_at=visited.isoformat())
    event = village.events(reference, "step_done")[-1]
    assert (event.occurred_at, event.recorded_at) == (visited, village.now)


def test_a_day_counts_as_its_noon_unless_it_is_today(village):
    reference = village.report()
    village.do_all(reference, "conference")
    village.wait(days=1)
    village.do("nina", reference, "discuss", held_on="2026-11-24")
    assert village.events(reference, "step_done")[-1].occurred_at == at("11-24T12:00")
    village.do("ulla", reference, "relay_orders")
    (key,) = {s.item for s in village.case(reference).steps if s.key == "carry_out"}
    village.do("ulla", reference, "carry_out", key, on="2026-11-25")
    assert village.events(reference, "step_done")[-1].occurred_at == village.now


# The routine's turns


def test_a_measure_that_is_not_enough_leads_back_to_the_conference_in_a_second_round(village):
    reference = village.report()
    village.do_all(reference, "follow_up")
    keys = [row["measure"] for row in village.plain(reference, "evaluate_unit")["verdicts"]]
    village.do("ulla", reference, "evaluate_unit", **verdicts(keys, "not_enough"))
    case = village.case(reference)
    assert (case.state, case.round) == ("conference", 2)
    assert village.open_steps(reference) == ["discuss"]
    week = (village.now.date() + timedelta(days=7)).isoformat()
    village.do("nina", reference, "discuss", measures=[measure("Ny säng", "unit", week)])
    assert set(village.open_steps(reference)) == {"relay_orders", "carry_out"}
    village.do_all(reference, "closed")
    assert village.case(reference).round == 2


def test_without_consent_the_professions_decide_without_a_conference(village):
    reference = village.report()
    village.do("nina", reference, "assess")
    village.do("ulla", reference, "event_report")
    village.do("nina", reference, "consent", consent="refused")
    announce = step_named(village.case(reference), "announce")
    assert (announce.condition, announce.ended_at) == (NOT_NEEDED, village.now)
    village.do_all(reference, "conference")
    assert village.open_steps(reference) == ["decide_without_conference"]
    village.do_all(reference, "closed")


def test_a_case_taken_back_is_closed_with_all_its_steps(village):
    reference = village.report()
    assert village.act("ulla", reference).state == "withdrawn"
    case = village.case(reference)
    assert case.closed_at == village.now
    assert {step.condition for step in case.steps} == {NOT_NEEDED}
    assert rungs(village, reference) == {}
    with pytest.raises(Refused, match="avslutat"):
        village.note("ulla", reference, "För sent.")


def test_taking_a_case_back_twice_with_one_key_has_the_effect_of_one(village):
    reference, key = village.report(), new_key()
    village.act("ulla", reference, key)
    village.act("ulla", reference, key)
    assert len(village.events(reference, "action")) == 1


def test_only_the_unit_manager_and_mas_take_a_case_back(village):
    reference = village.report()
    for who in ("siv", "nina"):
        with pytest.raises(NotAllowed):
            village.act(who, reference)
    assert village.act("mats", reference).state == "withdrawn"


# Corrections


def test_a_correction_is_a_new_event_and_moves_the_clocks_that_counted_from_it(village):
    reference = village.report()
    village.correct("siv", reference, 1, occurred_at="2026-11-23T10:00")
    case = village.case(reference)
    assert case.occurred_at == at("11-23T10:00")
    assert step_named(case, "event_report").due_at == at("11-24T23:59:59")
    assert step_named(case, "assess").due_at == at("11-24T10:25")
    (moved,) = village.events(reference, "clock_moved")
    assert datetime.fromisoformat(moved.data["from"]) == at("11-25T23:59:59")
    opened, corrected = village.events(reference, "opened", "corrected")
    assert opened.text.body["form"]["occurred_at"] == "2026-11-24T08:10:00+01:00"
    assert corrected.text.body["reason"] == "Skrev fel."


def test_a_correction_of_the_kind_changes_where_the_case_is_counted(village):
    reference = village.report()
    village.correct("siv", reference, 1, kind="pressure_ulcer")
    assert village.case(reference).category == "pressure_ulcer"


def test_rungs_that_were_gone_are_taken_up_again_when_a_correction_gives_time_back(village):
    early = (TUESDAY - timedelta(hours=9)).isoformat()
    reference = village.report(occurred_at=early, discovered_at=early, called_at=early)
    assert rungs(village, reference)["assess"] == [LATE]
    village.correct("siv", reference, 1, called_at=(TUESDAY - timedelta(minutes=5)).isoformat())
    assert rungs(village, reference)["assess"] == ["soon", "due", "head", "mas"]


def test_rungs_follow_a_clock_that_is_moved_earlier(village):
    reference = village.report()
    earlier = TUESDAY - timedelta(minutes=65)
    village.correct(
        "siv", reference, 1, occurred_at=earlier.isoformat(), discovered_at=earlier.isoformat(),
        called_at=earlier.isoformat(),
    )  # fmt: skip
    with village.database.reading() as session:
        soon = session.scalars(
            select(PendingEscalation).where(
                PendingEscalation.rung == "soon",
                PendingEscalation.step_id == village.step(reference, "assess")[0],
            )
        ).one()
        assert soon.at == earlier + timedelta(minutes=90)


def test_a_step_that_a_correction_takes_away_can_be_needed_again(village):
    reference = village.report()
    village.do("nina", reference, "assess", home_visit=True)
    (done,) = village.events(reference, "step_done")
    village.correct("nina", reference, done.sequence, home_visit=False)
    assert village.open_steps(reference) == ["event_report"]
    village.correct("nina", reference, done.sequence, home_visit=True)
    assert village.open_steps(reference) == ["event_report", "home_visit"]
    village.do_all(reference, "closed")


def test_a_message_waits_once_though_a_correction_raises_it_twice(village):
    reference = village.report()
    village.do("nina", reference, "assess", severity="4")
    (done,) = village.events(reference, "step_done")
    village.correct("nina", reference, done.sequence, severity="1", probability="1")
    village.correct("nina", reference, done.sequence, severity="4")
    assert rungs(village, reference)["assess"] == ["tell:serious"]


def test_the_author_the_unit_manager_and_mas_may_correct_and_nobody_else(village):
    reference = village.report()
    for who in ("siv", "ulla", "mats"):
        village.correct(who, reference, 1, what_happened=f"Rättat av {who}.")
    for who in ("stina", "nina"):
        with pytest.raises(NotAllowed):
            village.correct(who, reference, 1, what_happened="Hittad i hallen.")
    by = [event.actor_id for event in village.events(reference, "corrected")]
    assert by == [village.people[who] for who in ("siv", "ulla", "mats")]


def test_a_correction_needs_a_reason_that_can_be_stored(village):
    reference = village.report()
    for reason in ("", "  \n", "a\x00b", "x" * 501):
        with pytest.raises(Invalid) as refused:
            village.correct("siv", reference, 1, reason, what_happened="Hittad i hallen.")
        assert refused.value.errors.keys() == {"reason_for_correction"}
    assert village.events(reference, "corrected") == []


def test_only_what_a_form_said_can_be_corrected(village):
    reference = village.report()
    (advanced,) = village.events(reference, "advanced")
    for sequence in (advanced.sequence, 99):
        sent = Sent({}, new_key(), village.case(reference).revision)
        with pytest.raises(NotFound):
            village.run(
                "ulla",
                lambda s, a, n=sequence, sent=sent: correct(
                    s, village.routines, a, reference, n, "Fel", sent, village.now
                ),
            )


# Who has the step


def test_a_step_taken_belongs_to_one_and_taking_it_again_changes_nothing(village):
    reference = village.report()
    village.claim("nina", reference, "assess")
    revision = village.claim("nina", reference, "assess").revision
    assert step_named(village.case(reference), "assess").claimed_by == village.people["nina"]
    (claimed,) = village.events(reference, "claimed")
    assert claimed.data == {"step": "assess", "item": "", "from": None, "to": claimed.actor_id}
    assert village.case(reference).revision == revision


def test_nobody_takes_a_step_that_they_may_not_do(village):
    reference = village.report()
    for who in ("siv", "ulla"):
        with pytest.raises(NotAllowed):
            village.claim(who, reference, "assess")


def test_the_unit_manager_gives_a_step_to_somebody_and_back_to_all(village):
    reference = village.report()
    village.hand_over("ulla", reference, "assess", "arne")
    assert step_named(village.case(reference), "assess").claimed_by == village.people["arne"]
    village.hand_over("arne", reference, "assess", None)
    assert step_named(village.case(reference), "assess").claimed_by is None
    assert [e.data["to"] for e in village.events(reference, "claimed")] == [
        village.people["arne"], None,
    ]  # fmt: skip


def test_a_step_is_given_by_and_to_those_who_may(village):
    reference = village.report()
    for to in ("siv", "olga", "ada"):
        with pytest.raises(Invalid) as refused:
            village.hand_over("ulla", reference, "assess", to)
        assert refused.value.errors.keys() == {"person"}
    with pytest.raises(NotAllowed):
        village.hand_over("siv", reference, "assess", "nina")


def test_a_step_that_is_closed_is_neither_taken_nor_given(village):
    reference = village.report()
    village.do("nina", reference, "assess")
    with pytest.raises(Refused, match="redan avslutat"):
        village.claim("nina", reference, "assess")
    with pytest.raises(Refused, match="redan avslutat"):
        village.hand_over("ulla", reference, "assess", None)


def test_a_role_that_has_ended_does_no_step(village):
    reference = village.report()
    with village.database.transaction() as session:
        nina = session.scalars(
            select(Membership).where(Membership.person_id == village.people["nina"])
        ).one()
        nina.to_day = village.now.date() - timedelta(days=1)
    with pytest.raises(NotFound):
        village.do("nina", reference, "assess")


# Notes and links


def test_a_note_is_kept_once_as_it_was_written(village):
    reference, key = village.report(), new_key()
    village.note("stina", reference, "  Dottern ringde.\r\nHon kommer i morgon. ", key)
    village.note("stina", reference, "Dottern ringde igen.", key)
    (written,) = village.events(reference, "note")
    assert written.text.body == {"note": "Dottern ringde.\nHon kommer i morgon."}


def test_a_note_that_cannot_be_stored_is_refused(village):
    reference = village.report()
    for text in ("", " \u200b ", "a\x00b", "<script>", "\u202etxet", "x" * 4001):
        with pytest.raises(Invalid) as refused:
            village.note("siv", reference, text)
        assert refused.value.errors.keys() == {"note"}
    assert village.events(reference, "note") == []


def test_linked_cases_tell_of_each_other_once(village):
    first, second = village.report(), village.report()
    village.link("nina", first, second.lower())
    village.link("nina", second, first)
    assert [e.data["other"] for e in village.events(first, "linked")] == [second]
    assert [e.data["other"] for e in village.events(second, "linked")] == [first]


def test_a_case_is_not_linked_to_itself_to_nothing_or_to_another_patients(village):
    reference = village.report()
    other = village.report(patient=str(village.patients[1]))
    elsewhere = village.report("otto", unit="granen", patient=str(village.patients[2]))
    for wrong in (reference, other, elsewhere, "AVV-2026-0099", "", "x" * 100):
        with pytest.raises(Invalid) as refused:
            village.link("nina", reference, wrong)
        assert refused.value.errors.keys() == {"other"}


# Drafts


def test_a_draft_is_its_writers_own_and_gone_when_the_form_is_sent(village):
    key, purpose = new_key(), "open:deviation"
    typed = {"submission_key": key, "fields": {"what_happened": ["Hittad"]}}
    with village.database.transaction() as session:
        save_draft(session, village.access(session, "siv"), purpose, typed, village.now)
    with village.database.reading() as session:
        assert fresh_draft(session, village.access(session, "siv"), purpose)
        assert fresh_draft(session, village.access(session, "stina"), purpose) is None
    village.report(key=key)
    with village.database.reading() as session:
        assert draft_of(session, village.access(session, "siv"), purpose) is None


def test_a_draft_saved_after_its_form_was_sent_is_not_offered_again(village):
    key, purpose = new_key(), "open:deviation"
    village.report(key=key)
    typed = {"submission_key": key, "fields": {"what_happened": ["Hittad"]}}
    with village.database.transaction() as session:
        save_draft(session, village.access(session, "siv"), purpose, typed, village.now)
    with village.database.transaction() as session:
        assert fresh_draft(session, village.access(session, "siv"), purpose) is None
        drop_draft(session, village.access(session, "siv"), purpose)
        assert draft_of(session, village.access(session, "siv"), purpose) is None
