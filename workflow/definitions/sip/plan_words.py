"""What both papers of the plan say: whether it holds, the person's words, and its days."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from workflow.definitions.sip.efforts import efforts_of, verdicts_of
from workflow.definitions.sip.rules import FOLLOW_UP_DAY
from workflow.explanation import spoken_day
from workflow.facts import Facts

DRAFT = "Utkast – inte bekräftad av alla"


def draft_of(facts: Facts, why: str) -> tuple[str, str]:
    """The mark and its explanation; two empty texts once everybody has confirmed."""
    verdicts = verdicts_of(facts)
    agreed = all(verdicts.get(effort.key) for effort in efforts_of(facts))
    return ("", "") if agreed else (DRAFT, why)


def what_matters(facts: Facts) -> str:
    """The person's answer in the newest pre-planning."""
    return str(facts.latest("pre_planning").get("what_matters", ""))


def follow_up_day(facts: Facts) -> str:
    """In words, as the plan or a later follow-up has named it."""
    day = FOLLOW_UP_DAY.find(facts, None, facts.opened_at)
    return spoken_day(day).sv if day else ""


def validity(consent: Mapping[str, Any]) -> str:
    """How long the consent holds; empty for somebody who cannot consent."""
    last = consent.get("valid_through")
    if last:
        return f"till och med {spoken_day(date.fromisoformat(last)).sv}"
    return "tills vidare" if consent.get("scope") else ""
