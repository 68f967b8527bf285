"""Who is told and when, in plain Swedish: ladders, fall-backs and what is gathered."""

from collections.abc import Iterator

from babel.dates import format_date
from babel.lists import format_list

from workflow.again import Again
from workflow.describe_parts import INDENT, amount, line, people, person, source, wrapped
from workflow.ladders import SHARED_AT_LEAST, At, Ladder, Rung
from workflow.roles import LABELS, Role
from workflow.routines import Routines
from workflow.window import SendWindow

SHARES = {25: "en fjärdedel av tiden", 50: "halva tiden"}


def ladder_lines(ladder: Ladder, number: int) -> Iterator[str]:
    """A ladder under its number, ending with an empty line."""
    yield f"{number}. {ladder.label}"
    for rung in ladder.rungs:
        yield from wrapped(f"{_moment(rung)}: {people(rung.to)}", f"{INDENT}- ")
    if ladder.again:
        yield from wrapped(_repeats(ladder.again), f"{INDENT}- ")
    if ladder.window:
        yield from line("Skickas", f"{_span(ladder.window)}. {source(ladder.window.basis)}")
    yield from line("Källa", source(ladder.basis))
    yield ""


def fallback_lines(routines: Routines) -> Iterator[str]:
    """Each role with those told in its place, in the order they are tried."""
    for role, chain in routines.fallbacks.items():
        yield f"{LABELS[Role(role)]}: i stället {', annars '.join(map(person, chain))}"
    if routines.fallbacks:
        yield f"Källa: {source(routines.basis_of_fallbacks)}"


def sending_lines(routines: Routines) -> Iterator[str]:
    """When what is gathered goes out, and which days are worked."""
    yield f"Det som samlas går ut {_span(routines.window)}."
    yield f"Källa för utskicken: {source(routines.window.basis)}"
    yield "Arbetsdag är måndag–fredag, utom helgdag, midsommarafton, julafton och nyårsafton."
    for closed in routines.closed_days:
        day = format_date(closed.day, "d MMMM y", locale="sv")
        yield f"Stängt {day}: {closed.reason}. {source(closed.basis)}"


def _moment(rung: Rung) -> str:
    match rung.at:
        case At.SHARE_LEFT:
            return _share_left(rung.amount)
        case At.MINUTES_BEFORE:
            return f"{_time(rung.amount)} före"
        case At.DUE:
            return "när tiden går ut"
        case At.HOURS_AFTER:
            return f"{amount(rung.amount, 'hours')} efter"
        case At.WORKING_DAYS_AFTER:
            return f"{amount(rung.amount, 'working_days')} efter"


def _share_left(percent: int) -> str:
    share = SHARES.get(percent, f"{percent} procent av tiden")
    least = int(SHARED_AT_LEAST.total_seconds() / 60 * percent / 100)
    return f"när {share} är kvar, dock minst {_time(least)}"


def _time(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return amount(minutes, "minutes") if rest else amount(hours, "hours")


def _repeats(again: Again) -> str:
    *first, last = again.growing or (None,)
    grown = ""
    if last is not None:
        waits = [*map(str, first), amount(last, again.unit)]
        grown = f"efter {format_list(waits, locale='sv')}, sedan "
    longest = amount(again.longest, again.unit)
    return f"därefter igen till samma {grown}med {longest} emellan, tills steget är gjort"


def _span(window: SendWindow) -> str:
    times = format_list([f"{at:%H.%M}" for at in window.digest_times], locale="sv")
    span = f"{window.opens:%H.%M}–{window.closes:%H.%M}"
    return f"på arbetsdagar {span}, i ett brev per person kl. {times}"
