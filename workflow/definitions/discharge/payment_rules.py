"""How the municipality pays for who waits: the county's model, and each year's amount."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_decimal

from workflow.basis import Basis
from workflow.definition import Setting
from workflow.definitions.discharge.payment_models import MODELS, ModelKey, PaymentModel
from workflow.holidays import LAST_YEAR
from workflow.rules_table import Table
from workflow.words import _

FIRST_YEAR = 2018
"""LUS came into force on the first of January 2018."""

MOST_A_DAY = 100_000
"""More than this is taken for a slip of the pen."""


@dataclass(frozen=True)
class Amount:
    """In kronor for each day of a year; the authority sets a new one every year."""

    kronor: Decimal
    basis: Basis


@dataclass(frozen=True)
class PaymentRules:
    """`basis` is None while the law's own model is in force without anybody's decision."""

    key: ModelKey = ModelKey.PER_PATIENT
    basis: Basis | None = None
    amounts: Mapping[int, Amount] | None = None

    @property
    def model(self) -> PaymentModel:
        """Which days are paid for."""
        return MODELS[self.key]

    @property
    def per_day(self) -> Mapping[int, Decimal]:
        """By year."""
        return {year: each.kronor for year, each in (self.amounts or {}).items()}


def _read(table: Table) -> PaymentRules | None:
    table.know_only(["model", "basis", "amounts"])
    faults = len(table.faults)
    key, basis = ModelKey.PER_PATIENT, None
    if "model" in table or "basis" in table:
        key, basis = table.one_of("model", ModelKey) or key, table.basis()
    amounts: dict[int, Amount] = {}
    for row in table.tables("amounts"):
        row.know_only(["year", "kronor", "basis"])
        year = row.whole("year", FIRST_YEAR, LAST_YEAR)
        kronor, source = row.whole("kronor", 1, MOST_A_DAY), row.basis()
        if year in amounts:
            row.fault("year", "står två gånger.")
        elif year and kronor and source:
            amounts[year] = Amount(Decimal(kronor), source)
    return PaymentRules(key, basis, amounts) if len(table.faults) == faults else None


def _told(rules: PaymentRules) -> tuple[str, ...]:
    basis = rules.basis or rules.model.basis
    model = f"Modell: {rules.model.label}. {basis.text} (länets överenskommelse kan ändra)"
    if not rules.amounts:
        return (model, "Belopp per dygn: inget är angivet. Utan belopp visas bara dagarna.")
    return (
        model,
        *(
            f"Belopp {year}: {format_decimal(each.kronor, locale='sv')} kronor per dygn."
            f" {each.basis.text}"
            for year, each in sorted(rules.amounts.items())
        ),
    )


PAYMENT = Setting("payment", _("Betalningsansvar"), PaymentRules(), _read, _told)
