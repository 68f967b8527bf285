"""A definition in plain Swedish, for the head nurse who approves it beside the paper routine."""

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Literal

from babel.dates import format_date
from babel.lists import format_list

from workflow.basis import Basis, BasisKind
from workflow.definition import Action, Deadline, State, Step, Tell, Threshold, WorkflowDefinition
from workflow.explanation import spoken_amount
from workflow.ladders import PARTY, PARTY_LABEL, RESPONSIBLE, At, Ladder, Rung
from workflow.outside import ExternalDeviation, Opens
from workflow.roles import LABELS, Role, inside_sentence
from workflow.routines import Routines

WIDTH = 96
INDENT = " " * 4

STANDING = {
    BasisKind.LAW: "lag, kan bara skärpas",
    BasisKind.ROUTINE: "rutin, kan bara skärpas",
    BasisKind.DEFAULT: "kommunen kan ändra",
    BasisKind.LOCAL: "kommunens egen regel",
}

# How a limit ends; a date from a form has no length and stands apart.
ENDS = {
    "elapsed": "dygnet runt, alla dagar",
    "hours_or_next_weekday": "dagen ut, eller nästa arbetsdag ut om dagen är ledig",
    "calendar_days": "dagen ut, också en ledig dag",
    "working_days": "dagen ut",
    "months": "dagen ut, eller nästa arbetsdag ut om dagen är ledig",
    "sip_call": "dagen ut, också en ledig dag",
}


def describe(definition: WorkflowDefinition, routines: Routines) -> str:
    """Ends with a line feed; tests/golden holds the approved text of each released version."""
    steps = [step for state in definition.states for step in state.steps]
    ladders = tuple(dict.fromkeys(step.ladder for step in steps))
    parts = [
        _opening(definition),
        *(_state(definition, n, state, ladders) for n, state in enumerate(definition.states, 1)),
        _title("Påminnelser", "-"),
        *(_ladder(ladder, n) for n, ladder in enumerate(ladders, 1)),
        _list(
            "När som helst, så länge ärendet är öppet",
            (_action(definition, a) for a in definition.actions),
        ),
        _list("Meddelas genast, dygnet runt", map(_tell, definition.tells)),
        _list(
            "Öppnar själv ett annat ärende",
            (_opens(other, routines) for other in definition.opens),
        ),
        _list(
            "Erbjuder ett utkast till extern avvikelse",
            map(_external_deviation, definition.external_deviations),
        ),
        _list("Gränsvärden", map(_threshold, definition.thresholds)),
        *(_list(setting.label, setting.told(setting.value)) for setting in definition.settings),
        _list("Arbetsdagar och utskick", _sending(routines)),
    ]
    return "\n".join(line for part in parts for line in part)


def _opening(definition: WorkflowDefinition) -> Iterator[str]:
    yield from _title(f"{definition.label}, version {definition.version}", "=")
    yield from _line("Bygger på", definition.source)
    yield from _line("Kallas", f"{definition.prefix}-år-nummer")
    yield from _line("Öppnas av", _people(definition.opening_by, "or"))
    if definition.alone:
        yield from _line("Antal", "högst ett öppet ärende för varje patient")
    yield ""


def _state(
    definition: WorkflowDefinition, number: int, state: State, ladders: tuple[Ladder, ...]
) -> Iterator[str]:
    yield from _title(f"{number}. {state.label}", "-")
    for n, step in enumerate(state.steps, 1):
        yield f"{number}.{n} {step.label}"
        yield from _step(step, ladders)
        yield ""
    yield from wrap(_way_on(definition, state), WIDTH)
    yield ""


def _way_on(definition: WorkflowDefinition, state: State) -> str:
    if not state.then:
        return "Här slutar ärendet."
    ways = []
    for route in state.then:
        to = definition.state(route.to)
        back = definition.goes_back(state.key, to.key)
        way = f"tillbaka till {to.label} i ett nytt varv" if back else f"vidare till {to.label}"
        ways.append(f"{way} om {route.when.label}" if route.when else way)
    return f"När alla steg är klara går ärendet {', annars '.join(ways)}."


