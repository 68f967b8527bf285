"""What machines ask: does the process answer, is it ready, and how does the escalation stand."""

import hmac
from ipaddress import ip_address
from typing import Any

from flask import Blueprint, Request, Response, request
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from migrations.upgrade import knows_all
from notifications.operations import last_sweep
from web.door import vardtrad
from web.metrics import metrics_text

monitoring = Blueprint("monitoring", __name__)


@monitoring.get("/healthz")
def alive() -> Any:
    """200 as long as the process answers."""
    return {"status": "ok"}


@monitoring.get("/readyz")
def ready() -> Any:
    """503 with what is wrong: "database", "migrations" or "sweep"; nothing more is told."""
    failed = _failed()
    if failed:
        return {"status": "not ready", "failed": failed}, 503
    return {"status": "ready"}


def _failed() -> str:
    wiring = vardtrad()
    try:
        with wiring.database.reading() as session:
            if not knows_all(session.connection()):
                return "migrations"
            late = last_sweep(session, wiring.now(), wiring.settings.sweep_interval).late
    except SQLAlchemyError:
        return "database"
    return "sweep" if late else ""


@monitoring.get("/metrics")
def metrics() -> Response:
    """For whoever shows the token; without one set, for this machine alone."""
    if not _may_read(request):
        return Response(status=403)
    try:
        text = metrics_text(vardtrad())
    except SQLAlchemyError:
        return Response(status=503)
    return Response(text, content_type=CONTENT_TYPE_LATEST)


def _may_read(asked: Request) -> bool:
    token = vardtrad().settings.metrics_token
    if token:
        shown = asked.authorization
        given = (shown.token or "") if shown is not None and shown.type == "bearer" else ""
        return hmac.compare_digest(given.encode(), token.encode())
    # A proxy on this machine stands for somebody who may be anywhere.
    forwarded = "X-Forwarded-For" in asked.headers or "Forwarded" in asked.headers
    return not forwarded and _is_here(asked.remote_addr or "")


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
