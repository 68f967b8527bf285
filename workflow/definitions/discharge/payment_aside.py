"""The payment as the case page tells it: the first day and why, what hinders it, days and sum."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from babel.numbers import format_decimal

from workflow.asides import Around, Aside, AsideLine
from workflow.definitions.discharge.payment import LABELS, Liability, claim_of, liability
from workflow.definitions.discharge.payment_models import (
    Months,
    NoAmount,
    OverMean,
    Stay,
    amount,
    days_to_pay,
    first_of_month,
    monthly_means,
    months_before,
)
from workflow.definitions.discharge.payment_rules import PAYMENT, PaymentRules
from workflow.definitions.discharge.stay import home_at, moment_in
from workflow.facts import Facts
from workflow.messages import Message
from workflow.moments import day_of
from workflow.words import _

_STAY = ("notice_ready", "went_home")
"""The steps that tell how long a patient has waited."""

_LONGEST_STAY_MONTHS = 6
"""A stay opened longer before the months of a mean is not among those that the mean is of."""


def payment_aside(around: Around) -> Aside | None:
    """None until the hospital has said for the first time that the patient is ready."""
    if not around.facts.every("notice_ready"):
        return None
    rules: PaymentRules = around.setting(PAYMENT.key)
    call = region_called_at(around.linked("sip"), around.facts)
    found = liability(claim_of(around.facts, call), around.calendar)
    lines = (*_first_day(found), *_model(rules), *_sum(around, found, rules))
    return Aside("betalning", _("Betalningsansvar"), lines)


def region_called_at(sips: Iterable[Facts], facts: Facts) -> datetime | None:
    """When the fixed care contact first called during this stay.

    LUS 5 kap. 3 § asks for that call by name, so one that the municipality has taken over does
    not count: then the liability never begins.
    """
    admitted = moment_in(facts.opening, "admitted_at")
    told = (moment_in(a.data, "called_at") for sip in sips for a in sip.every("call_by_law"))
    return min((at for at in told if at and (not admitted or at >= admitted)), default=None)


def _first_day(found: Liability) -> Iterator[AsideLine]:
    if found.liable_from:
        yield AsideLine(_("Första dagen att betala för"), (found.liable_from,))
    if found.obstacles:
        words = tuple(Message(LABELS[obstacle]) for obstacle in found.obstacles)
        yield AsideLine(_("Inget betalningsansvar, därför att"), words)
    if found.clock:
        moved = found.liable_from and found.liable_from != found.clock.liable_from
        later = (Message(_("Ett senare meddelande har flyttat dagen.")),) if moved else ()
        how = _("Så räknas den") if found.liable_from else _("Annars hade första dagen räknats så")
        yield AsideLine(how, (found.clock.why, *later))


def _model(rules: PaymentRules) -> Iterator[AsideLine]:
    basis = rules.basis or rules.model.basis
    yield AsideLine(_("Modell"), (Message(rules.model.label), Message(basis.text)))


def _sum(around: Around, found: Liability, rules: PaymentRules) -> Iterator[AsideLine]:
    first, home = found.liable_from, home_at(around.facts)
    if first is None:
        return
    if home is None and around.ended_at is not None:
        words = Message(_("Ärendet slutade före hemgången. Räkna dagarna för hand."))
        yield AsideLine(_("Dagar att betala för"), (words,))
        return
    left = day_of(home or around.now)
    means: Months = {}
    if isinstance(rules.model, OverMean) and left > first:
        means = _means(around, rules.model, first)
        yield AsideLine(_("Medelvärde i våra egna ärenden"), tuple(_of_months(means, rules, first)))
    days = days_to_pay(first, left, rules.model, means)
    so_far = _("%(n)s") if home else _("%(n)s hittills")
    yield AsideLine(_("Dagar att betala för"), (Message(so_far, n=len(days)),))
    yield AsideLine(_("Belopp"), (_amount(days, rules),))


def _means(around: Around, model: OverMean, first: date) -> Months:
    since = months_before(first, model.months + _LONGEST_STAY_MONTHS)[-1]
    today = day_of(around.now)
    stays = (stay_of(facts, today) for facts in around.alike(_STAY, since))
    return monthly_means(stay for stay in stays if stay)


def _of_months(means: Months, rules: PaymentRules, first: date) -> Iterator[Message]:
    assert isinstance(rules.model, OverMean)
    for month in reversed(months_before(first_of_month(first), rules.model.months)):
        name = f"{month:%Y-%m}"
        if month in means:
            mean = format_decimal(round(float(means[month]), 2), locale="sv")
            yield Message(_("%(month)s: %(mean)s dagar"), month=name, mean=mean)
        else:
            yield Message(_("%(month)s: ingen blev utskrivningsklar"), month=name)


def stay_of(facts: Facts, today: date) -> Stay | None:
    """From the newest notice until the home-coming, or until today for who still waits.

    None where the notice was taken back or no longer can be read.
    """
    sent = moment_in(facts.latest("notice_ready"), "sent_at")
    left = facts.latest("went_home")
    if sent is None or (left and "home_at" not in left):
        return None
    home = moment_in(left, "home_at")
    return Stay(day_of(sent), max(day_of(sent), day_of(home) if home else today))


def _amount(days: tuple[date, ...], rules: PaymentRules) -> Message:
    try:
        total = format_decimal(amount(days, rules.per_day), locale="sv")
    except NoAmount as missing:
        return Message(_("Beloppet för år %(year)s saknas."), year=missing.year)
    return Message(_("%(kronor)s kronor"), kronor=total)
