"""A SIP walked through its real forms: every answer is loaded and stored as in operations."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.workflow.walking import Walk
from workflow.definitions.sip import SIP
from workflow.definitions.sip.intake import SipNeed
from workflow.engine import Engine, Outcome, StepRef
from workflow.holidays import STOCKHOLM, WorkingCalendar

ENGINE = Engine(SIP, WorkingCalendar())
TUESDAY = datetime(2026, 11, 24, 8, 30, tzinfo=STOCKHOLM)
OFFERS = {"units": {"tallen": "Tallen"}, "patients": {"17": "Fiktiv Person"}}

CLINIC, SCHOOL, WARD = "0000000a", "0000000b", "0000000c"
VISITS, MEALS = "000000aa", "000000bb"


def party(key: str, organisation: str, kind: str = "called") -> dict[str, Any]:
    """A row of the pre-planning."""
    return {
        "key": key, "organisation": organisation, "kind": kind, "contact": "Kim",
        "email": "kim@region.example",
    }  # fmt: skip


PARTIES = [party(CLINIC, "Linden"), party(SCHOOL, "Exempelskolan", "invited")]


class Sip(Walk):
    """Opened at `now`; answers not given are the plainest ones."""

    _answered_at: datetime | None = None

    def __init__(self, now: datetime = TUESDAY, **need: Any) -> None:
        given = {
            "trigger": "home_visit", "patient": "17", "unit": "tallen",
            "noticed_at": now.date().isoformat(), "noticed_by": "Hemtjänsten",
            "reason": "Faller ofta.",
        }  # fmt: skip
        form = SipNeed(now=now, offers=OFFERS)
        super().__init__(ENGINE, form.dump(form.load(given | need)), now)

    def do(self, key: str, item: str = "", **given: Any) -> Outcome:
        """Fills in the form of an open step; raises ValidationError for a faulty answer."""
        opening = self.open[StepRef(key, item)]
        form = opening.step.form(now=self.now, facts=self.facts, item=opening.item, offers=OFFERS)
        loaded = form.load(form.initial() | self._plain(key, item) | given)
        told = (loaded[name] for name in form.when if isinstance(loaded.get(name), datetime))
        self._answered_at = next(told, self.now)
        return super().do(key, item, **form.dump(loaded))

    def go_on(self) -> Outcome:
        """Knows which clocks have run out, as the sweep does, and when the newest answer was."""
        if self._answered_at:
            *before, newest = self.facts.answers
            newest = replace(newest, at=self._answered_at)
            self.facts = replace(self.facts, answers=(*before, newest))
            self._answered_at = None
        late = {ref.key for ref, o in self.open.items() if o.clock.due and o.clock.due < self.now}
        self.facts = replace(self.facts, ran_out=self.facts.ran_out | late)
        return super().go_on()

    def wait(self, until: datetime) -> Outcome:
        """Lets time pass, and sweeps."""
        self.now = until
        return self.go_on()

    def change(self, key: str, **changed: Any) -> Outcome:
        """Corrects some fields of the step's newest answer."""
        return self.correct(key, **{**self.facts.latest(key), **changed})

    def correct_notice(self, given: datetime | None) -> Outcome:
        """Corrects when the opening form says that the notice was given."""
        known = {k: v for k, v in self.facts.opening.items() if k != "discharge_notice_at"}
        notice = {"discharge_notice_at": given.isoformat()} if given else {}
        self.facts = replace(self.facts, opening=known | notice)
        return self.go_on()

    def do_all(self, until: str) -> None:
        """Does whatever is open, plainly, until the case stands in that state."""
        for _ in range(200):
            if self.state == until:
                return
            ref = next(iter(self.open))
            self.do(ref.key, ref.item)
        raise AssertionError(f"still in {self.state}, round {self.round}")

    def items(self, key: str) -> list[str]:
        """Items of the open steps of that key."""
        return [ref.item for ref in self.open if ref.key == key]

    def in_days(self, days: int) -> datetime:
        """So many days from now."""
        return self.now + timedelta(days=days)

    def booked(self, days: int = 14, **more: Any) -> dict[str, Any]:
        """A meeting so many days from now."""
        return {
            "meeting_at": self.in_days(days).isoformat(), "minutes": "60", "meeting_form": "home",
        } | more  # fmt: skip

    def moved(self, days: int = 21) -> dict[str, Any]:
        """The meeting is moved to so many days from now."""
        now = self.now.isoformat()
        return {"outcome": "moved", "reason": "Sjuk", "decided_at": now} | self.booked(days)

    def efforts(self) -> list[dict[str, Any]]:
        """One of the region's and one of the municipality's."""
        due = self.in_days(30).date().isoformat()
        return [
            {"key": VISITS, "effort": "Hembesök", "principal": "region", "due": due,
             "organisation": "Linden", "responsible": "Kim"},
            {"key": MEALS, "effort": "Matlagning", "principal": "municipality", "due": due,
             "organisation": "Hemtjänsten", "responsible": "Cilla"},
        ]  # fmt: skip

    def rows(self, key: str, item: str, **verdict: Any) -> list[dict[str, Any]]:
        """The fixed rows of an open step's form, all answered alike."""
        opening = self.open[StepRef(key, item)]
        form = opening.step.form(now=self.now, facts=self.facts, item=opening.item, offers=OFFERS)
        return [{"effort": row["effort"]} | verdict for row in form.initial()["efforts"]]

    def objection(self, item: str, key: str = "confirm_part") -> dict[str, Any]:
        """No to every effort of an open part."""
        return {"efforts": self.rows(key, item, confirmed=False, comment="Inte vi.")}

    def _plain(self, key: str, item: str) -> dict[str, Any]:
        now, today = self.now.isoformat(), self.now.date()
        called = {"called_at": now, "called_by": "Kim"} | self.booked()
        confirmed = {"confirmed_by": "Kim", "came_by": "phone", "answered_at": now}
        plain: dict[str, dict[str, Any]] = {
            "assess_need": {"outcome": "needed", "reason": "Flera huvudmän."},
            "consent": {
                "consent": "given", "by_whom": "Personen", "given_at": now, "scope": "Allt.",
                "concerns_child": False,
            },
            "pre_planning": {
                "talked_at": now, "what_matters": "Bo hemma.", "questions": "Morgnar?",
                "parties": PARTIES, "meeting_form": "home", "interpreter": False,
            },
            "call_by_law": called,
            "take_over_call": called,
            "call": called,
            "answer": {"outcome": "attends", "came_by": "phone", "answered_at": now},
            "settle_time": {"outcome": "keep", "reason": "Alla andra kan."},
            "hold_meeting": {
                "outcome": "held", "held_at": now, "held_form": "home",
                "person_took_part": "present", "chair": "Kim", "secretary": "Bo",
                "attendance": [{"organisation": "Linden", "came": "came"}],
            },
            "write_plan": {
                "goals": "Laga mat.", "needed_efforts": "Stöd.", "efforts": self.efforts(),
                "measures_by_others": "Inget.", "overall_principal": "municipality",
                "overall_contact": "Kim", "crisis_contact": "1177",
                "follow_up_date": (today + timedelta(days=90)).isoformat(),
            },
            "send_copies": {
                "sent_at": now, "person_got_it": True, "how": "Hemma.", "others": "Alla.",
            },
            "follow_up_together": {
                "held_on": today.isoformat(), "participants": "Alla",
                "person_took_part": "present", "person_view": "Bra.", "next": "close",
                "closing_reason": "goals_met",
            },
        }  # fmt: skip
        if key in ("confirm_part", "confirm_change"):
            return confirmed | {"efforts": self.rows(key, item, confirmed=True)}
        if key == "follow_up_together":
            return plain[key] | {"efforts": self.rows(key, item, outcome="done")}
        return plain[key]


def at(state: str, now: datetime = TUESDAY, **need: Any) -> Sip:
    """Worked plainly until it stands there."""
    walk = Sip(now, **need)
    walk.do_all(until=state)
    return walk


def due_of(walk: Sip, key: str, item: str = "") -> datetime | None:
    """Of an open step."""
    return walk.open[StepRef(key, item)].clock.due


def end_of(day: str) -> datetime:
    """In Stockholm."""
    return datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=STOCKHOLM)
