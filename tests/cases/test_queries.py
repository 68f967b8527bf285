"""The lists: who finds what in them, in what order, and at a price that does not grow."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from cases.access import Access
from cases.agenda import Agenda, agenda
from cases.board import acute_steps, people_on_duty
from cases.conferences import conference_units, take_up, waiting_patients
from cases.errors import NotFound
from cases.models import CaseStep
from cases.overdue import (
    Sieve,
    count_overdue,
    overdue,
    overdue_steps,
    unheard_steps,
)
from cases.people import Membership, Patient, PatientConference, Unit
from cases.searching import cases_by_reference, looks_like_reference, patients_found
from cases.worklists import my_reports, my_steps
from notifications.sweep import sweep
from tests.cases.village import Village
from workflow.moments import day_of
from workflow.roles import Role

Question = Callable[[Session, Access], Any]


def ask(village: Village, who: str, question: Question) -> Any:
    """Asks as that person, at the village's moment."""
    with village.database.transaction() as session:
        return question(session, village.access(session, who))


def steps_of(village: Village, who: str) -> list[tuple[str, str]]:
    lines = ask(village, who, lambda s, a: my_steps(s, village.routines, a))
    return [(line.case.reference, line.label) for line in lines]


def late(village: Village, who: str) -> list[str]:
    lines = ask(village, who, lambda s, a: overdue_steps(s, village.routines, a, village.now))
    return [line.keys.step for line in lines]


def report_at_granen(village: Village) -> str:
    return village.report("otto", unit="granen", patient=str(village.patients[2]))


# My work


def test_my_steps_go_by_the_time_left_with_the_overdue_on_top(village: Village) -> None:
    old = village.report()
    village.wait(hours=3)
    new = village.report()
    nina = ask(village, "nina", lambda s, a: my_steps(s, village.routines, a))
    assert [line.case.reference for line in nina] == [old, new]
    assert nina[0].due_at < village.now < nina[1].due_at


def test_a_step_is_mine_while_nobody_else_has_taken_it(village: Village) -> None:
    reference = village.report()
    village.claim("nina", reference, "assess")
    assert [line for _reference, line in steps_of(village, "nina")] == ["Bedöm om hembesök behövs"]
    assert steps_of(village, "arne") == []
    village.hand_over("nina", reference, "assess", None)
    assert steps_of(village, "arne") == steps_of(village, "nina")


def test_a_step_is_shown_only_to_those_whose_role_at_the_unit_may_do_it(village: Village) -> None:
    reference = village.report()
    assert steps_of(village, "ulla") == [(reference, "Rapportera händelsen")]
    assert steps_of(village, "siv") == []
    assert steps_of(village, "olga") == []
    assert steps_of(village, "mats") == []


def test_a_closed_case_asks_nobody_for_anything(village: Village) -> None:
    reference = village.report()
    village.act("ulla", reference)
    assert steps_of(village, "nina") == steps_of(village, "ulla") == []


def test_a_reporter_sees_where_the_reports_stand_and_that_feedback_has_come(
    village: Village,
) -> None:
    first = village.report()
    village.do_all(first, "completion")
    village.wait(hours=1)
    second = village.report()
    reports = ask(village, "siv", lambda s, a: my_reports(s, village.routines, a))
    assert [(r.case.reference, r.case.state, r.answered_at) for r in reports] == [
        (second, "Rapporterad", None),
        (first, "Avslutas", None),
    ]
    village.do("ulla", first, "feedback")
    reports = ask(village, "siv", lambda s, a: my_reports(s, village.routines, a))
    assert reports[1].answered_at == village.now
    assert ask(village, "stina", lambda s, a: my_reports(s, village.routines, a)) == ()


# The board


def test_the_board_holds_what_goes_at_once_and_names_those_on_duty_for_it(
    village: Village,
) -> None:
    with village.database.reading() as session:
        granen = session.scalars(select(Unit.id).where(Unit.key == "granen")).one()
    reference = village.report()
    other = report_at_granen(village)
    village.do("nina", reference, "assess", home_visit=True)
    village.on_duty("olga", Role.NURSE, granen)
    village.on_duty("nina", Role.NURSE)

    def board(session: Session, access: Access) -> Any:
        duty = people_on_duty(session, access, village.now)
        return acute_steps(session, village.routines, access, duty)

    seen = [
        (line.step.case.reference, line.step.label, set(line.on_duty))
        for line in ask(village, "mats", board)
    ]
    assert seen == [
        (other, "Bedöm om hembesök behövs", {"Olga Ö", "Nina Nord"}),
        (reference, "Gör hembesök", {"Nina Nord"}),
    ]
    assert [line.step.case.reference for line in ask(village, "ulla", board)] == [reference]


