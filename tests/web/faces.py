"""The page of an answer link in each of its faces, as a browser meets it."""

import re

from sqlalchemy import select

from cases.links import AnswerLink, token_of
from cases.models import Case, CaseStep
from tests.cases.outsiders import COMES
from tests.cases.village import new_key
from tests.servers.chromium import PHONE
from tests.web.living import NOBODY, Living
from tests.workflow.sipping import party

ASKED = tuple(
    party(f"0000000{key}", f"Mottagning {key.upper()}", kind)
    for key, kind in (("a", "called"), ("b", "called"), ("c", "called"), ("d", "invited"))
)
"""One for each face."""


def faces(living: Living, sip: str) -> dict[str, tuple[str, int]]:
    """By name, the path and the status in the browser of nobody; of a SIP that called ASKED."""
    with living.database.transaction() as session:
        about = select(AnswerLink).join(CaseStep).join(Case).where(Case.reference == sip)
        links = session.scalars(about.order_by(AnswerLink.id)).all()
        links[3].revoked_at = living.now
        secret = living.wiring.settings.secret_key
        asks, opens, thanks, closed = (f"/svar/{token_of(link, secret)}" for link in links)
        codes = [link.code for link in links]
    _send(living, opens, {"code": codes[1]})
    _send(living, thanks, {"code": codes[2]})
    _send(living, thanks, COMES | {"submission_key": new_key(), "revision": "0"})
    return {
        "code": (asks, 200), "form": (opens, 200), "thanks": (thanks, 200),
        "closed": (closed, 410), "unknown": ("/svar/avklippt", 404),
    }  # fmt: skip


def _send(living: Living, path: str, given: dict[str, str]) -> None:
    browser, address = living.seat(NOBODY, PHONE).request, living.url + path
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(address).text())
    assert token
    form: dict[str, str | float | bool] = {**given, "csrf_token": token[1]}
    answer = browser.post(address, form=form, max_redirects=0)
    assert answer.status == 303, (path, answer.status)
