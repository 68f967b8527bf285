"""Times and days that cannot come before what they follow."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from marshmallow import ValidationError, validates_schema

from workflow.fields import Message
from workflow.forms import Form
from workflow.moments import day_of, months_after
from workflow.words import _

Faults = dict[str, list[Message]]
_FURTHEST_MONTHS = 12

BEFORE_ADMISSION = _("Tiden är före inskrivningen. Kontrollera båda tiderna.")
BEFORE_ADMISSION_DAY = _("Dagen är före inskrivningen. Kontrollera datumet.")
BEFORE_SENT = _("Meddelandet kan inte ha kommit innan det skickades. Kontrollera båda tiderna.")


def earlier(
    data: Mapping[str, Any], names: Iterable[str], than: datetime | None, msgid: str
) -> Faults:
    """A fault beside each named time that is before `than`; none when `than` is not known."""
    told = {name: data.get(name) for name in names}
    return {name: [Message(msgid)] for name, at in told.items() if at and than and at < than}


def far_off(data: Mapping[str, Any], name: str, first: datetime | None, msgid: str) -> Faults:
    """A fault beside a day before that of `first`, or more than twelve months after it."""
    day = data.get(name)
    if day is None or first is None:
        return {}
    if day < day_of(first):
        return {name: [Message(msgid)]}
    if day > months_after(day_of(first), _FURTHEST_MONTHS):
        message = Message(_("Dagen är mer än %(n)s månader bort."), n=_FURTHEST_MONTHS)
        return {name: [message]}
    return {}


def refuse(faults: Faults) -> None:
    """Raises ValidationError when there are any."""
    if faults:
        raise ValidationError(faults)


class Follows(Form):
    """Refuses the times named in `when` if they are before `earliest`."""

    too_early: ClassVar[str]

    def earliest(self) -> datetime | None:
        """When it happened that the form follows upon; a hook."""
        raise NotImplementedError

    @validates_schema(skip_on_field_errors=False)
    def check_what_it_follows(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Told beside each time."""
        refuse(earlier(data, self.when, self.earliest(), self.too_early))
