"""A town where other programs listen."""

import base64
import hmac
import json
from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cases.access import Access
from cases.webhook_address import OwnNetwork
from cases.webhook_administration import add_webhook, end_webhook, secret_of
from cases.webhooks import WebhookCall, WebhookEvent
from notifications.channels import Answer
from notifications.failed_calls import call_again
from notifications.webhooks import Caller, call_webhooks
from tests.notifications.town import FRIDAY, SECRET, Town
from tests.servers.receiver import Heard, Receiver
from workflow.roles import Role

BASE_URL = "https://vardtrad.exempelby.example/"

INSIDE = OwnNetwork(frozenset({"127.0.0.1"}))

CALLER = Caller(BASE_URL, SECRET, INSIDE)


class Listening:
    """`staff` by name; the administrator is ada."""

    def __init__(self, town: Town) -> None:
        self.town, self.database = town, town.database
        self.staff = town.staff() | {"ada": town.hire("ada", Role.ADMINISTRATOR, everywhere=True)}
        self.ada = Access(self.staff["ada"], "Ada", frozenset({(Role.ADMINISTRATOR, None)}))

    def add(
        self,
        url: str,
        events: Collection[str] = tuple(WebhookEvent),
        now: datetime = FRIDAY,
        own_network: OwnNetwork = INSIDE,
    ) -> tuple[int, str]:
        """The id and the secret of a program that asks to be told."""
        data = {"name": "Verksamhetssystemet", "url": url, "events": list(events)}
        with self.database.transaction() as session:
            webhook = add_webhook(session, self.ada, own_network, data, now)
            return webhook.id, secret_of(webhook, SECRET)

    def end(self, webhook_id: int, now: datetime = FRIDAY) -> None:
        with self.database.transaction() as session:
            end_webhook(session, self.ada, webhook_id, now)

    def again(self, webhook_id: int, now: datetime) -> int:
        with self.database.transaction() as session:
            return call_again(session, self.ada, webhook_id, now)

    def report(self, now: datetime = FRIDAY) -> str:
        return self.town.report(self.staff["wilma"], now)

    def call(self, now: datetime = FRIDAY, own_network: OwnNetwork = INSIDE) -> Counter[Answer]:
        return call_webhooks(self.database, Caller(BASE_URL, SECRET, own_network), now)

    def calls(self) -> list[WebhookCall]:
        with self.database.reading() as session:
            found = list(session.scalars(select(WebhookCall).order_by(WebhookCall.id)))
            session.expunge_all()
        return found


def told(receiver: Receiver) -> list[str]:
    """The types of what it has heard, in order."""
    return [json.loads(heard.body)["type"] for heard in receiver.heard]


def verified(heard: Heard, secret: str) -> Any:
    """As a receiver does that has read the specification of Standard Webhooks and nothing else."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    head = f"{heard.headers['webhook-id']}.{heard.headers['webhook-timestamp']}."
    expected = base64.b64encode(hmac.digest(key, head.encode() + heard.body, "sha256")).decode()
    [version, signature] = heard.headers["webhook-signature"].split(",")
    assert (version, signature) == ("v1", expected)
    return json.loads(heard.body)