def test_somebody_is_on_duty_from_the_first_minute_of_the_spell_and_not_at_its_end(
    village: Village,
) -> None:
    def names() -> list[str]:
        duty = ask(village, "mats", lambda s, a: people_on_duty(s, a, village.now))
        return [one.name for one in duty]

    village.on_duty("nina", Role.NURSE, hours=8)
    assert names() == ["Nina Nord"]
    village.wait(hours=8)
    assert names() == []


# Overdue


def test_a_step_is_overdue_after_its_last_second_and_not_in_it(village: Village) -> None:
    reference = village.report()
    step_id, _revision = village.step(reference, "assess")
    with village.database.reading() as session:
        due = session.get_one(CaseStep, step_id).due_at

        def is_overdue(at: Any) -> bool:
            found = select(CaseStep.id).where(CaseStep.id == step_id, overdue(at))
            return session.scalar(found) is not None

        assert not is_overdue(due)
        assert is_overdue(due + timedelta(seconds=1))


def test_done_steps_and_closed_cases_are_not_overdue(village: Village) -> None:
    done, withdrawn, left = village.report(), village.report(), village.report()
    village.do("nina", done, "assess")
    village.act("ulla", withdrawn)
    village.wait(hours=5)
    lines = ask(village, "mats", lambda s, a: overdue_steps(s, village.routines, a, village.now))
    assert [line.step.case.reference for line in lines] == [left]
    assert ask(village, "mats", lambda s, a: count_overdue(s, a, village.now)) == 1


def test_an_overdue_step_says_who_hears_of_it_next_and_when(village: Village) -> None:
    village.report()
    village.wait(hours=2, minutes=5)
    sweep(village.database, village.routines, village.now)
    (line,) = ask(village, "mats", lambda s, a: overdue_steps(s, village.routines, a, village.now))
    assert line.next_to == ("head_of_health_care",)
    assert line.next_at == line.step.due_at + timedelta(hours=1)
    village.wait(days=1)
    sweep(village.database, village.routines, village.now)
    lines = ask(village, "mats", lambda s, a: overdue_steps(s, village.routines, a, village.now))
    assert (lines[0].next_to, lines[0].next_at) == (("mas",), village.now + timedelta(hours=4))


def test_before_any_rung_of_a_late_report_has_gone_its_own_people_are_next(
    village: Village,
) -> None:
    yesterday = (village.now - timedelta(days=1)).isoformat()
    village.report(called_at=yesterday, discovered_at=yesterday, occurred_at=None)
    (line,) = ask(village, "mats", lambda s, a: overdue_steps(s, village.routines, a, village.now))
    assert line.next_to == ("nurse", "unit_manager", "head_of_health_care", "mas")


def test_what_nobody_could_be_told_of_is_listed_until_it_is_done(village: Village) -> None:
    def unheard(who: str) -> Any:
        return ask(village, who, lambda s, a: unheard_steps(s, village.routines, a))

    reference = village.report()
    village.wait(hours=3, minutes=5)
    sweep(village.database, village.routines, village.now)
    (one,) = unheard("ulla")
    assert (one.step.case.reference, one.roles) == (reference, ("head_of_health_care",))
    village.do("nina", reference, "assess")
    assert unheard("ulla") == ()


@pytest.mark.parametrize(
    ("sieve", "through"),
    [
        (Sieve(), True),
        (Sieve(unit="tallen"), True),
        (Sieve(unit="granen"), False),
        (Sieve(unit="tallen", step="assess"), True),
        (Sieve(unit="tallen", step="consent"), False),
        (Sieve(definition="deviation", category="fall"), True),
        (Sieve(category="medication"), False),
    ],
)
def test_a_sieve_lets_through_what_has_all_that_it_names(sieve: Sieve, through: bool) -> None:
    assert sieve.lets_through(Sieve("tallen", "deviation", "fall", "assess")) is through


# Conferences


def agenda_of(village: Village, who: str = "nina", day: date | None = None) -> Agenda:
    def of_tallen(session: Session, access: Access) -> Agenda:
        unit = session.scalars(select(Unit).where(Unit.key == "tallen")).one()
        return agenda(session, village.routines, access, unit, day, village.now)

    shown: Agenda = ask(village, who, of_tallen)
    return shown


def announced(village: Village, days: int, consent: str = "given", **report: Any) -> str:
    reference = village.report(**report)
    for step in ("assess", "staff_talk", "patient_talk"):
        if step == "staff_talk":
            village.do("ulla", reference, "event_report")
        village.do("nina", reference, step)
    village.do("ulla", reference, "unit_staff_talk")
    if consent != "refused":
        day = day_of(village.now) + timedelta(days=days)
        village.do("nina", reference, "announce", conference_date=day.isoformat())
    village.do("nina", reference, "consent", consent=consent)
    return reference


