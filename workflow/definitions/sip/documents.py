"""The papers of a SIP: the plan and the call, each for the person and for the parties."""

from workflow.definitions.sip.call_papers import call_for_parties, call_for_person
from workflow.definitions.sip.plan_for_parties import plan_for_parties
from workflow.definitions.sip.plan_for_person import plan_for_person
from workflow.documents import Document
from workflow.words import _

_NO_PLAN = _("Det finns ingen plan att skriva ut än. Skriv planen först.")
_NO_MEETING = _("Det finns inget kommande möte att kalla till. Boka mötet först.")

DOCUMENTS = (
    Document(
        "plan_person", _("Planen till personen, med stor stil"), _NO_PLAN, plan_for_person,
        large=True,
    ),
    Document("plan_deltagare", _("Planen till deltagarna"), _NO_PLAN, plan_for_parties),
    Document(
        "kallelse_person", _("Kallelsen till personen, med stor stil"), _NO_MEETING,
        call_for_person, large=True, only_open=True,
    ),
    Document(
        "kallelse_deltagare", _("Kallelsen till deltagarna"), _NO_MEETING, call_for_parties,
        only_open=True,
    ),
)  # fmt: skip
"""Their keys are part of an address and of a file's name, so they are Swedish."""
