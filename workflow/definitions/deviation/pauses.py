"""When the clock of an investigation may stand still; Kungsör's model names no pause."""

from workflow.basis import OUR_PROPOSAL
from workflow.pausing import Pausing
from workflow.words import _

WAITING_FOR_ANSWER = Pausing(
    reasons={
        "device_answer": _("Väntar på svar om hjälpmedlet från tillverkaren eller leverantören"),
        "in_hospital": _("Patienten ligger på sjukhus"),
    },
    budget=30,
    longest=14,
    basis=OUR_PROPOSAL,
)
"""No source sets these days: a month altogether, and somebody looks again every other week."""
