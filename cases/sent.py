"""A sent form: read, carried out once, and remembered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from cases.access import Access
from cases.calling_out import call_out
from cases.errors import Invalid, Refused
from cases.models import OPEN, Case, Draft, Submission
from cases.rows import change
from cases.webhooks import WebhookEvent
from workflow.forms import Form
from workflow.holidays import STOCKHOLM
from workflow.words import _

PATIENT_FIELDS = ("patient", "patient_number", "patient_name", "unit")
"""Opening fields that become columns of the case and never lie in the log."""


@dataclass(frozen=True)
class Sent:
    """A form as it was sent; the same `key` twice has the effect of one."""

    data: Mapping[str, Any]
    key: str
    revision: int = 0


# These are asked at every change, and are made once.
_CARRIED_OUT = select(Submission.person_id, Submission.case_id).where(
    Submission.key == bindparam("key")
)
_CARRY_OUT = insert(Submission)
_DROP_DRAFT = delete(Draft).where(
    Draft.person_id == bindparam("person"), Draft.purpose == bindparam("purpose")
)


def carried_out(session: Session, access: Access, key: str) -> Case | None:
    """The case of a form already carried out; raises Refused for somebody else's key."""
    done = session.connection().execute(_CARRIED_OUT, {"key": key}).first()
    if done is None:
        return None
    if done.person_id != access.person_id:
        raise Refused(_("Formuläret är redan använt. Öppna sidan på nytt."))
    return session.get(Case, done.case_id)


def load(form: Form, data: Mapping[str, Any]) -> dict[str, Any]:
    """The form's values; raises Invalid with the messages beside their fields."""
    try:
        loaded: dict[str, Any] = form.load(data)
    except ValidationError as error:
        raise Invalid(error.normalized_messages()) from None
    return loaded


def load_all(*filled: tuple[Form, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """As load, for forms sent together; raises Invalid with the messages of all of them."""
    loaded, errors = list[dict[str, Any]](), dict[str, Any]()
    for form, data in filled:
        try:
            loaded.append(load(form, data))
        except Invalid as invalid:
            errors |= invalid.errors
    if errors:
        raise Invalid(errors)
    return loaded


def happened(
    form: Form, loaded: Mapping[str, Any], now: datetime, otherwise: datetime | None = None
) -> datetime:
    """By the form's own word (an earlier day counts as its noon), else `otherwise`, else now."""
    for name in form.when:
        value = loaded.get(name)
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        if isinstance(value, date) and value < now.astimezone(STOCKHOLM).date():
            return datetime.combine(value, time(12), STOCKHOLM).astimezone(UTC)
        if value is not None:
            return now
    return otherwise or now


def without_patient(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A dumped opening form as the log keeps it."""
    return {name: value for name, value in stored.items() if name not in PATIENT_FIELDS}


def close_if_ended(session: Session, case: Case, now: datetime) -> None:
    """A case without an open step has reached an end."""
    ended = not any(step.condition == OPEN for step in case.steps)
    if ended and case.closed_at is None:
        change(session, case, closed_at=now)
        call_out(session, WebhookEvent.CASE_CLOSED, case, now)


def finish(
    session: Session, access: Access, case: Case, key: str, purpose: str, now: datetime
) -> None:
    """Counts the change and settles it."""
    change(session, case, revision=case.revision + 1)
    settle(session, access, case, key, purpose, now)


def settle(
    session: Session, access: Access, case: Case, key: str, purpose: str, now: datetime
) -> None:
    """Remembers the key of a change that is counted, drops the draft and closes an ended case."""
    close_if_ended(session, case, now)
    connection = session.connection()
    done = {"key": key, "person_id": access.person_id, "case_id": case.id, "at": now}
    connection.execute(_CARRY_OUT, done)
    connection.execute(_DROP_DRAFT, {"person": access.person_id, "purpose": purpose})
