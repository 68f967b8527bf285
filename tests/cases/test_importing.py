"""Deviations of an earlier system: what a file may say, and which cases its rows become."""

from collections.abc import Mapping
from datetime import date, datetime
from threading import Thread

import pytest
from sqlalchemy import func, select

from cases.errors import Invalid, NotAllowed
from cases.events import faults_of_log
from cases.history import History
from cases.imported import IMPORTED, ImportedCase
from cases.importing import carrying_out
from cases.importing.carrying_out import import_cases
from cases.models import DONE, NOT_NEEDED, OPEN, Case, PendingEscalation, ReferenceCounter
from cases.offers import opening_offers
from cases.operations import link
from cases.overview import case_named, overview
from cases.people import OWN, Membership, Patient, Person, Unit
from cases.searching import cases_by_reference, patients_found
from cases.timeline import timeline
from notifications.models import Notification
from notifications.sweep import sweep
from tests.cases.earlier import (
    CLOSED,
    HEADINGS,
    OPEN_ROW,
    faults,
    local,
    planned,
    read_in,
    row,
)  # fmt: skip
from tests.cases.village import Village
from workflow.definitions.deviation import DEVIATION
from workflow.roles import Role


def steps(case: Case) -> dict[str, tuple[str, datetime | None]]:
    return {step.key: (step.condition, step.ended_at) for step in case.steps}


def log_faults(village: Village) -> list[str]:
    with village.database.reading() as session:
        return list(faults_of_log(session))


# What becomes of a row


def test_a_closed_row_becomes_a_closed_case_with_its_steps_done_at_their_times(village):
    assert read_in(village, HEADINGS + CLOSED) == 1
    case = village.case("AVV-2022-0001")
    assert (case.state, case.closed_at) == ("closed", local("2022-04-01 10:00"))
    assert (case.occurred_at, case.opened_at) == (
        local("2022-03-04 14:00"), local("2022-03-04 15:10"),
    )  # fmt: skip
    assert steps(case) == {
        "assess": (DONE, local("2022-03-04 16:00")),
        "event_report": (DONE, local("2022-03-07 09:00")),
    }
    assert [step.due_at for step in case.steps] == [
        local("2022-03-04 17:10"), local("2022-03-07 23:59:59"),  # a Saturday's becomes Monday's
    ]  # fmt: skip
    (opened, *_others, last) = village.events(case.reference)
    assert opened.text.body["form"]["what_happened"] == "Halkade i hallen."
    assert (last.type, last.recorded_at) == (IMPORTED, village.now)
    assert log_faults(village) == []
    with village.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(PendingEscalation)) == 0


def test_a_step_that_the_row_does_not_know_was_not_needed_and_the_risk_is_kept(village):
    read_in(village, HEADINGS + row(assessed_at="", event_report_at=""))
    case = village.case("AVV-2022-0001")
    assert steps(case) == {
        "assess": (NOT_NEEDED, case.closed_at), "event_report": (NOT_NEEDED, case.closed_at),
    }  # fmt: skip
    (imported,) = village.events(case.reference, IMPORTED)
    assert imported.data == {"severity": "3", "probability": "2"}


def test_an_open_row_stands_where_the_engine_says_with_what_is_late(village):
    read_in(village, HEADINGS + OPEN_ROW + row("G-3", closed_at=""))
    case = village.case("AVV-2026-0001")
    assert (case.state, case.category, case.closed_at) == ("reported", "medication", None)
    assert steps(case) == {"assess": (OPEN, None), "event_report": (OPEN, None)}
    further = village.case("AVV-2022-0001")
    assert further.state == "preparation"
    assert village.open_steps(further.reference) == [
        "staff_talk", "unit_staff_talk", "patient_talk", "consent", "announce",
    ]  # fmt: skip
    with village.database.reading() as session:
        waiting = session.execute(
            select(PendingEscalation.rung, PendingEscalation.at, func.count())
            .group_by(PendingEscalation.rung, PendingEscalation.at)
            .order_by(PendingEscalation.rung)
        ).all()
    # Seven steps late as one message each, and a severity that MAS hears of at once.
    assert waiting == [("late:", village.now, 7), ("tell:serious", village.now, 1)]
    assert log_faults(village) == []


def test_what_is_late_in_an_open_row_is_told_by_the_next_sweep(village):
    read_in(village, HEADINGS + OPEN_ROW)
    assert sweep(village.database, village.routines, village.now).broken == ()
    with village.database.reading() as session:
        told = set(session.scalars(select(Notification.recipient_id)))
    assert {village.people[who] for who in ("nina", "ulla", "mats")} <= told


def test_an_open_row_can_be_brought_to_its_end_here(village):
    read_in(village, HEADINGS + row(closed_at="", severity="", probability="", description=""))
    village.do_all("AVV-2022-0001", "closed")
    assert village.case("AVV-2022-0001").closed_at == village.now
    assert log_faults(village) == []


def test_an_assessment_before_the_written_report_ended_the_step_when_it_began(village):
    read_in(village, HEADINGS + row(assessed_at="2022-03-04 14:30"))
    case = village.case("AVV-2022-0001")
    assert steps(case)["assess"] == (DONE, case.opened_at)
    (done,) = [e for e in village.events(case.reference, "step_done") if e.data["step"] == "assess"]
    assert done.occurred_at == local("2022-03-04 14:30")


