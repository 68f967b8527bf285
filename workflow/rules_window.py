"""Send windows, closed days and fall-backs in the municipality's rules file."""

from workflow.fallbacks import OUR_FALLBACKS, Fallbacks
from workflow.holidays import BY_LAW, FIRST_YEAR, LAST_YEAR
from workflow.roles import Role
from workflow.rules_table import Table
from workflow.window import OUR_WINDOW, ClosedDay, SendWindow


def read_window(table: Table) -> SendWindow:
    """What the file leaves out is as in ours; also ours after a fault."""
    table.know_only(["opens", "closes", "digest_times", "basis"])
    opens = table.clock("opens") if "opens" in table else OUR_WINDOW.opens
    closes = table.clock("closes") if "closes" in table else OUR_WINDOW.closes
    times = table.clocks("digest_times") if "digest_times" in table else [*OUR_WINDOW.digest_times]
    basis = table.basis()
    if not opens or not closes or not basis or not times:
        return OUR_WINDOW
    if opens >= closes:
        table.fault("closes", "ska vara senare än opens.")
    elif times != sorted(set(times)):
        table.fault("digest_times", "ska stå i ordning, det tidigaste först.")
    elif not all(opens <= at <= closes for at in times):
        table.fault("digest_times", f"ska ligga från {opens:%H:%M} till {closes:%H:%M}.")
    return SendWindow(opens, closes, tuple(times), basis)


def read_closed_days(tables: list[Table]) -> tuple[ClosedDay, ...]:
    """Each day once; a day that is off by law is a fault."""
    closed: dict[object, ClosedDay] = {}
    for table in tables:
        table.know_only(["day", "reason", "basis"])
        day, reason, basis = table.day("day"), table.text("reason"), table.basis()
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            table.fault("day", f"ska ligga mellan åren {FIRST_YEAR} och {LAST_YEAR}.")
        elif day and (holiday := BY_LAW.closed_because(day)):
            table.fault("day", f"är redan ledig: {holiday.sv}.")
        elif day and day in closed:
            table.fault("day", "står två gånger.")
        elif day and reason and basis:
            closed[day] = ClosedDay(day, reason, basis)
    return tuple(closed.values())


def read_fallbacks(table: Table) -> Fallbacks:
    """The file's table stands in place of ours whole, so that a chain can be taken away."""
    table.know_only([*Role, "basis"])
    basis = table.basis()
    chains: dict[str, tuple[Role, ...]] = {
        key: tuple(map(Role, table.values[key]))
        for key in table.values
        if key in [*Role] and _is_chain(table, key)
    }
    return Fallbacks(chains, basis) if basis else OUR_FALLBACKS


def _is_chain(table: Table, key: str) -> bool:
    chain = table.values[key]
    if not isinstance(chain, list) or not chain or any(one not in [*Role] for one in chain):
        table.fault(key, f"ska vara en lista med någon av: {', '.join(Role)}.")
    elif key in chain:
        table.fault(key, "kan inte ersättas av sig själv.")
    elif len({*chain}) < len(chain):
        table.fault(key, "någon står två gånger.")
    else:
        return True
    return False
