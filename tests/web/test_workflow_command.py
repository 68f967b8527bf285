"""The command `workflow show`: a routine with the rules in force."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from web.commands.workflow import workflow

GOLDEN = Path(__file__).parents[1] / "golden" / "deviation-1.txt"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text("[deviation.steps.review]\ndays = 5\nbasis = 'Nämnden § 7'", encoding="utf-8")
    return path


def run(*words: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(workflow, words)


def test_the_routine_is_shown_in_plain_swedish():
    result = run("show", "deviation")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == GOLDEN.read_text(encoding="utf-8")


def test_the_rules_in_force_are_shown(rules: Path):
    by_option = run("show", "deviation", "--rules", str(rules))
    by_environment = run("show", "deviation", VARDTRAD_RULES=str(rules))
    assert "Nämnden § 7 (kommunens egen regel)" in by_option.stdout
    assert by_option.stdout == by_environment.stdout


def test_the_diagram_is_shown_as_mermaid_text():
    result = run("show", "deviation", "--mermaid")
    assert result.stdout.startswith("stateDiagram-v2\n")
    assert (
        "    follow_up --> conference: om någon åtgärd inte har räckt, nytt varv\n" in result.stdout
    )


def test_every_fault_of_the_rules_file_is_told_on_stderr_with_exit_2(rules: Path):
    rules.write_text("[deviation.steps.review]\ndays = 0\n[window]", encoding="utf-8")
    result = run("show", "deviation", "--rules", str(rules))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "deviation.steps.review.days: ska vara från 1 till 366, inte 0." in result.stderr
    assert "deviation.steps.review.basis: saknas." in result.stderr
    assert "window.basis: saknas." in result.stderr


def test_an_unknown_routine_is_told_with_those_there_are():
    result = run("show", "avvikelse")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Rutinen finns inte" in result.stderr
    assert "deviation" in result.stderr
