"""The log for process mining: whole, tied together, and without patients."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cases.canary import open_canary
from cases.database import Database
from cases.log import CaseEvent
from cases.ocel.export import write_log
from cases.ocel.wanted import Wanted
from cases.people import Patient, Person
from notifications.sweep import sweep
from tests.cases.village import Village
from workflow.definitions import DEFINITIONS
from workflow.moments import day_of
from workflow.routines import load

ALL = Wanted()


def written(database: Database, wanted: Wanted = ALL) -> dict[str, Any]:
    file = StringIO()
    with database.reading() as session:
        write_log(session, wanted, file)
    found: dict[str, Any] = json.loads(file.getvalue())
    return found


def cases_in(log: dict[str, Any]) -> set[str]:
    return {each["id"] for each in log["objects"] if each["type"] == "case"}


def busied(village: Village) -> Village:
    """A case that is closed, and one that is withdrawn after reminders, linked."""
    closed, withdrawn = village.report(), village.report()
    village.link("nina", withdrawn, closed)
    village.do_all(closed, "closed")
    village.wait(hours=30)
    sweep(village.database, village.routines, village.now)
    village.act("ulla", withdrawn)
    return village


@pytest.fixture(scope="module")
def busy(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    """Only read, but for the last test."""
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("busy") / "busy.sqlite3")
    database = Database(f"sqlite:///{file}")
    yield busied(Village(database, load(None)))
    database.engine.dispose()


def test_what_is_named_is_there_and_what_it_holds_is_declared(village: Village):
    log = written(busied(village).database)
    known = {each["id"] for each in log["objects"]}
    assert len(known) == len(log["objects"])
    for kind, declared in (("objects", "objectTypes"), ("events", "eventTypes")):
        types = {
            each["name"]: {a["name"]: a["type"] for a in each["attributes"]}
            for each in log[declared]
        }
        assert {each["type"] for each in log[kind]} <= types.keys()
        for each in log[kind]:
            assert {related["objectId"] for related in each["relationships"]} <= known
            for attribute in each["attributes"]:
                type_ = types[each["type"]][attribute["name"]]
                python = {"string": str, "time": str, "integer": int, "boolean": bool}[type_]
                assert type(attribute["value"]) is python, (each["id"], attribute)


def test_no_patient_no_person_and_nothing_typed_is_in_it(busy: Village):
    text = json.dumps(written(busy.database), ensure_ascii=False)
    with busy.database.reading() as session:
        patients = session.execute(select(Patient.name, Patient.number)).all()
        people = session.execute(select(Person.name, Person.username, Person.email)).all()
        typed = [event.text.body for event in session.scalars(select(CaseEvent)) if event.text]
    secrets = {word for row in (*patients, *people) for word in row}
    secrets |= {word for body in typed for word in _texts(body) if " " in word}
    assert len(secrets) > 20
    assert {word for word in secrets if f'"{word}' in text or f"{word}." in text} == set()


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in _texts(each)]


def test_a_person_is_the_same_in_one_file_and_unknown_in_another(busy: Village):
    first, second = (
        {each["id"] for each in written(busy.database)["objects"] if each["type"] == "person"}
        for _time in range(2)
    )
    assert len(first) == len(second) > 2
    assert first.isdisjoint(second)


def test_a_step_that_is_done_is_tied_to_the_one_who_did_it_and_to_the_step(busy: Village):
    log = written(busy.database)
    [event, *_] = [each for each in log["events"] if each["type"] == "deviation.assess"]
    assert {related["qualifier"] for related in event["relationships"]} == {
        "case", "unit", "step", "by"
    }  # fmt: skip
    [opened, *_] = [each for each in log["events"] if each["type"] == "deviation.advanced"]
    assert "opened" in {related["qualifier"] for related in opened["relationships"]}
    [told, *_] = [each for each in log["events"] if each["type"] == "deviation.escalated"]
    assert "to" in {related["qualifier"] for related in told["relationships"]}


def test_a_step_has_no_key_that_another_kind_of_event_has(busy: Village):
    """So that what was done is told apart from what the log says of it."""
    types = {each["name"].split(".")[1] for each in written(busy.database)["eventTypes"]}
    steps = {step.key for d in DEFINITIONS for state in d.states for step in state.steps}
    with busy.database.reading() as session:
        logged = set(session.scalars(select(CaseEvent.type).distinct()))
    assert logged - {"step_done", "action"} <= types
    assert steps & logged == set()


def test_only_whole_cases_of_the_days_and_kinds_asked_for_come_with_it(busy: Village):
    today = day_of(busy.now)
    with busy.database.transaction() as session:
        open_canary(session, busy.routines, busy.now)
    later = busy.report()
    everything = written(busy.database)
    assert cases_in(written(busy.database, Wanted(first=today))) == {later}
    before = written(busy.database, Wanted(last=today - timedelta(days=1)))
    assert cases_in(before) == cases_in(everything) - {later}
    assert {each["type"].split(".")[0] for each in everything["events"]} == {"deviation"}
    nothing = written(busy.database, Wanted(kinds=("sip",)))
    assert (nothing["events"], nothing["objects"]) == ([], [])
