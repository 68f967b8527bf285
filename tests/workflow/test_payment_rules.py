"""The county's model and the yearly amounts in the municipality's rules file."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from workflow.definitions import DEFINITIONS
from workflow.definitions.discharge import DISCHARGE
from workflow.definitions.discharge.payment_models import ModelKey
from workflow.definitions.discharge.payment_rules import PaymentRules
from workflow.describe import describe
from workflow.routines import Routines, load
from workflow.rules_file import FaultyRules

Rules = Callable[[str], Routines]

BOTH = """
[discharge.payment]
model = "over_mean"
basis = "Länets överenskommelse 2026"

[[discharge.payment.amounts]]
year = 2026
kronor = 10500
basis = "Exempelföreskrift 2025:1"

[[discharge.payment.amounts]]
year = 2027
kronor = 11000
basis = "Exempelföreskrift 2026:1"
"""


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    def with_text(text: str) -> Routines:
        path = tmp_path / "rules.toml"
        path.write_text(text, encoding="utf-8")
        return load(path)

    return with_text


def payment(routines: Routines) -> PaymentRules:
    (setting,) = routines.engine("discharge").definition.settings
    value: PaymentRules = setting.value
    return value


def told(routines: Routines) -> str:
    text = describe(routines.engine("discharge").definition, routines)
    start = text.index("Betalningsansvar\n----")
    return text[start : text.index("\n\n", start)]


def faults(rules: Rules, text: str) -> list[str]:
    with pytest.raises(FaultyRules) as faulty:
        rules(text)
    return faulty.value.faults


def test_without_a_file_every_patient_is_paid_for_and_no_amount_is_known():
    routines = load(None)
    assert payment(routines).key is ModelKey.PER_PATIENT
    assert payment(routines).per_day == {}
    assert "För varje patient. LUS (2017:612) 5 kap. 4 §" in told(routines)
    assert "inget är angivet" in told(routines)


def test_model_and_amounts_are_read_and_told_with_their_sources(rules: Rules):
    routines = rules(BOTH)
    assert payment(routines).key is ModelKey.OVER_MEAN
    assert payment(routines).per_day == {2026: Decimal(10500), 2027: Decimal(11000)}
    lines = " ".join(told(routines).split())
    assert "Länets överenskommelse 2026" in lines
    assert "Belopp 2026: 10 500 kronor per dygn. Exempelföreskrift 2025:1" in lines
    assert lines.index("Belopp 2026") < lines.index("Belopp 2027")


def test_amounts_alone_leave_the_laws_own_model(rules: Rules):
    routines = rules(BOTH.replace('model = "over_mean"\nbasis = "Länets överenskommelse 2026"', ""))
    assert payment(routines).key is ModelKey.PER_PATIENT
    assert payment(routines).per_day[2026] == Decimal(10500)


def test_every_fault_is_told_at_its_place(rules: Rules):
    text = """
[discharge.payment]
model = "dagar"
mean = 3
[[discharge.payment.amounts]]
year = 2026
kronor = "mycket"
[[discharge.payment.amounts]]
year = 1999
kronor = 0
basis = "x"
"""
    told = "\n".join(faults(rules, text))
    for place in (
        "discharge.payment.mean: finns inte.",
        "discharge.payment.model: dagar finns inte. Välj någon av: per_patient, over_mean.",
        "discharge.payment.basis: saknas.",
        "discharge.payment.amounts[1].kronor: ska vara ett heltal.",
        "discharge.payment.amounts[1].basis: saknas.",
        "discharge.payment.amounts[2].year: ska vara från 2018",
        "discharge.payment.amounts[2].kronor: ska vara från 1 till 100000, inte 0.",
    ):
        assert place in told
    assert len(told.splitlines()) == 7


def test_a_year_stands_once(rules: Rules):
    assert faults(rules, BOTH.replace("2027", "2026", 1)) == [
        "discharge.payment.amounts[2].year: står två gånger."
    ]


def test_a_basis_without_a_model_is_a_fault(rules: Rules):
    text = '[discharge.payment]\nbasis = "Nämnden"'
    assert faults(rules, text) == ["discharge.payment.model: saknas."]


@pytest.mark.parametrize("table", ["[payment]", "[sip.payment]", "[deviation.payment]"])
def test_only_a_discharge_has_a_payment(rules: Rules, table: str):
    (fault,) = faults(rules, f'{table}\nmodel = "over_mean"\nbasis = "x"')
    assert "payment: finns inte." in fault


def test_the_setting_is_the_discharges_own():
    assert [d.key for d in DEFINITIONS if d.settings] == [DISCHARGE.key]
