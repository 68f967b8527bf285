"""A discharge walked through its real forms: every answer is loaded and stored as in operations."""

from datetime import datetime, timedelta
from typing import Any

from marshmallow import ValidationError

from tests.workflow.walking import Walk
from workflow.definitions.discharge import DISCHARGE
from workflow.definitions.discharge.stay import last_readmission_day
from workflow.engine import Engine, Outcome, StepRef
from workflow.facts import Facts
from workflow.forms import Form
from workflow.holidays import STOCKHOLM, WorkingCalendar
from workflow.roles import Role

ENGINE = Engine(DISCHARGE, WorkingCalendar())
THRESHOLDS = {threshold.key: threshold.value for threshold in DISCHARGE.thresholds}
TUESDAY = datetime(2026, 11, 24, 8, 30, tzinfo=STOCKHOLM)
OFFERS = {"units": {"tallen": "Tallen"}, "patients": {"17": "Fiktiv Person"}}


def admission(now: datetime = TUESDAY, **changed: Any) -> dict[str, Any]:
    """Admitted three hours before `now`, told of within the hour."""
    return {
        "patient": "17",
        "unit": "tallen",
        "admitted_at": (now - timedelta(hours=3)).isoformat(),
        "ward": "Kullbergska sjukhuset, avdelning 2",
        "notice_sent_at": (now - timedelta(hours=2)).isoformat(),
        "notice_received_at": (now - timedelta(hours=1)).isoformat(),
        "estimated_discharge": (now + timedelta(days=5)).date().isoformat(),
    } | changed


class Discharge(Walk):
    """Opened at `now`; answers not given are the plainest ones."""

    def __init__(self, now: datetime = TUESDAY, **opening: Any) -> None:
        form = DISCHARGE.opening(now=now, offers=OFFERS)
        stored = form.dump(form.load(admission(now, **opening)))
        super().__init__(ENGINE, stored, now, THRESHOLDS)

    def form(self, key: str, item: str = "") -> Form:
        """Of an open step."""
        opening = self.open[StepRef(key, item)]
        return opening.step.form(now=self.now, facts=self.facts, item=opening.item, offers=OFFERS)

    def do(self, key: str, item: str = "", **given: Any) -> Outcome:
        """Fills in the form of an open step; raises ValidationError for a faulty answer."""
        form = self.form(key, item)
        asked = {name: value for name, value in self.plain(key).items() if name in form.fields}
        stored = form.dump(form.load(form.initial() | asked | given))
        return super().do(key, item, **stored)

    def plain(self, key: str) -> dict[str, Any]:
        """The plainest answer now."""
        return plain_answer(key, self.now)

    def refused(self, key: str, item: str = "", **given: Any) -> dict[str, Any]:
        """The messages that an otherwise plain answer to an open step gets."""
        try:
            self.do(key, item, **given)
        except ValidationError as error:
            found: dict[str, Any] = error.normalized_messages()
            return found
        raise AssertionError(f"{key} took the answer {given}")

    def do_all(self, until: str) -> None:
        """Does whatever is required, plainly, until the case stands in that state."""
        for _ in range(200):
            if self.state == until:
                return
            ref = next(ref for ref, opening in self.open.items() if opening.step.required)
            if ref.key == "readmission":
                self.wait_for_the_last_day()
            self.do(ref.key, ref.item)
        raise AssertionError(f"still in {self.state}, round {self.round}")

    def wait_for_the_last_day(self) -> None:
        """Until nobody asks about readmission any longer."""
        last = last_readmission_day(self.facts)
        assert last is not None
        self.now = max(self.now, datetime(last.year, last.month, last.day, 9, tzinfo=STOCKHOLM))


