"""Where is it burning? Every overdue step, and every step about which nobody could be told."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request

from cases.access import RIGHTS, Right
from cases.lines import at_units
from cases.overdue import OverdueLine, Sieve, Unheard, overdue_steps, unheard_steps
from cases.people import sort_key
from notifications.caught_up import caught_up
from notifications.orphan_mails import WHAT_TO_DO, why
from notifications.orphans import orphans
from notifications.told import told_about
from web.door import asks, reading
from web.translating import translated as _
from web.words import moment_words, role_word
from workflow.time_words import time_left

overdue = Blueprint("overdue", __name__)

STANDSTILLS_WITHIN = timedelta(days=7)
MOST_STANDSTILLS = 10


@overdue.get("/forsenat")
@asks(Right.OVERDUE)
def late() -> Any:
    """The counts are of all; the list may be narrowed."""
    with reading() as work:
        lines = overdue_steps(work.session, work.routines, work.access, work.now)
        unheard = unheard_steps(work.session, work.routines, work.access)
        told = told_about(work.session, [line.step.id for line in lines])
        alone = orphans(work.session, work.routines, work.now, work.access)
        watched = work.access.units(RIGHTS[Right.OVERDUE])
        since = work.now - STANDSTILLS_WITHIN
        stood_still = [
            one
            for one in caught_up(work.session, since, at_units(watched), MOST_STANDSTILLS)
            if one.cases or watched is None
        ]
        may = {right: work.access.has(right) for right in (Right.DUTY_ROSTER, Right.OPERATIONS)}
        now = work.now
    sieve = Sieve(*(request.args.get(name, "") for name in ("enhet", "slag", "typ", "steg")))
    narrowed = sieve != Sieve()
    return render_template(
        "pages/overdue.html",
        lines=[line for line in lines if sieve.lets_through(line.keys)] if narrowed else lines,
        total=len(lines),
        units=_counted(lines),
        filters=_filters(lines, sieve),
        narrowed=narrowed,
        sieve=sieve,
        told=told,
        missing=_missing(unheard),
        rosters=may[Right.DUTY_ROSTER],
        sees_operations=may[Right.OPERATIONS],
        orphans=alone,
        why=why,
        what_to_do=WHAT_TO_DO,
        stood_still=stood_still,
        now=now,
        coming=_coming,
        clock=partial(time_left, now=now),
    )


def _coming(roles: Iterable[str], at: datetime) -> str:
    who = ", ".join(role_word(role) for role in roles)
    return _("Nästa: %(who)s, %(time)s", who=who, time=moment_words(at))


def _counted(lines: Iterable[OverdueLine]) -> list[tuple[str, str, int]]:
    counted = Counter((line.keys.unit, line.step.case.unit) for line in lines)
    return [(key, name, n) for (key, name), n in counted.most_common()]


def _missing(unheard: Iterable[Unheard]) -> list[tuple[str, str, list[str]]]:
    """(unit, role, references): one line for each role that nobody holds, however much waits."""
    missing: dict[tuple[str, str], dict[str, None]] = {}
    for one in unheard:
        for role in one.roles:
            missing.setdefault((one.step.case.unit, role), {})[one.step.case.reference] = None
    return [(unit, role, list(cases)) for (unit, role), cases in sorted(missing.items())]


def _filters(
    lines: tuple[OverdueLine, ...], sieve: Sieve
) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """(name, label, chosen, options); what all have in common is not asked about."""
    units = {(o.keys.unit, o.step.case.unit) for o in lines}
    kinds = {(o.keys.definition, o.step.case.definition) for o in lines}
    categories = {(o.keys.category, o.step.case.category) for o in lines if o.keys.category}
    steps = {(o.keys.step, o.step.label) for o in lines}
    offered = [
        ("enhet", _("Enhet"), sieve.unit, units),
        ("slag", _("Ärende"), sieve.definition, {(key, _(label)) for key, label in kinds}),
        ("typ", _("Typ"), sieve.category, {(key, _(label)) for key, label in categories}),
        ("steg", _("Steg"), sieve.step, {(key, _(label)) for key, label in steps}),
    ]
    return [
        (name, label, chosen, sorted(options, key=lambda option: sort_key(option[1])))
        for name, label, chosen, options in offered
        if len(options) > 1 or chosen
    ]
