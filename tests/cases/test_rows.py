"""Rows written past the flush: the objects in hand say what the database says."""

from sqlalchemy.orm import class_mapper

from cases.models import Case, CaseStep
from cases.operations import Sent, do_step
from tests.cases.village import new_key


def columns(row: Case | CaseStep) -> dict[str, object]:
    return {each.key: getattr(row, each.key) for each in class_mapper(type(row)).column_attrs}


def rows_of(case: Case) -> list[dict[str, object]]:
    return [columns(case), *(columns(step) for step in case.steps)]


def test_the_case_in_hand_after_a_step_is_the_case_in_the_database(village):
    reference = village.report()
    village.do("ulla", reference, "event_report")
    in_hand = village.do("nina", reference, "assess", home_visit=True)
    assert "home_visit" in {step.key for step in in_hand.steps}
    assert {step.case for step in in_hand.steps} == {in_hand}
    assert rows_of(in_hand) == rows_of(village.case(reference))


def test_a_step_just_opened_can_be_changed_in_the_same_transaction(village):
    reference = village.report()
    step_id, revision = village.step(reference, "assess")
    sent = Sent(village.plain(reference, "assess") | {"home_visit": True}, new_key(), revision)

    def assess_and_take(session, access):
        case = do_step(session, village.routines, access, step_id, sent, village.now)
        opened = next(step for step in case.steps if step.key == "home_visit")
        opened.claimed_by, case.category = access.person_id, "other"
        rungs = [pending.rung for pending in opened.pending]
        assert rungs
        opened.pending.pop()
        return case

    village.run("nina", assess_and_take)
    after = village.case(reference)
    opened = next(step for step in after.steps if step.key == "home_visit")
    assert (opened.claimed_by, after.category) == (village.people["nina"], "other")
    assert (after.revision, after.head_sequence) == (revision + 1, len(village.events(reference)))
