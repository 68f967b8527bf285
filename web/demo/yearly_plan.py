"""What Exempelby's MAS keeps beside the cases: the board's targets, days of care, a frozen year."""

from calendar import monthrange

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import access_of
from cases.care_days_entry import enter_care_days
from cases.care_days_form import field_of
from cases.figuring import figure
from cases.people import Person, Unit
from cases.setting_targets import set_target, years_with_targets
from cases.statistics.frozen import freeze
from cases.target_measures import Measure
from web.door import Vardtrad
from workflow.definitions.deviation import DEVIATION
from workflow.moments import day_of

FROZEN = 2022
"""The newest of the years that are read in."""

RESIDENTS = {"special_housing": 38}
"""Only where people live are there days of care, in Exempelby."""

TARGETS = (
    {"measure": Measure.FEWER.value, "category": "fall", "amount": "50"},
    {"measure": Measure.HANDLED.value, "amount": "100"},
    {"measure": Measure.IN_TIME.value, "step": "assess", "amount": "95"},
)
"""The two first are Kungsör's goals; the third is Exempelby's own."""


def keep_yearly_plan(wiring: Vardtrad) -> None:
    """Does nothing when it is done already."""
    figure(wiring.database, wiring.routines)
    with wiring.database.transaction() as session:
        if not years_with_targets(session):
            _keep(session, wiring)


def _keep(session: Session, wiring: Vardtrad) -> None:
    now = wiring.now()
    mas = session.scalars(select(Person).where(Person.username == "kristina.hedlund")).one()
    access = access_of(session, mas, now)
    for target in TARGETS:
        said = {"year": str(day_of(now).year), "note": "Nämndens internbudget"} | target
        set_target(session, wiring.routines, access, DEVIATION.key, said, now)
    for unit in session.scalars(select(Unit).where(Unit.kind.in_(RESIDENTS))):
        days = {
            field_of(month): str(RESIDENTS[unit.kind] * monthrange(FROZEN, month)[1])
            for month in range(1, 13)
        }
        enter_care_days(session, access, unit.id, FROZEN, days, now)
    freeze(session, access, FROZEN, now)
