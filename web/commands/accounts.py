"""vardtrad administrator create: the first account, from which the pages take over."""

import click
from sqlalchemy import select

from cases.accounts import one_time_password
from cases.people import Membership, Person, sort_key
from web.commands.wiring import stop, wired
from workflow.holidays import STOCKHOLM
from workflow.roles import Role


@click.group()
def administrator() -> None:
    """The person who administers people and units."""


@administrator.command()
@click.argument("username")
@click.option("--name", required=True)
@click.option("--email", required=True)
def create(username: str, name: str, email: str) -> None:
    """Make an administrator and print a password to be changed at the first login."""
    wiring, username = wired(), username.strip().lower()
    with wiring.database.transaction() as session:
        if session.scalar(select(Person).where(Person.username == username)) is not None:
            stop([username], "Användarnamnet finns redan.")
        person = Person(username=username, name=name, sort_name=sort_key(name), email=email)
        session.add(person)
        session.flush()
        password = one_time_password(session, person, wiring.now())
        today = wiring.now().astimezone(STOCKHOLM).date()
        session.add(Membership(person_id=person.id, role=Role.ADMINISTRATOR, from_day=today))
    click.echo(f"Användare {username} är skapad. Lösenord: {password}")
    click.echo("Det gäller en vecka och byts vid första inloggningen.")
