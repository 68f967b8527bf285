"""A page that asks for one form: drawn, sent, and drawn again when something must be corrected."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Response, flash, redirect, render_template, request
from flask_babel import gettext

from cases.errors import Invalid, NotAllowed, NotFound, Refused
from web.door import Work, reading, work_out
from web.forms import flat_errors, parts, sent_data, shown_values, summary
from workflow.forms import Form

T = TypeVar("T")


def ask(
    form_of: Callable[[Work], Form],
    do: Callable[[Work, Mapping[str, Any]], T],
    done: Callable[[T], str | Response],
    *,
    said: str = "",
    initial: Callable[[Work], Mapping[str, Any]] = lambda _work: {},
    **page: Any,
) -> Any:
    """`done` gives the next address, with what is `said` on it, or a page that is shown but once.

    `page` goes to the template.
    """
    if request.method == "GET":
        with reading() as work:
            return _draw(form_of(work), initial(work), {}, page)
    try:
        result = work_out(lambda work: do(work, sent_data(form_of(work), request.form)))
    except (NotAllowed, NotFound):
        raise
    except Refused as refused:
        with reading() as work:
            form = form_of(work)
            return _draw(form, sent_data(form, request.form), _errors(refused), page), refused.http
    onward = done(result)
    if isinstance(onward, Response):
        return onward
    flash(said, "success")
    return redirect(onward, 303)


def _errors(refused: Refused) -> dict[str, list[str]]:
    if isinstance(refused, Invalid):
        return flat_errors(refused.errors)
    return {"": [gettext(refused.msgid, **refused.values)]}


def _draw(
    form: Form,
    values: Mapping[str, Any],
    errors: dict[str, list[str]],
    page: Mapping[str, Any],
) -> str:
    return render_template(
        "pages/asking.html",
        sections=parts(form),
        values=shown_values(form, values),
        errors=errors,
        errors_list=summary(form, errors),
        **page,
    )
