"""Settings from the environment, each documented in the README's table (a test compares)."""

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from cases.webhook_address import OwnNetwork
from notifications.channels import channel_for
from notifications.compose import BadAddress, Sender
from notifications.webhooks import Caller
from workflow.outside import Office

PREFIX = "VARDTRAD_"

LONGEST = 100
"""Characters of what stands in the head of every mail."""


class FaultySettings(ValueError):
    """Holds every fault, so that a start lists all of them."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _setting(default: Any, about: str) -> Any:
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True)
class Settings:
    """One field for each VARDTRAD_ variable; `about` is its line in the README's table."""

    database_url: str = _setting(
        "sqlite:///var/vardtrad.db",
        "`sqlite:///file` or `postgresql+psycopg://user:password@host/name`",
    )
    smtp_url: str = _setting(
        "", "`smtp://user:password@host:port`, `smtps://…` or `…?starttls=1`; empty = a folder"
    )
    mail_folder: str = _setting(
        "var/mail", "where mails are written as files while no SMTP server is set"
    )
    mail_from: str = _setting("vardtrad@exempelby.example", "the sender of every mail")
    organisation: str = _setting(
        "", "who calls, as people outside know us, for example `Exempelby kommun`"
    )
    phone: str = _setting("", "the number that people outside call about calls and links")
    base_url: str = _setting(
        "http://127.0.0.1:8000", "what links in mails begin with; `https://` makes cookies secure"
    )
    secret_key: str = _setting(
        "", "at least 32 characters; without it a restart logs everybody out"
    )
    rules: str = _setting("", "the municipality's rules file (TOML)")
    idle_minutes: int = _setting(30, "minutes without activity until a person is logged out")
    session_hours: int = _setting(12, "hours until a person is logged out in any case")
    sweep_seconds: int = _setting(20, "seconds between sweeps for overdue steps")
    metrics_token: str = _setting(
        "", "what Prometheus shows to read `/metrics`; without it only this machine may"
    )
    webhook_hosts: str = _setting(
        "", "hosts in the own network that webhooks may call, such as `integration.kommunen.se`"
    )
    host: str = _setting("127.0.0.1", "the address the web listens on")
    port: int = _setting(8000, "the port the web listens on; `PORT` is understood too")
    proxies: int = _setting(0, "how many trusted proxies stand before the web")
    demo: bool = _setting(False, "`1` = the demo municipality, with its mails on a page")

    @property
    def secure(self) -> bool:
        """True when people reach the pages over https, so that cookies must too."""
        return self.base_url.startswith("https://")

    @property
    def sweep_interval(self) -> timedelta:
        """The longest time between two sweeps when all is well."""
        return timedelta(seconds=self.sweep_seconds)

    @property
    def office(self) -> Office:
        """Who letters, papers and the pages of links say that we are."""
        return Office(self.organisation, self.phone)

    @property
    def sender(self) -> Sender:
        """Of every mail and calendar file; raises BadAddress."""
        return Sender(self.mail_from, self.base_url, self.secret_key, self.office)

    @property
    def caller(self) -> Caller:
        """Who calls other programs, and which of our own network's hosts may be called."""
        return Caller(self.base_url, self.secret_key, OwnNetwork.of(self.webhook_hosts.split(",")))


def variable(name: str) -> str:
    """The environment variable of a field."""
    return PREFIX + name.upper()


def read_settings(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Reads the environment over the defaults in `given`; raises FaultySettings with all faults."""
    environment = os.environ if environment is None else environment
    values, faults = dict(given), list[str]()
    known = {variable(f.name) for f in fields(Settings)}
    faults += [
        f"{name}: inställningen finns inte."
        for name in environment
        if name.startswith(PREFIX) and name not in known
    ]
    if environment.get("PORT") and variable("port") not in environment:
        environment = {**environment, variable("port"): environment["PORT"]}
    for f in fields(Settings):
        if (text := environment.get(variable(f.name))) is None:
            continue
        try:
            values[f.name] = _read(text, f.default)
        except ValueError:
            faults.append(f"{variable(f.name)}: skriv ett heltal, inte {text!r}.")
    settings = Settings(**values)
    if not settings.secret_key:
        settings = Settings(**{**values, "secret_key": secrets.token_hex(32)})
    elif len(settings.secret_key) < 32:
        faults.append(f"{variable('secret_key')}: minst 32 tecken.")
    if not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        faults.append(f"{variable('database_url')}: sqlite:/// eller postgresql+psycopg://.")
    if settings.rules and not Path(settings.rules).is_file():
        faults.append(f"{variable('rules')}: filen finns inte.")
    faults += [
        f"{variable(name)}: skriv högst {LONGEST} tecken på en rad."
        for name in ("organisation", "phone")
        if not (text := getattr(settings, name)).isprintable() or len(text) > LONGEST
    ]
    faults += _faults_of_mail(settings)
    if faults:
        raise FaultySettings(faults)
    return settings


def _faults_of_mail(settings: Settings) -> Iterator[str]:
    try:
        channel_for(settings.smtp_url, settings.mail_folder)
    except ValueError:
        yield f"{variable('smtp_url')}: skriv smtp://värd:port eller smtps://värd:port."
    try:
        _ = settings.sender
    except BadAddress:
        yield f"{variable('mail_from')}: det är ingen e-postadress."


def _read(text: str, default: Any) -> Any:
    if isinstance(default, bool):
        return text.lower() in ("1", "true", "ja", "yes")
    return int(text) if isinstance(default, int) else text
