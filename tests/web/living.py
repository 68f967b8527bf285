"""The village on the air: pages at an address, mails at a server, people at browsers."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from typing import Any, Protocol

from flask import Flask
from playwright.sync_api import Page, ViewportSize
from sqlalchemy import select, update

from cases.people import Membership, Person, Unit, sort_key
from tests.cases.village import Village
from tests.servers.chromium import DESK
from tests.servers.smtp import Mailbox
from tests.web.hands import press, write
from web.door import Vardtrad
from web.scheduler import channel_of, sweep_once
from workflow.holidays import STOCKHOLM
from workflow.roles import Role

MORE_STAFF = (
    ("nils", "Nils Nyberg", Role.NURSE, "tallen"),
    ("hans", "Hans Holm", Role.HEAD_OF_HEALTH_CARE, None),
    ("karin", "Karin Kvist", Role.SIP_COORDINATOR, None),
    ("bertil", "Bertil Berg", Role.CASE_OFFICER, "tallen"),
)


NOBODY = "nobody"
"""Has a browser and does not log in."""


@dataclass(frozen=True)
class Letter:
    """A mail as the mail server took it; `everything` is all that could be read on its way."""

    to: str
    subject: str
    text: str
    everything: str

    @classmethod
    def of(cls, message: EmailMessage) -> "Letter":
        plain, html = message.get_body(("plain",)), message.get_body(("html",))
        assert plain is not None
        assert html is not None
        text, marked_up = plain.get_content(), html.get_content()
        headers = [f"{name}: {value}" for name, value in message.items()]
        others = [
            str(part.get_content())
            for part in message.walk()
            if part not in (plain, html) and not part.is_multipart()
        ]
        everything = "\n".join([*headers, text, marked_up, *others])
        return cls(message["To"], message["Subject"], text, everything)

    @property
    def links(self) -> list[str]:
        """Every address in the text, in order."""
        return re.findall(r"https?://\S+", self.text)


class Clock(Protocol):
    """What the application takes for the present."""

    now: datetime


class Living(Village):
    """`now` is the time of the server and of every browser; all have the same password."""

    def __init__(
        self,
        app: Flask,
        clock: Clock,
        mail: Mailbox,
        password: tuple[str, str],
        open_page: Callable[..., Page],
    ) -> None:
        self._clock = clock
        self.app, self.mail = app, mail
        self.wiring: Vardtrad = app.extensions["vardtrad"]
        self.url = self.wiring.settings.base_url
        super().__init__(self.wiring.database, self.wiring.routines)
        self.password, password_hash = password
        self._open_page = open_page
        self._seats: dict[tuple[str, int], Page] = {}
        with self.database.transaction() as session:
            self.units = {unit.key: unit.id for unit in session.scalars(select(Unit))}
            for username, name, role, unit in MORE_STAFF:
                person = Person(
                    username=username, name=name, sort_name=sort_key(name),
                    email=f"{username}@a.example",
                )  # fmt: skip
                where = self.units[unit] if unit else None
                person.memberships = [
                    Membership(role=role, unit_id=where, from_day=date(2020, 1, 1))
                ]
                session.add(person)
                session.flush()
                self.people[username] = person.id
            session.execute(update(Person).values(password_hash=password_hash))

    @property
    def now(self) -> datetime:
        """The server's present."""
        return self._clock.now

    @now.setter
    def now(self, moment: datetime) -> None:
        self._clock.now = moment

    def at(self, moment: str) -> None:
        """Moves on to a moment written "2026-11-24 02:10", in Stockholm."""
        self.now = datetime.fromisoformat(moment).replace(tzinfo=STOCKHOLM)

    def swept(self) -> list[Letter]:
        """One pass of the scheduler at this moment; the mails that came of it, by recipient."""
        before = len(self.mail.messages)
        sweep_once(self.wiring, channel_of(self.wiring))
        letters = [Letter.of(message) for message in self.mail.messages[before:]]
        return sorted(letters, key=lambda letter: letter.to)

    def browser(self, size: ViewportSize = DESK, **options: Any) -> Page:
        """Of nobody yet, showing nothing; `options` as Browser.new_context takes them."""
        page = self._open_page(size, **options)
        page.set_default_timeout(10_000)
        page.clock.set_fixed_time(self.now)
        return page

    def seat(self, who: str, size: ViewportSize = DESK) -> Page:
        """The person's own browser of that size, logged in; the same one each time."""
        if (who, size["width"]) not in self._seats:
            self._seats[who, size["width"]] = page = self.browser(size)
            if who != NOBODY:
                self.enter(page, who)
        page = self._seats[who, size["width"]]
        page.clock.set_fixed_time(self.now)
        return page

    def enter(self, page: Page, who: str) -> None:
        """Logs in without drawing a page, where logging in is not what is looked at."""
        path = f"{self.url}/logga-in"
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.request.get(path).text())
        assert token
        sent = {"csrf_token": token[1], "username": who, "password": self.password}
        answer = page.request.post(path, form=sent, max_redirects=0)
        assert answer.status == 303, answer.status

    def open(self, page: Page, path: str) -> Page:
        """The page at that path, which must be there."""
        answer = page.goto(self.url + path)
        assert answer is not None
        assert answer.status == 200, (path, answer.status)
        return page

    def case_page(self, who: str, reference: str, size: ViewportSize = DESK) -> Page:
        """The page of a case, before the person who is to do something in it."""
        return self.open(self.seat(who, size), f"/arende/{reference}")

    def log_in(self, page: Page, who: str) -> None:
        """As a person does, on the page that asks for it."""
        write(page, "Användarnamn", who)
        page.get_by_label("Lösenord", exact=True).fill(self.password)
        press(page, "Logga in")
