"""The village with somebody in every role and a case at every step, behind the doors of the web."""

import copy
import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import func, make_url, select

from cases.access_log import AccessLogEntry
from cases.accounts import LoginSession
from cases.database import Base
from cases.figures import FrozenYear
from cases.figuring import figure
from cases.models import OPEN
from cases.people import Membership, Person, Unit, sort_key
from cases.throttling import LoginAttempt
from cases.webhooks import Webhook
from cases.yearly_plan import BoardTarget
from notifications.sweep import sweep
from tests.cases.village import Village, measure, new_key
from tests.web.coordinated import called_sip, late_stay
from web.app import create_app
from web.settings import read_settings
from workflow.moments import day_of
from workflow.roles import Role

STAFF: tuple[tuple[str, str, Role, str | None], ...] = (
    ("frida", "Frida Falk", Role.PHYSIOTHERAPIST, "tallen"),
    ("hedda", "Hedda Hav", Role.HEAD_OF_HEALTH_CARE, None),
    ("mona", "Mona Moss", Role.MAR, None),
    ("gun", "Gun Gren", Role.UNIT_MANAGER, "granen"),
    ("erik", "Erik Ek", Role.NURSE, "tallen"),
    ("ines", "Ines Is", Role.NURSE, "tallen"),
    ("jon", "Jon Jord", Role.NURSE, "granen"),
    ("jan", "Jan Järn", Role.NURSE, "granen"),
    ("sara", "Sara Sund", Role.SIP_COORDINATOR, "tallen"),
    ("bodil", "Bodil Ström", Role.CASE_OFFICER, "tallen"),
)
"""Beside the village's. Erik's role ended yesterday and the account of Ines is closed; Jon is on
duty at Tallen too, and Jan was until this very moment."""

BROWSER = "Webbläsare/1.0"

SECRET = "ett hemligt ord som är minst 32 tecken långt"

DOES = {
    "nurse": "nina", "occupational_therapist": "arne", "physiotherapist": "frida",
    "unit_manager": "ulla", "mas": "mats",
}  # fmt: skip

UNCOUNTED = {
    AccessLogEntry.__tablename__, LoginAttempt.__tablename__, LoginSession.__tablename__,
}  # fmt: skip
"""Tables that a page may write in though it has changed nothing."""