def test_references_are_those_of_the_reports_year_without_gaps(village):
    village.report()
    read_in(village, HEADINGS + OPEN_ROW + CLOSED + row("G-3", occurred_at="2022-01-02 10:00"))
    village.report()
    with village.database.reading() as session:
        references = session.scalars(select(Case.reference).order_by(Case.reference)).all()
        counters = session.execute(
            select(ReferenceCounter.year, ReferenceCounter.last).order_by(ReferenceCounter.year)
        ).all()
    assert references == [
        "AVV-2022-0001", "AVV-2022-0002", "AVV-2026-0001", "AVV-2026-0002", "AVV-2026-0003",
    ]  # fmt: skip
    assert counters == [(2022, 2), (2026, 3)]
    assert log_faults(village) == []


def test_where_the_event_is_not_known_the_report_counts(village):
    read_in(village, HEADINGS + row(occurred_at=""))
    case = village.case("AVV-2022-0001")
    assert case.occurred_at == case.opened_at == local("2022-03-04 15:10")


# Again, broken off, and two at once


def test_the_same_file_twice_reads_nothing_in_twice_and_a_changed_row_is_told(village):
    assert read_in(village, HEADINGS + CLOSED + OPEN_ROW) == 2
    again = planned(village, HEADINGS + OPEN_ROW + CLOSED + row("G-3"))
    assert (len(again.new), again.known, again.faults) == (1, 2, ())
    changed = planned(village, HEADINGS + row(severity="4") + OPEN_ROW)
    assert (changed.new, changed.known) == ((), 1)
    assert faults(changed) == [
        (2, "", "Raden är ändrad sedan den lästes in. Rätta i ärendet i stället.")
    ]


def test_an_import_that_is_broken_off_goes_on_where_it_stopped(village, monkeypatch):
    monkeypatch.setattr(carrying_out, "BATCH", 2)
    content = HEADINGS + "".join(row(f"G-{n}") for n in range(5))
    new = planned(village, content).new
    assert next(import_cases(village.database, village.routines, new, village.now)) == 2
    again = planned(village, content)
    assert (len(again.new), again.known) == (3, 2)
    assert read_in(village, content) == 3
    assert log_faults(village) == []


def test_two_who_read_in_the_same_file_at_once_read_it_in_once(village, monkeypatch):
    monkeypatch.setattr(carrying_out, "BATCH", 5)
    new = planned(village, HEADINGS + "".join(row(f"G-{n}") for n in range(40))).new
    done = []

    def run() -> None:
        done.append(sum(import_cases(village.database, village.routines, new, village.now)))

    both = [Thread(target=run) for _nth in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sum(done) == 40
    assert log_faults(village) == []
    with village.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ImportedCase)) == 40


# Who may, and who may see


def test_only_those_with_the_right_read_in_and_only_for_their_own_units(village):
    with pytest.raises(NotAllowed):
        planned(village, HEADINGS + CLOSED, by="ulla")
    with village.database.transaction() as session:
        tallen = session.scalars(select(Unit.id).where(Unit.key == "tallen")).one()
        session.add(
            Membership(
                person_id=village.people["siv"], unit_id=tallen, role=Role.MAS,
                from_day=date(2020, 1, 1),
            )
        )  # fmt: skip
    found = planned(village, HEADINGS + CLOSED + row("G-2", unit="granen"), by="siv")
    assert [each.reference for each in found.new] == ["G-1"]
    assert faults(found) == [(3, "Enhet", "Du får inte läsa in ärenden för den enheten.")]


def test_whoever_reads_in_cases_sees_no_more_of_them_than_before(village):
    read_in(village, HEADINGS + CLOSED, by=village.people["ada"])
    (*_told, last) = village.events("AVV-2022-0001")
    assert last.actor_id == village.people["ada"]
    with village.database.reading() as session:
        seen = {
            who: len(cases_by_reference(session, village.routines, village.access(session, who),
                                        "AVV2022"))
            for who in ("ada", "mats", "nina", "olga")
        }  # fmt: skip
    assert seen == {"ada": 0, "mats": 1, "nina": 1, "olga": 0}


def test_an_imported_case_has_no_patient_whom_anybody_can_find_choose_or_compare(village):
    read_in(village, HEADINGS + OPEN_ROW + row("G-3", closed_at=""))
    with village.database.reading() as session:
        mats = village.access(session, "mats")
        case = case_named(session, "AVV-2022-0001")
        history = History.of(session, village.routines, case)
        view = overview(session, history, mats, village.now)
        assert (view.patient, view.patient_number, view.patient_page) == (
            "Patienten är inte angiven", "", None,
        )  # fmt: skip
        assert (view.others, view.called_before) == ((), "G-3")
        titles = [line.title for line in timeline(history, mats)]
        assert titles[-1] == "Inläst från ett tidigare system"
        for text in ("angiven", case.patient.number):
            assert patients_found(session, village.routines, mats, text) == ()
        offers = opening_offers(session, mats, DEVIATION, village.now)
        assert str(case.patient_id) not in offers["patients"]
    with pytest.raises(Invalid):
        village.run("mats", lambda s, a: link(s, a, "AVV-2022-0001", "AVV-2026-0001", village.now))


def test_vardtrads_own_people_and_units_are_made_once(village):
    read_in(village, HEADINGS + CLOSED)
    read_in(village, HEADINGS + row("G-2"))
    with village.database.reading() as session:
        made: Mapping[str, int] = {
            "people": len(session.scalars(select(Person).where(Person.username == OWN)).all()),
            "units": len(session.scalars(select(Unit).where(Unit.key == OWN)).all()),
            "nobodies": sum(each.is_nobody for each in session.scalars(select(Patient))),
        }
    assert set(made.values()) == {1}
