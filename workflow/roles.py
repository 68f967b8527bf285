"""Who does what: the roles of municipal health care that a step or a rung can name."""

from enum import StrEnum

from workflow.words import _


class Role(StrEnum):
    """A membership's role; the values are stored, so a rename needs a migration."""

    CARE_WORKER = "care_worker"
    NURSE = "nurse"
    OCCUPATIONAL_THERAPIST = "occupational_therapist"
    PHYSIOTHERAPIST = "physiotherapist"
    UNIT_MANAGER = "unit_manager"
    HEAD_OF_HEALTH_CARE = "head_of_health_care"
    MAS = "mas"
    MAR = "mar"
    SIP_COORDINATOR = "sip_coordinator"
    CASE_OFFICER = "case_officer"
    ADMINISTRATOR = "administrator"


LABELS: dict[Role, str] = {
    Role.CARE_WORKER: _("Omvårdnadspersonal"),
    Role.NURSE: _("Sjuksköterska"),
    Role.OCCUPATIONAL_THERAPIST: _("Arbetsterapeut"),
    Role.PHYSIOTHERAPIST: _("Fysioterapeut"),
    Role.UNIT_MANAGER: _("Enhetschef"),
    Role.HEAD_OF_HEALTH_CARE: _("Verksamhetschef HSL"),
    Role.MAS: _("MAS"),
    Role.MAR: _("MAR"),
    Role.SIP_COORDINATOR: _("Samordnare"),
    Role.CASE_OFFICER: _("Biståndshandläggare"),
    Role.ADMINISTRATOR: _("Systemförvaltare"),
}

LICENSED = (Role.NURSE, Role.OCCUPATIONAL_THERAPIST, Role.PHYSIOTHERAPIST)
"""HSL-personal: the licensed professions that assess, investigate and prescribe."""

OVERSEERS = (Role.HEAD_OF_HEALTH_CARE, Role.MAS, Role.MAR)
"""Those who answer for the quality of health care in the whole municipality."""


def inside_sentence(label: str) -> str:
    """The label with a small first letter, unless it is an abbreviation such as MAS."""
    return label if label[:2].isupper() else label[0].lower() + label[1:]
