"""A sheet of a case drawn as a PDF."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from web.documents.glyphs import FONTS, MISSING, drawable
from workflow.documents import Document, Sheet
from workflow.explanation import spoken_day
from workflow.holidays import STOCKHOLM

TEMPLATE = Path(__file__).with_name("sheet.typ")
SECRECY = "Innehåller uppgifter som omfattas av sekretess."
PAST = "Dokumentet gäller inte längre."
UNDRAWN = f"Tecknet {MISSING} står för ett tecken som inte kan skrivas ut."


@dataclass(frozen=True)
class About:
    """Whose paper it is; `closed` tells how the case ended, and is empty while it is open."""

    reference: str
    patient: str
    number: str
    unit: str
    closed: str


def draw(document: Document, sheet: Sheet, about: About, now: datetime) -> bytes:
    """About 30 ms; the PDF's own date is `now`, and it names no author."""
    told = drawn(document, sheet, about, now)
    drawing: bytes = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=fonts(),
        sys_inputs={"sheet": json.dumps(told)},
        pdf_standards=["ua-1"],
        timestamp=int(now.timestamp()),
    )
    return drawing


def drawn(document: Document, sheet: Sheet, about: About, now: datetime) -> Mapping[str, Any]:
    """What the template takes: only characters that can be drawn, and nothing empty."""
    number = f"{about.number[:8]}-{about.number[8:]}"
    closed = (f"Ärendet är avslutat: {about.closed}", PAST) if about.closed else ("", "")
    told: dict[str, Any] = {
        "large": document.large,
        "title": sheet.title,
        "about": sheet.about,
        "person": about.patient if document.large else f"{about.patient}, {number}",
        "reminder": "" if document.large else f"{about.unit} · {SECRECY}",
        "reference": about.reference,
        "printed": spoken_day(now.astimezone(STOCKHOLM)).sv,
        "warnings": [each for each in (closed, sheet.warning) if any(each)],
        "parts": [part for part in map(_part, asdict(sheet)["parts"]) if part["blocks"]],
    }
    clean: dict[str, Any] = drawable_in(told)
    return clean | {"remark": UNDRAWN if clean != told else ""}


def _part(part: dict[str, Any]) -> dict[str, Any]:
    return part | {"blocks": [block for block in map(_filled, part["blocks"]) if block]}


def _filled(block: dict[str, Any]) -> dict[str, Any] | None:
    if block["kind"] == "lines":
        lines = [(label, text) for label, text in block["lines"] if text]
        return block | {"lines": lines} if lines else None
    content = {"prose": "text", "points": "points", "table": "rows"}[block["kind"]]
    return block if block[content] else None


def drawable_in(value: Any) -> Any:
    """The same data with `drawable` done to every text within it."""
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, dict):
        return {name: drawable_in(inner) for name, inner in value.items()}
    return type(value)(map(drawable_in, value)) if isinstance(value, list | tuple) else value


@cache
def fonts() -> typst.Fonts:
    """Those of this folder and no others."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
