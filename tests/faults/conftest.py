"""The numbers of the short form (in `make test`) and of the long one (`make soak`)."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from cases.database import Database
from tests.faults.mail_servers import TroubledMailbox
from tests.notifications.town import Town
from tests.servers.smtp import receiving
from workflow.routines import Routines, load

FOUND = "found"


@dataclass(frozen=True)
class Scale:
    """`kills` in each database, half of them while sweeping and half while sending.

    `digests` and `instant` are the cases added at a time whose rungs give mails to gather and mails
    of their own; `patient` leaves the product's own waiting times as they are.
    """

    kills: int = 4
    digests: int = 400
    instant: int = 15
    restarts: int = 2
    clients: int = 2
    patient: bool = False


LONG = Scale(kills=30, digests=1000, instant=30, restarts=10, clients=6, patient=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="the fault tests with large numbers")


@pytest.fixture(scope="session")
def scale(pytestconfig: pytest.Config) -> Scale:
    return LONG if pytestconfig.getoption("--soak", default=False) else Scale()


@pytest.fixture(scope="session")
def routines() -> Routines:
    return load(None)


@pytest.fixture
def town_at(routines: Routines) -> Iterator[Callable[[str], Town]]:
    """The municipality, without people, in the database of the address given."""
    with ExitStack() as stack:

        def at(url: str) -> Town:
            database = Database(url)
            stack.callback(database.engine.dispose)
            return Town(database, routines)

        yield at


@pytest.fixture
def town(database_url: str, town_at: Callable[[str], Town]) -> Town:
    """The test runs once on each kind of database."""
    return town_at(database_url)


@pytest.fixture
def unused_port() -> int:
    """A loopback port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@pytest.fixture
def mailbox() -> Iterator[TroubledMailbox]:
    """A running mail server, well until it is told otherwise."""
    with receiving(TroubledMailbox()) as mailbox:
        yield mailbox
        mailbox.hanging = False


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the processes of the test write."""
    return tmp_path / "workers.log"


@pytest.fixture
def found(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tells what was done and found, for the table at the end."""
    return lambda words: record_property(FOUND, words)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each test: how it went, and what was done and found."""
    terminalreporter.section("faults")
    for outcome in ("passed", "failed", "skipped"):
        for report in terminalreporter.getreports(outcome):
            words = [text for name, text in report.user_properties if name == FOUND]
            name = report.nodeid.rpartition("::")[2]
            if words:
                terminalreporter.write_line(f"{outcome:8}{name}: {'; '.join(map(str, words))}")
