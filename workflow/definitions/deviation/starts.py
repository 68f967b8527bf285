"""What the clocks of the deviation routine count from, and the dates decided in the case."""

from datetime import date, datetime
from typing import Any

from workflow.definition import Start
from workflow.definitions.deviation.rules import DECISIONS, EVALUATIONS, measures_of, to_evaluate
from workflow.facts import Facts, Item
from workflow.words import _


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def _follow_up_date(facts: Facts) -> date | None:
    """As decided; without a decision in this round (MAS's return) not before the measures' own."""
    decisions = [answer for answer in facts.answers if answer.step in DECISIONS]
    if not decisions:
        return None
    decided = date.fromisoformat(decisions[-1].data["follow_up_date"])
    if decisions[-1].round == facts.round:
        return decided
    left = [m.due for side in ("hsl", "unit") for m in to_evaluate(facts, side)]
    return max(decided, *left) if left else None


def _conference_date(facts: Facts) -> date | None:
    """The day named last: at first when announced, then by an evaluation that sends it back."""
    named = {"announce": "conference_date"} | dict.fromkeys(EVALUATIONS, "next_conference_date")
    days = [_day(a.data.get(named[a.step])) for a in facts.answers if a.step in named]
    return next((day for day in reversed(days) if day), None)


def _measure_date(facts: Facts, item: Item | None) -> date | None:
    return next((m.due for m in measures_of(facts) if item and m.key == item.key), None)


WHEN_CALLED = Start(
    _("telefonsamtalet, annars rapporten"),
    lambda f, _i, _n: _moment(f.opening.get("called_at")) or f.opened_at,
)
WHEN_IT_HAPPENED = Start(
    _("händelsen, eller upptäckten när händelsens tid är okänd"),
    lambda f, _i, _n: _moment(f.opening.get("occurred_at") or f.opening["discovered_at"]),
)
WHEN_ASSESSED = Start(_("bedömningen"), lambda f, _i, _n: f.moment_of("assess"))
WHEN_OPENED = Start(_("att steget öppnades"), lambda _f, _i, now: now)
CONFERENCE_DATE = Start(_("konferensens datum"), lambda f, _i, _n: _conference_date(f))
MEASURE_DATE = Start(_("åtgärdens eget datum"), lambda f, item, _n: _measure_date(f, item))
FOLLOW_UP_DATE = Start(_("uppföljningens datum"), lambda f, _i, _n: _follow_up_date(f))
