"""What the SIP of a discharge says when it opens; its clock runs from the hospital's notice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workflow.definitions.discharge.stay import SIP_QUESTIONS
from workflow.facts import Facts
from workflow.holidays import STOCKHOLM

REASON = "Insatser behövs från både regionen och kommunen efter sjukhusvistelsen."
"""Swedish, since it is stored as if somebody had typed it."""


def opening_of(facts: Facts, now: datetime) -> Mapping[str, Any]:
    """The need is judged already; LUS (2017:612) 4 kap. 3 § counts from the notice being given."""
    judged = [answer.data for step in SIP_QUESTIONS for answer in facts.every(step)]
    needed = [data for data in judged if data.get("sip_needed")]
    remark = needed[-1].get("remark") if needed else None
    return {
        "trigger": "discharge",
        "noticed_at": now.astimezone(STOCKHOLM).date().isoformat(),
        "noticed_by": facts.opening["ward"],
        "reason": remark or REASON,
        "assessed": True,
        "discharge_notice_at": facts.latest("notice_ready").get("sent_at"),
    }
