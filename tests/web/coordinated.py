"""A SIP that parties outside are called to and a stay in hospital, in any village."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from cases.drafts import save_draft
from cases.external_deviations import purpose_of
from cases.models import OPEN
from cases.operations import Sent, open_case
from tests.cases.village import Village, new_key
from tests.workflow.discharging import admission, plain_answer
from tests.workflow.sipping import party
from workflow.moments import day_of

PARTIES = (party("0000000a", "Vårdcentralen Linden"), party("0000000b", "Sjukhuset i staden"))

LATE = "admission_notice_late"
"""Gives reason for an external deviation."""


def opened(village: Village, who: str, kind: str, data: dict[str, Any]) -> str:
    """The reference of a case of the second patient."""
    sent = Sent(data | {"patient": str(village.patients[1]), "unit": "tallen"}, new_key())
    return village.run(
        who, lambda s, a: open_case(s, village.routines, a, kind, sent, village.now)
    ).reference


def called_sip(village: Village, who: str, parties: Sequence[dict[str, Any]] = PARTIES) -> str:
    """To a meeting in two weeks."""
    now, meeting = village.now.isoformat(), (village.now + timedelta(days=14)).isoformat()
    need = {
        "trigger": "home_visit", "noticed_at": day_of(village.now).isoformat(),
        "noticed_by": "Hemtjänsten i söder", "reason": "Vill laga mat själv.",
    }  # fmt: skip
    sip = opened(village, who, "sip", need)
    village.do(who, sip, "assess_need", outcome="needed", reason="Flera huvudmän behövs.")
    village.do(who, sip, "consent", consent="given", by_whom="Personen själv", given_at=now,
               scope="Allt om måltider.", concerns_child=False)  # fmt: skip
    village.do(who, sip, "pre_planning", talked_at=now, what_matters="Att få bo hemma.",
               questions="Vem handlar?", meeting_form="home", interpreter=False,
               parties=list(parties))  # fmt: skip
    village.do(who, sip, "call", called_at=now, called_by="Kim", meeting_at=meeting, minutes="60",
               meeting_form="home")  # fmt: skip
    return sip


def late_stay(village: Village, who: str) -> str:
    """A stay that the ward told of too late; who opened it has begun to write of that."""
    late = (village.now - timedelta(days=3)).isoformat()
    stay = opened(village, who, "discharge", admission(village.now, admitted_at=late))
    typed = {"submission_key": "", "fields": {"what_happened": ["Kom två dygn för sent."]}}
    purpose = purpose_of(village.case(stay), LATE)
    with village.database.transaction() as session:
        save_draft(session, village.access(session, who), purpose, typed, village.now)
    return stay


def made_ready(village: Village, stay: str, staff: dict[str, str]) -> None:
    """Until the hospital's notice that the patient is ready, from which payment is reckoned.

    `staff` names who does a step of each role.
    """
    definition = village.routines.engine("discharge").definition
    while (case := village.case(stay)).state != "planning":
        step = next(
            s for s in case.steps if s.condition == OPEN and definition.step(s.key).required
        )
        answer = plain_answer(step.key, village.now)
        village.do(staff[step.roles[0]], stay, step.key, step.item, **answer)
    village.do(
        staff["sip_coordinator"], stay, "notice_ready", **plain_answer("notice_ready", village.now)
    )
