"""A small routine to try the engine on: a walking aid is lent out, and fits or is changed."""

from datetime import date, datetime
from typing import Any

from workflow.basis import Basis, BasisKind
from workflow.definition import (
    Action,
    Deadline,
    Responsible,
    Route,
    Start,
    State,
    Step,
    Tell,
    Threshold,
    WorkflowDefinition,
)
from workflow.facts import Each, Facts, Item, Rule
from workflow.forms import Empty
from workflow.ladders import RESPONSIBLE, At, Ladder, Rung, Sending
from workflow.roles import LABELS, Role

ROUTINE = Basis(BasisKind.ROUTINE, "Lånerutinen, avsnitt 2")
LAW = Basis(BasisKind.LAW, "Lånelagen 3 §")
PROPOSAL = Basis(BasisKind.DEFAULT, "Vårt förslag")

NURSE = Responsible(LABELS[Role.NURSE], lambda _f, _i: (Role.NURSE,))
REPORTED = Start("anmälan", lambda f, _i, _n: f.opened_at)
OPENED = Start("att steget öppnades", lambda _f, _i, now: now)


def _agreed(facts: Facts, _item: Item | None, _now: datetime) -> date | None:
    day = facts.latest("weigh").get("agreed")
    return date.fromisoformat(day) if day else None


AGREED = Start("det avtalade datumet", _agreed)
LADDER = Ladder(
    "plain",
    "Genast, dygnet runt",
    Sending.AT_ONCE,
    (
        Rung("soon", At.MINUTES_BEFORE, (RESPONSIBLE,), 30),
        Rung("due", At.DUE, (RESPONSIBLE, Role.UNIT_MANAGER)),
    ),
    PROPOSAL,
)


def step(key: str, rule: str = "working_days", amount: int | None = 2, **more: Any) -> Step:
    """A step of the nurse's, with what a test wants to be otherwise."""
    due = Deadline(rule, OPENED, PROPOSAL, amount)
    plain: dict[str, Any] = {"label": f"Gör {key}", "done": f"{key} gjort", "by": NURSE}
    return Step(key=key, form=Empty, **(plain | {"due": due, "ladder": LADDER} | more))


def _aids(facts: Facts) -> tuple[Item, ...]:
    return tuple(Item(aid, aid.title()) for aid in facts.latest("weigh").get("aids", ()))


def _said(step: str, name: str) -> Any:
    return lambda facts: any(answer.data.get(name) for answer in facts.this_round(step))


ASKED = State(
    "asked",
    "Anmäld",
    (
        step("weigh", label="Väg patienten", due=Deadline("elapsed", REPORTED, ROUTINE, 2)),
        step("measure", label="Mät hemmet"),
        step("visit", when=Rule("hembesök behövs", _said("weigh", "visit"))),
        step("photo", required=False),
    ),
    (Route("repair"),),
)
REPAIR = State(
    "repair",
    "Lagas",
    (step("mend", when=Rule("något är trasigt", _said("weigh", "broken"))),),
    (Route("lent"),),
)
LENT = State(
    "lent",
    "Utlånad",
    (
        step("hand_out", due=Deadline("on_date", AGREED, ROUTINE), care=True,
             for_each=Each("aids", "varje hjälpmedel", _aids)),
        step("sign", due=Deadline("months", AGREED, LAW, 1)),
    ),
    (Route("tried"),),
)  # fmt: skip
TRIED = State(
    "tried",
    "Provas",
    (step("judge", conference=True),),
    (Route("lent", Rule("den inte passar", _said("judge", "misfit"))), Route("returned")),
)
LENDING = WorkflowDefinition(
    key="lending",
    label="Lån av hjälpmedel",
    prefix="LAN",
    version=1,
    source="Exempelbys lånerutin",
    opening=Empty,
    opening_by=(Role.NURSE,),
    states=(
        ASKED, REPAIR, LENT, TRIED, State("returned", "Återlämnad"), State("dropped", "Avbruten"),
    ),
    actions=(
        Action("drop", "Avbryt lånet", "Avbrutet", "dropped", (Role.NURSE, Role.MAS), Empty),
    ),
    tells=(
        Tell("heavy", "Tung patient", (Role.UNIT_MANAGER,), Rule("vikten når gränsen", bool)),
    ),
    thresholds=(Threshold("heavy", "Vikt som meddelas", 120, 80, 200, PROPOSAL),),
)  # fmt: skip
