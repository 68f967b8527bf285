"""People outside at their links, and the SIP that calls them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.links import AnswerLink, LinkUse, Standing, standing
from cases.models import Case, CaseStep
from cases.outside import give, look, prove
from tests.cases.chain import Chain
from tests.cases.village import new_key
from tests.workflow.sipping import PARTIES

T = TypeVar("T")

COMES = {"outcome": "attends", "answered_by": "Linden, Kim"}


@dataclass
class Outsider:
    """At the link of one party; every visit is its own transaction."""

    chain: Chain
    link_id: int
    key: str = field(default_factory=new_key)

    def __call__(self, operation: Callable[[Session, AnswerLink], T]) -> T:
        return self.chain.database.run(
            lambda session: operation(session, session.get_one(AnswerLink, self.link_id))
        )

    @property
    def code(self) -> str:
        return self(lambda _s, link: link.code)

    @property
    def standing(self) -> Standing:
        return self(lambda _s, link: standing(link, self.chain.now))

    def look(self) -> Standing:
        return self(lambda s, link: look(s, link, "opened", self.chain.now))

    def prove(self, typed: str) -> bool:
        return self(lambda s, link: prove(s, link, typed, self.chain.now))

    def give(self, data: Mapping[str, Any] = COMES, key: str = "") -> bool:
        return self(
            lambda s, link: give(
                s, self.chain.routines, link, data, key or self.key, self.chain.now
            )
        )

    def used(self) -> list[str]:
        with self.chain.database.reading() as session:
            mine = select(LinkUse.what).where(LinkUse.link_id == self.link_id)
            return list(session.scalars(mine.order_by(LinkUse.id)))


def called(chain: Chain, parties: list[dict[str, Any]] = PARTIES) -> str:
    """A SIP that has just called them."""
    need = {
        "trigger": "home_visit", "noticed_at": chain.now.date().isoformat(),
        "noticed_by": "Hemtjänsten", "reason": "Faller ofta.",
    }  # fmt: skip
    reference = chain.open("bodil", "sip", **need)
    for step in ("assess_need", "consent", "pre_planning", "call"):
        more: dict[str, Any] = {"parties": parties} if step == "pre_planning" else {}
        chain.do("bodil", reference, step, **more)
    return reference


def links(chain: Chain, sip: str) -> list[int]:
    """Of every step that is or was to be answered, in the order they were made."""
    with chain.database.reading() as session:
        about = select(AnswerLink.id).join(CaseStep).join(Case).where(Case.reference == sip)
        return list(session.scalars(about.order_by(AnswerLink.id)))
