"""Letting a step's clock stand still for a while, within what its routine allows."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from cases.access import Access
from cases.doing import held_step, refuse_ended
from cases.errors import Invalid, NotAllowed, Refused
from cases.events import append
from cases.models import Case, CaseStep
from cases.moving import reckoned, renew
from cases.pauses import Pause, pauses_of
from cases.standing import PAUSED, RESUMED, engine_of, facts_of
from workflow.holidays import STOCKHOLM
from workflow.messages import Message
from workflow.moments import day_of
from workflow.pausing import Pausing, used
from workflow.routines import Routines
from workflow.words import _


def pause(
    session: Session,
    routines: Routines,
    access: Access,
    step_id: int,
    reason: str,
    back: date,
    now: datetime,
) -> Case:
    """From now until the day begins in Stockholm on which the clock runs again.

    Raises NotFound, NotAllowed, Refused, or Invalid for the reason or the day; the same pause again
    changes nothing.
    """
    case, step = held_step(session, access, step_id)
    refuse_ended(step)
    until = datetime.combine(back, time(), STOCKHOLM)
    taken = pauses_of(session, step)
    current = under_way(taken, now)
    if current and (current.until, current.reason) == (until, reason):
        return case
    allowed = allowed_pause(routines, access, step)
    refuse_now(allowed, step, taken, now)
    if reason not in allowed.reasons:
        raise Invalid({"reason": [Message(_("Välj ett av skälen."))]})
    first, last = days_to_choose(allowed, taken, now)
    if not first <= back <= last:
        told = Message(_("Välj en dag från %(first)s till %(last)s."), first=first, last=last)
        raise Invalid({"back": [told]})
    session.add(
        Pause(step=step, reason=reason, from_at=now, until=until, person_id=access.person_id)
    )
    left = left_of(allowed, pauses_of(session, step))
    _tell(session, routines, step, PAUSED, now, access, reason=reason, back=str(back), left=left)
    return case


def resume(
    session: Session, routines: Routines, access: Access, step_id: int, now: datetime
) -> Case:
    """Ends a pause before its time; raises as `pause`, also when the step is not paused."""
    case, step = held_step(session, access, step_id)
    refuse_ended(step)
    _refuse_others(access, step)
    current = under_way(pauses_of(session, step), now)
    if current is None:
        raise Refused(_("Steget är inte pausat."))
    current.ended_at = now
    _tell(session, routines, step, RESUMED, now, access, reason=current.reason)
    return case


def allowed_pause(routines: Routines, access: Access, step: CaseStep) -> Pausing:
    """What the routine lets this person do; raises NotAllowed, or Refused where it lets nobody."""
    _refuse_others(access, step)
    allowed = engine_of(routines, step.case).definition.step(step.key).pause
    if allowed is None:
        raise Refused(_("Det här steget kan inte pausas."))
    return allowed


def refuse_now(allowed: Pausing, step: CaseStep, taken: list[Pause], now: datetime) -> None:
    """Raises Refused, saying why, for a step that cannot be paused as it stands."""
    if step.due_at <= now:
        raise Refused(_("Tiden har redan gått ut, så steget kan inte pausas. Gör det nu."))
    if under_way(taken, now):
        raise Refused(_("Steget är redan pausat. Fortsätt först, om pausen ska ändras."))
    if left_of(allowed, taken) < 1:
        raise Refused(
            _("Steget har redan varit pausat så länge som rutinen tillåter: %(days)s dagar."),
            days=allowed.budget,
        )


def under_way(taken: list[Pause], now: datetime) -> Pause | None:
    """The pause that lasts now; it ends by itself, since its end is known from the start."""
    return next((each for each in taken if each.ended_at is None and now < each.until), None)


def left_of(allowed: Pausing, taken: list[Pause]) -> int:
    """Days of the budget; less than none when the municipality has made it smaller since."""
    return allowed.budget - used(each.stretch for each in taken)


def days_to_choose(allowed: Pausing, taken: list[Pause], now: datetime) -> tuple[date, date]:
    """The first and the last day on which the clock may run again."""
    today, longest = day_of(now), min(allowed.longest, left_of(allowed, taken))
    return today + timedelta(days=1), today + timedelta(days=longest)


def _refuse_others(access: Access, step: CaseStep) -> None:
    if not access.may_hand_over(step.case, step):
        raise NotAllowed(_("Den som gör steget, eller enhetschefen, kan pausa det."))


def _tell(
    session: Session,
    routines: Routines,
    step: CaseStep,
    type_: str,
    now: datetime,
    access: Access,
    **more: str | int,
) -> None:
    """The due time is moved at once, so that nothing has to happen when the pause ends."""
    case = step.case
    session.flush()
    facts = facts_of(session, routines, case)
    data = renew(step, reckoned(session, engine_of(routines, case), facts, step), now)
    append(session, case, type_, now, actor_id=access.person_id, data=data | more)
    case.revision += 1
