"""What another program sends, carried out once however often it is sent."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from cases.access import Access
from cases.errors import Refused
from cases.models import Case, Submission
from cases.sent import carried_out
from workflow.words import _


class KeyUsed(Refused):
    """The key came with something else before."""

    http = 422

    def __init__(self) -> None:
        super().__init__(_("Samma Idempotency-Key har redan skickats med något annat. Byt nyckel."))


def once(
    session: Session, access: Access, key: str, fingerprint: str, operation: Callable[[], Case]
) -> Case:
    """The case of the operation, which must remember the key; raises KeyUsed.

    `fingerprint` (at most 64 characters) is of all that was sent.
    """
    case = carried_out(session, access, key)
    if case is None:
        case = operation()
        session.get_one(Submission, key).fingerprint = fingerprint
    elif session.get_one(Submission, key).fingerprint != fingerprint:
        raise KeyUsed
    return case
