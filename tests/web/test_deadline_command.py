"""The command `deadline`: one JSON object, or a sentence in Swedish and exit 2."""

import json

import pytest
from click.testing import CliRunner, Result

from web.commands.deadline import deadline

START = "2026-12-23T10:00:00+01:00"


def run(*words: str) -> Result:
    return CliRunner().invoke(deadline, words)


def test_the_keys_that_apply_are_printed_as_json():
    result = run("hours_or_next_weekday", "--start", START, "--hours", "24")
    printed = json.loads(result.stdout)
    assert set(printed.pop("why")) == {"sv", "en"}
    assert printed == {
        "rule": "hours_or_next_weekday",
        "start": START,
        "target": "2026-12-24T10:00:00+01:00",
        "due": "2026-12-28T23:59:59+01:00",
    }
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_rule_without_an_amount_needs_only_its_start():
    printed = json.loads(run("payment_liability", "--start", START).stdout)
    assert printed["liable_from"] == "2026-12-26"
    assert "due" not in printed


def test_closed_days_can_be_given():
    words = ["--closed", "2026-12-28", "--closed", "2026-12-29"]
    printed = json.loads(run("working_days", "--start", START, "--days", "1", *words).stdout)
    assert printed["due"] == "2026-12-30T23:59:59+01:00"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "Regeln finns inte"),
        (["gissa", "--start", START], "Regeln finns inte"),
        (["elapsed", "--hours", "2"], "Ange starttiden så här"),
        (["elapsed", "--start", "i går", "--hours", "2"], "Ange starttiden så här"),
        (["elapsed", "--start", "2026-12-23T10:00", "--hours", "2"], "behöver en tidszon"),
        (["elapsed", "--start", START], "behöver ett antal"),
        (["elapsed", "--start", START, "--hours", "2", "--days", "1"], "tar inte --days"),
        (["sip_call", "--start", START, "--days", "3"], "tar inte --days"),
        (["elapsed", "--start", START, "--hours", "-2"], "mindre än noll"),
        (["elapsed", "--start", START, "--hours", "två"], "som ett heltal"),
        (["elapsed", "--start", START, "--hours", "9" * 5000], "som ett heltal"),
        (["elapsed", "--start", START, "--hours", "9" * 30], "orimligt stort"),
        (["months", "--start", START, "--months", "1200"], "mellan åren 2000 och 2100"),
        (["elapsed", "--start", "1900-01-01T00:00Z", "--hours", "2"], "mellan åren 2000 och 2100"),
        (["sip_call", "--start", START, "--closed", "jul"], "Ange en stängd dag så här"),
    ],
)
def test_bad_input_is_told_in_swedish_with_exit_2(words: list[str], says: str):
    result = run(*words)
    assert result.exit_code == 2
    assert result.stderr.startswith("Fel: ")
    assert says in result.stderr
    assert result.stdout == ""
