"""vardtrad migrate, serve, web, worker, sweep."""

from collections.abc import Callable

import click

from migrations.upgrade import is_current, upgrade
from web.app import create_app
from web.commands.wiring import stop, wired
from web.door import Vardtrad
from web.scheduler import channel_of, sweep_once
from web.serving import run_both, run_web, run_worker


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
    """Run the scheduler alone."""
    wiring = _current()
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
    if not is_current(wiring.database.engine):
        stop(["Kör: vardtrad migrate"], "Databasen är inte uppdaterad.")
    return wiring


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
