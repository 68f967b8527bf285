"""The command line as an operator meets it: real processes on a real database."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

VARDTRAD = Path(sys.executable).with_name("vardtrad")
KEY = "en nyckel som bara finns i det här testet"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "VARDTRAD_DATABASE_URL": f"sqlite:///{folder}/v.db",
        "VARDTRAD_MAIL_FOLDER": f"{folder}/mail",
        "VARDTRAD_SECRET_KEY": KEY,
        **more,
    }


def vardtrad(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [VARDTRAD, *words], env=environment(folder, **more), cwd=folder, text=True,
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip


@contextmanager
def running(folder: Path, *words: str, **more: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [VARDTRAD, *words], env=environment(folder, PYTHONUNBUFFERED="1", **more), cwd=folder,
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.fixture
def migrated(tmp_path: Path) -> Path:
    assert vardtrad(tmp_path, "migrate").returncode == 0
    return tmp_path


@pytest.mark.parametrize("command", ["serve", "web"])
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_web_answers_where_it_says_and_ends_cleanly(
    migrated: Path, command: str, stop: signal.Signals
) -> None:
    port = free_port()
    with running(migrated, command, PORT=str(port)) as process:
        assert f"http://127.0.0.1:{port}" in said(process)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert answer.status == 200
        process.send_signal(stop)
        rest, _ = process.communicate(timeout=20)
        assert (process.returncode, rest) == (0, "")


def test_a_worker_ends_cleanly(migrated: Path) -> None:
    with running(migrated, "worker") as process:
        assert "sveper" in said(process)
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=20)
        assert (process.returncode, rest) == (0, "")


def test_nothing_runs_on_a_database_that_is_not_migrated(tmp_path: Path) -> None:
    for command in ("serve", "web", "worker", "sweep"):
        answer = vardtrad(tmp_path, command)
        assert answer.returncode == 2
        assert "vardtrad migrate" in answer.stderr


def test_a_port_that_is_taken_is_told_in_plain_words(migrated: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = vardtrad(migrated, "web", PORT=str(port))
    assert answer.returncode == 2
    assert str(port) in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_sweep_tells_what_it_did_and_migrating_again_changes_nothing(migrated: Path) -> None:
    answer = vardtrad(migrated, "sweep")
    assert answer.returncode == 0, answer.stderr
    assert "0 påminnelser" in answer.stdout
    assert vardtrad(migrated, "migrate").returncode == 0


def test_the_log_is_verified_from_the_command_line(migrated: Path) -> None:
    answer = vardtrad(migrated, "log", "verify")
    assert (answer.returncode, answer.stdout) == (0, "Loggen är hel.\n")


def test_the_first_administrator_is_made_on_the_command_line_and_only_once(migrated: Path) -> None:
    words = ("administrator", "create", "anna.lind", "--name", "Anna Lind")
    answer = vardtrad(migrated, *words, "--email", "anna.lind@kommunen.example")
    assert answer.returncode == 0, answer.stderr
    assert "Lösenord: " in answer.stdout
    again = vardtrad(migrated, *words, "--email", "anna.lind@kommunen.example")
    assert again.returncode == 2
    assert "finns redan" in again.stderr


def test_faulty_settings_and_rules_are_all_listed_and_nothing_starts(migrated: Path) -> None:
    answer = vardtrad(migrated, "serve", VARDTRAD_IDLE_MINUTES="x", VARDTRAD_SMPT_URL="y")
    assert answer.returncode == 2
    assert "VARDTRAD_IDLE_MINUTES" in answer.stderr
    assert "VARDTRAD_SMPT_URL" in answer.stderr
    rules = migrated / "regler.toml"
    rules.write_text("[deviation.steps.assess]\nhours = 4\n[hittepa]\n", encoding="utf-8")
    answer = vardtrad(migrated, "serve", VARDTRAD_RULES=str(rules))
    assert answer.returncode == 2
    assert "deviation.steps.assess" in answer.stderr
    assert "hittepa" in answer.stderr
    assert "Traceback" not in answer.stderr
