"""Text as people type and paste it, made storable without changing what it says."""

import re
import unicodedata

from workflow.messages import refusal
from workflow.words import _

# Word's soft return is \v; U+2028 and U+2029 come from web pages and break JavaScript.
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Soft hyphen, zero width space, word joiner and byte order mark: pasted unseen, they hinder search.
_UNSEEN = re.compile("[\xad\u200b\u2060\ufeff]")
# Joiners that Persian words and composed emoji need.
_JOINERS = "\u200c\u200d"
# What the HTML standard lets begin a tag; "<90" and "< normalt" do not.
_MARKUP = re.compile("<[A-Za-z/!?]")


def plain(text: str, limit: int) -> str:
    """Unix line ends, Unicode NFC, stripped; raises ValidationError for what cannot be stored."""
    text = _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > limit:
        raise refusal(_("Högst %(limit)s tecken. Nu är det %(n)s."), limit=limit, n=len(text))
    if any(_is_control(character) for character in text):
        raise refusal(_("Texten har osynliga styrtecken. Skriv den för hand."))
    if _MARKUP.search(text):
        raise refusal(_("Skriv utan HTML-taggar. Tecknet < får inte stå direkt före en bokstav."))
    return text


def is_blank(value: object) -> bool:
    """True for text in which nothing can be seen."""
    return isinstance(value, str) and not _UNSEEN.sub("", value).strip()


def _is_control(character: str) -> bool:
    return (
        unicodedata.category(character) in ("Cc", "Cf", "Cs")
        and character not in "\n\t"
        and character not in _JOINERS
    )