def plain_answer(key: str, at: datetime) -> dict[str, Any]:
    """What is sent when nothing special has happened."""
    now, today = at.isoformat(), at.astimezone(STOCKHOLM).date()
    started = {"outcome": "started", "started_at": now}
    called = {"outcome": "called", "called_at": now}
    plain: dict[str, dict[str, Any]] = {
        "confirm_hsl": {"confirmed": "confirmed", "confirmed_at": now},
        "confirm_social": {"confirmed": "confirmed", "confirmed_at": now},
        "confirm_primary_care": {
            "confirmed": "confirmed", "confirmed_at": now, "care_contact": "Eva Ek, Björken",
        },
        "primary_care_late": {"confirmed": "confirmed", "confirmed_at": now},
        "tell_current_efforts": {"told_at": now, "sol_efforts": "Hemtjänst morgon och kväll"},
        "set_colour": {"colour": "green", "own_colour": "same"},
        "sbar_status_received": {"received_at": now, "complete": True},
        "new_estimate": {
            "sent_at": now, "received_at": now,
            "estimated_discharge": (today + timedelta(days=9)).isoformat(),
        },
        "notice_ready": {
            "sent_at": now, "received_at": now, "colour": "green", "own_colour": "same",
        },
        "ready_sol": {
            "answer": "ready", "ready_from": today.isoformat(), "efforts": ["earlier"],
        },
        "ready_hsl": {
            "answer": "ready", "ready_from": today.isoformat(), "assignment_confirmed": True,
        },
        "ready_rehab": {"answer": "not_concerned", "ready_from": today.isoformat()},
        "sip_needed": {"sip_needed": False, "no_sip_reason": "one_principal"},
        "sip_needed_at_home": {"sip_needed": False, "no_sip_reason": "one_principal"},
        "ready_to_go_home": {
            "doctor_has_decided": True, "written_information_given": True,
            "care_contact_named": True, "care_contact": "Eva Ek, Björken",
            "information_transferred": True, "aids_in_place": True,
        },
        "went_home": {"outcome": "home", "home_at": now, "home": "own_home"},
        "restart_efforts": started,
        "start_new_efforts": started,
        "enrol_home_health_care": {"outcome": "enrolled", "enrolled_at": now},
        "first_medicines_and_aids": {"checked_at": now, "in_place": True},
        "safety_call_24h": called,
        "primary_care_call_7d": called,
        "sol_contact": {"contacted_at": now, "how": "visit", "assessment": "enough"},
        "sip_followed_up": {
            "followed_up_on": today.isoformat(), "together": True, "result": "Som planerat.",
        },
        "readmission": {"readmitted": False},
    }  # fmt: skip
    return plain[key]


def at(state: str, now: datetime = TUESDAY, **opening: Any) -> Discharge:
    """Worked plainly until it stands there."""
    walk = Discharge(now, **opening)
    walk.do_all(until=state)
    return walk


def home(now: datetime, until: str = "home", **ready_sol: Any) -> Discharge:
    """Admitted a week before `now`, ready and home at `now`; then worked plainly to a state."""
    walk = at("ready", now - timedelta(days=7))
    walk.now = now
    walk.do("ready_sol", **ready_sol)
    walk.do("ready_hsl")
    walk.do_all(until=until)
    return walk


def action_refused(key: str, facts: Facts, now: datetime, **given: Any) -> dict[str, Any]:
    """The messages of an action's form; empty when it takes what is given."""
    return DISCHARGE.action(key).form(now=now, facts=facts).validate(given)


def due_of(walk: Discharge, key: str, item: str = "") -> datetime | None:
    """Of an open step."""
    return walk.open[StepRef(key, item)].clock.due


def end_of(day: str) -> datetime:
    """In Stockholm."""
    return datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=STOCKHOLM)


def moment(text: str) -> datetime:
    """In Stockholm."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


def roles_of(walk: Discharge, key: str) -> tuple[Role, ...]:
    """Of an open step, the one asked first in front."""
    opening = walk.open[StepRef(key)]
    return opening.step.by.roles(walk.facts, opening.item)
