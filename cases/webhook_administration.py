"""The programs that are told of what happens: added with their secret, and ended."""

import base64
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from cases.access import Access, Right
from cases.admin_log import record
from cases.administration import refuse_unless
from cases.errors import Invalid, NotFound
from cases.sent import load
from cases.webhook_address import OwnNetwork, WebhookAddress
from cases.webhook_forms import NewWebhook
from cases.webhooks import Webhook, WebhookCall
from workflow.messages import Message
from workflow.words import _

PREFIX = "whsec_"
"""Of a secret, as in Standard Webhooks, whose libraries take it whole."""


def add_webhook(
    session: Session,
    access: Access,
    own_network: OwnNetwork,
    data: Mapping[str, Any],
    now: datetime,
) -> Webhook:
    """Told of what happens from now on; raises NotAllowed, or Invalid."""
    refuse_unless(access, Right.WEBHOOKS)
    new = load(NewWebhook(now=now), data)
    address = WebhookAddress.of(new["url"])
    if address.scheme != "https" and not own_network.holds(address):
        raise Invalid({"url": [Message(_("Adressen måste börja med https://."))]})
    webhook = Webhook(
        **new, salt=secrets.token_hex(16), created_at=now, created_by=access.person_id
    )
    session.add(webhook)
    session.flush()
    # Not the address, which may hold a secret of the receiver's.
    record(session, access, "webhook_added", now, data={"name": webhook.name})
    return webhook


def end_webhook(session: Session, access: Access, webhook_id: int, now: datetime) -> Webhook:
    """What waits is not sent; raises NotAllowed or NotFound. Ended twice is ended once."""
    refuse_unless(access, Right.WEBHOOKS)
    webhook = session.get(Webhook, webhook_id, with_for_update=True)
    if webhook is None:
        raise NotFound(_("Webhooken finns inte."))
    if webhook.ended_at is None:
        webhook.ended_at = now
        record(session, access, "webhook_ended", now, data={"name": webhook.name})
    session.execute(
        update(WebhookCall)
        .where(WebhookCall.webhook_id == webhook_id, WebhookCall.next_attempt_at.is_not(None))
        .values(next_attempt_at=None, dropped_at=now)
    )
    return webhook


def secret_of(webhook: Webhook, secret_key: str) -> str:
    """What the receiver checks signatures with; with another key of ours it is another."""
    return PREFIX + base64.b64encode(signing_key(webhook, secret_key)).decode()


def signing_key(webhook: Webhook, secret_key: str) -> bytes:
    """32 bytes, made the same each time, so that they need not be kept."""
    return hmac.digest(secret_key.encode(), f"webhook:{webhook.salt}".encode(), "sha256")
