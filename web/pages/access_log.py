"""Who has read what about whom; reading this is itself read about here."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from marshmallow import ValidationError
from sqlalchemy import select

from cases.access import Right
from cases.access_reading import reads
from cases.administration_forms import AccessLogFilter
from cases.link_reading import link_uses
from cases.models import Case
from web.door import asks, working
from web.forms import flat_errors, parts, shown_values, summary
from workflow.words import _

access_log = Blueprint("access_log", __name__)

ACTIONS = {
    "case": _("Läste ärendet"),
    "step": _("Öppnade ett steg"),
    "document": _("Skrev ut ett dokument"),
    "offer": _("Skrev på en extern avvikelse"),
    "patients": _("Såg patienterna att välja bland"),
    "search": _("Sökte"),
    "conference": _("Patientkonferens"),
    "patient": _("Läste patientens sida"),
    "sip_board": _("SIP-tavlan"),
    "awaited": _("Svar vi väntar på"),
    "access_log": _("Läste åtkomstloggen"),
}

USES = {
    "opened": _("Öppnade länken"),
    "wrong_code": _("Skrev fel kod"),
    "right_code": _("Skrev rätt kod"),
    "read": _("Läste frågan och vem den gäller"),
    "unproven": _("Försökte svara utan kod"),
    "answered": _("Svarade"),
    "read_answer": _("Läste sitt svar"),
    "calendar": _("Hämtade mötet till sin kalender"),
    "refused_answered": _("Nekad: frågan var besvarad"),
    "refused_revoked": _("Nekad: länken var stängd"),
    "refused_locked": _("Nekad: länken var låst"),
    "refused_ended": _("Nekad: svaret behövdes inte längre"),
    "refused_expired": _("Nekad: tiden hade gått ut"),
}
"""What is done with answer links by people outside, who have no name here."""


@access_log.get("/atkomstlogg")
@asks(Right.ACCESS_LOG)
def read() -> Any:
    """By person, case and days; a faulty filter shows nothing, so nothing is read."""
    errors: dict[str, list[str]] = {}
    found = outside = None
    with working() as work:
        form = AccessLogFilter(now=work.now)
        sent = {name: request.args[name] for name in form.fields if name in request.args}
        try:
            wanted = form.load(sent)
        except ValidationError as error:
            errors = flat_errors(error.normalized_messages())
        else:
            page = request.args.get("sida", 1, type=int)
            found = reads(work.session, work.access, wanted, page)
            reference = wanted.get("reference", "").upper()
            case = work.session.scalar(select(Case).where(Case.reference == reference))
            if case is not None and not wanted.get("person"):
                outside = link_uses(work.session, work.routines, work.access, case, wanted)
            work.read("access_log", case)
        now = work.now
    return render_template(
        "pages/access_log.html",
        found=found,
        outside=outside,
        fields=parts(form)[0].fields,
        values=shown_values(form, sent),
        errors=errors,
        errors_list=summary(form, errors),
        asked={name: value for name, value in sent.items() if value},
        now=now,
        action_word=_action_word,
        use_word=_use_word,
        page_url=partial(_page_url, sent),
    ), 422 if errors else 200


def _page_url(sent: Mapping[str, Any], number: int) -> str:
    return url_for("people.access_log.read", sida=number, **sent)


def _use_word(what: str) -> str:
    return gettext(USES.get(what, what))


def _action_word(action: str) -> str:
    return gettext(ACTIONS.get(action, action))
