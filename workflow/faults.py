"""Everything that can be wrong with a definition, found in one pass."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from workflow.basis import BasisKind
from workflow.deadlines import RULES
from workflow.ladders import PARTY, Sending
from workflow.pausing import PAUSABLE

if TYPE_CHECKING:
    from workflow.definition import Deadline, State, Step, WorkflowDefinition
    from workflow.forms import Form
    from workflow.ladders import Ladder


def faults_of(definition: "WorkflowDefinition") -> list[str]:
    """The faults in English for the developer, in the order of the definition; empty when sound."""
    if not definition.states:
        return ["no states"]
    return [*_keys(definition), *_routes(definition), *_steps(definition), *_rest(definition)]


A_KEY = "a key is lower case letters, digits and _"


def _is_key(key: str) -> bool:
    return re.fullmatch(r"[a-z][a-z0-9_]*", key) is not None


def _repeated(what: str, keys: Iterable[str]) -> Iterator[str]:
    for key, times in Counter(keys).items():
        if times > 1:
            yield f"{what} {key!r} is named {times} times"


def _keys(definition: "WorkflowDefinition") -> Iterator[str]:
    steps = [step for state in definition.states for step in state.steps]
    named = {
        "state": [s.key for s in definition.states],
        "step": [s.key for s in steps],
        "action": [a.key for a in definition.actions],
        "tell": [t.key for t in definition.tells],
        "threshold": [t.key for t in definition.thresholds],
        "offer": [o.key for o in definition.external_deviations],
        "setting": [s.key for s in definition.settings],
    }
    for what, keys in named.items():
        yield from _repeated(what, keys)
        yield from (f"{what} {key!r}: {A_KEY}" for key in keys if not _is_key(key))
    if not re.fullmatch(r"[A-Z]{2,6}", definition.prefix):
        yield f"prefix {definition.prefix!r}: two to six capital letters"
    if definition.version < 1:
        yield "version: counts from 1"


def _routes(definition: "WorkflowDefinition") -> Iterator[str]:
    known = {state.key for state in definition.states}
    for state in definition.states:
        yield from (f"state {state.key!r}: {fault}" for fault in _ways_on(state, known))
    for action in definition.actions:
        if action.to not in known:
            yield f"action {action.key!r}: leads to unknown state {action.to!r}"
        elif definition.state(action.to).then:
            yield f"action {action.key!r}: leads to {action.to!r}, which is not an end"
    yield from _reach(definition)


def _ways_on(state: "State", known: set[str]) -> Iterator[str]:
    yield from (f"route to unknown state {r.to!r}" for r in state.then if r.to not in known)
    if state.then and state.then[-1].when is not None:
        yield "the last route has a rule, so a case can get stuck"
    if any(route.when is None for route in state.then[:-1]):
        yield "a route after one without a rule is never taken"
    if state.steps and not state.then:
        yield "has steps but no way on"
    if state.steps and not any(step.required for step in state.steps):
        yield "no step is required, so it is passed at once"


def _reach(definition: "WorkflowDefinition") -> Iterator[str]:
    ways = {s.key: {r.to for r in s.then} for s in definition.states}
    by_action = {a.to for a in definition.actions}
    reached, waiting = {definition.starts_in.key}, [definition.starts_in.key]
    while waiting:
        for to in ways.get(waiting.pop(), set()) - reached:
            reached.add(to)
            waiting.append(to)
    for key in ways:
        if key not in reached | by_action:
            yield f"state {key!r} cannot be reached"
    ends = {key for key, to in ways.items() if not to}
    alive = set(ends)
    while grown := {k for k, to in ways.items() if to & alive} - alive:
        alive |= grown
    for key in ways.keys() - alive:
        yield f"state {key!r} never comes to an end"


def _steps(definition: "WorkflowDefinition") -> Iterator[str]:
    for state in definition.states:
        for step in state.steps:
            yield from (f"step {step.key!r}: {fault}" for fault in _step(step))


def _step(step: "Step") -> Iterator[str]:
    if not step.label.strip() or not step.done.strip():
        yield "has no label"
    if not step.due.basis.text.strip():
        yield "a limit without a source"
    yield from _limit(step.due)
    yield from _ladder(step.ladder)
    if step.ladder.reminds_the_party and step.by_link is None:
        yield "a ladder that reminds a party, though nobody outside can answer"
    yield from _pause(step)
    yield from _form(step.form)
    if step.by_link is not None:
        yield from _form(step.by_link.form)


def _pause(step: "Step") -> Iterator[str]:
    pause = step.pause
    if pause is None:
        return
    if step.due.basis.kind is BasisKind.LAW:
        yield "a pause of a limit set by law"
    if step.due.rule not in PAUSABLE or step.ladder.sending is Sending.AT_ONCE:
        yield f"a pause of what cannot wait: only {' and '.join(PAUSABLE)} in a digest can"
    if step.moves_on:
        yield "a pause of a step whose time out opens another"
    if not pause.reasons or not pause.basis.text.strip():
        yield "a pause without a reason or a source"
    if not 1 <= pause.longest <= pause.budget:
        yield f"a pause of {pause.longest} days with a budget of {pause.budget}"


def _limit(due: "Deadline") -> Iterator[str]:
    if due.is_in_form:
        if due.amount is not None:
            yield "a date from a form takes no amount"
    elif due.rule not in RULES:
        yield f"unknown deadline rule {due.rule!r}"
    elif due.rule == "payment_liability":
        yield "payment_liability gives no due time, so nothing could be overdue"
    elif (due.amount is None) != (RULES[due.rule].amount is None):
        yield f"the rule {due.rule} takes {RULES[due.rule].amount or 'no amount'}"
    elif due.amount is not None and due.amount < 1:
        yield "a limit shorter than 1"


def _ladder(ladder: "Ladder") -> Iterator[str]:
    if not ladder.tells_when_overdue:
        yield "a ladder that tells nobody when the time is out"
    if not ladder.in_order:
        yield "rungs that do not stand in the order they fire"
    yield from _repeats(ladder)
    yield from _repeated("rung", (rung.key for rung in ladder.rungs))
    for rung in ladder.rungs:
        if not _is_key(rung.key):
            yield f"rung {rung.key!r}: {A_KEY}"
        if not rung.to:
            yield f"rung {rung.key!r} is addressed to nobody"
        if rung.at.takes_amount != (rung.amount > 0):
            yield f"rung {rung.key!r}: {rung.at} cannot take the amount {rung.amount}"


def _repeats(ladder: "Ladder") -> Iterator[str]:
    if ladder.window and ladder.sending is Sending.AT_ONCE:
        yield "a send window for what goes at once"
    again, last = ladder.again, ladder.rungs[-1:]
    if again is None or not last:
        return
    if not last[0].at.phase:
        yield "repeats a rung that fires before the time is out"
    if PARTY in last[0].to:
        yield "repeats a rung that is for a party"
    if not 1 <= again.first <= again.longest:
        yield "repeats that do not come further and further apart"


def _rest(definition: "WorkflowDefinition") -> Iterator[str]:
    yield from (
        f"threshold {t.key!r}: {t.value} is outside {t.lo}-{t.hi}"
        for t in definition.thresholds
        if not t.lo <= t.value <= t.hi
    )
    yield from (f"tell {t.key!r} is addressed to nobody" for t in definition.tells if not t.to)
    yield from (f"action {a.key!r} is allowed to nobody" for a in definition.actions if not a.by)
    yield from _consent(definition)
    yield from _form(definition.opening)
    for action in definition.actions:
        yield from _form(action.form)


def _consent(definition: "WorkflowDefinition") -> Iterator[str]:
    if definition.consent is None:
        return
    key, field = definition.consent
    forms = [step.form for state in definition.states for step in state.steps if step.key == key]
    if not forms:
        yield f"consent: unknown step {key!r}"
    elif field not in forms[0]._declared_fields:  # noqa: SLF001  no public name
        yield f"consent: the form of {key!r} has no field {field!r}"


def _form(form: "type[Form]") -> Iterator[str]:
    listed = [field for section in form.sections for field in section.fields]
    fields = set(form._declared_fields)  # noqa: SLF001  marshmallow has no public name for it
    yield from _repeated(f"form {form.__name__}: field", listed)
    if listed and fields - set(listed):
        missing = ", ".join(sorted(fields - set(listed)))
        yield f"form {form.__name__}: fields in no section: {missing}"
    yield from (f"form {form.__name__}: section names {f!r}" for f in listed if f not in fields)
