"""A deviation walked through its real forms: every answer is loaded and stored as in operations."""

from datetime import datetime, timedelta
from typing import Any

from tests.workflow.walking import Walk
from workflow.definitions.deviation.intake import Report
from workflow.definitions.deviation.rules import to_evaluate, uncovered_causes
from workflow.engine import Outcome, StepRef
from workflow.holidays import STOCKHOLM
from workflow.roles import Role
from workflow.routines import Routines, load

ROUTINES = load(None)
ENGINE = ROUTINES.engine("deviation")
TUESDAY = datetime(2026, 11, 24, 8, 30, tzinfo=STOCKHOLM)
OFFERS = {"units": {"tallen": "Tallen"}, "patients": {"17": "Fiktiv Person"}, "staff": {}}

REPORT = {
    "kind": "fall",
    "patient": "17",
    "unit": "tallen",
    "event_class": "adverse_event",
    "what_happened": "Hittad på golvet i badrummet.",
    "harm": "no",
}


class Deviation(Walk):
    """Reported at `now` an hour after it happened; answers not given are the plainest ones."""

    def __init__(
        self, now: datetime = TUESDAY, routines: Routines = ROUTINES, **report: Any
    ) -> None:
        happened = (now - timedelta(hours=1)).isoformat()
        form = Report(now=now, offers=OFFERS)
        given = REPORT | {"occurred_at": happened, "discovered_at": happened} | report
        stored = form.dump(form.load(given))
        super().__init__(
            routines.engine("deviation"), stored, now, routines.thresholds("deviation")
        )

    def do(self, key: str, item: str = "", **given: Any) -> Outcome:
        """Fills in the form of an open step; raises ValidationError for a faulty answer."""
        opening = self.open[StepRef(key, item)]
        form = opening.step.form(now=self.now, facts=self.facts, item=opening.item, offers=OFFERS)
        plain = {name: value for name, value in self._plain(key).items() if name in form.fields}
        stored = form.dump(form.load(form.initial() | plain | given))
        return super().do(key, item, **stored)

    def do_all(self, until: str) -> None:
        """Does whatever is open, plainly, until the case stands in that state."""
        for _ in range(200):
            if self.state == until:
                return
            ref = next(iter(self.open))
            self.do(ref.key, ref.item)
        raise AssertionError(f"still in {self.state}, round {self.round}")

    def measure(self, side: str = "hsl", **more: Any) -> dict[str, Any]:
        """A row of the measures decided at a conference."""
        due = (self.now + timedelta(days=14)).date().isoformat()
        return {"measure": "Ny rollator", "side": side, "responsible": "AT", "due": due} | more

    def verdicts(self, side: str, verdict: str = "enough") -> dict[str, Any]:
        """The same verdict on every measure of the side that is to be evaluated."""
        measures = to_evaluate(self.facts, side)
        in_two_weeks = (self.now + timedelta(days=14)).date().isoformat()
        judged = [{"measure": m.key, "verdict": verdict} for m in measures]
        return {"verdicts": judged, "next_conference_date": in_two_weeks}

    def _plain(self, key: str) -> dict[str, Any]:
        now, today = self.now.isoformat(), self.now.date()
        in_a_week, in_a_month = ((today + timedelta(days=days)).isoformat() for days in (7, 30))
        talk = {"talked_at": now, "talked_with_others": "Nattpersonalen", "what_was_said": "Allt."}
        decided = {
            "held_on": today.isoformat(), "patient_took_part": True,
            "signing_lists": "not_needed", "follow_up_date": in_a_month,
        }  # fmt: skip
        investigated = {
            "course": "Föll på väg till toaletten.", "cause_areas": ["technology_equipment"],
            "contributing_factors": "Dålig belysning.", "happened_before": False,
            "can_happen_again": True,
        }  # fmt: skip
        plain: dict[str, dict[str, Any]] = {
            "assess": {
                "home_visit": False, "own_assessment": "Mår bra.", "harm": False, "severity": "2",
                "probability": "2", "involved_professions": ["nurse"],
                "controls_documented": True, "sbar_documented": True,
            },
            "home_visit": {"visited_at": now, "findings": "Inga fynd."},
            "event_report": {
                "happened_at": now, "what_happened": "Fall.", "worked_others": "Två vikarier",
                "multiparty_dialogue": False,
            },
            "staff_talk": talk,
            "unit_staff_talk": talk | {"held_together": True},
            "patient_talk": {"needed": False, "reason": "Har redan berättat."},
            "multiparty_dialogue": {"held_at": now, "participants": "Alla", "outcome": "Enighet"},
            "consent": {"consent": "given", "by_whom": "Patienten", "given_at": now},
            "announce": {"conference_date": in_a_week},
            "discuss": decided,
            "decide_without_conference": decided,
            "investigate": investigated,
            "unit_investigation": investigated,
            "cover_causes": {
                "causes": [
                    {"area": area, "reason": "Redan åtgärdat."}
                    for area in uncovered_causes(self.facts)
                ]
            },
            "relay_orders": {"relayed_at": now, "relayed_to_others": "Alla", "relayed_how": "Möte"},
            "carry_out": {"outcome": "done", "on": today.isoformat()},
            "evaluate_hsl": self.verdicts("hsl"),
            "evaluate_unit": self.verdicts("unit"),
            "hsl_done": {},
            "patient_informed": {"informed": "not_appropriate", "reason": "Avliden."},
            "feedback": {"given_at": now, "feedback": "Tack, lampan är bytt."},
            "send_to_mas": {"summary": "Klart."},
            "review": {"decision": "close"},
        }  # fmt: skip
        return plain[key]


def at(state: str, **report: Any) -> Deviation:
    """Worked plainly until it stands there."""
    walk = Deviation(**report)
    walk.do_all(until=state)
    return walk


def due_of(walk: Deviation, key: str, item: str = "") -> datetime | None:
    """Of an open step."""
    return walk.open[StepRef(key, item)].clock.due


def end_of(day: str) -> datetime:
    """In Stockholm."""
    return datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=STOCKHOLM)


def roles_of(walk: Deviation, key: str, item: str = "") -> tuple[Role, ...]:
    """Of an open step, the one asked first in front."""
    opening = walk.open[StepRef(key, item)]
    return opening.step.by.roles(walk.facts, opening.item)
