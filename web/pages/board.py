"""The board for those on duty: what cannot wait, and how many minutes are left."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template, request

from cases.access import Right
from cases.board import acute_steps, people_on_duty
from web.door import asks, reading
from workflow.time_words import time_left

board = Blueprint("board", __name__)

SECONDS = 30
"""Between two readings of the board."""


@board.get("/tavla")
@asks(Right.ACUTE_BOARD)
def acute() -> Any:
    """Reads itself again, unless the reader has asked it to stand still."""
    with reading() as work:
        duty = people_on_duty(work.session, work.access, work.now)
        lines = acute_steps(work.session, work.routines, work.access, duty)
        now = work.now
    return render_template(
        "pages/board.html",
        lines=lines,
        late=sum(line.step.due_at < now for line in lines),
        duty=duty,
        now=now,
        clock=partial(time_left, now=now),
        still=request.args.get("stilla") == "1",
        seconds=SECONDS,
    )


@board.after_request
def leave_when_logged_out(response: Response) -> Response:
    """Sends a board that reads itself to the login as a page, not into its own frame."""
    if "HX-Request" in request.headers and response.location:
        return Response(status=204, headers={"HX-Redirect": response.location})
    return response
