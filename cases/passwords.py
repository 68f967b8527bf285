"""Passwords: how they are kept, and which are accepted."""

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from cases.people import Person
from workflow.words import _

SHORTEST, LONGEST = 12, 200
"""Characters; length protects more than odd characters do (NIST SP 800-63B 5.1.1)."""
FEWEST_DIFFERENT = 5

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike on a printed slip
_HASHER = PasswordHasher()


def hashed_password(password: str) -> str:
    """Argon2id with the library's present settings; å typed in two ways gives the same."""
    return _HASHER.hash(_typed(password))


def proves(person: Person | None, password: str) -> bool:
    """Takes as long without a person; keeps a stronger hash when the settings have changed."""
    kept = person.password_hash if person else None
    try:
        _HASHER.verify(kept or _decoy(), _typed(password)[:LONGEST])
    except (VerifyMismatchError, InvalidHashError):
        return False
    if person is None or kept is None or len(_typed(password)) > LONGEST:
        return False
    if _HASHER.check_needs_rehash(kept):
        person.password_hash = hashed_password(password)
    return True


def fault_of(password: str, username: str) -> str | None:
    """What is wrong with a new password, as a msgid; None when it is accepted."""
    typed = _typed(password)
    if len(typed) < SHORTEST:
        return _("Lösenordet är för kort. Det behöver minst 12 tecken.")
    if len(typed) > LONGEST:
        return _("Lösenordet är för långt. Det får ha högst 200 tecken.")
    if username.casefold() in typed.casefold():
        return _("Lösenordet får inte innehålla användarnamnet.")
    if len(set(typed)) < FEWEST_DIFFERENT:
        return _("Lösenordet har för få olika tecken. Välj till exempel fyra ord.")
    return None


def made_up_password() -> str:
    """Four groups of four characters, 79 bits, easy to read out over the phone."""
    return "-".join("".join(secrets.choice(_LETTERS) for _n in range(4)) for _group in range(4))


def _typed(password: str) -> str:
    return unicodedata.normalize("NFC", password)


@cache
def _decoy() -> str:
    return hashed_password(secrets.token_urlsafe())
