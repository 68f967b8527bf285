"""Who does what in the discharge chain; nobody says for another branch that it is ready."""

from workflow.definition import Responsible
from workflow.roles import LABELS, Role
from workflow.words import _


def _one_of(label: str, *roles: Role) -> Responsible:
    return Responsible(label, lambda _f, _i: roles)


COORDINATOR = _one_of(
    _("Samordnare, annars biståndshandläggare eller sjuksköterska"),
    Role.SIP_COORDINATOR, Role.CASE_OFFICER, Role.NURSE,
)  # fmt: skip
HSL = _one_of(_("Sjuksköterska, annars samordnare"), Role.NURSE, Role.SIP_COORDINATOR)
SOCIAL = _one_of(
    _("Biståndshandläggare, annars samordnare"), Role.CASE_OFFICER, Role.SIP_COORDINATOR
)
EVERYBODY = _one_of(
    _("Biståndshandläggare, sjuksköterska eller samordnare"),
    Role.CASE_OFFICER, Role.NURSE, Role.SIP_COORDINATOR,
)  # fmt: skip
PERFORMER = _one_of(
    _("Biståndshandläggare, annars enhetschef"), Role.CASE_OFFICER, Role.UNIT_MANAGER
)
CASE_OFFICER = _one_of(LABELS[Role.CASE_OFFICER], Role.CASE_OFFICER)
NURSE = _one_of(LABELS[Role.NURSE], Role.NURSE)
REHAB = _one_of(
    _("Arbetsterapeut eller fysioterapeut"), Role.OCCUPATIONAL_THERAPIST, Role.PHYSIOTHERAPIST
)
