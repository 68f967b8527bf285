"""vardtrad demo: Exempelby on a SQLite file, ready to log in to."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import click

from migrations.upgrade import upgrade
from web.app import create_app
from web.commands.running import address, listening
from web.commands.wiring import settings, stop, wired
from web.demo import PASSWORD, NotEmpty, is_loaded, load
from web.demo.earlier_years import read_in_earlier_years
from web.demo.logins import demo_logins
from web.demo.yearly_plan import keep_yearly_plan
from web.door import Vardtrad
from web.serving import run_both

DEFAULTS = {
    "database_url": "sqlite:///var/demo.db",
    "demo": True,
    "organisation": "Exempelby kommun",
    "phone": "08-465 004 00",  # one of the numbers that PTS keeps for fiction
}


@click.command()
@click.option("--reset", is_flag=True, help="Throw the demo data away and begin anew.")
@click.option("--load-only", is_flag=True, help="Stop when the data are loaded.")
def demo(reset: bool, load_only: bool) -> None:
    """Run Exempelby (fictive) with web and scheduler in one process."""
    chosen = settings(**DEFAULTS)
    if "VARDTRAD_BASE_URL" not in os.environ:
        chosen = replace(chosen, base_url=f"http://{chosen.host}:{chosen.port}")
    chosen = replace(chosen, demo=True, secret_key=_kept_secret(chosen.secret_key))
    if reset:
        _remove(chosen.database_url, Path(chosen.mail_folder))
    _prepare(chosen.database_url)
    wiring = wired(chosen)
    with wiring.database.reading() as session:
        loaded = is_loaded(session)
    if not loaded:
        click.echo("Fyller Exempelby med personer, patienter och ärenden …")
        try:
            load(wiring, _progress)
        except NotEmpty:
            stop(["Börja om med: make demo-reset"], "Databasen är halvfylld eller någon annans.")
    read_in_earlier_years(wiring, _progress)
    keep_yearly_plan(wiring)
    if load_only:
        return
    app = create_app(chosen)
    listening(wiring, lambda: run_both(wiring, app, lambda: _welcome(wiring)))


def _prepare(url: str) -> None:
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    upgrade(url)


def _remove(url: str, mail: Path) -> None:
    if not url.startswith("sqlite:///"):
        stop(["Töm databasen själv och kör om."], "Bara demons egen SQLite-fil nollställs.")
    file = Path(url.removeprefix("sqlite:///"))
    for part in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        part.unlink(missing_ok=True)
    for letter in mail.glob("*.eml"):
        letter.unlink()


def _kept_secret(made: str) -> str:
    # The same key next time, so that a second start does not log everybody out.
    file = Path("var/demo-secret")
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(made)
        file.chmod(0o600)
    return file.read_text()


def _progress(what: str, done: int, of: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r  {what}: {done} av {of}    ", err=True, nl=done == of)
    elif done == of or done % 50 == 0:
        click.echo(f"  {what}: {done} av {of}", err=True)


def _welcome(wiring: Vardtrad) -> None:
    click.echo("")
    click.echo(f"Vårdtråd svarar på {address(wiring)}. Avsluta med Ctrl-C.")
    click.echo(f"Lösenord för alla: {PASSWORD}")
    with wiring.database.reading() as session:
        for login in demo_logins(session):
            click.echo(f"  {login.username:22} {login.roles:34} {login.units}")