def test_an_announced_case_stands_on_the_agenda_of_its_day(village: Village) -> None:
    reference = announced(village, days=3)
    today = day_of(village.now)
    shown = agenda_of(village)
    assert shown.day == today + timedelta(days=3)
    assert shown.days == {shown.day: 1}
    (patient,) = shown.patients
    (topic,) = patient.topics
    assert (topic.case.reference, topic.consent) == (reference, "Ja, samtycker")
    assert [step.label for step in topic.steps] == ["Diskutera på patientkonferensen"]
    assert agenda_of(village, day=today).patients == ()


def test_an_empty_agenda_is_of_today(village: Village) -> None:
    shown = agenda_of(village)
    assert (shown.day, shown.days, shown.patients) == (day_of(village.now), {}, ())


def test_a_patients_cases_are_taken_together_with_those_still_elsewhere(village: Village) -> None:
    first, second = announced(village, days=1), announced(village, days=1, kind="rehabilitation")
    third = village.report()
    (patient,) = agenda_of(village).patients
    assert [topic.case.reference for topic in patient.topics] == [first, second]
    (other,) = patient.others
    assert (other.case.reference, other.consent) == (third, "Patienten är inte tillfrågad")


def test_what_a_day_gone_by_did_not_get_to_is_left_on_later_agendas(village: Village) -> None:
    announced(village, days=1)
    later = announced(village, days=7, patient=str(village.patients[1]))
    village.wait(days=2)
    shown = agenda_of(village)
    assert [topic.case.reference for one in shown.patients for topic in one.topics] == [later]
    assert [one.patient.id for one in shown.left] == [village.patients[0]]
    missed = agenda_of(village, day=min(shown.days))
    assert missed.left == ()
    assert [one.patient.id for one in missed.patients] == [village.patients[0]]


def test_a_refused_case_is_decided_without_the_conference(village: Village) -> None:
    reference = announced(village, days=1, consent="refused")
    assert village.open_steps(reference) == ["decide_without_conference"]
    assert agenda_of(village).days == {}


def test_a_follow_up_stands_on_the_agenda_too(village: Village) -> None:
    reference = village.report()
    village.do_all(reference, "follow_up")
    shown = agenda_of(village)
    assert shown.day == day_of(village.now) + timedelta(days=7)
    assert [topic.case.state for topic in shown.patients[0].topics] == ["Följs upp"]


def waiting(village: Village, unit_key: str = "tallen") -> list[tuple[int, date | None]]:
    with village.database.reading() as session:
        unit = session.scalars(select(Unit).where(Unit.key == unit_key)).one()
        found = waiting_patients(session, village.routines, unit, village.now)
        return [(one.patient.id, one.last) for one in found]


def test_a_patient_waits_until_taken_up_and_again_after_three_months(village: Village) -> None:
    first, second, _gran = village.patients
    assert waiting(village) == [(first, None), (second, None)]
    today = day_of(village.now)
    ask(village, "nina", lambda s, a: take_up(s, a, first, village.now))
    assert waiting(village) == [(second, None)]
    village.now = village.now.replace(month=2, year=2027)
    assert waiting(village) == [(second, None)]
    village.wait(days=1)
    assert waiting(village) == [(second, None), (first, today)]


def test_a_discussed_case_takes_its_patient_up(village: Village) -> None:
    village.do_all(village.report(), "measures")
    assert waiting(village) == [(village.patients[1], None)]


def test_a_patient_no_longer_cared_for_does_not_wait(village: Village) -> None:
    with village.database.transaction() as session:
        patient = session.get_one(Patient, village.patients[0])
        patient.cared_for_until = day_of(village.now) - timedelta(days=1)
    assert waiting(village) == [(village.patients[1], None)]


def test_taking_up_twice_the_same_day_is_noted_once(village: Village) -> None:
    for _time in range(2):
        ask(village, "nina", lambda s, a: take_up(s, a, village.patients[0], village.now))
    with village.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(PatientConference)) == 1


def test_another_units_patient_cannot_be_taken_up(village: Village) -> None:
    for patient_id in (village.patients[2], 4711):
        with pytest.raises(NotFound), village.database.transaction() as session:
            take_up(session, village.access(session, "nina"), patient_id, village.now)


# Searching


@pytest.mark.parametrize("text", ["AVV-2026-0001", "avv-2026-0001", "AVV20260001", "avv 2026 0001"])
def test_a_reference_is_found_however_it_is_typed(village: Village, text: str) -> None:
    reference = village.report()
    village.report()
    assert looks_like_reference(text)
    found = ask(village, "siv", lambda s, a: cases_by_reference(s, village.routines, a, text))
    assert [case.reference for case in found] == [reference]


