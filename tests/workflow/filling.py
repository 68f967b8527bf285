"""Any form filled in by chance: whatever it asks gets an answer, and what is refused another."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

from workflow.fields import Choice, Choices, Clock, Day, Moment, Number, Rows, YesNo
from workflow.forms import Form, Group
from workflow.holidays import STOCKHOLM
from workflow.patient_fields import OTHER_PATIENT

SHIFTS = (0, 1, -1, 14, 7, 30, -3, 90)
"""Days from now: what is tried in a field of time, one after the other."""


def filled(form: Form, chance: Random, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """`given` is changed only where it is refused; empty when eight tries were not enough."""
    data = dict(form.initial()) | dict(given or {})
    for name, field in form.fields.items():
        left_out = not field.required and chance.random() < 0.3
        if (name not in data or isinstance(field, Rows)) and not left_out:
            data[name] = _answer(form, name, data.get(name), chance, 0)
    for attempt in range(8):
        faults = form.validate(data)
        if not faults:
            return data
        for name in faults.keys() & form.fields.keys():
            _mend(form, name, data, faults[name], chance, attempt)
    return {}


def _mend(
    group: Group, name: str, data: dict[str, Any], faults: Any, chance: Random, attempt: int
) -> None:
    """In a row only what is wrong there; a list that is wrong as a whole is filled in anew."""
    rows = data.get(name)
    if isinstance(faults, Mapping) and isinstance(rows, list):
        row = group.rows_of(name).row
        for number, wrong in faults.items():
            for inner in wrong.keys() & row.fields.keys():
                _mend(row, inner, rows[int(number)], wrong[inner], chance, attempt)
    else:
        data[name] = _answer(group, name, rows, chance, attempt)


def _answer(group: Group, name: str, before: Any, chance: Random, attempt: int) -> Any:
    field, then = group.fields[name], group.now + timedelta(days=SHIFTS[attempt])
    match field:
        case Rows():
            rows = before if isinstance(before, list) and before else [{}]
            return [_row(field.row, row, chance) for row in rows]
        case Choice() | Choices():
            options = [key for key in field.offered() if key != OTHER_PATIENT] or [""]
            chosen = chance.choice(options)
            return [chosen] if isinstance(field, Choices) else chosen
        case YesNo():
            return chance.random() < 0.5
        case Moment():
            return then.isoformat()
        case Day():
            return then.astimezone(STOCKHOLM).date().isoformat()
        case Clock():
            return "09:00"
        case Number():
            return str(field.metadata["lo"] + attempt)
    if field.metadata["widget"] == "hidden":
        return before or f"{chance.getrandbits(32):08x}"
    if "email" in name:
        return "kim@region.example"
    return "000-000 00 00" if "phone" in name else f"Ord {chance.randrange(1000)}"


def _row(row: Group, given: Mapping[str, Any], chance: Random) -> dict[str, Any]:
    return {name: given.get(name) or _answer(row, name, None, chance, 0) for name in row.fields}
