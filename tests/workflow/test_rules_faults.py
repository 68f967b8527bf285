"""Every fault of a rules file is told at once, in Swedish, with its place in the file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workflow.lending import LENDING
from workflow.rules_file import FaultyRules, read

Faults = Callable[[str], list[str]]


@pytest.fixture
def faults(tmp_path: Path) -> Faults:
    """The faults of a text, in which OURS stands for a basis."""

    def of_text(text: str) -> list[str]:
        path = tmp_path / "rules.toml"
        path.write_text(text.replace("OURS", "basis = 'Nämnden § 7'"), encoding="utf-8")
        with pytest.raises(FaultyRules) as caught:
            read(path, (LENDING,))
        return caught.value.faults

    return of_text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[lendin]", "lendin: finns inte. Det här går att ange: window, closed_days,"),
        ("lending = 3", "lending: ska vara en tabell med egna rader."),
        ("[lending.stegs]", "lending.stegs: finns inte."),
        ("[lending.steps.wash]", "lending.steps.wash: finns inte."),
        ("[lending.steps]\nsign = 3", "lending.steps.sign: ska vara en tabell"),
        ("[lending.thresholds.light]", "lending.thresholds.light: finns inte."),
        ("[closed_days]\nday = 2026-12-23", "closed_days: ska vara en lista med tabeller."),
    ],
)
def test_what_does_not_exist_is_told(faults: Faults, text: str, fault: str):
    (told,) = faults(text)
    assert told.startswith(fault)


def test_a_ladder_under_an_unknown_name_is_read_all_the_same(faults: Faults):
    unknown, within = faults("[lending.ladders.steep]\nsending = 'digest'\nrungs = []")
    assert unknown == "lending.ladders.steep: finns inte. Det här går att ange: plain."
    assert within.startswith("lending.ladders.steep.basis: saknas.")


@pytest.mark.parametrize(
    ("step", "lines", "fault"),
    [
        ("weigh", "hours = 1", "basis: saknas. Skriv vilket beslut"),
        ("weigh", "hours = 1\nbasis = ' '", "basis: ska vara en text."),
        ("weigh", "hours = 1\nbasis = 7", "basis: ska vara en text."),
        ("weigh", 'hours = 1\nbasis = "a\\u0007"', "basis: ska vara en rad med högst 300 tecken."),
        ("weigh", f"hours = 1\nbasis = '{'a' * 301}'", "basis: ska vara en rad med högst"),
        ("weigh", "OURS", "hours: saknas."),
        ("weigh", "hours = 0\nOURS", "hours: ska vara från 1 till 744, inte 0."),
        ("measure", "days = 400\nOURS", "days: ska vara från 1 till 366, inte 400."),
        ("measure", "days = 1.5\nOURS", "days: ska vara ett heltal."),
        ("measure", "days = true\nOURS", "days: ska vara ett heltal."),
        ("measure", "days = '2'\nOURS", "days: ska vara ett heltal."),
        ("measure", "days = 2\nhours = 2\nOURS", "hours: finns inte. Det här går att ange: days,"),
        ("hand_out", "days = 2", "days: finns inte. Det här går att ange: ladder."),
    ],
)
def test_a_faulty_limit_is_told(faults: Faults, step: str, lines: str, fault: str):
    (told,) = faults(f"[lending.steps.{step}]\n{lines}")
    assert told.startswith(f"lending.steps.{step}.{fault}")


def test_a_limit_of_a_routine_cannot_be_loosened(faults: Faults):
    (told,) = faults("[lending.steps.weigh]\nhours = 3\nOURS")
    assert told == (
        "lending.steps.weigh.hours: får vara högst 2. Gränsen kommer från Lånerutinen, avsnitt 2"
        " och kan skärpas men inte förlängas."
    )


def test_a_limit_of_a_law_cannot_be_loosened(faults: Faults):
    (told,) = faults("[lending.steps.sign]\nmonths = 2\nOURS")
    assert told.startswith("lending.steps.sign.months: får vara högst 1.")


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("value = 201\nOURS", "value: ska vara från 80 till 200, inte 201."),
        ("value = 90", "basis: saknas."),
        ("OURS", "value: saknas."),
        ("hours = 1\nvalue = 90\nOURS", "hours: finns inte. Det här går att ange: value, basis."),
    ],
)
def test_a_faulty_threshold_is_told(faults: Faults, lines: str, fault: str):
    (told,) = faults(f"[lending.thresholds.heavy]\n{lines}")
    assert told.startswith(f"lending.thresholds.heavy.{fault}")


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("opens = '07:00'", "basis: saknas."),
        ("opens = 'sju'\nOURS", 'opens: ska vara ett klockslag, till exempel "07:00".'),
        ("opens = 7\nOURS", "opens: ska vara ett klockslag"),
        ("opens = '18:00'\nOURS", "closes: ska vara senare än opens."),
        ("opens = '08:00'\nOURS", "digest_times: ska ligga från 08:00 till 17:00."),
        ("digest_times = []\nOURS", "digest_times: ska vara en lista med klockslag"),
        ("digest_times = ['13:00', '09:00']\nOURS", "digest_times: ska stå i ordning"),
        ("digest_times = ['09:00', '09:00']\nOURS", "digest_times: ska stå i ordning"),
        ("digest_times = ['nio', '13:00']\nOURS", "digest_times: ska vara ett klockslag"),
        ("open = '07:00'\nOURS", "open: finns inte."),
    ],
)
def test_a_faulty_send_window_is_told(faults: Faults, lines: str, fault: str):
    (told,) = faults(f"[window]\n{lines}")
    assert told.startswith(f"window.{fault}")


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("day = '2026-12-23'\nreason = 'a'\nOURS", "day: ska vara ett datum utan citattecken"),
        ("day = 2026-12-23T00:00:00\nreason = 'a'\nOURS", "day: ska vara ett datum utan"),
        ("day = 2026-12-23\nOURS", "reason: saknas."),
        ("day = 2026-12-23\nreason = 'a'", "basis: saknas."),
        ("day = 2026-12-24\nreason = 'a'\nOURS", "day: är redan ledig: julafton."),
        ("day = 1926-12-23\nreason = 'a'\nOURS", "day: ska ligga mellan åren 2000 och 2100."),
    ],
)
def test_a_faulty_closed_day_is_told_with_its_number(faults: Faults, lines: str, fault: str):
    sound = "[[closed_days]]\nday = 2026-12-22\nreason = 'a'\nOURS"
    (told,) = faults(f"{sound}\n[[closed_days]]\n{lines}")
    assert told.startswith(f"closed_days[2].{fault}")


def test_a_day_can_only_be_closed_once(faults: Faults):
    day = "[[closed_days]]\nday = 2026-12-22\nreason = 'a'\nOURS\n"
    assert faults(day * 2) == ["closed_days[2].day: står två gånger."]


RUNG = 'key = "due"\nat = "due"\nto = ["mas"]'


@pytest.mark.parametrize(
    ("rung", "fault"),
    [
        (RUNG.replace("mas", "boss"), "to: ska vara en lista med någon av: responsible,"),
        (RUNG.replace('"mas"', ""), "to: ska vara en lista med någon av"),
        (RUNG.replace('["mas"]', '"mas"'), "to: ska vara en lista med någon av"),
        (RUNG.replace('"mas"', "[1]"), "to: ska vara en lista med någon av"),
        (RUNG.replace('at = "due"', 'at = "soon"'), "at: soon finns inte. Välj någon av:"),
        (RUNG.replace('at = "due"', ""), "at: saknas."),
        (RUNG.replace('key = "due"', ""), "key: saknas."),
        (RUNG.replace('key = "due"', 'key = "När"'), "key: ska vara små bokstäver"),
        (RUNG + "\namount = 5", "amount: hör inte till due."),
        (RUNG.replace('at = "due"', 'at = "hours_after"'), "amount: saknas."),
        (RUNG.replace('"due"\nto', '"hours_after"\namount = 0\nto'), "amount: ska vara från 1"),
        (RUNG + "\nwho = 3", "who: finns inte. Det här går att ange: key, at, amount, to."),
    ],
)  # fmt: skip
def test_a_faulty_rung_is_told_with_its_place(faults: Faults, rung: str, fault: str):
    ladder = "[lending.steps.sign.ladder]\nsending = 'digest'\nOURS\n"
    (told,) = faults(f"{ladder}[[lending.steps.sign.ladder.rungs]]\n{rung}")
    assert told.startswith(f"lending.steps.sign.ladder.rungs[1].{fault}")


def rungs(*written: str) -> str:
    rows = "\n".join(f"[[lending.ladders.plain.rungs]]\nto = ['mas']\n{row}" for row in written)
    return f"[lending.ladders.plain]\nsending = 'digest'\nOURS\n{rows}"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (rungs() + "rungs = []", "rungs: ingen får veta att tiden har gått ut."),
        (
            rungs("key='a'\nat='share_left'\namount=25"),
            "rungs: ingen får veta att tiden har gått ut.",
        ),
        (
            rungs("key='a'\nat='hours_after'\namount=1", "key='b'\nat='due'"),
            "rungs: ska stå i den ordning de skickas, den tidigaste först.",
        ),
        (
            rungs("key='a'\nat='due'", "key='a'\nat='hours_after'\namount=1"),
            "rungs: två har samma key.",
        ),
        (
            rungs("key='a'\nat='due'").replace("'mas'", "'mas', 'party'"),
            "rungs: party finns bara för steg som någon utifrån kan svara på.",
        ),
        (rungs("key='a'\nat='due'").replace("digest", "dagligen"), "sending: dagligen finns inte."),
        (rungs("key='a'\nat='due'").replace("OURS", ""), "basis: saknas."),
    ],
)
def test_a_ladder_that_would_fail_somebody_is_refused(faults: Faults, text: str, fault: str):
    (told,) = faults(text)
    assert told.startswith(f"lending.ladders.plain.{fault}")


def test_every_fault_of_the_file_is_told_at_once(faults: Faults):
    told = faults(
        """
        colour = "blue"
        [window]
        opens = "25:00"
        [lending.steps.weigh]
        hours = 48
        [lending.steps.measure.ladder]
        sending = "weekly"
        rungs = [{ key = "due", at = "due", to = ["boss"] }]
        [lending.thresholds.heavy]
        value = "90"
        """
    )
    assert [fault.split(": ")[0] for fault in told] == [
        "colour",
        "lending.steps.weigh.basis",
        "lending.steps.weigh.hours",
        "lending.steps.measure.ladder.sending",
        "lending.steps.measure.ladder.basis",
        "lending.steps.measure.ladder.rungs[1].to",
        "lending.thresholds.heavy.value",
        "lending.thresholds.heavy.basis",
        "window.opens",
        "window.basis",
    ]


def test_a_file_that_is_not_toml_says_where(faults: Faults):
    (told,) = faults("[lending\nhours = 1")
    assert "filen är inte riktig TOML" in told
    assert "line 1" in told


def test_a_file_that_is_not_text_or_not_there_is_a_fault(tmp_path: Path):
    (tmp_path / "picture.toml").write_bytes(b"\xff\xd8\xff")
    for name in ("picture.toml", "nowhere.toml"):
        with pytest.raises(FaultyRules, match=name):
            read(tmp_path / name, (LENDING,))
