"""Where a number comes from: no limit, threshold or ladder stands without a source."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.words import _


class BasisKind(StrEnum):
    """Where a limit comes from; only DEFAULT may be loosened by a municipality."""

    LAW = "law"
    ROUTINE = "routine"
    DEFAULT = "default"
    LOCAL = "local"


@dataclass(frozen=True)
class Basis:
    """The source of a number: a paragraph, a routine, or our own default."""

    kind: BasisKind
    text: str


OUR_PROPOSAL = Basis(BasisKind.DEFAULT, _("Vårdtråds förslag"))
"""For what no source says and a municipality had better decide."""
