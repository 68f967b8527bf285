"""What an earlier system calls things: keys, our own labels, and other names for the same."""

from collections.abc import Mapping

from workflow.definitions.deviation.choices import KINDS, MEDICATION_KINDS, PROBABILITY, SEVERITY

Names = Mapping[str, str]
"""A name, casefolded, to the key of what it means."""


def _named(options: Mapping[str, str], **others: tuple[str, ...]) -> Names:
    """By key, by label, and by the label's words before a bracket or a dash."""
    names = {}
    for key, label in options.items():
        short = label.partition(" (")[0].partition(" – ")[0]
        for name in (key, label, short, short.removeprefix(f"{key} "), *others.get(key, ())):
            names[name.casefold()] = key
    return names


CATEGORIES = _named(
    KINDS,
    medication=("läkemedelshantering",),
    medical_device=(
        "hjälpmedel", "medicinteknisk produkt", "medicintekniska produkter", "mtp",
    ),
    rehabilitation=("rehabilitering", "träning"),
    care_treatment_sampling=(
        "vård, behandling och provtagning", "vård/behandling/provtagning",
    ),
    care_related_infection=("vårdrelaterade infektioner", "vri"),
    care_other=("omvårdnad", "omvårdnad övriga områden"),
)  # fmt: skip
"""Gnesta's and Kungsör's names beside those of our own forms."""

SUBCATEGORIES = _named(MEDICATION_KINDS, dosett_error=("dosettfel", "fel i dosett"))
SEVERITIES = _named(SEVERITY)
PROBABILITIES = _named(PROBABILITY)


def meant(name: str, names: Names) -> str:
    """The key; the name itself when nothing is called so, for the form to refuse."""
    return names.get(" ".join(name.casefold().split()), name)
