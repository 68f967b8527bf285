"""A page that changes a case: its form drawn, carried out, and drawn again when refused."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from cases.doing import refuse_closed
from cases.errors import NotAllowed, NotFound, Refused
from cases.models import Case
from cases.overview import case_named
from web.case_forms import Asked
from web.door import Work, work_out
from web.seen_case import SeenCase, seen


def only_open(case: Case, refused: Refused | None) -> None:
    """Raises Refused for a closed case, but not over a form that holds somebody's text."""
    if refused is None:
        refuse_closed(case)


def change(
    reference: str,
    template: str,
    ask: Callable[[SeenCase, Refused | None], Asked],
    do: Callable[[Work], Case],
    done: str,
    about: Callable[[SeenCase], str] = lambda _page: "",
) -> Any:
    """GET draws the form; POST carries it out and goes to the case, where `done` is said."""
    refused = None
    if request.method == "POST":
        try:
            work_out(do)
        except (NotAllowed, NotFound):
            raise
        except Refused as error:
            refused = error
        else:
            flash(done, "success")
            return redirect(url_for("case.show", reference=reference), 303)

    def build(page: SeenCase) -> dict[str, Any]:
        drawn = ask(page, refused)
        return {"view": page.overview(), "asked": drawn, "about": about(page)}

    page = seen(partial(case_named, reference=reference), build)
    answer = render_template(f"pages/{template}.html", **page)
    return answer, refused.http if refused else 200
