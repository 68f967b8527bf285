"""The sweep: each rung once, to somebody, and told on the timeline."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from cases.changes import LATE
from cases.models import PendingEscalation
from tests.notifications.town import ASSESSMENT, DUE, FRIDAY, MINUTE, Town, step_of
from workflow.roles import Role

SATURDAY = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MONDAY_AT_SEVEN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def test_a_rung_fires_at_its_time_and_not_before(town: Town):
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    town.sweep(DUE - timedelta(minutes=30, seconds=1))
    assert town.told("assess") == []
    town.sweep(DUE - timedelta(minutes=30))
    assert town.told("assess") == [("soon", "nils")]
    [event] = town.events(reference, "escalated")
    assert event.data == {
        "step": "assess", "item": "", "round": 1, "rung": "soon", "to": [staff["nils"]],
        "roles_without_anyone": [],
    }  # fmt: skip


def test_the_whole_ladder_is_climbed_while_nobody_does_the_step(town: Town):
    town.report(town.staff()["wilma"], FRIDAY)
    for minutes in range(0, 5 * 60, 10):
        town.sweep(FRIDAY + minutes * MINUTE)
    assert town.told("assess") == [
        ("soon", "nils"), ("due", "nils"), ("due", "eva"), ("head", "hans"), ("mas", "mia")
    ]  # fmt: skip


def test_a_step_that_is_done_reminds_nobody(town: Town):
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    town.do(staff["nils"], reference, "assess", FRIDAY + MINUTE, ASSESSMENT)
    town.sweep(FRIDAY + timedelta(hours=12))
    assert town.told("assess") == []


def test_nobody_behind_a_rung_takes_the_next_at_once_and_says_so(town: Town):
    wilma = town.hire("wilma", Role.CARE_WORKER)
    hans = town.hire("hans", Role.HEAD_OF_HEALTH_CARE, everywhere=True)
    reference = town.report(wilma, FRIDAY)
    town.sweep(DUE - timedelta(minutes=30))
    assert town.told("assess") == [("head", "hans")]
    assert town.pending(reference, "assess") == ["mas"]
    events = town.events(reference, "nobody_reachable", "escalated")
    assert [(e.type, e.data["rung"], e.data["roles_without_anyone"]) for e in events] == [
        ("nobody_reachable", "soon", ["responsible"]),
        ("nobody_reachable", "due", ["responsible", "unit_manager"]),
        ("escalated", "head", []),
    ]
    assert events[-1].data["to"] == [hans]
    assert "late" not in events[-1].data


def test_a_role_without_anyone_is_named_though_others_were_reached(town: Town):
    wilma = town.hire("wilma", Role.CARE_WORKER)
    town.hire("nils", Role.NURSE)
    reference = town.report(wilma, FRIDAY)
    town.sweep(DUE)
    assert town.told("assess") == [("soon", "nils"), ("due", "nils")]
    named = [e.data["roles_without_anyone"] for e in town.events(reference, "escalated")]
    assert named == [[], ["unit_manager"]]


def test_a_rung_that_the_rules_no_longer_have_reminds_the_responsible(town: Town):
    town.report(town.staff()["wilma"], FRIDAY)
    with town.database.transaction() as session:
        session.execute(
            update(PendingEscalation).where(PendingEscalation.rung == "soon").values(rung="early")
        )
    town.sweep(DUE - timedelta(minutes=30))
    assert town.told("assess") == [("early", "nils")]


def test_with_no_rung_left_the_mas_of_another_unit_is_told(town: Town):
    wilma = town.hire("wilma", Role.CARE_WORKER)
    town.hire("mia", Role.MAS, unit_id=town.unit("bjorkbacken"))
    reference = town.report(wilma, FRIDAY)
    town.sweep(DUE)
    assert town.told("assess") == [("mas", "mia")]
    assert town.pending(reference, "assess") == ["mas#2"]
    rungs = [e.data["rung"] for e in town.events(reference, "nobody_reachable")]
    assert rungs == ["soon", "due", "head", "mas"]


def test_with_nobody_in_the_whole_municipality_the_timeline_says_so_alone(town: Town):
    reference = town.report(town.hire("wilma", Role.CARE_WORKER), FRIDAY)
    report = town.sweep(DUE)
    assert town.notifications() == []
    assert report.fired.rungs == 4
    assert len(town.events(reference, "nobody_reachable")) == 4
    assert town.events(reference, "escalated") == []


def test_a_step_that_opens_late_gives_each_one_message_for_all_rungs_gone(town: Town):
    staff = town.staff()
    reference = town.report(
        staff["wilma"], FRIDAY, called_at=FRIDAY - timedelta(hours=3, minutes=30)
    )
    town.sweep(FRIDAY)
    assert sorted(town.told("assess")) == [(LATE, "eva"), (LATE, "hans"), (LATE, "nils")]
    [event] = town.events(reference, "escalated")
    assert event.data["passed"] == ["soon", "due", "head"]
    assert town.pending(reference, "assess") == ["mas"]
    town.sweep(FRIDAY + timedelta(minutes=30))
    assert town.told("assess", "mas") == [("mas", "mia")]


def test_a_daytime_rung_at_the_weekend_waits_for_seven_on_the_next_working_day(town: Town):
    staff = town.staff()
    town.report(staff["wilma"], SATURDAY, called_at=SATURDAY - timedelta(days=4))
    town.sweep(SATURDAY)
    waiting = [n for n in town.notifications() if n.sending == "digest"]
    assert len(waiting) == 3
    assert {n.send_after for n in waiting} == {MONDAY_AT_SEVEN}


def test_an_acute_rung_goes_at_once_in_the_middle_of_the_night(town: Town):
    night = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    town.report(town.staff()["wilma"], night)
    town.sweep(night + timedelta(hours=1, minutes=30))
    [notification] = town.notifications()
    assert notification.sending == "at_once"
    assert notification.send_after == night + timedelta(hours=1, minutes=30)


def test_a_serious_event_is_told_to_mas_at_once_though_the_step_is_done(town: Town):
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    serious = ASSESSMENT | {"severity": "3"}
    town.do(staff["nils"], reference, "assess", FRIDAY + MINUTE, serious)
    town.sweep(FRIDAY + MINUTE)
    assert town.told("assess") == [("tell:serious", "mia")]
    [notification] = town.notifications()
    assert (notification.sending, notification.send_after) == ("at_once", FRIDAY + MINUTE)


def test_a_tell_of_the_report_outlives_the_step_it_hangs_on(town: Town):
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY, misconduct_suspected=True)
    town.do(staff["nils"], reference, "assess", FRIDAY, ASSESSMENT)
    town.sweep(FRIDAY + MINUTE)
    assert sorted(town.told("assess")) == [("tell:misconduct", "eva"), ("tell:misconduct", "mia")]


def test_a_tell_goes_at_once_from_a_daytime_step_too(town: Town):
    staff = town.staff()
    reference = town.report(staff["wilma"], SATURDAY)
    with town.database.transaction() as session:
        step = step_of(session, reference, "event_report")
        session.add(PendingEscalation(step_id=step.id, rung="tell:serious", at=SATURDAY))
    town.sweep(SATURDAY)
    [notification] = town.notifications()
    assert (notification.sending, notification.send_after) == ("at_once", SATURDAY)


def test_a_tell_behind_which_nobody_stands_leaves_the_ladder_of_its_step_alone(town: Town):
    wilma = town.hire("wilma", Role.CARE_WORKER)
    reference = town.report(wilma, FRIDAY, misconduct_suspected=True)
    town.sweep(FRIDAY)
    [event] = town.events(reference, "nobody_reachable")
    assert event.data["rung"] == "tell:misconduct"
    assert event.data["roles_without_anyone"] == ["unit_manager", "mas"]
    assert town.pending(reference, "assess") == ["soon", "due", "head", "mas"]


def test_after_an_outage_each_missed_rung_goes_out_once_marked_late(town: Town):
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    report = town.sweep(DUE + timedelta(hours=1))
    assert town.told("assess") == [
        ("soon", "nils"), ("due", "nils"), ("due", "eva"), ("head", "hans")
    ]  # fmt: skip
    events = {e.data["rung"]: e.data.get("late") for e in town.events(reference, "escalated")}
    assert events == {"soon": True, "due": True, "head": None}
    assert report.fired.late == timedelta(hours=1, minutes=30)


def test_five_minutes_are_not_late(town: Town):
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    town.sweep(DUE - timedelta(minutes=25))
    [event] = town.events(reference, "escalated")
    assert "late" not in event.data


def test_a_rung_armed_again_tells_only_those_not_told_before(town: Town):
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    town.sweep(DUE - timedelta(minutes=30))
    town.hire("nora", Role.NURSE)
    with town.database.transaction() as session:
        due = session.scalars(
            select(PendingEscalation).where(PendingEscalation.rung == "due").order_by("id").limit(1)
        ).one()
        session.add(PendingEscalation(step_id=due.step_id, rung="soon", at=DUE - 20 * MINUTE))
    town.sweep(DUE - 20 * MINUTE)
    town.sweep(DUE - 10 * MINUTE)
    assert town.told("assess") == [("soon", "nils"), ("soon", "nora")]
    assert len(town.events(reference, "escalated")) == 2
