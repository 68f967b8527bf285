"""What another program is told, and how it knows that it comes from us (Standard Webhooks 1.0)."""

import base64
import hmac
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.models import Case, CaseStep
from cases.people import Unit
from cases.webhooks import WebhookCall


def body_of(session: Session, call: WebhookCall, base_url: str) -> bytes:
    """References, keys and times as they are now; no patient, no person and nothing typed."""
    case = session.execute(
        select(Case.reference, Case.definition, Unit.key, Case.opened_at, Case.closed_at)
        .join(Case.unit)
        .where(Case.id == call.case_id)
    ).one()
    data: dict[str, Any] = {
        "case": {
            "reference": case.reference,
            "definition": case.definition,
            "unit": case.key,
            "opened_at": _time(case.opened_at),
            "closed_at": _time(case.closed_at),
            "url": f"{base_url.rstrip('/')}/api/v1/cases/{case.reference}",
        }
    }
    if call.step_id is not None:
        step = session.get_one(CaseStep, call.step_id)
        data["step"] = {
            "id": step.id,
            "key": step.key,
            "round": step.round,
            "opened_at": _time(step.opened_at),
            "due_at": _time(step.due_at),
            "ended_at": _time(step.ended_at),
        }
    told = {"id": call.key, "type": call.event, "timestamp": _time(call.at), "data": data}
    return json.dumps(told, separators=(",", ":")).encode()


def signed(call_id: str, body: bytes, key: bytes, now: datetime) -> dict[str, str]:
    """The headers; a receiver refuses a timestamp more than five minutes from its own clock."""
    timestamp = str(int(now.timestamp()))
    seal = hmac.digest(key, b".".join((call_id.encode(), timestamp.encode(), body)), "sha256")
    return {
        "Content-Type": "application/json",
        "User-Agent": "Vardtrad",
        "webhook-id": call_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(seal).decode()}",
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
