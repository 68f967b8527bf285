"""The external deviations that a case gives reason for, and the reader's own drafts of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import Access, Part
from cases.drafts import LETTER
from cases.errors import NotAllowed, NotFound
from cases.history import History
from cases.models import Case, Draft
from workflow.outside import ExternalDeviation
from workflow.words import _


@dataclass(frozen=True)
class Offered:
    """`saved_at` is the reader's own draft's; `holds` turns False when a correction says so."""

    key: str
    label: str
    saved_at: datetime | None
    holds: bool


def purpose_of(case: Case, key: str) -> str:
    """What the draft is saved under."""
    return f"{LETTER}{case.id}:{key}"


def offered(session: Session, history: History, access: Access) -> tuple[Offered, ...]:
    """Those whose rule holds or that the reader has begun; nothing after disposal (gallring)."""
    case, offers = history.case, history.engine.definition.external_deviations
    if not offers or access.part(case) is not Part.ALL or not history.is_whole:
        return ()
    saved = dict(
        session.execute(
            select(Draft.purpose, Draft.saved_at).where(
                Draft.person_id == access.person_id,
                Draft.purpose.in_([purpose_of(case, offer.key) for offer in offers]),
            )
        ).all()
    )
    facts = history.facts()
    found = [
        Offered(each.key, each.label, saved.get(purpose_of(case, each.key)), each.when.test(facts))
        for each in offers
    ]
    return tuple(each for each in found if each.holds or each.saved_at)


def offer_of(session: Session, history: History, access: Access, key: str) -> ExternalDeviation:
    """Raises NotAllowed, and NotFound for what the case gives no reason for."""
    if access.part(history.case) is not Part.ALL:
        raise NotAllowed(_("Bara den som får läsa hela ärendet kan skriva en extern avvikelse."))
    if all(each.key != key for each in offered(session, history, access)):
        raise NotFound(_("Ärendet ger ingen anledning till den avvikelsen."))
    return history.engine.definition.external_deviation(key)


def filled_in(offer: ExternalDeviation, history: History) -> Mapping[str, Any]:
    """What the form of the letter starts with."""
    facts = history.facts()
    on = offer.on(facts)
    return {
        "to_whom": offer.to(facts),
        "what_happened": offer.text(facts),
        "paragraph": offer.paragraph,
    } | ({"on": on.isoformat()} if on else {})
