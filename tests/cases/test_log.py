"""The event log is append-only, and tells when somebody has changed it all the same."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from cases.database import Database
from cases.events import (
    append,
    dispose,
    events_of,
    faults_of_log,
    next_reference,
    seal_day,
    unsealed,
)
from cases.models import Case
from cases.people import Patient, Person, Unit, sort_key

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.engine.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with Session(database.engine, expire_on_commit=False) as session:
        yield session


def a_case(session: Session) -> Case:
    unit = Unit(key="solgarden", name="Solgården", kind="special_housing")
    person = Person(
        username="maja", name="Maja Öberg", sort_name=sort_key("Maja Öberg"), email="m@a.example"
    )
    patient = Patient(number="189001019802", name="Test Persson", sort_name="test", unit=unit)
    session.add_all([unit, person, patient])
    session.flush()
    case = Case(
        reference=next_reference(session, "AVV", NOW),
        definition="deviation",
        version=1,
        category="fall",
        patient=patient,
        unit=unit,
        state="reported",
        occurred_at=NOW,
        opened_at=NOW,
        opened_by=person.id,
        head_sequence=0,
        head_hash="",
    )
    session.add(case)
    session.flush()
    append(session, case, "opened", NOW, actor_id=person.id, text={"form": {"kind": "fall"}})
    append(session, case, "note", NOW + timedelta(minutes=5), text={"note": "Ringde åter."})
    session.commit()
    return case


def test_an_untouched_log_verifies(session: Session) -> None:
    a_case(session)
    seal_day(session, NOW, unsealed(session))
    session.commit()
    assert list(faults_of_log(session)) == []


def test_references_are_gapless_within_a_year_and_start_anew_with_the_next(
    session: Session,
) -> None:
    first = [next_reference(session, "AVV", NOW) for _ in range(3)]
    assert first == ["AVV-2026-0001", "AVV-2026-0002", "AVV-2026-0003"]
    new_year_in_stockholm = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert next_reference(session, "AVV", new_year_in_stockholm) == "AVV-2027-0001"
    session.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE case_events SET type = 'other'",
        "DELETE FROM case_events",
        "DELETE FROM event_texts",
        "UPDATE event_texts SET salt = 'x'",
        "UPDATE log_checkpoints SET hash = 'x'",
        "DELETE FROM log_checkpoints",
        "UPDATE log_checkpoint_heads SET hash = 'x'",
        "DELETE FROM log_checkpoint_heads",
        "UPDATE access_log SET action = 'other'",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(session: Session, statement: str) -> None:
    case = a_case(session)
    seal_day(session, NOW, unsealed(session))
    session.execute(
        text(
            "INSERT INTO access_log (at, person_id, role, action, allowed) "
            "VALUES (CURRENT_TIMESTAMP, :who, 'mas', 'read_case', true)"
        ),
        {"who": case.opened_by},
    )
    session.commit()
    with pytest.raises(DatabaseError):
        session.execute(text(statement))
    session.rollback()
    assert list(faults_of_log(session)) == []


def test_disposing_of_what_was_typed_empties_it_and_leaves_the_chain_whole(
    session: Session,
) -> None:
    case = a_case(session)
    dispose(session, events_of(session, case.id)[1], NOW + timedelta(days=4000))
    session.commit()
    session.expire_all()
    note = events_of(session, case.id)[1]
    assert note.text is not None
    assert note.text.body is None
    assert list(faults_of_log(session)) == []


def without_guards(session: Session, *tables: str) -> None:
    """What somebody with the database's own password could do."""
    if session.get_bind().dialect.name == "postgresql":
        for table in tables:
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        return
    triggers = session.execute(
        text("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    )
    for name, table in triggers.all():
        if table in tables:
            session.execute(text(f"DROP TRIGGER {name}"))


def test_a_changed_row_is_found(session: Session) -> None:
    a_case(session)
    without_guards(session, "case_events")
    session.execute(text("UPDATE case_events SET type = 'withdrawn' WHERE sequence = 2"))
    session.commit()
    assert any("händelse 2 är ändrad" in fault for fault in faults_of_log(session))


def test_changed_words_are_found(session: Session) -> None:
    a_case(session)
    without_guards(session, "event_texts")
    session.execute(text('UPDATE event_texts SET body = \'{"note": "Annat."}\''))
    session.commit()
    assert any("texten till händelse 2 är ändrad" in fault for fault in faults_of_log(session))


def test_a_removed_last_event_is_found(session: Session) -> None:
    a_case(session)
    without_guards(session, "case_events", "event_texts")
    session.execute(
        text("DELETE FROM event_texts WHERE event_id = (SELECT max(id) FROM case_events)")
    )
    session.execute(text("DELETE FROM case_events WHERE sequence = 2"))
    session.commit()
    assert any("den senaste händelsen är borttagen" in fault for fault in faults_of_log(session))


def vanish(session: Session) -> None:
    without_guards(session, "case_events", "event_texts")
    for statement in (
        "DELETE FROM event_texts",
        "DELETE FROM case_events",
        "DELETE FROM cases",
        "UPDATE reference_counters SET last = 0",
    ):
        session.execute(text(statement))
    session.commit()
    session.expunge_all()


def test_a_vanished_case_is_found_by_the_days_checkpoint(session: Session) -> None:
    case = a_case(session)
    seal_day(session, NOW, unsealed(session))
    session.commit()
    vanish(session)
    assert any(case.reference in fault for fault in faults_of_log(session))


def test_a_vanished_case_is_found_by_its_number_before_any_checkpoint(session: Session) -> None:
    case = a_case(session)
    vanish(session)
    session.execute(text("UPDATE reference_counters SET last = 1"))
    session.commit()
    assert list(faults_of_log(session)) == [f"{case.reference}: ärendet är försvunnet."]


def test_a_case_rewritten_whole_is_found_by_the_checkpoint(session: Session) -> None:
    case = a_case(session)
    seal_day(session, NOW, unsealed(session))
    session.commit()
    without_guards(session, "case_events", "event_texts")
    session.execute(text("DELETE FROM event_texts"))
    session.execute(text("DELETE FROM case_events"))
    session.commit()
    session.expire_all()
    forged = session.get(Case, case.id)
    assert forged is not None
    forged.head_sequence, forged.head_hash = 0, ""
    append(session, forged, "opened", NOW, text={"form": {"kind": "medication"}})
    append(session, forged, "note", NOW, text={"note": "Inget hände."})
    session.commit()
    assert any("är utbytt" in fault for fault in faults_of_log(session))


def test_a_day_is_sealed_once_and_only_what_changed_is_sealed_again(session: Session) -> None:
    case = a_case(session)
    first = seal_day(session, NOW, unsealed(session))
    assert first is not None
    assert first.day == date(2026, 11, 21)
    assert seal_day(session, NOW + timedelta(hours=3), unsealed(session)) is None
    second = seal_day(session, NOW + timedelta(days=1), unsealed(session))
    assert second is not None
    assert second.heads == []
    append(session, case, "note", NOW + timedelta(days=1), text={"note": "Mer."})
    third = seal_day(session, NOW + timedelta(days=2), unsealed(session))
    assert third is not None
    assert [head.sequence for head in third.heads] == [3]
    session.commit()
    assert list(faults_of_log(session)) == []
