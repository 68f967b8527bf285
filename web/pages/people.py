"""The people who work in the municipality and their roles; no patient is shown here."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from cases.access import Right
from cases.admin_log import lines_about_person
from cases.administration import (
    add_person,
    change_person,
    end_role,
    give_one_time_password,
    give_role,
    remove_role,
    unit_offers,
)  # fmt: skip
from cases.administration_forms import (
    ChangedPerson,
    EndOfRole,
    NewPerson,
    NewRole,
    PeopleFilter,
)  # fmt: skip
from cases.errors import NotFound
from cases.staff_lists import people_found, person_page
from cases.tokens import tokens_of
from web.admin_words import changes, scope_words
from web.door import Work, asks, reading, work_out
from web.forms import flat_errors, parts
from web.pages.access_log import access_log
from web.pages.asking import ask
from web.pages.duty import duty
from web.pages.units import units
from workflow.moments import day_of
from workflow.words import _ as marked

people = Blueprint("people", __name__)
for _part in (units, duty, access_log):
    people.register_blueprint(_part)


def _page_of(person_id: int) -> str:
    return url_for("people.one", person_id=person_id)


@people.get("/personer")
@asks(Right.ADMINISTER)
def everyone() -> Any:
    """Searched by name or user name, fifty to a page."""
    errors = {}
    with reading() as work:
        form = PeopleFilter(now=work.now)
        try:
            q = form.load({"q": request.args.get("q", "")}).get("q", "")
        except ValidationError as error:
            q, errors = "", flat_errors(error.normalized_messages())
        found = people_found(work.session, q, request.args.get("sida", 1, type=int), work.now)
    return render_template(
        "pages/people.html", found=found, q=request.args.get("q", ""), errors=errors,
        fields=parts(form)[0].fields,
    ), 422 if errors else 200  # fmt: skip


@people.route("/personer/ny", methods=["GET", "POST"])
@asks(Right.ADMINISTER)
def new() -> Any:
    """Leads on to the person's page, where roles and the first password are given."""
    return ask(
        lambda work: NewPerson(now=work.now),
        lambda work, data: add_person(work.session, work.access, data, work.now).id,
        _page_of,
        said=_("Personen finns nu. Ge en roll och ett engångslösenord."),
        title=_("Ny person"),
        submit=_("Lägg upp"),
        back=url_for("people.everyone"),
    )


@people.get("/personer/<int:person_id>")
@asks(Right.ADMINISTER)
def one(person_id: int) -> Any:
    """Account, roles, keys and everything an administrator has changed."""
    with reading() as work:
        person = person_page(work.session, person_id, work.now)
        lines = lines_about_person(work.session, person_id)
        tokens = tokens_of(work.session, person_id)
    return render_template(
        "pages/person.html", person=person, lines=lines, changes=changes, today=day_of(work.now),
        tokens=tokens, now=work.now, scope_words=scope_words,
    )  # fmt: skip


@people.route("/personer/<int:person_id>/andra", methods=["GET", "POST"])
@asks(Right.ADMINISTER)
def change(person_id: int) -> Any:
    """Name, user name, e-mail, and whether the account is open."""

    def initial(work: Work) -> dict[str, Any]:
        person = person_page(work.session, person_id, work.now)
        return {name: getattr(person, name) for name in ChangedPerson(now=work.now).fields}

    return ask(
        lambda work: ChangedPerson(now=work.now),
        lambda work, data: change_person(work.session, work.access, person_id, data, work.now).id,
        _page_of,
        said=_("Uppgifterna är ändrade."),
        initial=initial,
        title=_("Ändra uppgifter"),
        submit=_("Spara"),
        back=_page_of(person_id),
    )


@people.route("/personer/<int:person_id>/roll", methods=["GET", "POST"])
@asks(Right.ADMINISTER)
def give(person_id: int) -> Any:
    """A role from today on, unless another day is chosen."""

    def initial(work: Work) -> dict[str, Any]:
        person_page(work.session, person_id, work.now)
        return {"from_day": day_of(work.now).isoformat()}

    return ask(
        lambda work: NewRole(now=work.now, offers={"units": unit_offers(work.session, work.now)}),
        lambda work, data: give_role(work.session, work.access, person_id, data, work.now),
        lambda _membership: _page_of(person_id),
        said=_("Rollen är given."),
        initial=initial,
        title=_("Ge en roll"),
        submit=_("Ge rollen"),
        back=_page_of(person_id),
    )


@people.route("/personer/<int:person_id>/roll/<int:membership_id>/avsluta", methods=["GET", "POST"])
@asks(Right.ADMINISTER)
def end(person_id: int, membership_id: int) -> Any:
    """The last day; today unless another day is chosen."""

    def initial(work: Work) -> dict[str, Any]:
        roles = person_page(work.session, person_id, work.now).roles
        if membership_id not in [role.id for role in roles]:
            raise NotFound(marked("Rollen finns inte."))
        return {"to_day": day_of(work.now).isoformat()}

    return ask(
        lambda work: EndOfRole(now=work.now),
        lambda work, data: end_role(
            work.session, work.access, person_id, membership_id, data, work.now
        ),
        lambda _membership: _page_of(person_id),
        said=_("Rollen har fått en slutdag."),
        initial=initial,
        title=_("Avsluta rollen"),
        submit=_("Avsluta rollen"),
        back=_page_of(person_id),
    )


@people.post("/personer/<int:person_id>/roll/<int:membership_id>/ta-bort")
@asks(Right.ADMINISTER)
def remove(person_id: int, membership_id: int) -> Response:
    """For a role given by mistake today."""
    work_out(
        lambda work: remove_role(work.session, work.access, person_id, membership_id, work.now)
    )
    flash(_("Rollen är borttagen."), "success")
    return redirect(_page_of(person_id), 303)


@people.post("/personer/<int:person_id>/engangslosenord")
@asks(Right.ADMINISTER)
def one_time_password(person_id: int) -> Any:
    """Shown in the answer alone: it lies nowhere, and the page is not kept by the browser."""
    person, password = work_out(
        lambda work: give_one_time_password(work.session, work.access, person_id, work.now)
    )
    return render_template("pages/one_time_password.html", person=person, password=password)
