"""Every routine there is; a new kind of case is one line here."""

from workflow.definition import WorkflowDefinition
from workflow.definitions.deviation import DEVIATION

DEFINITIONS: tuple[WorkflowDefinition, ...] = (DEVIATION,)
