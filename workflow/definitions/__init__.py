"""Every routine there is; a new kind of case is one line here."""

from workflow.definition import WorkflowDefinition
from workflow.definitions.canary import CANARY
from workflow.definitions.deviation import DEVIATION
from workflow.definitions.discharge import DISCHARGE
from workflow.definitions.sip import SIP

DEFINITIONS: tuple[WorkflowDefinition, ...] = (DEVIATION, SIP, DISCHARGE)

CHECKS: tuple[WorkflowDefinition, ...] = (CANARY,)
"""Of Vårdtråd itself, opened and done by nobody among people; no rules file changes them."""
