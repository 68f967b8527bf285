"""What a machine is told of how the process, the database and the time control stand."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from cases.database import Database
from notifications.sweep import sweep
from web.app import create_app
from web.settings import read_settings


@pytest.fixture
def swept(app, clock):
    wiring = app.extensions["vardtrad"]
    sweep(wiring.database, wiring.routines, clock.now)


def failing(client) -> tuple[int, dict[str, str]]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json


def test_the_process_answers_though_the_database_does_not(tmp_path):
    url = f"sqlite:///{tmp_path}/no/such/folder.db"
    client = create_app(read_settings({}, database_url=url)).test_client()
    alive = client.get("/healthz")
    assert (alive.status_code, alive.json) == (200, {"status": "ok"})
    assert failing(client) == (503, {"status": "not ready", "failed": "database"})


@pytest.mark.usefixtures("swept")
def test_it_is_ready_when_the_times_have_just_been_checked(browser):
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ready"})
    assert "Set-Cookie" not in answer.headers


def test_it_is_not_ready_before_the_first_sweep(browser):
    assert failing(browser) == (503, {"status": "not ready", "failed": "sweep"})


@pytest.mark.usefixtures("swept")
def test_it_is_not_ready_when_the_last_sweep_is_older_than_five_intervals(browser, clock):
    clock.forward(seconds=100)
    assert failing(browser)[0] == 200
    clock.now += timedelta(seconds=1)
    assert failing(browser) == (503, {"status": "not ready", "failed": "sweep"})


@pytest.mark.usefixtures("swept")
def test_it_is_not_ready_on_a_database_that_lacks_a_migration(browser, app):
    database: Database = app.extensions["vardtrad"].database
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert failing(browser) == (503, {"status": "not ready", "failed": "migrations"})


@pytest.mark.usefixtures("swept")
def test_a_writer_does_not_keep_the_answer_waiting(browser, app):
    with app.extensions["vardtrad"].database.transaction():
        assert failing(browser)[0] == 200
