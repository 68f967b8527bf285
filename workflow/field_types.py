"""The kinds of field: marshmallow fields whose every message is Swedish and translatable."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from marshmallow import ValidationError, fields

from workflow.messages import MISSING, UNREADABLE, refusal
from workflow.plain_text import plain
from workflow.words import _

if TYPE_CHECKING:
    from workflow.forms import Group

Options = Mapping[str, str]

_T = TypeVar("_T")


class Spoken(fields.Field[_T], Generic[_T]):
    """A field that reads a JSON value with `read` and gives it back with `stored`."""

    asking: str = MISSING
    unreadable: str = UNREADABLE

    def read(self, value: Any) -> _T:
        """Raises ValidationError, and nothing else, for what is not a value of the field."""
        raise NotImplementedError

    def stored(self, value: _T) -> Any:
        """The JSON value that `read` would read as this one."""
        return value

    @property
    def group(self) -> "Group":
        """The form, or the row of a form, that holds the field."""
        return cast("Group", self.root)

    def make_error(self, key: str, **_kwargs: Any) -> ValidationError:
        """Marshmallow's own would lose the msgid."""
        return refusal(self.asking if key in ("required", "null") else self.unreadable)

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> _T:
        return self.read(value)

    def _serialize(self, value: _T | None, *_args: Any, **_kwargs: Any) -> Any:
        return None if value is None else self.stored(value)


class Line(Spoken[str]):
    """Text on one line, or on several where the widget is "text"."""

    def read(self, value: Any) -> str:
        """Trimmed and normalised by workflow.plain_text."""
        if not isinstance(value, str):
            raise self.make_error("invalid")
        text = plain(value, self.metadata["limit"])
        return text if self.metadata["widget"] == "text" else " ".join(text.split())


class _Optioned(Spoken[_T]):
    asking = _("Välj ett av alternativen.")

    def options(self) -> Options:
        """Value to label of all that can be stored: the form's offers, then the field's own."""
        offered = self.group.offers.get(self.metadata["offer"], {})
        return {**offered, **(self.metadata["options"] or {})}

    def offered(self) -> Options:
        """Value to label of what can be chosen today in Stockholm; for drawing the field."""
        valid_on: Callable[[date], Options] | None = self.metadata.get("valid_on")
        return valid_on(self.group.today) if valid_on else self.options()


class Choice(_Optioned[str]):
    """One of the options."""

    def read(self, value: Any) -> str:
        """The option's value."""
        if not isinstance(value, str) or value not in self.options():
            raise refusal(self.asking)
        return value


class Choices(_Optioned[list[str]]):
    """Any number of the options, kept in the options' own order."""

    asking = _("Välj minst ett alternativ.")

    def read(self, value: Any) -> list[str]:
        """Each option once, however often it was sent."""
        options = self.options()
        if not isinstance(value, list) or not all(
            isinstance(key, str) and key in options for key in value
        ):
            raise refusal(_("Välj bland alternativen."))
        return [key for key in options if key in value]


class YesNo(Spoken[bool]):
    """Ja or nej; stored as true or false, absent when not answered."""

    asking = unreadable = _("Svara ja eller nej.")

    def read(self, value: Any) -> bool:
        """Takes true and false alone, which is what `shown_when` compares with."""
        said = value.strip().lower() if isinstance(value, str) else value
        if said not in ("true", "false") and not isinstance(value, bool):
            raise self.make_error("invalid")
        return said in (True, "true")


class Number(Spoken[Decimal]):
    """A number within lo and hi; Swedish decimal comma is understood; stored as text."""

    unreadable = _("Skriv ett tal.")

    def read(self, value: Any) -> Decimal:
        """Refuses decimals beyond those of the field instead of rounding them away."""
        number = self._number(value)
        lo, hi, decimals = (self.metadata[name] for name in ("lo", "hi", "decimals"))
        if not lo <= number <= hi:
            raise refusal(_("Skriv ett tal från %(lo)s till %(hi)s."), lo=lo, hi=hi)
        rounded: Decimal = round(number, decimals)
        if rounded != number and not decimals:
            raise refusal(_("Skriv ett heltal."))
        if rounded != number:
            raise refusal(_("Högst %(n)s siffror efter kommat."), n=decimals)
        return rounded + 0  # no minus before zero

    def stored(self, value: Decimal) -> str:
        """With a decimal point and never an exponent."""
        return format(value, "f")

    def _number(self, value: Any) -> Decimal:
        if isinstance(value, str):
            value = value.strip().replace(",", ".").replace("\N{MINUS SIGN}", "-")
        elif isinstance(value, float):
            value = str(value)
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise self.make_error("invalid")
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise self.make_error("invalid") from None
        if not number.is_finite():
            raise self.make_error("invalid")
        return number
