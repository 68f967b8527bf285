"""External deviations that a case gives reason for: written as a draft, read, printed, thrown."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from cases.access import Right
from cases.drafts import draft_of, drop_draft, save_draft
from cases.errors import NotFound
from cases.external_deviations import filled_in, offer_of, purpose_of
from cases.overview import case_named
from web.case_forms import asked, typed_now
from web.door import asks
from web.forms import parts, sent_data, shown_values
from web.pages.opening import LARGEST_DRAFT
from web.seen_case import SeenCase, seen
from web.spoken import spoken
from workflow.external_deviation import ExternalDeviationDraft
from workflow.messages import Message
from workflow.outside import ExternalDeviation
from workflow.words import _ as marked

external_deviations = Blueprint("external_deviations", __name__)


@external_deviations.route("/arende/<reference>/extern/<key>/skriv", methods=["GET", "POST"])
@asks(Right.WORK)
def write(reference: str, key: str) -> Any:
    """Nothing is asked for, since a draft may be half written."""
    if (request.content_length or 0) > LARGEST_DRAFT:
        abort(413)

    def build(page: SeenCase, offer: ExternalDeviation) -> dict[str, Any]:
        work, purpose = page.work, purpose_of(page.case, key)
        if request.method == "POST":
            save_draft(work.session, work.access, purpose, typed_now(), work.now)
            return {}
        form = ExternalDeviationDraft(now=work.now)
        drawn = asked(work, form, purpose, starts_with=filled_in(offer, page.history))
        return {"view": page.overview(), "asked": drawn, "offer": offer}

    page = _about(reference, key, build)
    if request.method == "POST":
        flash(_("Utkastet är sparat. Det är inte skickat."), "success")
        return redirect(url_for("external_deviations.read", reference=reference, key=key), 303)
    return render_template("pages/offer_write.html", **page)


@external_deviations.get("/arende/<reference>/extern/<key>")
@asks(Right.WORK)
def read(reference: str, key: str) -> Any:
    """The reader's own draft, as it would be printed."""

    def build(page: SeenCase, offer: ExternalDeviation) -> dict[str, Any]:
        work = page.work
        draft = draft_of(work.session, work.access, purpose_of(page.case, key))
        if draft is None:
            raise NotFound(marked("Du har inget sådant utkast. Det kan vara slängt."))
        form = ExternalDeviationDraft(now=work.now)
        typed = shown_values(form, sent_data(form, MultiDict(draft.data["fields"])))
        fields = [field for part in parts(form) for field in part.fields]
        told = [(each.label, typed.get(each.name) or _("Inget skrivet")) for each in fields]
        return {"view": page.overview(), "offer": offer, "told": told, "draft": draft}

    return render_template("pages/offer.html", **_about(reference, key, build))


@external_deviations.post("/arende/<reference>/extern/<key>/slang")
@asks(Right.WORK)
def throw(reference: str, key: str) -> Any:
    """Back to the case, where it is offered again while there is reason for it."""

    def build(page: SeenCase, _offer: ExternalDeviation) -> dict[str, Any]:
        drop_draft(page.work.session, page.work.access, purpose_of(page.case, key))
        return {}

    _about(reference, key, build)
    flash(_("Utkastet är slängt."), "success")
    return redirect(url_for("case.show", reference=reference), 303)


def _about(
    reference: str, key: str, build: Callable[[SeenCase, ExternalDeviation], dict[str, Any]]
) -> dict[str, Any]:
    def with_offer(page: SeenCase) -> dict[str, Any]:
        offer = offer_of(page.work.session, page.history, page.work.access, key)
        return build(page, offer) | {"about": spoken(Message(offer.label))}

    return seen(partial(case_named, reference=reference), with_offer, "offer")
