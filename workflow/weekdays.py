"""The days of the week by Python's numbers of them."""

from workflow.words import _

WEEKDAYS: dict[str, str] = {
    "0": _("Måndag"),
    "1": _("Tisdag"),
    "2": _("Onsdag"),
    "3": _("Torsdag"),
    "4": _("Fredag"),
    "5": _("Lördag"),
    "6": _("Söndag"),
}
