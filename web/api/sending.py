"""How a change is sent: with what was seen of the case, and once however often it is sent."""

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from flask import request

from cases.errors import Invalid, Refused, Stale
from cases.models import Case
from cases.once import once
from web.door import Work, user, work_out
from workflow.messages import UNREADABLE
from workflow.words import _

Body = Mapping[str, Any]
Answer = dict[str, str]

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "ETag of the case as it was read; 428 without it, 412 when it has changed.",
    "schema": {"type": "string"},
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Made up by the sender. Sent again with the same body it has no further effect "
    "and is answered as the first time; with another body it is refused (422).",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}
_KEY = re.compile("[!-~]{1,255}", re.ASCII)

UNSEEN = -1
"""No case has this revision, so whoever says that they have seen it has seen another one."""


class NoIfMatch(Refused):
    """Nothing is changed unseen."""

    http = 428

    def __init__(self) -> None:
        super().__init__(_("Läs ärendet och skicka dess ETag som If-Match."))


class Changed(Refused):
    """As Stale, in words for a program."""

    http = 412

    def __init__(self) -> None:
        super().__init__(_("Läs ärendet igen och skicka dess nya ETag som If-Match."))


def carried_out(
    body: Body, change: Callable[[Work, str], Case], *, needs_revision: bool = False
) -> Answer:
    """Answers with no more than the reference, so that it stays the same when it is sent again."""
    if needs_revision and "If-Match" not in request.headers:
        raise NoIfMatch
    key, fingerprint = _key(), _sha256(request.method, request.path, body)

    def operation(work: Work) -> Case:
        return once(work.session, work.access, key, fingerprint, lambda: change(work, key))

    try:
        return {"reference": work_out(operation).reference}
    except Stale:
        raise Changed from None
    except Invalid as invalid:
        # Named as in what was sent, where a form lies under "form".
        raise Invalid({"form": invalid.errors} if "form" in body else invalid.errors) from None


def seen_revision(case: Case) -> int:
    """Read while the case is locked, so that it is still the same when the change is made."""
    return case.revision if request.if_match.contains(str(case.revision)) else UNSEEN


def _key() -> str:
    """As long as Submission.key is wide; nobody else's key can be the same."""
    given = request.headers.get("Idempotency-Key", secrets.token_urlsafe(32))
    if not _KEY.fullmatch(given):
        raise Invalid({"Idempotency-Key": [UNREADABLE]})
    return _sha256(user.person_id, given)


def _sha256(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
