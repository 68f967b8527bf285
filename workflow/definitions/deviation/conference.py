"""The form of the state conference: orders, measures and when they are followed up."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, post_load, validates, validates_schema

from workflow.definitions.deviation.choices import CAUSE_AREAS, PROFESSIONS, SIDES, SIGNING_LISTS
from workflow.fields import Message, choice, choices, day, hidden, line, rows, text, yes_no
from workflow.forms import Form, Row, Section
from workflow.messages import UNREADABLE
from workflow.words import _

_KEY = re.compile("[0-9a-f]{8}")


class Order(Row):
    """What a profession prescribes."""

    profession = choice(_("Profession"), PROFESSIONS, widget="select")
    order = text(_("Ordination"), limit=2000)


class Measure(Row):
    """What is to be done; `key` follows the measure through carrying out and evaluation."""

    key = hidden(required=False)
    measure = text(_("Åtgärd"), limit=2000)
    side = choice(_("Vem äger åtgärden?"), SIDES)
    responsible = line(_("Vem gör det?"))
    due = day(_("Klart senast"))
    cause_areas = choices(_("Vilka orsaker gäller den?"), CAUSE_AREAS)

    @validates("key")
    def check_the_key(self, value: str, **_kwargs: Any) -> None:
        """Nobody types it, so only a page that was tampered with gets here."""
        if not _KEY.fullmatch(value):
            raise ValidationError(UNREADABLE)

    @post_load
    def give_it_a_key(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """Eight hexadecimal digits, unless the measure has one since before."""
        return {"key": secrets.token_hex(4), **data}


class Discuss(Form):
    """One form for the conference and for the decision without it."""

    held_on = day(_("Vilken dag?"), past=True)
    patient_took_part = yes_no(_("Var patienten med?"))
    orders = rows(_("Ordinationer"), Order)
    measures = rows(_("Åtgärder"), Measure, blank=2)
    signing_lists = choice(_("Signeringslistor"), SIGNING_LISTS)
    follow_up_date = day(_("Vilken dag följs åtgärderna upp?"))

    when = ("held_on",)
    sections = (
        Section("meeting", _("Beslutet"), ("held_on", "patient_took_part")),
        Section("decisions", _("Ordinationer och åtgärder"), ("orders", "measures")),
        Section("next", _("Vidare"), ("signing_lists", "follow_up_date")),
    )

    def left_out(self) -> tuple[str, ...]:
        """Without consent there is no conference for the patient to take part in."""
        return ("patient_took_part",) if self._refused else ()

    def notice(self) -> str:
        """Who decides when the patient has said no."""
        if self._refused:
            return _("Patienten har sagt nej. Professionerna beslutar utan konferens.")
        return ""

    @property
    def _refused(self) -> bool:
        return self.facts.latest("consent").get("consent") == "refused"

    @validates_schema
    def check_the_days(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Nothing decided can be due before it was decided."""
        held_on = data["held_on"]
        early = Message(_("Dagen är före beslutet. Välj en senare dag."))
        errors: dict[str, Any] = {}
        if data["follow_up_date"] <= held_on:
            errors["follow_up_date"] = [Message(_("Uppföljningen måste vara efter beslutet."))]
        measures = data.get("measures", ())
        if late := {n: early for n, row in enumerate(measures) if row["due"] < held_on}:
            errors["measures"] = self.rows_of("measures").beside("due", late)
        if errors:
            raise ValidationError(errors)
