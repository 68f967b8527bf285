"""How far a mail came, in the reader's words: as four stations, and as one phrase."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from cases.history import History
from cases.timeline import Line
from notifications.firing import ESCALATED
from notifications.proof import Proof, Reminded
from web.spoken import SpokenLine, spoken_line
from web.translating import translated as _
from web.words import day_words, moment_words
from workflow.holidays import STOCKHOLM


@dataclass(frozen=True)
class Station:
    """`mark` is done, next, missing, late (the server did not answer) or failed."""

    mark: str
    words: str


def stations(proof: Proof) -> list[Station]:
    """Armed, sent, taken by the mail server, opened; without what can no longer come."""
    found = [Station("done", _("Skapad %(time)s", time=moment_words(proof.armed_at)))]
    found += [_sent(proof)]
    if proof.tried_at:
        found += [_taken(proof)]
    if proof.opened_at:
        opened = _("Ärendet öppnat %(time)s", time=_short(proof.opened_at, proof))
        found += [Station("done", opened)]
    elif proof.opens and not proof.dropped_at:
        found += [Station("missing", _("Ärendet inte öppnat"))]
    return found


def _sent(proof: Proof) -> Station:
    if proof.tried_at:
        sent = _short(proof.tried_at, proof)
        if proof.attempts > 1:
            again = _("Skickad %(time)s, försök %(n)s", time=sent, n=proof.attempts)
            return Station("done", again)
        return Station("done", _("Skickad %(time)s", time=sent))
    if proof.dropped_at:
        return Station("missing", _("Skickades inte: det behövdes inte längre"))
    if proof.failed_at:
        failed = _("Gick inte att skicka %(time)s", time=_short(proof.failed_at, proof))
        return Station("failed", failed)
    goes = _short(proof.goes_at, proof)
    if proof.attempts:
        return Station("late", _("Gick inte att skicka än, försöks igen %(time)s", time=goes))
    return Station("next", _("Skickas %(time)s", time=goes))


def _taken(proof: Proof) -> Station:
    if proof.taken_at:
        taken = _short(proof.taken_at, proof)
        if proof.uncertain:
            twice = _("Tagen av mejlservern %(time)s, kan ha kommit två gånger", time=taken)
            return Station("done", twice)
        return Station("done", _("Tagen av mejlservern %(time)s", time=taken))
    if proof.failed_at:
        failed = _("Kom inte fram %(time)s", time=_short(proof.failed_at, proof))
        return Station("failed", failed)
    if proof.dropped_at:
        return Station("missing", _("Skickas inte igen: det behövs inte längre"))
    again = _short(proof.goes_at, proof)
    return Station("late", _("Inte tagen än, försöks igen %(time)s", time=again))


def how_far(proof: Proof) -> str:
    """The last that came of it, and for what was taken that nobody has opened the case."""
    if proof.opened_at:
        return _("öppnade ärendet %(time)s", time=_short(proof.opened_at, proof))
    if proof.taken_at:
        taken = _short(proof.taken_at, proof)
        return _("taget av mejlservern %(time)s, inte öppnat", time=taken)
    if proof.failed_at:
        return _("kom inte fram %(time)s", time=_short(proof.failed_at, proof))
    if proof.dropped_at:
        return _("skickades inte: det behövdes inte längre")
    goes = _short(proof.goes_at, proof)
    if proof.attempts:
        return _("inte taget av mejlservern än, försöks igen %(time)s", time=goes)
    return _("skickas %(time)s", time=goes)


def lines_with_proof(
    lines: Iterable[Line], history: History, reminders: Iterable[Reminded]
) -> list[SpokenLine]:
    """Where somebody was told, how far it came to each stands in place of the names alone."""
    reached = {(r.step, r.item, r.round, r.rung, r.recipient_id): r for r in reminders}
    escalated = {event.sequence: event.data for event in history.events if event.type == ESCALATED}

    def spoken(line: Line) -> SpokenLine:
        data = escalated.get(line.sequence, {"to": ()})
        keys = [(data["step"], data["item"], data["round"], data["rung"], to) for to in data["to"]]
        told = [reached[key] for key in keys if key in reached]
        if not told:
            return spoken_line(line)
        rest = tuple(answer for answer in line.answers if answer.name != "to")
        said = spoken_line(replace(line, answers=rest))
        return replace(said, text=(*((r.name, how_far(r.proof)) for r in told), *said.text))

    return [spoken(line) for line in lines]


def _short(moment: datetime, proof: Proof) -> str:
    """The clock alone on the day it was armed."""
    local, armed = moment.astimezone(STOCKHOLM), proof.armed_at.astimezone(STOCKHOLM)
    clock = f"{local:%H:%M}"
    return clock if local.date() == armed.date() else f"{day_words(local.date(), 'd MMM')} {clock}"
