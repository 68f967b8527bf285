"""The units whose figures somebody may read."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import RIGHTS, Access, Right
from cases.people import OWN, Unit, sort_key


def units_of_statistics(session: Session, access: Access) -> tuple[Unit, ...]:
    """By name; closed ones too, since they have figures."""
    units = access.units(RIGHTS[Right.STATISTICS])
    wanted = select(Unit).where(Unit.key != OWN if units is None else Unit.id.in_(units))
    return tuple(sorted(session.scalars(wanted), key=lambda unit: sort_key(unit.name)))
