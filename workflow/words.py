"""Marks Swedish sentences for the translation catalogue where no web framework is known."""


def _(swedish: str) -> str:
    """Returns its argument untouched; the door that shows the sentence translates it."""
    return swedish