def test_the_beginning_of_a_reference_finds_open_and_closed_cases(village: Village) -> None:
    withdrawn, left = village.report(), village.report()
    village.act("ulla", withdrawn)
    found = ask(village, "ulla", lambda s, a: cases_by_reference(s, village.routines, a, "avv-2"))
    assert [(case.reference, case.closed_at is None) for case in found] == [
        (withdrawn, False),
        (left, True),
    ]


def found_patients(village: Village, who: str, text: str) -> list[str]:
    found = ask(village, who, lambda s, a: patients_found(s, village.routines, a, text))
    return [one.patient.name for one in found]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("östman", ["Test Östman"]),
        ("OSTMAN", []),
        ("test ÖST", ["Test Östman"]),
        ("test", ["Test Gran", "Test Persson", "Test Östman"]),
        ("%", []),
        ("te_t", []),
        ("189001029819", ["Test Östman"]),
        ("900102-9819", ["Test Östman"]),
        ("18900102", ["Test Östman"]),
        ("900102", ["Test Östman"]),
        ("9001", []),
    ],
)
def test_a_patient_is_found_by_parts_of_the_name_or_number(
    village: Village, text: str, names: list[str]
) -> None:
    assert found_patients(village, "mats", text) == names


def test_a_patient_found_brings_the_cases_that_the_searcher_may_see(village: Village) -> None:
    reference = village.report()
    (one,) = ask(village, "nina", lambda s, a: patients_found(s, village.routines, a, "persson"))
    assert [case.reference for case in one.cases] == [reference]


# Access and price


def everything(village: Village) -> dict[str, Question]:
    """Each list as a question that answers with what it holds."""
    routines = village.routines

    def board(session: Session, access: Access) -> Any:
        return acute_steps(session, routines, access, people_on_duty(session, access, village.now))

    def agendas(session: Session, access: Access) -> Any:
        units = conference_units(session, access)
        day = day_of(village.now)
        shown = [agenda(session, routines, access, unit, day, village.now) for unit in units]
        return [one for each in shown for one in (*each.patients, *each.left)]

    def waiting_there(session: Session, access: Access) -> Any:
        units = conference_units(session, access)
        return [w for unit in units for w in waiting_patients(session, routines, unit, village.now)]

    return {
        "my steps": lambda s, a: my_steps(s, routines, a),
        "my reports": lambda s, a: my_reports(s, routines, a),
        "board": board,
        "overdue": lambda s, a: overdue_steps(s, routines, a, village.now),
        "count": lambda s, a: count_overdue(s, a, village.now),
        "unheard": lambda s, a: unheard_steps(s, routines, a),
        "agenda": agendas,
        "waiting": waiting_there,
        "reference": lambda s, a: cases_by_reference(s, routines, a, "AVV"),
        "patients": lambda s, a: patients_found(s, routines, a, "test"),
    }


def test_the_manager_of_one_unit_sees_nothing_of_another(village: Village) -> None:
    announced(village, days=0)
    village.report()
    village.wait(hours=4)
    sweep(village.database, village.routines, village.now)
    with village.database.transaction() as session:
        granen = session.scalars(select(Unit.id).where(Unit.key == "granen")).one()
        membership = select(Membership).where(Membership.person_id == village.people["ulla"])
        session.scalars(membership).one().unit_id = granen
    hers = {name: ask(village, "ulla", question) for name, question in everything(village).items()}
    assert [one.patient.name for one in hers.pop("waiting")] == ["Test Gran"]
    assert [(one.patient.name, one.cases) for one in hers.pop("patients")] == [("Test Gran", ())]
    assert not any(hers.values())
    all_of_it = {name: ask(village, "mats", q) for name, q in everything(village).items()}
    assert {name for name, found in all_of_it.items() if not found} == {"my steps", "my reports"}


@contextmanager
def counted(village: Village) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(village.database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(village.database.engine, "before_cursor_execute", note)


def prices(village: Village) -> dict[str, int]:
    """How many statements each list costs each of those who see most."""
    price = {}
    for name, question in everything(village).items():
        for who in ("siv", "nina", "ulla", "mats"):
            with counted(village) as statements:
                ask(village, who, question)
            price[f"{name} for {who}"] = len(statements)
    return price


def test_a_list_of_a_hundred_cases_asks_the_database_no_more_often_than_one_of_ten(
    village: Village,
) -> None:
    """Reported, on their way to a conference, closed; overdue with rungs fired and pending."""
    announced(village, days=0)
    village.do_all(village.report(), "completion")
    for _case in range(8):
        village.report()
    village.wait(hours=5)
    sweep(village.database, village.routines, village.now)
    of_ten = prices(village)
    for n in range(90):
        village.report(patient=str(village.patients[n % 2]))
    announced(village, days=0, patient=str(village.patients[1]))
    announced(village, days=0)
    village.wait(hours=5)
    sweep(village.database, village.routines, village.now)
    assert prices(village) == of_ten
