"""Every form of the discharge in a case where it is asked for, with a valid answer to it."""

from datetime import timedelta
from functools import cache
from typing import Any

from tests.workflow.discharging import OFFERS, TUESDAY, Discharge, admission, at
from workflow.definitions.discharge import DISCHARGE
from workflow.forms import Form

OPENING = "admission"
STEPS = {step.key: state.key for state in DISCHARGE.states for step in state.steps}
ACTIONS: dict[str, dict[str, Any]] = {
    "readmit": {"planned": False, "reason": "Andnöd."},
    "interrupt": {"reason": "moved"},
}
ALL = [OPENING, *STEPS, *ACTIONS]
NOW = TUESDAY + timedelta(days=60)


@cache
def case_for(name: str) -> Discharge:
    """Where the step is open or the action allowed; asked long after, so that all has been."""
    walk = _case_for(name)
    walk.now = NOW
    return walk


def _case_for(name: str) -> Discharge:
    if name == "primary_care_late":
        walk = Discharge()
        walk.do("confirm_primary_care", confirmed="not_confirmed", confirmed_at="")
        walk.do_all(until="planning")
        return walk
    if name in ("sip_needed_at_home", "start_new_efforts", "sip_followed_up"):
        walk = at("ready")
        walk.do("went_home", outcome="home_with_sip", sip_follow_up_on="2026-12-15")
        walk.do_all(until=STEPS[name])
        return walk
    return at(STEPS.get(name, "follow_up"))


def drawn(name: str) -> Form:
    """The form as a page draws it."""
    if name == OPENING:
        return DISCHARGE.opening(now=NOW, offers=OFFERS)
    case = case_for(name)
    if name in ACTIONS:
        return DISCHARGE.action(name).form(now=NOW, facts=case.facts)
    return case.form(name, _item(name))


def answer(name: str) -> dict[str, Any]:
    """What a page sends when nothing special has happened."""
    if name == OPENING:
        return admission()
    case = case_for(name)
    if name == "readmit":
        return ACTIONS[name] | {"readmitted_at": case.facts.latest("went_home")["home_at"]}
    if name == "interrupt":
        return ACTIONS[name] | {"on": "2026-11-25"}
    form = drawn(name)
    plain = form.initial() | case.plain(name)
    return {field: value for field, value in plain.items() if field in form.fields}


def _item(name: str) -> str:
    return next(ref.item for ref in case_for(name).open if ref.key == name)
