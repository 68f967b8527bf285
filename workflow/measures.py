"""What a case has decided shall be done, in the shape that every kind of case shows it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class MeasureLine:
    """`text` and `responsible` are typed; the rest are labels, empty while nobody has said."""

    text: str
    owner: str
    responsible: str
    due: date
    outcome: str
    verdict: str
    is_enough: bool
