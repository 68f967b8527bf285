"""What every view works through: the database, the routines, the clock and who is asking."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

from flask import current_app, g, request
from flask_login import current_user
from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from cases.access import Access, Right, access_of
from cases.access_log import AccessLogEntry
from cases.database import Database
from cases.errors import NotAllowed
from cases.models import Case, CaseStep
from cases.people import Patient, Person
from web.settings import Settings
from workflow.routines import Routines, load
from workflow.words import _

user: Any = current_user  # flask-login's proxy is typed as if it had no attributes

SHOWING = frozenset({"GET", "HEAD"})
"""Requests whose roles are read once; a change reads them anew in the transaction that it is in."""

T = TypeVar("T")
View = TypeVar("View", bound=Callable[..., Any])


def clock() -> datetime:
    """The present moment, aware, in UTC; the only place that asks for it."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Vardtrad:
    """The wiring that pages, commands, scheduler and tests share."""

    settings: Settings
    database: Database
    routines: Routines
    now: Callable[[], datetime]

    @classmethod
    def wired(cls, settings: Settings, now: Callable[[], datetime] = clock) -> "Vardtrad":
        """Raises FaultyRules when the municipality's rules file has faults."""
        rules = Path(settings.rules) if settings.rules else None
        return cls(settings, Database(settings.database_url), load(rules), now)


# A row of the access log is never changed, so that the session need not keep it.
_ADD_READ = insert(AccessLogEntry)


@dataclass(frozen=True)
class Work:
    """One request's session, the person's access and the moment it all happens."""

    session: Session
    access: Access
    now: datetime
    routines: Routines

    def read(
        self,
        action: str,
        case: Case | None = None,
        patient: Patient | None = None,
        *,
        allowed: bool = True,
    ) -> None:
        """Writes the access log's row for a read of patient data, done or refused (PDL 4:3)."""
        role = self.access.role_for(case) if case else next(iter(sorted(self.access.roles)), None)
        self.session.connection().execute(
            _ADD_READ,
            {
                "at": self.now,
                "person_id": self.access.person_id,
                "role": role or "",
                "action": action,
                "allowed": allowed,
                "case_id": case.id if case else None,
                "patient_id": case.patient_id if case else patient.id if patient else None,
                "unit_id": case.unit_id if case else patient.unit_id if patient else None,
            },
        )


def vardtrad() -> Vardtrad:
    """The running application's wiring."""
    return cast(Vardtrad, current_app.extensions["vardtrad"])


@contextmanager
def working() -> Iterator[Work]:
    """A transaction for the person logged in: commits at the end, rolls back on an error."""
    wiring = vardtrad()
    with wiring.database.transaction() as session:
        yield _work(session, wiring)


@contextmanager
def reading() -> Iterator[Work]:
    """For pages that show no patient's data; nothing can be written."""
    wiring = vardtrad()
    with wiring.database.reading() as session:
        yield _work(session, wiring)


def work_out(operation: Callable[[Work], T]) -> T:
    """Does an operation in a transaction, again if somebody else's came between."""
    wiring = vardtrad()
    return wiring.database.run(lambda session: operation(_work(session, wiring)))


def _work(session: Session, wiring: Vardtrad) -> Work:
    now = wiring.now()
    if request.method not in SHOWING:
        return Work(session, _access(session, now), now, wiring.routines)
    if "access" not in g or g.access.person_id != user.person_id:
        g.access = _access(session, now)
    return Work(session, g.access, now, wiring.routines)


def _access(session: Session, now: datetime) -> Access:
    person = session.get(Person, user.person_id)
    if person is None:
        raise NotAllowed(_("Kontot finns inte längre."))
    return access_of(session, person, now)


def asks(right: Right) -> Callable[[View], View]:
    """Every view has this or is named in web.app.PUBLIC; login first, then the right."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            with reading() as work:
                allowed = work.access.has(right)
            if not allowed:
                note_refusal(kwargs)
                raise NotAllowed(_("Din roll har inte tillgång till den här sidan."))
            return view(*args, **kwargs)

        guarded.asks = right  # type: ignore[attr-defined]  # read by the test over all routes
        return cast(View, guarded)

    return decorate


def note_refusal(address: Mapping[str, Any]) -> None:
    """Logs a try to reach a case or a patient though nothing let the person as far as to it."""
    if "patient_id" in address:
        with working() as work:
            if patient := work.session.get(Patient, address["patient_id"]):
                work.read("patient", patient=patient, allowed=False)
    if address.keys().isdisjoint({"reference", "step_id"}):
        return
    of_step = select(CaseStep.case_id).where(CaseStep.id == address.get("step_id"))
    wanted = or_(Case.reference == address.get("reference"), Case.id.in_(of_step))
    with working() as work:
        for case in work.session.scalars(select(Case).where(wanted)):
            work.read("case", case, allowed=False)