class _Compiled(BytecodeCache):
    def __init__(self) -> None:
        self.templates: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.templates:
            bucket.bytecode_from_string(self.templates[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.templates[bucket.key] = bucket.bytecode_to_string()


COMPILED = _Compiled()
"""Shared, since each parish has an application of its own with the same templates."""


class Parish(Village):
    """`cases` by where they stand; `steps` by key: the case, the step's id and who may do it.

    These are deviations; `coordinated` is a SIP and a stay in hospital of the second patient.
    """

    def __init__(self, url: str) -> None:
        self.cases: dict[str, str] = {}
        self.steps: dict[str, tuple[str, int, str]] = {}
        self.coordinated: dict[str, str] = {}
        self.serve(url)
        super().__init__(self.database, self.routines)
        with self.database.transaction() as session:
            self.units = {unit.key: unit.id for unit in session.scalars(select(Unit))}
            for username, name, role, unit in STAFF:
                person = Person(
                    username=username, name=name, sort_name=sort_key(name),
                    email=f"{username}@a.example",
                )  # fmt: skip
                at = self.units[unit] if unit else None
                person.memberships = [Membership(role=role, unit_id=at, from_day=date(2020, 1, 1))]
                session.add(person)
                session.flush()
                self.people[username] = person.id

    def serve(self, url: str, **settings: Any) -> None:
        """Opens the doors over a database."""
        given = {"database_url": url, "secret_key": SECRET} | settings
        self.url, self.app = url, create_app(read_settings({}, **given), lambda: self.now)
        self.app.jinja_env.bytecode_cache = COMPILED
        wiring = self.app.extensions["vardtrad"]
        self.database, self.routines = wiring.database, wiring.routines

    def moved(self, folder: Path, **settings: Any) -> "Parish":
        """A parish of its own in which everything is as here; only on SQLite."""
        self.database.engine.dispose()
        place = make_url(self.url).database
        assert place is not None
        other = copy.copy(self)
        other.serve(f"sqlite:///{shutil.copy(place, folder / 'parish.sqlite3')}", **settings)
        return other

    def client(self, who: str = "") -> FlaskClient:
        """The browser of nobody, or of somebody as it is after the login."""
        client = self.app.test_client()
        client.environ_base["HTTP_USER_AGENT"] = BROWSER
        if who:
            token = new_key()
            with self.database.transaction() as session:
                session.add(
                    LoginSession(
                        token_hash=hashlib.sha256(token.encode()).hexdigest(),
                        person_id=self.people[who], created_at=self.now, last_seen_at=self.now,
                        must_change=False,
                    )
                )  # fmt: skip
            with client.session_transaction() as cookie:
                cookie.update(_user_id=token, _id=BROWSER, _fresh=True)
        return client

    def token(self, client: FlaskClient) -> dict[str, str]:
        """What every form of that browser holds."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/tillganglighet").text)
        assert found
        return {"csrf_token": found[1]}

    def fill(self) -> None:
        """A morning of reports, each brought as far as its name says, and then it is afternoon."""
        self._leave()
        self._report("reported")
        self.do("nina", self._report("home_visit"), "assess", home_visit=True)
        self._upset(self._report("preparation"))
        self.do_all(self._report("conference"), "conference")
        refused = self._upset(self._report("refused"), multiparty_dialogue=False)
        self.do("nina", refused, "consent", consent="refused")
        self.do_all(refused, "conference")
        self.note("nina", self._decided(self._report("measures")), "Dottern ringde och var orolig.")
        causes = self._decided(self._report("causes"))
        for who, item in (("ulla", ""), ("nina", "nurse"), ("arne", "occupational_therapist")):
            step = "investigate" if item else "unit_investigation"
            self.do(who, causes, step, item, cause_areas=["technology_equipment"])
        self.do_all(self._decided(self._report("follow_up")), "follow_up")
        self.do_all(self._upset(self._report("completion"), harm=True), "completion")
        sending = self._upset(self._report("sending"), multiparty_dialogue=False)
        self.do_all(sending, "completion")
        self.do("nina", sending, "hsl_done")
        self.do("ulla", sending, "feedback")
        self.do_all(self._report("review"), "mas_review")
        self.do_all(self._report("closed"), "closed")
        self._report(
            "elsewhere", "otto", patient=str(self.patients[2]), unit="granen",
            what_happened="Gick ut i trädgården utan jacka.",
        )  # fmt: skip
        self.coordinated = {"sip": called_sip(self, "sara"), "stay": late_stay(self, "sara")}
        with self.database.transaction() as session:
            session.add(
                Webhook(
                    name="Systemet", url="https://system.example", events=[], salt="",
                    created_at=self.now,
                )
            )  # fmt: skip
        self.wait(hours=6)
        sweep(self.database, self.routines, self.now)
        figure(self.database, self.routines)
        self._find_steps()

    def _leave(self) -> None:
        with self.database.transaction() as session:
            erik = session.get_one(Person, self.people["erik"])
            erik.memberships[0].to_day = day_of(self.now) - timedelta(days=1)
            session.get_one(Person, self.people["ines"]).active = False
            session.add(
                BoardTarget(
                    year=day_of(self.now).year, definition="deviation", measure="fewer", amount=10,
                    set_by=self.people["mats"], set_at=self.now,
                )
            )  # fmt: skip
            handed_over = day_of(self.now).year - 2
            session.add(
                FrozenYear(year=handed_over, taken_at=self.now, taken_by=self.people["mats"])
            )
        self.on_duty("jon", Role.NURSE, self.units["tallen"], hours=24)
        self.on_duty("jan", Role.NURSE, self.units["tallen"], hours=6)
        self.weekly("nina", Role.NURSE, self.units["tallen"])

    def _report(self, name: str, who: str = "siv", **given: Any) -> str:
        self.cases[name] = self.report(who, **given)
        return self.cases[name]

    def _upset(self, reference: str, *, multiparty_dialogue: bool = True, **given: Any) -> str:
        self.do("nina", reference, "assess", **given)
        self.do("ulla", reference, "event_report", multiparty_dialogue=multiparty_dialogue)
        return reference

    def _decided(self, reference: str) -> str:
        professions = ["nurse", "occupational_therapist"]
        self.do("nina", reference, "assess", involved_professions=professions)
        self.do_all(reference, "conference")
        due = (day_of(self.now) + timedelta(days=7)).isoformat()
        measures = [measure("Nattlampa i hallen", "unit", due), measure("Provar stol", "hsl", due)]
        self.do("nina", reference, "discuss", measures=measures)
        return reference

    def _find_steps(self) -> None:
        for name, reference in self.cases.items():
            for step in self.case(reference).steps:
                if step.condition == OPEN and name != "elsewhere":
                    self.steps[step.key] = (reference, step.id, DOES[step.roles[0]])

    def counted(self) -> dict[str, int]:
        """How many rows each table holds, and the sum of all revisions."""
        with self.database.reading() as session:
            return {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
                if name not in UNCOUNTED
            }

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Nothing is stored but the access log's rows, which hold no word of anybody's."""
        before, reads = self.counted(), len(self.reads_since(0))
        yield
        assert self.counted() == before
        said = {word for row in self.reads_since(0)[reads:] for word in (row.action, row.role)}
        assert [word for word in said if not re.fullmatch("[a-z_]*", word)] == []

    def reads_since(self, id_: int) -> list[AccessLogEntry]:
        """The rows of the access log after that one, oldest first."""
        with self.database.reading() as session:
            rows = session.scalars(select(AccessLogEntry).where(AccessLogEntry.id > id_))
            found = sorted(rows, key=lambda row: row.id)
            session.expunge_all()
        return found

    def tokens(self, reference: str = "") -> dict[str, str]:
        """What a newly drawn form about the case holds beside its fields and its CSRF token."""
        revision = self.case(reference).revision if reference else 0
        return {"revision": str(revision), "submission_key": new_key()}


def flat(data: Mapping[str, Any], stem: str = "") -> dict[str, list[str]]:
    """Answers as a browser would send them."""
    sent: dict[str, list[str]] = {}
    for name, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            for number, row in enumerate(value):
                sent |= flat(row, f"{stem}{name}-{number}-")
        elif isinstance(value, list):
            sent[stem + name] = list(value)
        elif value is not None:
            words = {True: "yes", False: "no"}
            sent[stem + name] = [words[value] if isinstance(value, bool) else str(value)]
    return sent
