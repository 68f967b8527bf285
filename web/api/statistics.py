"""The tables of statistics, as the page shows them."""

from collections.abc import Mapping
from typing import Any

from cases.access import Right
from cases.statistics.tables import Table
from web.api.doors import STATISTICS, door
from web.api.reading import named
from web.api.statistics_schemas import QuestionSchema, StatisticsSchema
from web.door import reading
from web.statistics.chosen import Chosen, month_in, written
from web.statistics.files import Told
from web.statistics.reading import figures
from web.statistics.tongue import Tongue, readers_tongue
from workflow.definitions import DEFINITIONS
from workflow.moments import day_of


@door(
    "GET",
    "/statistics",
    Right.STATISTICS,
    STATISTICS,
    StatisticsSchema,
    query=QuestionSchema,
    also=(404,),
    tag="statistics",
)
def read_statistics(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Tables of figures

    At the units whose figures the person may read; no patient is named.
    """
    tongue = readers_tongue()
    with reading() as work:
        this_year = day_of(work.now).year * 100
        months = (
            month_in(asked["first"], this_year + 1),
            month_in(asked["last"], this_year + 12),
        )
        chosen = Chosen(
            definition=asked.get("definition", DEFINITIONS[0].key),
            first=min(months),
            last=max(months),
            unit=asked.get("unit", ""),
            category=asked.get("category", ""),
            counted_by=asked["counted_by"],
            published=asked["published"],
            living=asked["living"],
        )
        shown = figures(work, chosen, tongue)
    return {
        "definition": named(shown.definition.key, shown.definition.label),
        "first": written(chosen.first),
        "last": written(chosen.last),
        "counted_by": chosen.counted_by,
        "frozen": shown.frozen,
        "tables": [_table(each, tongue) for each in shown.tables],
    }


def _table(shown: Told, tongue: Tongue) -> dict[str, Any]:
    table: Table = shown.table
    return {
        "key": table.key,
        "label": tongue.say(table.title),
        "letter": table.letter,
        "head": tongue.say(table.head),
        "columns": [
            {
                "key": column.key,
                "label": tongue.say(column.label),
                "measure": column.measure,
                "is_total": column.is_total,
            }
            for column in table.columns
        ],
        "rows": [
            {
                "key": row.key,
                "label": tongue.say(row.label),
                "is_total": row.is_total,
                "cells": row.cells,
            }
            for row in table.rows
        ],
        "notes": list(shown.lines),
    }
