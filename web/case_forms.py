"""A form about a case, drawn and drawn again: typed text, drafts, and what was wrong with it."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from cases.drafts import fresh_draft
from cases.errors import Invalid, Refused
from cases.operations import Sent
from web.door import Work
from web.forms import Part, flat_errors, parts, sent_data, shown_values, summary
from workflow.fields import Day, Moment, Rows
from workflow.forms import Form
from workflow.words import _

HIDDEN = ("csrf_token", "revision", "submission_key")

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_REVISION = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """A form as macros/form.html draws it; `warning` stands above it, `saved_at` is the draft's."""

    sections: tuple[Part, ...]
    values: Mapping[str, Any]
    errors: Mapping[str, list[str]]
    errors_list: list[tuple[str, str]]
    notice: str
    warning: str
    purpose: str
    revision: int
    submission_key: str
    saved_at: datetime | None


def asked(
    work: Work | None,
    form: Form,
    purpose: str,
    revision: int = 0,
    *,
    starts_with: Mapping[str, Any] | None = None,
    refused: Refused | None = None,
    leave_out: tuple[str, ...] = (),
    first: Form | None = None,
) -> Asked:
    """With what was sent if that was refused, else the draft, else what the form starts with.

    `first` is a form drawn above, whose fields are sent beside the form's own. Without `work` it is
    for somebody outside, who has no drafts.
    """
    draft = fresh_draft(work.session, work.access, purpose) if work and not refused else None
    typed = request.form if refused else MultiDict(draft.data["fields"]) if draft else None
    if typed is not None:
        data = {n: value for n, value in sent_data(form, typed).items() if n in form.fields}
    else:
        data = dict(started(form) if starts_with is None else starts_with)
    values = shown_values(form, _titled(form, data))
    errors = flat_errors(refused.errors) if isinstance(refused, Invalid) else {}
    beside = first.fields if first else {}
    values |= {name: typed[name] for name in beside if typed is not None and name in typed}
    above = {name: messages for name, messages in errors.items() if name in beside}
    within = {name: messages for name, messages in errors.items() if name not in beside}
    key = request.form.get("submission_key", "") if refused else ""
    return Asked(
        sections=(parts(first) if first else ()) + parts(form, leave_out),
        values=values,
        errors=errors,
        errors_list=(summary(first, above) if first else []) + summary(form, within),
        notice=gettext(form.notice()) if form.notice() else "",
        warning=gettext(refused.msgid, **refused.values) if refused and not errors else "",
        purpose=purpose,
        revision=revision,
        submission_key=key if _KEY.fullmatch(key) else secrets.token_urlsafe(16),
        saved_at=draft.saved_at if draft else None,
    )


def sent(form: Form) -> Sent:
    """The request's form; raises Refused for one without the hidden fields that every page has."""
    key, revision = (request.form.get(name, "") for name in ("submission_key", "revision"))
    if not _KEY.fullmatch(key) or not _REVISION.fullmatch(revision):
        raise Refused(_("Sidan gick inte att läsa. Skicka igen."))
    return Sent(sent_data(form, request.form), key, int(revision))


def typed_now() -> dict[str, Any]:
    """The request's form as a draft keeps it, with the key that it would be sent with."""
    fields = {name: request.form.getlist(name) for name in request.form if name not in HIDDEN}
    key = request.form.get("submission_key", "")
    return {"submission_key": key if _KEY.fullmatch(key) else "", "fields": fields}


def typed_texts(form: Form) -> tuple[tuple[str, str], ...]:
    """Label and text of what was typed in a form that can no longer be sent, for copying."""
    data = sent_data(form, request.form)
    fields = [field for part in parts(form) for field in part.fields]
    told = [(field.label, data.get(field.name)) for field in fields]
    for field in fields:
        rows = data.get(field.name) if field.widget == "rows" else None
        for row in rows or ():
            told += [(each.label, row.get(each.name)) for each in field.children]
    return tuple((label, text) for label, text in told if isinstance(text, str) and label and text)


def started(form: Form) -> dict[str, Any]:
    """Times that must be told start as now, since most is written down when it happens."""
    now: dict[str, Any] = {}
    for name in form.when:
        field = form.fields.get(name)
        if isinstance(field, Moment) and field.required:
            now[name] = form.now.isoformat()
        elif isinstance(field, Day) and field.required:
            now[name] = form.today.isoformat()
    return now | form.initial()


def _titled(form: Form, data: Mapping[str, Any]) -> dict[str, Any]:
    """Fixed rows as the form has them, with their headings, holding what was typed in each."""
    values = dict(data)
    for name, field in form.fields.items():
        if isinstance(field, Rows) and (key := field.metadata["fixed"]):
            given = data.get(name)
            typed = {row.get(key): row for row in given} if isinstance(given, list) else {}
            values[name] = [row | typed.get(row[key], {}) for row in form.initial().get(name, ())]
    return values
