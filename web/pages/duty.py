"""Who is on duty when; reminders go to them first."""

from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cases.absences import absence_lines
from cases.access import Right
from cases.duty_forms import HOW_OFTEN, NewSpell
from cases.duty_roster import add_spell, end_spell, roster_offers
from cases.people import OnDutySpell
from cases.roster import roster
from cases.weekly_duty import weekly_lines
from web.door import Work, asks, reading, work_out
from web.pages.absences import absences
from web.pages.asking import ask
from web.pages.roster_import import roster_import
from web.pages.weekly_duty import weekly
from workflow.holidays import STOCKHOLM
from workflow.moments import day_of
from workflow.weekdays import WEEKDAYS

duty = Blueprint("duty", __name__)
for _part in (weekly, absences, roster_import):
    duty.register_blueprint(_part)

DAYS = 7


@duty.get("/jour")
@asks(Right.DUTY_ROSTER)
def week() -> Any:
    """Seven days from today, or from the day in the address."""
    with reading() as work:
        today = day_of(work.now)
        first = _day(request.args.get("dag", "")) or today
        days = roster(work.session, work.access, first, DAYS, work.now)
        patterns = weekly_lines(work.session, work.access, work.now)
        away = absence_lines(work.session, work.access, work.now)
    step = timedelta(days=DAYS)
    shows_today = days[0].day <= today <= days[-1].day
    return render_template(
        "pages/duty.html",
        days=days,
        nobody_now=shows_today and not any(s.reaches_somebody for d in days for s in d.spells),
        patterns=patterns,
        away=away,
        weekdays=WEEKDAYS,
        how_often=HOW_OFTEN,
        today=today,
        earlier=url_for("people.duty.week", dag=(first - step).isoformat()),
        later=url_for("people.duty.week", dag=(first + step).isoformat()),
        last=first + step - timedelta(days=1),
        clock=_clock,
    )


@duty.route("/jour/ny", methods=["GET", "POST"])
@asks(Right.DUTY_ROSTER)
def new() -> Any:
    """Leads on to the week in which the spell begins."""

    def form_of(work: Work) -> NewSpell:
        return NewSpell(now=work.now, offers=roster_offers(work.session, work.access, work.now))

    def done(spell: OnDutySpell) -> str:
        return url_for("people.duty.week", dag=day_of(spell.starts_at).isoformat())

    return ask(
        form_of,
        lambda work, data: add_spell(work.session, work.access, data, work.now),
        done,
        said=_("Jourpasset är inlagt."),
        title=_("Nytt jourpass"),
        submit=_("Lägg in"),
        back=url_for("people.duty.week"),
    )


@duty.post("/jour/<int:spell_id>/ta-bort")
@asks(Right.DUTY_ROSTER)
def remove(spell_id: int) -> Response:
    """A spell under way ends now; one to come is gone."""
    work_out(lambda work: end_spell(work.session, work.access, spell_id, work.now))
    flash(_("Jouren är ändrad."), "success")
    return redirect(url_for("people.duty.week"), 303)


def _clock(moment: datetime, day: date) -> str:
    """With the date when it is another than that of the heading above."""
    local = moment.astimezone(STOCKHOLM)
    pattern = "HH:mm" if local.date() == day else "d/M HH:mm"
    words: str = format_datetime(local, pattern, rebase=False)
    return words


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None
