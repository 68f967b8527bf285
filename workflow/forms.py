"""A step's form: a marshmallow schema that knows the time, the case and what may be chosen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar, cast

from marshmallow import RAISE, Schema, ValidationError, post_load, pre_load, validates_schema

from workflow.facts import Facts, Item
from workflow.fields import Message, Options, Rows
from workflow.holidays import STOCKHOLM
from workflow.messages import MISSING, ROWS_DIFFER, UNREADABLE
from workflow.plain_text import is_blank
from workflow.words import _

Condition = tuple[str, tuple[str, ...]]
"""A field and the values, as text, of which it must have one."""


@dataclass(frozen=True)
class Section:
    """Fields shown together; an optional section is folded until something is in it."""

    key: str
    label: str
    fields: tuple[str, ...]
    optional: bool = False


class Group(Schema):
    """Fields that belong together; unknown ones are refused, and each fault is a Message."""

    class Meta:
        unknown = RAISE

    error_messages: dict[str, str] = {
        "unknown": Message(_("Fältet finns inte i formuläret.")),
        "type": UNREADABLE,
    }
    either: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Of the fields in each tuple at least one must be answered."""

    now: datetime
    offers: Mapping[str, Options]

    @property
    def today(self) -> date:
        """The date in Stockholm."""
        return self.now.astimezone(STOCKHOLM).date()

    def shown(self, name: str, data: Mapping[str, Any]) -> bool:
        """True when the field fits what has been chosen; `shown_when` is a Condition."""
        condition = self.fields[name].metadata.get("shown_when")
        return condition is None or _holds(condition, data)

    def is_needed(self, name: str, data: Mapping[str, Any]) -> bool:
        """True when the choices ask for the field: `needed` while shown, or by `needed_when`."""
        metadata = self.fields[name].metadata
        condition = metadata.get("needed_when")
        asked = metadata.get("needed", False) or (condition is not None and _holds(condition, data))
        return bool(asked) and self.shown(name, data)

    def given(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What is filled in: without blank text, empty lists and lists of blank rows."""
        return {name: value for name, value in data.items() if not self._is_empty(name, value)}

    def rows_of(self, name: str) -> Rows:
        """The field of repeated rows by that name."""
        return cast(Rows, self.fields[name])

    def _is_empty(self, name: str, value: Any) -> bool:
        if value in (None, []) or is_blank(value):
            return True
        field = self.fields.get(name)
        return (
            isinstance(field, Rows) and isinstance(value, list) and all(map(field.is_empty, value))
        )

    @pre_load
    def leave_out_the_empty(self, data: Any, **_kwargs: Any) -> Any:
        """Nothing empty is stored, nor a field that does not fit the choices."""
        if not isinstance(data, Mapping):
            return data
        given = self.given(data)
        return {
            name: value
            for name, value in given.items()
            if name not in self.fields or self.shown(name, given)
        }

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def ask_for_what_is_needed(self, _data: Any, original: Any, **_kwargs: Any) -> None:
        """Looks at what was sent, so that a faulty answer is not also called missing."""
        given = self.given(original) if isinstance(original, Mapping) else {}
        missing = [
            name for name in self.fields if name not in given and self.is_needed(name, given)
        ]
        missing += [names[0] for names in self.either if given.keys().isdisjoint(names)]
        if missing:
            raise ValidationError({name: [MISSING] for name in missing})


class Row(Group):
    """A repeated group within a form."""

    def __init__(self, form: Group) -> None:
        self.now, self.offers = form.now, form.offers
        super().__init__()


class Form(Group):
    """Validates against `now` (aware), the case's facts and the options offered at run time."""

    sections: ClassVar[tuple[Section, ...]] = ()
    when: ClassVar[tuple[str, ...]] = ()
    """Fields that tell when it happened, the first answered one counting; none means now."""

    def __init__(
        self,
        *,
        now: datetime,
        facts: Facts | None = None,
        item: Item | None = None,
        offers: Mapping[str, Options] | None = None,
    ) -> None:
        self.now = now
        self.facts = facts or Facts(opening={}, opened_at=now)
        self.item = item
        self.offers = offers or {}
        super().__init__(exclude=self.left_out())

    def left_out(self) -> tuple[str, ...]:
        """Fields that this case does not ask for; a hook."""
        return ()

    def notice(self) -> str:
        """What stands at the top of the form, above all fields; empty when nothing does."""
        return ""

    def initial(self) -> dict[str, Any]:
        """What the form starts with, as JSON values; `_title` of a fixed row is its heading."""
        return {}

    def layout(self) -> tuple[Section, ...]:
        """The sections with the fields this case asks for; one nameless if the form has none."""
        sections = self.sections or (Section("", "", tuple(self.fields)),)
        return tuple(
            replace(section, fields=tuple(name for name in section.fields if name in self.fields))
            for section in sections
        )

    @validates_schema
    def ask_for_every_fixed_row(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """The rows of initial(), each once and no others."""
        for name, key, expected in self._fixed_rows():
            if sorted(row[key] for row in data.get(name, ())) != sorted(expected):
                raise ValidationError({name: [ROWS_DIFFER]})

    @post_load
    def order_fixed_rows(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """Puts fixed rows in the order of initial(), and an empty list where there are none."""
        for name, key, expected in self._fixed_rows():
            places = {value: place for place, value in enumerate(expected)}
            data[name] = sorted(data.get(name, ()), key=lambda row: places[row[key]])
        return data

    def _fixed_rows(self) -> Iterator[tuple[str, str, list[str]]]:
        for name, field in self.fields.items():
            if key := field.metadata.get("fixed"):
                yield name, key, [row[key] for row in self.initial().get(name, ())]


class Empty(Form):
    """A form with nothing to fill in."""


def _holds(condition: Condition, data: Mapping[str, Any]) -> bool:
    name, values = condition
    chosen = data.get(name)
    given = chosen if isinstance(chosen, list) else [chosen]
    return any(
        str(value).strip().lower() in values for value in given if isinstance(value, str | bool)
    )
