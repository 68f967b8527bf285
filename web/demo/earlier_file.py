"""Exempelby's years before Vårdtråd, as the file that an earlier system would have given.

python -m web.demo.earlier_file > deviations.csv
"""

import csv
import sys
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from io import StringIO
from itertools import accumulate
from operator import itemgetter
from pathlib import Path
from random import Random

from cases.importing.rows import COLUMNS
from workflow.holidays import STOCKHOLM

SEED = 2022
"""The same file each time it is made."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

UNITS = {"tallbacken": 28, "linden": 26, "norr": 18, "soder": 16, "hemsjukvarden": 10, "rehab": 2}
HOURS = (2, 2, 2, 2, 3, 4, 6, 7, 6, 5, 5, 5, 5, 4, 4, 4, 5, 6, 6, 5, 4, 3, 3, 2)
"""How often by the clock; most happens in the mornings."""

WRONG_MEDICATION = {
    "missed_dose": 46, "wrong_time": 14, "wrong_dose": 13, "dosett_error": 12, "overdose": 4,
    "wrong_medicine": 4, "wrong_person": 2, "other": 5,
}  # fmt: skip
SEVERITY = {"1": 58, "2": 33, "3": 8, "4": 1}
PROBABILITY = {"1": 15, "2": 45, "3": 32, "4": 8}

SAID = {
    "fall": ("Hittad på golvet i rummet.", "Halkade på väg till toaletten.", "Gled ur stolen."),
    "medication": ("Signeringslistan var inte ifylld.", "Dosen låg kvar i dosetten."),
    "medical_device": ("Lyften stannade.", "Larmet gick inte fram."),
    "care_other": ("Insatsen blev inte utförd.",),
    "care_treatment_sampling": ("Provet togs inte på bestämd dag.",),
    "care_related_infection": ("Infektion efter kateterbyte.",),
}

_COUNTS = Path(__file__).parent / "gnesta"


@dataclass(frozen=True)
class Counted:
    """So many of a kind in a month; Gnesta's tables, of which 2019-2021 are known by year only."""

    year: int
    month: int | None
    category: str
    number: int


@cache
def counts() -> tuple[Counted, ...]:
    """The municipality of Gnesta's own figures, tables 3A and 3B of its report for 2022."""
    by_month = [
        Counted(2022, month, row["category"], int(row[name]))
        for row in _table("by_month_2022.csv")
        for month, name in enumerate(MONTHS, start=1)
    ]
    by_year = [
        Counted(year, None, row["category"], int(row[str(year)]))
        for row in _table("by_year.csv")
        for year in (2019, 2020, 2021)
        if row[str(year)]
    ]
    return (*by_year, *by_month)


def how_many() -> int:
    """Rows of the whole file."""
    return sum(counted.number for counted in counts())


def earlier_file() -> str:
    """CSV in the order it happened, with each year's references in that order too."""
    random = Random(SEED)  # noqa: S311  made up, and the same each time
    rows = [_row(random, counted) for counted in counts() for _nth in range(counted.number)]
    rows.sort(key=itemgetter("occurred_at"))
    numbers: dict[str, int] = {}
    file = StringIO()
    writer = csv.DictWriter(file, COLUMNS, delimiter=";", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        year = row["occurred_at"][:4]
        numbers[year] = numbers.get(year, 0) + 1
        writer.writerow({"reference": f"{year}-{numbers[year]:04}", **row})
    return file.getvalue()


def _table(name: str) -> Iterator[dict[str, str]]:
    with (_COUNTS / name).open(encoding="utf-8") as file:
        yield from (row for row in csv.DictReader(file) if row["category"] != "total")


def _row(random: Random, counted: Counted) -> dict[str, str]:
    """Drawn again until it was reported in the month it happened, on no clock shown twice."""
    while True:
        month = counted.month or random.randint(1, 12)
        times = _times(random, counted.year, month)
        local = {name: moment.astimezone(STOCKHOLM) for name, moment in times.items()}
        if local["reported_at"].month == month and not any(map(_is_odd, local.values())):
            break
    medication = counted.category == "medication"
    assessed = "assessed_at" in times
    return {
        **{name: f"{moment:%Y-%m-%d %H:%M}" for name, moment in local.items()},
        "category": counted.category,
        "subcategory": _drawn(random, WRONG_MEDICATION) if medication else "",
        "unit": _drawn(random, UNITS),
        "severity": _drawn(random, SEVERITY) if assessed else "",
        "probability": _drawn(random, PROBABILITY) if assessed else "",
        "description": random.choice(SAID[counted.category]),
    }


def _times(random: Random, year: int, month: int) -> dict[str, datetime]:
    """The later the year, the more are assessed, and the sooner."""
    day = random.randint(1, monthrange(year, month)[1])
    hour, minute = random.choices(range(24), HOURS)[0], random.randrange(60)
    occurred = datetime(year, month, day, hour, minute, tzinfo=STOCKHOLM).astimezone(UTC)
    reported = occurred + timedelta(minutes=5 + random.expovariate(1 / 240))
    times = {"occurred_at": occurred, "reported_at": reported}
    closed = reported
    if random.random() < 0.55 + 0.1 * (year - 2019):
        minutes = random.lognormvariate(4.9 - 0.2 * (year - 2019), 0.8)
        times["assessed_at"] = closed = reported + timedelta(minutes=minutes)
    if random.random() < 0.7:
        waited = timedelta(hours=random.expovariate(1 / 30))
        times["event_report_at"] = reported + waited
        closed = max(closed, reported + waited)
    ended = (closed + timedelta(days=1 + random.expovariate(1 / 18))).astimezone(STOCKHOLM)
    times["closed_at"] = ended.replace(hour=random.randrange(8, 17))
    return times


def _is_odd(local: datetime) -> bool:
    """In the hour that does not exist, or comes twice."""
    return local.hour == 2 and local.month in (3, 10) and local.weekday() == 6 and local.day > 24


def _drawn(random: Random, weights: Mapping[str, int]) -> str:
    return random.choices(list(weights), cum_weights=list(accumulate(weights.values())))[0]


if __name__ == "__main__":
    sys.stdout.write(earlier_file())
