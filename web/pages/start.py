"""The first page: what must I do now, how long have I got, and what came of what I reported?"""

from datetime import timedelta
from functools import partial
from typing import Any

from flask import Blueprint, render_template

from cases.access import Right
from cases.worklists import my_reports, my_steps
from web.door import asks, reading
from workflow.time_words import time_left

start = Blueprint("start", __name__)

SOON = timedelta(days=7)
"""What is due later is folded: much of it only waits for a day, such as somebody else's call."""


@start.get("/")
@asks(Right.WORK)
def mine() -> Any:
    """Overdue steps on top, since the list goes by the time left."""
    with reading() as work:
        steps = my_steps(work.session, work.routines, work.access)
        reports = my_reports(work.session, work.routines, work.access)
        roles, person_id, now = work.access.roles, work.access.person_id, work.now
    return render_template(
        "pages/start.html",
        steps=steps,
        soon=[step for step in steps if step.due_at <= now + SOON],
        later=[step for step in steps if step.due_at > now + SOON],
        late=sum(step.due_at < now for step in steps),
        reports=reports,
        roles=roles,
        person_id=person_id,
        now=now,
        clock=partial(time_left, now=now),
    )
