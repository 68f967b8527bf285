"""The file, written as it is read, so that a large log needs little memory."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TextIO

from sqlalchemy.orm import Session

from cases.ocel.events import events
from cases.ocel.objects import Pseudonyms, objects
from cases.ocel.shapes import event_types, object_types
from cases.ocel.wanted import Wanted


@dataclass(frozen=True)
class Written:
    """How many events and objects the file holds."""

    events: int
    objects: int


def write_log(session: Session, wanted: Wanted, file: TextIO) -> Written:
    """One picture of the database, in a session that has not read anything yet."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    pseudonyms, types = Pseudonyms(), set[str]()
    file.write('{"objectTypes":')
    file.write(_json(object_types()))
    file.write(',"events":[')
    told = _stream(file, _noted(events(session, wanted, pseudonyms), types))
    file.write('],"objects":[')
    things = _stream(file, objects(session, wanted, pseudonyms))
    # Last, since only now is it known of what types the events are.
    file.write('],"eventTypes":')
    file.write(_json(event_types(types)))
    file.write("}\n")
    return Written(told, things)


def _noted(found: Iterable[Mapping[str, Any]], types: set[str]) -> Iterator[Mapping[str, Any]]:
    for event in found:
        types.add(event["type"])
        yield event


def _stream(file: TextIO, found: Iterable[Mapping[str, Any]]) -> int:
    count = 0
    for count, each in enumerate(found, 1):
        file.write("\n" if count == 1 else ",\n")
        file.write(_json(each))
    return count


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
