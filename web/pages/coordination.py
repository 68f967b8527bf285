"""SIP and discharge at a glance: the boards, the cases gone quiet, and the answers waited for."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from cases.access import Right
from cases.awaited import awaited_answers
from cases.discharge_board import DAYS_AHEAD, DischargeLine, discharge_board
from cases.people import sort_key
from cases.quiet import quiet_cases
from cases.sip_board import SipLine, sip_board
from web.door import asks, reading, working
from workflow.moments import day_of
from workflow.time_words import time_left

coordination = Blueprint("coordination", __name__)

Filter = tuple[str, str, str, list[tuple[str, str]]]
"""(name, label, chosen, options), as macros/lists.html draws it."""


@coordination.get("/sip")
@asks(Right.COORDINATION)
def sip() -> Any:
    """Each case whose parties are shown is a row in the access log, since their names are typed."""
    with working() as work:
        lines = sip_board(work.session, work.routines, work.access)
        for line in lines:
            if line.parties:
                work.read("sip_board", line.record)
        now = work.now
    wanted = {name: request.args.get(name, "") for name in ("laget", "enhet", "part", "tid")}
    chosen = [line for line in lines if _passes(line, wanted, now)]
    return render_template(
        "pages/sip_board.html",
        groups=[(state, list(each)) for state, each in groupby(chosen, lambda one: one.case.state)],
        total=len(lines),
        late=sum(line.when(now) == "late" for line in lines),
        counts=_counted(lines),
        filters=_sip_filters(lines, wanted),
        wanted=wanted,
        narrowed=any(wanted.values()),
        clock=partial(time_left, now=now),
        now=now,
    )


def _passes(line: SipLine, wanted: dict[str, str], now: datetime) -> bool:
    return (
        wanted["laget"] in ("", line.state)
        and wanted["enhet"] in ("", line.case.unit)
        and wanted["tid"] in ("", line.when(now))
        and (not wanted["part"] or wanted["part"] in {party.key for party in line.parties})
    )


def _counted(lines: Iterable[SipLine]) -> list[tuple[str, str, int]]:
    counted = Counter((line.state, line.case.state) for line in lines)
    return [(key, label, n) for (key, label), n in counted.items()]


def _sip_filters(lines: Iterable[SipLine], wanted: dict[str, str]) -> list[Filter]:
    times = [("late", _("Försenat")), ("today", _("I dag")), ("later", _("Senare"))]
    states = {line.state: _(line.case.state) for line in lines}
    units = {line.case.unit: line.case.unit for line in lines}
    parties = {party.key: party.organisation for line in lines for party in line.parties}
    return [
        ("laget", _("Läge"), wanted["laget"], list(states.items())),
        ("enhet", _("Enhet"), wanted["enhet"], _sorted(units)),
        ("part", _("Part"), wanted["part"], _sorted(parties)),
        ("tid", _("Tid"), wanted["tid"], times),
    ]


def _sorted(options: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(options.items(), key=lambda option: sort_key(option[1]))


@coordination.get("/utskrivningar")
@asks(Right.COORDINATION)
def discharges() -> Any:
    """Those ready but still in hospital first, then unit by unit."""
    with reading() as work:
        board = discharge_board(work.session, work.routines, work.access, work.now)
        now = work.now
    unit = request.args.get("enhet", "")
    units = {line.unit_key: line.case.unit for line in (*board.waiting, *board.coming)}
    coming = sorted(_of_unit(board.coming, unit), key=lambda line: sort_key(line.case.unit))
    return render_template(
        "pages/discharges.html",
        waiting=_of_unit(board.waiting, unit),
        units=[(name, list(each)) for name, each in groupby(coming, lambda one: one.case.unit)],
        later=board.later,
        days=DAYS_AHEAD,
        filters=[("enhet", _("Enhet"), unit, _sorted(units))] if len(units) > 1 or unit else [],
        narrowed=bool(unit),
        today=day_of(now),
        clock=partial(time_left, now=now),
        now=now,
    )


def _of_unit(lines: Iterable[DischargeLine], unit: str) -> list[DischargeLine]:
    return [line for line in lines if unit in ("", line.unit_key)]


@coordination.get("/tysta")
@asks(Right.COORDINATION)
def quiet() -> Any:
    """Those that rest until a chosen day stand below the others."""
    with reading() as work:
        lines = quiet_cases(work.session, work.routines, work.access, work.now)
        now = work.now
    return render_template(
        "pages/quiet.html",
        silent=[line for line in lines if not line.rests],
        resting=[line for line in lines if line.rests],
        clock=partial(time_left, now=now),
    )


@coordination.get("/inkommande")
@asks(Right.COORDINATION)
def awaited() -> Any:
    """Each case shown is a row in the access log, since the names of organisations are typed."""
    with working() as work:
        organisations = awaited_answers(work.session, work.routines, work.access, work.now)
        records = {line.record.id: line.record for each in organisations for line in each.awaited}
        for record in records.values():
            work.read("awaited", record)
        now = work.now
    chosen = request.args.get("part", "")
    names = {each.key: each.name for each in organisations}
    return render_template(
        "pages/awaited.html",
        organisations=[each for each in organisations if chosen in ("", each.key)],
        total=sum(len(each.awaited) for each in organisations),
        filters=[("part", _("Organisation"), chosen, _sorted(names))] if len(names) > 1 else [],
        narrowed=bool(chosen),
        clock=partial(time_left, now=now),
    )
