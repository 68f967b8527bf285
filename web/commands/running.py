"""vardtrad migrate, serve, web, worker, sweep."""

import time
from collections.abc import Callable

import click
from sqlalchemy.exc import OperationalError

from migrations.upgrade import is_current, upgrade
from web.app import create_app
from web.commands.wiring import stop, wired
from web.door import Vardtrad
from web.scheduler import channel_of, sweep_once
from web.serving import run_both, run_web, run_worker

LONGEST_WAIT = 30
"""Seconds between tries to reach a database that is away when a worker starts."""


@click.command()
def migrate() -> None:
    """Bring the database to the newest version, keeping what is in it."""
    upgrade(wired().settings.database_url)
    click.echo("Databasen är uppdaterad.")


@click.command()
def serve() -> None:
    """Run web and scheduler in one process."""
    wiring = _current()
    listening(wiring, lambda: run_both(wiring, create_app(wiring.settings), _tell(wiring)))


@click.command()
def web() -> None:
    """Run the web alone; a worker must run somewhere."""
    wiring = _current()
    settings = wiring.settings
    listening(
        wiring, lambda: run_web(create_app(settings), settings.host, settings.port, _tell(wiring))
    )


@click.command()
def worker() -> None:
    """Run the scheduler alone; any number may run, on any hosts."""
    wiring = wired()
    wait_for_database(wiring)
    run_worker(
        wiring, lambda: click.echo("Vårdtråd sveper efter förfallna steg. Avsluta med Ctrl-C.")
    )


@click.command()
def sweep() -> None:
    """Run one pass: fire what is due, send what is waiting."""
    wiring = _current()
    click.echo(sweep_once(wiring, channel_of(wiring)))


def _current() -> Vardtrad:
    wiring = wired()
    _check(wiring)
    return wiring


def _check(wiring: Vardtrad) -> None:
    if not is_current(wiring.database.engine):
        stop(["Kör: vardtrad migrate"], "Databasen är inte uppdaterad.")


def wait_for_database(wiring: Vardtrad) -> None:
    """Until it answers, with growing waits; stops the command when a migration is missing."""
    wait = 1
    while True:
        try:
            return _check(wiring)
        except OperationalError:
            click.echo(f"Databasen svarar inte. Nytt försök om {wait} s.", err=True)
            time.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)


def _tell(wiring: Vardtrad) -> Callable[[], None]:
    return lambda: click.echo(f"Vårdtråd svarar på {address(wiring)}. Avsluta med Ctrl-C.")


def address(wiring: Vardtrad) -> str:
    """Where a browser on this machine finds the pages."""
    return f"http://{wiring.settings.host}:{wiring.settings.port}"


def listening(wiring: Vardtrad, run: Callable[[], None]) -> None:
    """Runs a server; a port that is taken is told in plain words."""
    try:
        run()
    except OSError as error:
        stop([f"{address(wiring)}: {error.strerror}", "Välj en annan port med PORT=."],
             "Webben kunde inte starta.")  # fmt: skip
