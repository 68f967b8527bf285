"""Tables of figures drawn as a PDF: the appendix of a yearly report, and the monthly sheet."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from flask import get_template_attribute

from cases.statistics.tables import Row, Table
from web.documents.pdf import drawable_in, fonts
from web.statistics.chart import WIDTH, Panel, panels
from web.statistics.files import Told
from web.statistics.tongue import SWEDISH

TEMPLATE = Path(__file__).with_name("figures.typ")
COMMENT = "Kommentar och åtgärder"


@dataclass(frozen=True)
class Part:
    """Tables and sentences under a heading."""

    heading: str
    tables: Sequence[Told] = ()
    points: Sequence[str] = ()


@dataclass(frozen=True)
class Paper:
    """`about` stands under the title; `signed` are the lines to be signed under a comment."""

    title: str
    about: Sequence[str]
    footer: str
    parts: Sequence[Part]
    signed: Sequence[str] = ()
    wide: bool = True


def draw_figures(paper: Paper, now: datetime) -> bytes:
    """Tagged (PDF/UA-1), in Swedish; about 0.2 s. The PDF's own date is `now`."""
    drawing: bytes = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=fonts(),
        sys_inputs={"paper": json.dumps(_told(paper))},
        pdf_standards=["ua-1"],
        timestamp=int(now.timestamp()),
    )
    return drawing


def _told(paper: Paper) -> Mapping[str, Any]:
    told = {
        "title": paper.title,
        "about": list(paper.about),
        "footer": paper.footer,
        "signed": list(paper.signed),
        "wide": paper.wide,
        "comment": COMMENT,
        "parts": [
            {
                "heading": part.heading,
                "tables": [_table(each) for each in part.tables],
                "points": list(part.points),
            }
            for part in paper.parts
        ],
    }
    clean: dict[str, Any] = drawable_in(told)
    return clean


def _table(told: Told) -> dict[str, Any]:
    table = told.table
    about, *notes = told.lines
    return {
        "title": SWEDISH.title(table),
        "about": about,
        "notes": notes,
        "head": [str(label) for label in (table.head, *(c.label for c in table.columns))],
        "rows": [{"cells": _cells(table, row), "strong": row.is_total} for row in table.rows],
        "charts": [_chart(one) for one in panels(table, SWEDISH)],
    }


def _cells(table: Table, row: Row) -> list[str]:
    pairs = zip(row.cells, table.columns, strict=True)
    return [str(row.label), *(SWEDISH.number(cell, column.measure) for cell, column in pairs)]


def _chart(one: Panel) -> dict[str, str]:
    panel = get_template_attribute("macros/chart.html", "panel")
    return {"svg": str(panel(one, "d", WIDTH)), "alt": f"{one.title}. {one.told}"}
