"""Answers of forms and lines of the timeline in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from cases.lines import CaseLine
from cases.overview import StepView
from cases.timeline import Line
from web.translating import language
from web.translating import translated as gettext
from web.words import day_words, iso, moment_words
from workflow.answers import Piece, Said, SaidRow
from workflow.asides import Aside
from workflow.diagram import StateMark
from workflow.explanation import Explanation
from workflow.messages import Message

Pair = tuple[str, str]


@dataclass(frozen=True)
class SpokenLine:
    """A line as macros/timeline.html draws it; `recorded_words` only where the times differ."""

    sequence: int
    iso: str
    time_words: str
    title: str
    level: str
    system: bool
    late: bool
    corrected: bool
    may_correct: bool
    actor: str
    recorded_words: str
    hint: str
    text: tuple[Pair, ...]


def spoken(piece: Piece) -> str:
    """Our own words translated, with those inside them; times in Stockholm; typed text as it is."""
    if isinstance(piece, Message):
        values = {
            name: spoken(v) if isinstance(v, str | date) else v for name, v in piece.values.items()
        }
        return gettext(piece.msgid, **values) if piece.msgid else ""
    if isinstance(piece, str):
        return piece
    if isinstance(piece, datetime):
        return moment_words(piece)
    return day_words(piece)


def pairs(answers: Iterable[Said]) -> tuple[Pair, ...]:
    """Label and value of each answer; a corrected one says what stood there before."""
    return tuple((spoken(answer.label), _value(answer)) for answer in answers)


def spoken_aside(aside: Aside) -> list[tuple[str, list[str]]]:
    """Each line's label, with what stands under it in the reader's language."""
    reader = language()
    return [
        (
            gettext(line.label),
            [
                getattr(piece, reader) if isinstance(piece, Explanation) else spoken(piece)
                for piece in line.pieces
            ],
        )
        for line in aside.lines
    ]


def _value(answer: Said) -> str:
    now = _plain(answer)
    if answer.instead_of is None:
        return now
    before = _plain(answer.instead_of) or gettext("inget")
    return gettext("%(now)s\nTidigare: %(before)s", now=now or gettext("Borttaget"), before=before)


def _plain(answer: Said) -> str:
    if answer.rows:
        return "\n\n".join(_row(row) for row in answer.rows)
    return ", ".join(spoken(piece) for piece in answer.pieces)


def _row(row: SaidRow) -> str:
    lines = [gettext(row.title)] if row.title else []
    told = [(label if label.endswith("?") else f"{label}:", v) for label, v in pairs(row.answers)]
    return "\n".join([*lines, *(f"{label} {value}" for label, value in told)])


def spoken_line(line: Line) -> SpokenLine:
    """The line's event time, and when it was written down if that was later than a minute."""
    title = spoken(line.title)
    about = line.about
    about = spoken(about) if isinstance(about, Message) else gettext(about) if about else ""
    differs = (line.recorded_at - line.occurred_at).total_seconds() >= 60
    return SpokenLine(
        sequence=line.sequence,
        iso=iso(line.occurred_at),
        time_words=moment_words(line.occurred_at),
        title=f"{title}: {about}" if about.strip() else title,
        level=line.level,
        system=line.system,
        late=line.late,
        corrected=line.corrected,
        may_correct=line.may_correct,
        actor=spoken(line.actor) or gettext("Systemet"),
        recorded_words=moment_words(line.recorded_at) if differs else "",
        hint=spoken(line.hint),
        text=pairs(line.answers),
    )


def spoken_case(line: CaseLine) -> str:
    """Reference, what it is about, and where it stands."""
    about = gettext(line.category or line.definition)
    return f"{line.reference} · {about} · {gettext(line.state)}"


def spoken_marks(marks: Iterable[StateMark]) -> list[StateMark]:
    """A state map's labels, with where its loops lead and which round the case is in."""
    return [
        replace(
            mark,
            label=_in_round(mark),
            loops=tuple(
                gettext("kan gå tillbaka till %(state)s", state=gettext(to)) for to in mark.loops
            ),
        )
        for mark in marks
    ]


def _in_round(mark: StateMark) -> str:
    label = gettext(mark.label)
    if mark.round is None or mark.round == 1:
        return label
    return gettext("%(state)s, varv %(n)s", state=label, n=mark.round)


def why_lines(step: StepView) -> list[str]:
    """The reckoning in sentences: start and rule, what it counts from, the source, other limits."""
    clock, since, basis = step.clock, step.clock["since"], step.clock["basis"]
    lines = [
        clock["why"][language()],
        gettext("Tiden räknas från %(start)s.", start=gettext(since)),
        gettext("Källa: %(basis)s.", basis=gettext(basis)),
    ]
    if step.target_at and step.target_at != step.due_at:
        target = moment_words(step.target_at)
        lines.append(gettext("Målet är att det är klart %(time)s.", time=target))
    if step.legal_latest_at and step.legal_latest_at != step.due_at:
        latest = moment_words(step.legal_latest_at)
        lines.append(gettext("Enligt lagen senast %(time)s.", time=latest))
    return [*lines, *(spoken(moved) for moved in step.moves)]
