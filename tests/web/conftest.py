"""The web application on an empty database, a clock that the test sets, and people who log in."""

import logging
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page
from werkzeug.test import TestResponse

from cases.database import Database
from cases.passwords import hashed_password
from cases.people import Membership, Person, Unit, sort_key
from tests.servers.live import answering
from tests.servers.smtp import Mailbox
from tests.web.living import Living
from tests.web.parish import Parish
from tests.web.strolling import HERE, STROLLERS, Seen, stroll
from web.app import create_app
from web.settings import read_settings
from workflow.roles import Role

PASSWORD = "gul häst åker tåg"


@dataclass
class Clock:
    """What the application takes for the present: a Saturday morning, 09:00 in Stockholm."""

    now: datetime = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Municipality:
    """People with the password PASSWORD, at units; changes are committed at once."""

    database: Database
    password_hash: str
    units: dict[str, int] = field(default_factory=dict)

    def unit(self, name: str) -> int:
        if name not in self.units:
            with self.database.transaction() as session:
                unit = Unit(key=name.lower(), name=name, kind="special_housing")
                session.add(unit)
                session.flush()
                self.units[name] = unit.id
        return self.units[name]

    def hire(self, username: str, *roles: Role, at: str | None = None, **more: Any) -> int:
        """At a unit, or (None) in the whole municipality."""
        unit_id = self.unit(at) if at else None
        name = more.pop("name", username.title())
        given = {"email": f"{username}@exempelby.example", "password_hash": self.password_hash}
        with self.database.transaction() as session:
            person = Person(username=username, name=name, sort_name=sort_key(name), **given | more)
            person.memberships = [
                Membership(role=role, unit_id=unit_id, from_day=date(2020, 1, 1)) for role in roles
            ]
            session.add(person)
            session.flush()
            return person.id


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Made once, since it is made to be slow."""
    return hashed_password(PASSWORD)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(sqlite_url: str, clock: Clock) -> Iterator[Flask]:
    """On SQLite; the tests of `cases` are those that run on both databases."""
    app = create_app(read_settings({}, database_url=sqlite_url), clock)
    yield app
    app.extensions["vardtrad"].database.engine.dispose()


@pytest.fixture
def town(app: Flask, password_hash: str) -> Municipality:
    return Municipality(app.extensions["vardtrad"].database, password_hash)


class Browser:
    """Keeps its cookies, and sends a form with the token of a page that it has opened."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        token = token_in(self.client.get("/tillganglighet").text)
        return self.client.post(path, data={"csrf_token": token, **(data or {})}, **more)

    def log_in(self, username: str, password: str = PASSWORD, **more: Any) -> TestResponse:
        return self.post("/logga-in", {"username": username, "password": password, **more})


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, "the page holds no form"
    return found[1]


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Somebody who is not logged in."""
    return Browser(app.test_client())


@pytest.fixture
def logged_in(app: Flask) -> Callable[[str], Browser]:
    """A browser of its own for each user name."""

    def log_in(username: str) -> Browser:
        browser = Browser(app.test_client())
        assert browser.log_in(username).status_code == 303
        return browser

    return log_in


@pytest.fixture
def given() -> dict[str, int]:
    """Settings: a login lasts for weeks, so that a test may let them go by."""
    return {"idle_minutes": 30_000, "session_hours": 2_000}


@pytest.fixture
def on_air(sqlite_url: str, smtp: Mailbox, clock: Clock, given: dict[str, int]) -> Iterator[Flask]:
    """The application, answering on a port; its mails go to `smtp`."""

    def make(address: str) -> Flask:
        places = {"database_url": sqlite_url, "smtp_url": smtp.url, "base_url": address}
        return create_app(read_settings({}, **places, **given), clock)

    with answering(make) as app:
        yield app
    app.extensions["vardtrad"].database.engine.dispose()


@pytest.fixture
def living(
    on_air: Flask,
    clock: Clock,
    smtp: Mailbox,
    password_hash: str,
    # After the server, so that the browsers are closed before it.
    open_page: Callable[..., Page],
) -> Living:
    """A village to be walked through in browsers, on a Tuesday morning until told otherwise."""
    return Living(on_air, clock, smtp, (PASSWORD, password_hash), open_page)


@pytest.fixture(scope="session")
def filled_parish(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Parish:
    """Made once, to be copied: nothing may be changed in it."""
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("parish") / "parish.sqlite3")
    parish = Parish(f"sqlite:///{file}")
    parish.fill()
    return parish


@pytest.fixture
def parish(filled_parish: Parish, tmp_path: Path) -> Iterator[Parish]:
    """One to change, on SQLite."""
    parish = filled_parish.moved(tmp_path)
    yield parish
    parish.database.engine.dispose()


@pytest.fixture(scope="session")
def strolled(filled_parish: Parish, tmp_path_factory: pytest.TempPathFactory) -> list[Seen]:
    """Every page that people of different roles find by following links, over https."""
    folder = tmp_path_factory.mktemp("strolled")
    parish = filled_parish.moved(folder, base_url=HERE, demo=True)
    seen = [each for who in STROLLERS for each in stroll(parish, who)]
    parish.database.engine.dispose()
    return seen


@pytest.fixture
def hamlet(database_url: str) -> Iterator[Parish]:
    """Without cases, on both databases."""
    parish = Parish(database_url)
    yield parish
    parish.database.engine.dispose()


@pytest.fixture
def nothing_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What was typed is not in the log, since nothing is."""
    with caplog.at_level(logging.DEBUG, "web"):
        yield
    assert [record.getMessage() for record in caplog.get_records("call")] == []
