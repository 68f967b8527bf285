"""Why a mail did not come, in words that help whoever is to put it right."""

from workflow.messages import Message
from workflow.words import _

_BY_PLACE = {
    "ADDRESS": _("Adressen är ingen e-postadress."),
    "SMTPUTF8": _("Mejlservern klarar inte tecknen i adressen."),
    "CONNECT": _("Mejlservern gick inte att nå."),
    "LOST": _("Förbindelsen med mejlservern bröts."),
    "FOLDER": _("Mejlet gick inte att spara i mappen."),
    "WRITE": _("Mejlet gick inte att skriva. Felet är vårt."),
    "MAIL": _("Mejlservern tar inte emot mejl från vår adress."),
    "RCPT": _("Mejlservern tar inte emot mejl till adressen."),
    "DATA": _("Mejlservern tog inte emot mejlet."),
}
"""By where it stopped, as a receipt names it."""

_LOGIN = frozenset({"530", "534", "535", "538"})
_NOBODY = frozenset({"550", "551", "553"})
_FULL = frozenset({"452", "552"})


def fault_words(error: str | None) -> Message:
    """Of an outbox mail's `last_error`, such as "RCPT 550"; the code says most of it."""
    where, _space, code = (error or "").partition(" ")
    if code in _LOGIN:
        return Message(_("Mejlservern godkände inte vår inloggning."))
    if where == "RCPT" and code in _NOBODY:
        return Message(_("Adressen finns inte hos mottagaren."))
    if where in ("RCPT", "DATA") and code in _FULL:
        return Message(_("Mottagarens brevlåda är full."))
    return Message(_BY_PLACE.get(where, _("Mejlet kom inte fram.")))