def _step(step: Step, ladders: tuple[Ladder, ...]) -> Iterator[str]:
    yield from _line("Vem", step.by.label)
    if step.when:
        yield from _line("Villkor", f"bara om {step.when.label}")
    if step.for_each:
        yield from _line("Upprepas", f"en gång för {step.for_each.label}")
    if step.moves_on:
        yield from _line("Tiden ute", "det steg öppnas som då ska göras i stället")
    if step.by_link:
        yield from _line("Svar", "också utifrån, genom en länk utan konto")
    if not step.required:
        yield from _line("Frivilligt", "ärendet går vidare också utan steget")
    yield from _line("Frist", _limit(step.due))
    yield from _line(
        "Källa", step.due.basis.text if step.due.is_in_form else _source(step.due.basis)
    )
    yield from _line(
        "Påminns",
        f"{inside_sentence(step.ladder.label)} (påminnelse {ladders.index(step.ladder) + 1})",
    )
    if step.conference:
        yield from _line("Tas upp", "på patientkonferensen")
    if step.care:
        yield from _line("Läses av", "även omvårdnadspersonalen på enheten")
    yield from _line("Syns som", step.done)


def _limit(due: Deadline) -> str:
    if due.is_in_form:
        return f"till och med {due.since.label}"
    unit = {"calendar_days": "days", "working_days": "working_days", "months": "months"}
    length = "3 dagar" if due.amount is None else _amount(due.amount, unit.get(due.rule, "hours"))
    return f"{length} räknat från {due.since.label}; {ENDS[due.rule]}"


def _ladder(ladder: Ladder, number: int) -> Iterator[str]:
    yield f"{number}. {ladder.label}"
    for rung in ladder.rungs:
        yield from _wrapped(f"{_moment(rung)}: {_people(rung.to)}", f"{INDENT}- ")
    yield from _line("Källa", _source(ladder.basis))
    yield ""


def _moment(rung: Rung) -> str:
    match rung.at:
        case At.MINUTES_BEFORE:
            hours, minutes = divmod(rung.amount, 60)
            return f"{_amount(*((rung.amount, 'minutes') if minutes else (hours, 'hours')))} före"
        case At.HALF_LEFT:
            return "när halva tiden är kvar, dock minst 4 timmar"
        case At.QUARTER_LEFT:
            return "när en fjärdedel av tiden är kvar, dock minst 2 timmar"
        case At.DUE:
            return "när tiden går ut"
        case At.HOURS_AFTER:
            return f"{_amount(rung.amount, 'hours')} efter"
        case At.WORKING_DAYS_AFTER:
            return f"{_amount(rung.amount, 'working_days')} efter"


def _action(definition: WorkflowDefinition, action: Action) -> str:
    to = definition.state(action.to).label
    return f"{action.label}: {_people(action.by, 'or')}; leder till {to}"


def _tell(tell: Tell) -> str:
    return f"{tell.label}: {_people(tell.to)}, om {tell.when.label}"


def _opens(other: Opens, routines: Routines) -> str:
    return f"{routines.engine(other.definition).definition.label}, en gång, om {other.when.label}"


def _external_deviation(offer: ExternalDeviation) -> str:
    return f"{offer.label}: om {offer.when.label}. {offer.paragraph}"


def _threshold(threshold: Threshold) -> str:
    span = f"kan sättas från {threshold.lo} till {threshold.hi}"
    return f"{threshold.label}: {threshold.value}, {span}. {_source(threshold.basis)}"


def _sending(routines: Routines) -> Iterator[str]:
    window = routines.window
    times = format_list([f"{at:%H.%M}" for at in window.digest_times], locale="sv")
    span = f"{window.opens:%H.%M}–{window.closes:%H.%M}"
    yield f"Det som samlas går ut på arbetsdagar {span}, i ett brev per person kl. {times}."
    yield f"Källa för utskicken: {_source(window.basis)}"
    yield "Arbetsdag är måndag–fredag, utom helgdag, midsommarafton, julafton och nyårsafton."
    for closed in routines.closed_days:
        day = format_date(closed.day, "d MMMM y", locale="sv")
        yield f"Stängt {day}: {closed.reason}. {_source(closed.basis)}"


def _source(basis: Basis) -> str:
    return f"{basis.text} ({STANDING[basis.kind]})"


def _amount(amount: int, unit: str) -> str:
    return spoken_amount(amount, unit).sv


def _people(roles: Iterable[str], style: Literal["standard", "or"] = "standard") -> str:
    return format_list([_person(role) for role in roles], style=style, locale="sv")


def _person(role: str) -> str:
    if role == RESPONSIBLE:
        return "den ansvariga"
    return inside_sentence(PARTY_LABEL if role == PARTY else LABELS[Role(role)])


def _title(text: str, rule: str) -> list[str]:
    return [text, rule * len(text)]


def _line(name: str, text: str) -> list[str]:
    return _wrapped(text, f"{INDENT}{name + ':':<12}")


def _wrapped(text: str, head: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head))


def _list(title: str, lines: Iterable[str]) -> Iterator[str]:
    points = [line for text in lines for line in _wrapped(text, "- ")]
    if points:
        yield from [*_title(title, "-"), *points, ""]
