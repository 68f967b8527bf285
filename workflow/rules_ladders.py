"""A ladder of the municipality's own: what the file leaves out is as in the routine's."""

import re

from workflow.again import BY_THE_DAY, BY_THE_HOUR, Again, Unit
from workflow.ladders import LABELS, PARTY, RESPONSIBLE, At, Ladder, Rung, Sending
from workflow.roles import Role
from workflow.rules_table import Table
from workflow.rules_window import read_window

MOST_AWAY = {
    At.SHARE_LEFT: 99,
    At.MINUTES_BEFORE: 7 * 24 * 60,
    At.HOURS_AFTER: 31 * 24,
    At.WORKING_DAYS_AFTER: 60,
}
"""A rung further from the due time than this is taken for a slip of the pen."""

AGAIN = {Sending.AT_ONCE: BY_THE_HOUR, Sending.DIGEST: BY_THE_DAY}

LONGEST = {Unit.HOURS: (12, 31 * 24), Unit.WORKING_DAYS: (2, 60)}
"""From and to what the longest wait between repeats may be: never a mail an hour for ever."""


def read_ladder(
    table: Table, key: str, ours: Ladder | None, *, has_party: bool = True
) -> Ladder | None:
    """`ours` is the routine's ladder; `has_party` when somebody outside may answer the steps."""
    table.know_only(["sending", "rungs", "again", "window", "basis"])
    faults = len(table.faults)
    sending = _sending(table, ours)
    basis = ours.basis if ours and not {*table.values} - {"window"} else table.basis()
    rungs = ours.rungs if ours and "rungs" not in table else _rungs(table)
    if sending is None or basis is None or len(table.faults) > faults:
        return None
    like_ours = ours if ours and ours.sending is sending else None
    again = like_ours.again if like_ours else AGAIN[sending]
    if "again" in table:
        again = _again(table.table("again"), AGAIN[sending].unit)
    window = like_ours.window if like_ours else None
    if sending is Sending.DIGEST and "window" in table:
        window = read_window(table.table("window"))
    elif "window" in table:
        table.fault("window", f"hör inte till {sending}: det som är genast går dygnet runt.")
    label = like_ours.label if like_ours else LABELS[sending]
    ladder = Ladder(key, label, sending, rungs, basis, again, window)
    _refuse_failing(table, ladder, has_party=has_party)
    return ladder if len(table.faults) == faults else None


def _sending(table: Table, ours: Ladder | None) -> Sending | None:
    return ours.sending if ours and "sending" not in table else table.one_of("sending", Sending)


def _refuse_failing(table: Table, ladder: Ladder, *, has_party: bool) -> None:
    if not ladder.tells_when_overdue:
        table.fault("rungs", 'ingen får veta att tiden har gått ut. Lägg till at = "due".')
    if not ladder.in_order:
        table.fault("rungs", "ska stå i den ordning de skickas, den tidigaste först.")
    if ladder.reminds_the_party and not has_party:
        table.fault("rungs", f"{PARTY} finns bara för steg som någon utifrån kan svara på.")
    elif ladder.reminds_the_party and PARTY in ladder.rungs[-1].to:
        table.fault("rungs", f"den sista upprepas, och kan inte gå till {PARTY}.")
    if len({rung.key for rung in ladder.rungs}) < len(ladder.rungs):
        table.fault("rungs", "två har samma key.")


def _again(table: Table, unit: Unit) -> Again | None:
    table.know_only(["first", "longest"])
    least, most = LONGEST[unit]
    first, longest = table.whole("first", 1, most), table.whole("longest", least, most)
    if first is None or longest is None:
        return None
    if longest < first:
        table.fault("longest", "ska vara minst lika lång som first.")
    return Again(first, longest, unit)


def _rungs(table: Table) -> tuple[Rung, ...]:
    return tuple(rung for row in table.tables("rungs") if (rung := _rung(row)))


def _rung(table: Table) -> Rung | None:
    table.know_only(["key", "at", "amount", "to"])
    key, at = table.text("key"), table.one_of("at", At)
    if key and not re.fullmatch(r"[a-z][a-z0-9_]{0,29}", key):
        table.fault("key", "ska vara små bokstäver a–z, siffror och _, högst 30 tecken.")
        key = None
    amount: int | None = 0
    if at and at.takes_amount:
        amount = table.whole("amount", 1, MOST_AWAY[at])
    elif at and "amount" in table:
        table.fault("amount", f"hör inte till {at}.")
    known = [RESPONSIBLE, PARTY, *Role]
    to = table.values.get("to")
    if not isinstance(to, list) or not to or any(one not in known for one in to):
        table.fault("to", f"ska vara en lista med någon av: {', '.join(known)}.")
        return None
    if key is None or at is None or amount is None:
        return None
    return Rung(
        key, at, tuple(one if one in (RESPONSIBLE, PARTY) else Role(one) for one in to), amount
    )
