"""New databases to measure on, each made for one measure and gone after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text

from tests.servers.postgresql import running

DURABLE = ("listen_addresses=", "shared_buffers=512MB", "max_wal_size=4GB")
"""As installed otherwise: every commit is on the disk before it is answered."""


class Places:
    """On SQLite in a folder, or on one PostgreSQL server."""

    def __init__(self, kind: str, folder: Path, server: str = "") -> None:
        self.kind, self.folder, self._server = kind, folder, server

    @contextmanager
    def new(self) -> Iterator[str]:
        """The address of an empty database."""
        name = f"bench_{uuid4().hex[:8]}"
        if self.kind == "sqlite":
            yield f"sqlite:///{self.folder / name}.sqlite3"
            for file in self.folder.glob(f"{name}.sqlite3*"):
                file.unlink()
            return
        self._do(f"CREATE DATABASE {name}")
        address = make_url(self._server).set(database=name)
        yield address.render_as_string(hide_password=False)
        self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        engine = create_engine(self._server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def places(kind: str, folder: Path) -> Iterator[Places]:
    """With a server of its own where one is needed."""
    if kind == "sqlite":
        yield Places(kind, folder)
        return
    place = folder / "postgresql"
    place.mkdir()
    folder.chmod(0o755)  # the server does not run as root
    with running(place, DURABLE) as server:
        yield Places(kind, folder, server.url)
