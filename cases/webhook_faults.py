"""Why another program did not take what it was told, in words for whoever is to put it right."""

from workflow.messages import Message
from workflow.words import _

_BY_PLACE = {
    "CONNECT": _("Ingen svarade på adressen."),
    "NAME": _("Adressens namn finns inte."),
    "CERTIFICATE": _("Mottagarens certifikat godkändes inte."),
    "LOST": _("Mottagaren svarade inte i tid."),
    "PRIVATE": _("Adressen ligger i det egna nätet och är inte tillåten i inställningarna."),
    "PLAIN": _("Adressen börjar inte med https:// och är inte tillåten i inställningarna."),
}
"""By where it stopped, as a receipt names it."""

_BY_STATUS = {
    401: _("Mottagaren godkände inte signaturen (svar 401)."),
    403: _("Mottagaren godkände inte signaturen (svar 403)."),
    404: _("Det finns inget på adressen (svar 404)."),
    410: _("Mottagaren vill inte ha fler anrop (svar 410)."),
    429: _("Mottagaren har för mycket att göra (svar 429)."),
}


def webhook_fault_words(error: str | None) -> Message:
    """Of a call's `last_error`, such as "HTTP 404"."""
    where, _space, code = (error or "").partition(" ")
    if where != "HTTP":
        return Message(_BY_PLACE.get(where, _("Anropet kom inte fram.")))
    status = int(code)
    if status in _BY_STATUS:
        return Message(_BY_STATUS[status])
    if 300 <= status < 400:
        return Message(
            _("Mottagaren hänvisar till en annan adress (svar %(code)s). Ändra adressen."),
            code=status,
        )
    return Message(_("Mottagaren svarade med ett fel (svar %(code)s)."), code=status)
