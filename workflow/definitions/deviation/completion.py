"""Forms of the states completion and mas_review, and of withdrawing a case."""

import re
from typing import Any

from workflow.definitions.deviation.choices import (
    INFORMED,
    MAS_DECISIONS,
    REDO,
    WITHDRAWAL_REASONS,
)  # fmt: skip
from workflow.field_types import Line
from workflow.fields import choice, choices, line, moment, text
from workflow.forms import Condition, Form
from workflow.messages import refusal
from workflow.words import _

_TOLD: Condition = ("informed", ("patient", "next_of_kin"))


class HslDone(Form):
    """HSL staff are done with every part of the case."""

    remark = text(_("Kommentar"), required=False)


class PatientInformed(Form):
    """PSL 3 kap. 8 §."""

    informed = choice(_("Vem är informerad?"), INFORMED)
    informed_at = moment(_("När?"), required=False, needed=True, shown_when=_TOLD)
    informed_by = line(_("Av vem?"), required=False, needed=True, shown_when=_TOLD)
    content = text(
        _("Vad sades?"),
        required=False,
        help=_(
            "Vad som hände, vad som görs, vart man klagar (oss, patientnämnden, IVO) "
            "och om ersättning. Skriv det i journalen också."
        ),
        shown_when=_TOLD,
    )
    reason = text(
        _("Varför är det inte lämpligt?"),
        required=False,
        shown_when=("informed", ("not_appropriate",)),
        needed=True,
    )

    when = ("informed_at",)


class Feedback(Form):
    """To the person who reported."""

    given_at = moment(_("När fick rapportören återkoppling?"))
    feedback = text(_("Vad sades?"))

    when = ("given_at",)


class SendToMas(Form):
    """The unit manager's last word."""

    summary = text(_("Sammanfattning till MAS"))


class MasReview(Form):
    """Closes the case, or sends it back with what is to be done again."""

    decision = choice(_("Beslut"), MAS_DECISIONS)
    redo = choices(_("Vad ska göras om?"), REDO, shown_when=("decision", ("return",)), needed=True)
    comment = text(
        _("Kommentar"),
        required=False,
        needed_when=("decision", ("return",)),
        help=_("Skickar du tillbaka: skriv vad som saknas."),
    )


class _Reference(Line):
    _shape = re.compile(r"[A-Z]{2,6}-\d{4}-\d{4,}", re.ASCII)

    def read(self, value: Any) -> str:
        reference = super().read(value).upper()
        if not self._shape.fullmatch(reference):
            raise refusal(_("Skriv ärendets nummer, till exempel AVV-2026-0412."))
        return reference


class Withdraw(Form):
    """Why a case is taken back."""

    reason = choice(_("Varför återkallas ärendet?"), WITHDRAWAL_REASONS)
    duplicate_of = _Reference(
        required=False,
        metadata={
            "label": _("Vilket ärende?"), "widget": "line", "limit": 20, "needed": True,
            "shown_when": ("reason", ("duplicate",)),
        },
    )  # fmt: skip
    explanation = text(_("Förklara kort"))
