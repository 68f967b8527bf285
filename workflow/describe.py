"""A definition in plain Swedish, for the head nurse who approves it beside the paper routine."""

from collections.abc import Iterator
from textwrap import wrap

from workflow.definition import Action, Deadline, State, Step, Tell, Threshold, WorkflowDefinition
from workflow.describe_ladders import fallback_lines, ladder_lines, sending_lines
from workflow.describe_parts import WIDTH, amount, line, listed, people, source, title
from workflow.ladders import Ladder
from workflow.outside import ExternalDeviation, Opens
from workflow.pausing import Pausing
from workflow.roles import inside_sentence
from workflow.routines import Routines

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
        title("Påminnelser", "-"),
        *(ladder_lines(ladder, n) for n, ladder in enumerate(ladders, 1)),
        listed(
            "När som helst, så länge ärendet är öppet",
            (_action(definition, a) for a in definition.actions),
        ),
        listed("Meddelas genast, dygnet runt", map(_tell, definition.tells)),
        listed(
            "Öppnar själv ett annat ärende",
            (_opens(other, routines) for other in definition.opens),
        ),
        listed(
            "Erbjuder ett utkast till extern avvikelse",
            map(_external_deviation, definition.external_deviations),
        ),
        listed("Gränsvärden", map(_threshold, definition.thresholds)),
        *(listed(setting.label, setting.told(setting.value)) for setting in definition.settings),
        listed("När ingen med rollen går att nå", fallback_lines(routines)),
        listed("Arbetsdagar och utskick", sending_lines(routines)),
    ]
    return "\n".join(line for part in parts for line in part)


def _opening(definition: WorkflowDefinition) -> Iterator[str]:
    yield from title(f"{definition.label}, version {definition.version}", "=")
    yield from line("Bygger på", definition.source)
    yield from line("Kallas", f"{definition.prefix}-år-nummer")
    yield from line("Öppnas av", people(definition.opening_by, "or") or "Vårdtråd själv")
    if definition.alone:
        yield from line("Antal", "högst ett öppet ärende för varje patient")
    yield ""


def _state(
    definition: WorkflowDefinition, number: int, state: State, ladders: tuple[Ladder, ...]
) -> Iterator[str]:
    yield from title(f"{number}. {state.label}", "-")
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
    yield from line("Vem", step.by.label)
    if step.when:
        yield from line("Villkor", f"bara om {step.when.label}")
    if step.for_each:
        yield from line("Upprepas", f"en gång för {step.for_each.label}")
    if step.moves_on:
        yield from line("Tiden ute", "det steg öppnas som då ska göras i stället")
    if step.by_link:
        yield from line("Svar", "också utifrån, genom en länk utan konto")
    if not step.required:
        yield from line("Frivilligt", "ärendet går vidare också utan steget")
    yield from line("Frist", _limit(step.due))
    yield from line("Källa", step.due.basis.text if step.due.is_in_form else source(step.due.basis))
    yield from line(
        "Påminns",
        f"{inside_sentence(step.ladder.label)} (påminnelse {ladders.index(step.ladder) + 1})",
    )
    if step.pause:
        yield from line("Får vänta", _pause(step.pause))
    if step.conference:
        yield from line("Tas upp", "på patientkonferensen")
    if step.care:
        yield from line("Läses av", "även omvårdnadspersonalen på enheten")
    yield from line("Syns som", step.done)


def _pause(pause: Pausing) -> str:
    reasons = ", eller ".join(inside_sentence(reason) for reason in pause.reasons.values())
    days = f"högst {amount(pause.budget, 'days')}, {pause.longest} åt gången"
    return f"{days}: {reasons}. Källa: {source(pause.basis)}"


def _limit(due: Deadline) -> str:
    if due.is_in_form:
        return f"till och med {due.since.label}"
    unit = {"calendar_days": "days", "working_days": "working_days", "months": "months"}
    length = "3 dagar" if due.amount is None else amount(due.amount, unit.get(due.rule, "hours"))
    return f"{length} räknat från {due.since.label}; {ENDS[due.rule]}"


def _action(definition: WorkflowDefinition, action: Action) -> str:
    to = definition.state(action.to).label
    return f"{action.label}: {people(action.by, 'or')}; leder till {to}"


def _tell(tell: Tell) -> str:
    return f"{tell.label}: {people(tell.to)}, om {tell.when.label}"


def _opens(other: Opens, routines: Routines) -> str:
    return f"{routines.engine(other.definition).definition.label}, en gång, om {other.when.label}"


def _external_deviation(offer: ExternalDeviation) -> str:
    return f"{offer.label}: om {offer.when.label}. {offer.paragraph}"


def _threshold(threshold: Threshold) -> str:
    span = f"kan sättas från {threshold.lo} till {threshold.hi}"
    return f"{threshold.label}: {threshold.value}, {span}. {source(threshold.basis)}"
