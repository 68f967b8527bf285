"""The morning list of what nothing watches over: made for MAS, and worded when it is sent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from babel.lists import format_list
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, lazyload

from cases.lines import CaseLine, StepLine, open_steps_where
from cases.models import OPEN, Case, CaseStep
from notifications.bulletin_parts import MOST, Entry, Group, Said
from notifications.messages import spoken
from notifications.orphans import Lack, Orphan
from workflow.messages import Message
from workflow.roles import LABELS, Role, inside_sentence
from workflow.routines import Routines
from workflow.words import _

WHY: Mapping[Lack, str] = {
    Lack.STEP: _("Ärendet är öppet men har inget att göra, så ingen påminns om det."),
    Lack.PEOPLE: _("Ingen som kan göra steget går att nå: %(roles)s."),
    Lack.SENDING: _("En påminnelse som skulle ha gått %(since)s har inte skickats."),
    Lack.REMINDER: _("Steget är inte gjort, och ingen påminns om det igen."),
}
WHAT_TO_DO: Mapping[Lack, str] = {
    Lack.STEP: _("Öppna ärendet, och säg till den som sköter driften: så här ska det inte bli."),
    Lack.PEOPLE: _("Se till att någon har rollen på enheten, är i tjänst och har e-postadress."),
    Lack.SENDING: _("Säg till den som ska göra steget, och till den som sköter driften."),
    Lack.REMINDER: _("Se till att någon tar steget."),
}


def why(orphan: Orphan) -> Message:
    """Why nobody would come to do it, in words that a MAS understands."""
    return _why(orphan.lack, orphan.step.roles if orphan.step else (), orphan.since)


def _why(lack: Lack, roles: Sequence[str], since: datetime | None) -> Message:
    match lack:
        case Lack.PEOPLE:
            names = [inside_sentence(LABELS[Role(role)]) for role in roles]
            return Message(WHY[lack], roles=format_list(names, style="or", locale="sv"))
        case Lack.SENDING if since is not None:
            return Message(WHY[lack], since=spoken(since))
    return Message(WHY[lack])


def data_of(orphans: Sequence[Orphan]) -> dict[str, Any]:
    """What a bulletin keeps of them: the first MOST, and how many other cases there are."""
    rows = [
        {
            "case": each.case.reference,
            "step": each.step.id if each.step else None,
            "lack": str(each.lack),
            "since": each.since.isoformat() if each.since else None,
        }
        for each in orphans[:MOST]
    ]
    named = {row["case"] for row in rows}
    return {"orphans": rows, "more": len({each.case.reference for each in orphans} - named)}


def said_of_orphans(session: Session, routines: Routines, data: Mapping[str, Any]) -> Said | None:
    """Without what has been done meanwhile; None when nothing is left."""
    entries = tuple(_entries(session, routines, data["orphans"]))
    total = len({entry.reference for entry in entries}) + data["more"]
    if not total:
        return None
    subject = (
        Message(_("1 ärende som ingen bevakar"))
        if total == 1
        else Message(_("%(cases)s ärenden som ingen bevakar"), cases=total)
    )
    return Said(
        subject,
        (_("Ärendena är öppna, men något saknas så att de kan bli liggande."),),
        "forsenat",
        _("Öppna listan över försenat"),
        (Group("", entries),),
        Message(_("… och %(n)s till."), n=data["more"]) if data["more"] else "",
    )


def _entries(
    session: Session, routines: Routines, rows: Sequence[Mapping[str, Any]]
) -> Iterator[Entry]:
    steps = _steps(session, routines, (row["step"] for row in rows if row["step"]))
    cases = _cases(session, routines, (row["case"] for row in rows if not row["step"]))
    for row in rows:
        lack = Lack(row["lack"])
        since = datetime.fromisoformat(row["since"]) if row["since"] else None
        if row["step"] and (step := steps.get(row["step"])):
            sentences = (_why(lack, step.roles, since), WHAT_TO_DO[lack])
            yield Entry(step.case.reference, step.label, sentences=sentences)
        elif not row["step"] and (case := cases.get(row["case"])):
            yield Entry(case.reference, case.definition, sentences=(WHY[lack], WHAT_TO_DO[lack]))


def _steps(session: Session, routines: Routines, ids: Iterable[int]) -> dict[int, StepLine]:
    steps = session.scalars(open_steps_where(CaseStep.id.in_(list(ids))))
    return {step.id: StepLine.of(step, routines) for step in steps}


def _cases(session: Session, routines: Routines, references: Iterable[str]) -> dict[str, CaseLine]:
    cases = session.scalars(
        select(Case)
        .where(
            Case.reference.in_(list(references)),
            Case.closed_at.is_(None),
            ~Case.steps.any(CaseStep.condition == OPEN),
        )
        .options(joinedload(Case.unit), lazyload(Case.steps))
    )
    return {case.reference: CaseLine.of(case, routines) for case in cases}
