"""How counties agree to reckon the payment, and what it comes to (LUS 4 kap. 5 §)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Protocol

from workflow.basis import Basis, BasisKind
from workflow.words import _

Months = Mapping[date, Fraction]
"""The first day of each month to its mean number of days in hospital after readiness."""


class PaymentModel(Protocol):
    """Which of the days that a patient has waited are paid for."""

    @property
    def label(self) -> str:
        """The model as a county would name it."""

    @property
    def basis(self) -> Basis:
        """Where it comes from."""

    def charges(self, day: date, means: Months) -> bool:
        """True when a day in that month is paid for; `means` holds the months before it."""


@dataclass(frozen=True)
class PerPatient:
    """Every day from the one that the law gives."""

    label: str
    basis: Basis

    def charges(self, day: date, means: Months) -> bool:
        """Always."""
        return True


@dataclass(frozen=True)
class OverMean:
    """Only after `months` months in a row whose mean is over `days` calendar days."""

    label: str
    basis: Basis
    days: int
    months: int

    def charges(self, day: date, means: Months) -> bool:
        """A month that nobody was ready in has no mean, and breaks the row."""
        before = months_before(day, self.months)
        return all(means.get(month, Fraction(0)) > self.days for month in before)


class ModelKey(StrEnum):
    """What a county's setting names."""

    PER_PATIENT = "per_patient"
    OVER_MEAN = "over_mean"


MODELS: Mapping[ModelKey, PaymentModel] = MappingProxyType(
    {
        ModelKey.PER_PATIENT: PerPatient(
            _("För varje patient"), Basis(BasisKind.LAW, _("LUS (2017:612) 5 kap. 4 §"))
        ),
        ModelKey.OVER_MEAN: OverMean(
            _("Bara när länets medelvärde har varit för högt tre månader i rad"),
            Basis(BasisKind.ROUTINE, _("Länets överenskommelse, Sörmland")),
            days=3,
            months=3,
        ),
    }
)


@dataclass(frozen=True)
class Stay:
    """The days in Stockholm when a patient was ready to leave, and left."""

    ready_on: date
    left_on: date

    @property
    def days(self) -> int:
        """Zero for a patient who left on the day of readiness."""
        return (self.left_on - self.ready_on).days


class NoAmount(LookupError):
    """The year has no amount in the settings; the authority sets one each year."""

    def __init__(self, year: int) -> None:
        super().__init__(f"no amount for {year}")
        self.year = year


def first_of_month(day: date) -> date:
    """The month that a day belongs to."""
    return day.replace(day=1)


def months_before(day: date, months: int) -> tuple[date, ...]:
    """So many whole months before that of the day, the nearest first."""
    found, month = list[date](), first_of_month(day)
    for _nth in range(months):
        month = first_of_month(month - timedelta(days=1))
        found.append(month)
    return tuple(found)


def monthly_means(stays: Iterable[Stay]) -> Months:
    """All days divided by all patients, by the month in which they were ready."""
    by_month: dict[date, list[int]] = {}
    for stay in stays:
        by_month.setdefault(first_of_month(stay.ready_on), []).append(stay.days)
    return {month: Fraction(sum(days), len(days)) for month, days in by_month.items()}


def days_to_pay(
    liable_from: date, left_on: date, model: PaymentModel, means: Months
) -> tuple[date, ...]:
    """Each day in hospital from the first one, but by our reading not the day of leaving."""
    days = (liable_from + timedelta(days=n) for n in range((left_on - liable_from).days))
    return tuple(day for day in days if model.charges(day, means))


def amount(days: Iterable[date], per_day: Mapping[int, Decimal]) -> Decimal:
    """In kronor, with each year's own amount per day; raises NoAmount."""
    total = Decimal(0)
    for day in days:
        if day.year not in per_day:
            raise NoAmount(day.year)
        total += per_day[day.year]
    return total
