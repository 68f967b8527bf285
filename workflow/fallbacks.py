"""Who hears in a role's place when nobody in it can be reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from workflow.basis import OUR_PROPOSAL, Basis
from workflow.roles import Role


@dataclass(frozen=True)
class Fallbacks:
    """`chains` are tried from the first role to the last, each only on behalf of its own key."""

    chains: Mapping[str, tuple[Role, ...]]
    basis: Basis = OUR_PROPOSAL


# Only where no ladder climbs by itself: when no nurse, or no head of health care, can be reached,
# the next rung is told at once and the case says so.
OUR_FALLBACKS = Fallbacks(
    MappingProxyType(
        {
            Role.MAS: (Role.HEAD_OF_HEALTH_CARE,),
            Role.MAR: (Role.MAS,),
            Role.SIP_COORDINATOR: (Role.UNIT_MANAGER,),
            Role.CASE_OFFICER: (Role.SIP_COORDINATOR,),
        }
    )
)
