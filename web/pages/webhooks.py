"""Other programs that are told of what happens, for those who look after the system."""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cases.access import Right
from cases.admin_log import lines_of
from cases.webhook_administration import add_webhook, end_webhook, secret_of
from cases.webhook_faults import webhook_fault_words
from cases.webhook_forms import EVENTS, NewWebhook
from cases.webhook_list import living_webhook, webhooks
from notifications.failed_calls import call_again, failed_calls
from web.admin_words import changes
from web.door import asks, reading, vardtrad, work_out
from web.pages.asking import ask

webhook_pages = Blueprint("webhooks", __name__)

ACTIONS = ("webhook_added", "webhook_ended", "webhook_retried")


@webhook_pages.get("/webhookar")
@asks(Right.WEBHOOKS)
def everywhere() -> Any:
    """How it goes with each, and what did not arrive."""
    with reading() as work:
        found = webhooks(work.session)
        missed = failed_calls(work.session)
        lines = lines_of(work.session, ACTIONS)
    return render_template(
        "pages/webhooks.html",
        webhooks=found,
        missed=missed,
        lines=lines,
        changes=changes,
        event_words=EVENTS,
        fault_words=webhook_fault_words,
    )


@webhook_pages.route("/webhookar/ny", methods=["GET", "POST"])
@asks(Right.WEBHOOKS)
def new() -> Any:
    """The secret is in the answer alone, in a page that the browser does not keep."""
    settings = vardtrad().settings
    return ask(
        lambda work: NewWebhook(now=work.now),
        lambda work, data: add_webhook(
            work.session, work.access, settings.caller.own_network, data, work.now
        ),
        lambda webhook: make_response(
            render_template(
                "pages/webhook_secret.html",
                webhook=webhook,
                secret=secret_of(webhook, settings.secret_key),
            )
        ),
        title=_("Ny webhook"),
        submit=_("Lägg upp"),
        back=url_for("webhooks.everywhere"),
    )


@webhook_pages.route("/webhookar/<int:webhook_id>/avsluta", methods=["GET", "POST"])
@asks(Right.WEBHOOKS)
def end(webhook_id: int) -> Any:
    """Asks first, since a new one has a new secret."""
    if request.method == "POST":
        work_out(lambda work: end_webhook(work.session, work.access, webhook_id, work.now))
        flash(_("Webhooken är avslutad."), "success")
        return redirect(url_for("webhooks.everywhere"), 303)
    with reading() as work:
        webhook = living_webhook(work.session, webhook_id)
    return render_template(
        "pages/confirm.html",
        title=_("Avsluta %(name)s", name=webhook.name),
        text=_(
            "Programmet får inte veta något mer, inte heller det som väntar. Ångrar du dig får du"
            " lägga upp det på nytt, med en ny hemlighet."
        ),
        submit=_("Avsluta"),
        back=url_for("webhooks.everywhere"),
    )


@webhook_pages.post("/webhookar/<int:webhook_id>/igen")
@asks(Right.WEBHOOKS)
def again(webhook_id: int) -> Response:
    """Twice has no further effect: the calls wait already."""
    count = work_out(lambda work: call_again(work.session, work.access, webhook_id, work.now))
    flash(
        ngettext("%(num)s anrop görs igen.", "%(num)s anrop görs igen.", count)
        if count
        else _("Det finns inget att göra om."),
        "success",
    )
    return redirect(url_for("webhooks.everywhere"), 303)
