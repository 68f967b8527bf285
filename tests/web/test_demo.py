"""Exempelby loads at any hour, and its past is as if people had lived it."""

import email
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from personnummer import personnummer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases.access import access_of
from cases.conferences import waiting_patients
from cases.events import faults_of_log
from cases.letters import Letter
from cases.links import AnswerLink, LinkUse
from cases.log import CaseEvent
from cases.models import DONE, OPEN, Case, CaseLink, CaseStep, PendingEscalation
from cases.passwords import proves
from cases.people import Patient, Person, Unit
from notifications.models import Notification, OutboxMail
from tests.workflow.sip_answers import form_of
from web.demo import PASSWORD, NotEmpty, is_loaded, load
from web.demo.answers import Answers
from web.demo.logins import demo_logins
from web.demo.playing import Playing
from web.demo.staffing import hire, read_town
from web.demo.stories import deeds
from web.door import Vardtrad
from web.settings import read_settings
from workflow.definitions import DEFINITIONS
from workflow.holidays import BY_LAW, STOCKHOLM
from workflow.roles import Role

SUNDAY_NIGHT = datetime(2026, 3, 29, 23, 40, tzinfo=STOCKHOLM)
"""The day the clock went forward, the week before Easter."""

ODD_HOURS = [
    datetime(2026, 1, 1, 0, 5, tzinfo=STOCKHOLM),
    datetime(2026, 4, 6, 12, 0, tzinfo=STOCKHOLM),  # Easter Monday
    datetime(2026, 6, 20, 5, 30, tzinfo=STOCKHOLM),  # Midsummer's Day
    datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM, fold=1),  # the hour that comes twice
    datetime(2026, 11, 25, 10, 15, tzinfo=STOCKHOLM),  # a Wednesday morning
]


@dataclass(frozen=True)
class Loaded:
    """A loaded demonstration and what its progress told."""

    wiring: Vardtrad
    told: list[tuple[str, int, int]]

    @property
    def mails(self) -> list[EmailMessage]:
        return [
            email.message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(Path(self.wiring.settings.mail_folder).iterdir())
        ]


def wired(folder: Path, template: Path, now: datetime) -> Vardtrad:
    """On a migrated database; nobody answers at the mail server."""
    shutil.copy(template, folder / "demo.db")
    settings = read_settings(
        {},
        database_url=f"sqlite:///{folder}/demo.db",
        mail_folder=str(folder / "mail"),
        smtp_url="smtp://127.0.0.1:9",
    )
    return Vardtrad.wired(settings, lambda: now)


@pytest.fixture(scope="session")
def exempelby(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Loaded:
    """Loaded once; no test may change it."""
    told: list[tuple[str, int, int]] = []
    wiring = wired(tmp_path_factory.mktemp("exempelby"), sqlite_template, SUNDAY_NIGHT)
    load(wiring, lambda what, done, of: told.append((what, done, of)))
    return Loaded(wiring, told)


@pytest.fixture
def session(exempelby: Loaded) -> Iterator[Session]:
    with exempelby.wiring.database.reading() as session:
        yield session


def hours_left(session: Session, now: datetime = SUNDAY_NIGHT) -> list[float]:
    """Of every open step, negative when it is overdue."""
    due = session.scalars(select(CaseStep.due_at).where(CaseStep.condition == OPEN))
    return [(moment - now) / timedelta(hours=1) for moment in due]


def words_of(mail: EmailMessage) -> str:
    """Subject, plain text and HTML."""
    parts = [mail.get_body((kind,)) for kind in ("plain", "html")]
    return "\n".join([mail["Subject"], *(part.get_content() for part in parts if part)])


def unit_of_patients() -> dict[str, str]:
    return {patient["name"]: patient["unit"] for patient in read_town()["patient"]}


def order_of_deeds(now: datetime) -> dict[str, list[str]]:
    """What is done in each story, in the order it happens when loaded then."""
    done: dict[str, list[str]] = {}
    for deed in deeds(now, unit_of_patients(), BY_LAW):
        done.setdefault(deed.story.key, []).append(deed.do)
    return done


def test_every_state_of_every_routine_has_a_case(session: Session):
    for definition in DEFINITIONS:
        of_kind = select(Case.state).where(Case.definition == definition.key)
        assert set(session.scalars(of_kind)) == {state.key for state in definition.states}


def test_there_are_cases_enough_of_every_kind_and_most_are_open(session: Session):
    total = Counter(session.scalars(select(Case.definition)))
    closed = Counter(session.scalars(select(Case.definition).where(Case.closed_at.is_not(None))))
    assert 40 <= total["deviation"] <= 50
    assert 15 <= total["sip"] <= 24
    assert 15 <= total["discharge"] <= 24
    assert closed == {"deviation": 10, "sip": 5, "discharge": 3}


def test_every_kind_of_event_has_a_case(session: Session):
    deviations = select(Case.category).where(Case.definition == "deviation")
    kinds = set(session.scalars(deviations))
    assert kinds == {
        "fall", "medication", "medical_device", "rehabilitation", "pressure_ulcer",
        "care_treatment_sampling", "care_related_infection",
    }  # fmt: skip


def test_every_role_has_somebody_who_can_log_in(session: Session):
    people = session.scalars(select(Person)).all()
    assert {Role(m.role) for person in people for m in person.memberships} == set(Role)
    assert 28 <= len(people) <= 36
    assert proves(people[0], PASSWORD)
    assert {person.password_hash for person in people} == {people[0].password_hash}


def test_the_login_page_gets_names_roles_and_units(session: Session):
    logins = {login.username: login for login in demo_logins(session)}
    assert len(logins) == len(session.scalars(select(Person.id)).all())
    omar = logins["omar.haddad"]
    assert (omar.name, omar.roles) == ("Omar Haddad", "Omvårdnadspersonal")
    assert omar.units == "Hemtjänst Norr, Hemtjänst Söder"
    assert logins["kristina.hedlund"].units == ""
    assert (logins["lena.bjork"].roles, logins["lena.bjork"].units) == ("Samordnare", "")


def test_a_nurse_is_on_duty_for_every_unit_each_night_of_the_coming_weeks(session: Session):
    people, units = session.scalars(select(Person)).all(), session.scalars(select(Unit.id)).all()
    for night in range(28):
        moment = datetime(2026, 3, 30, 3, 0, tzinfo=STOCKHOLM) + timedelta(days=night)
        accesses = [access_of(session, person, moment) for person in people]
        for unit in units:
            everywhere = [a for a in accesses if (Role.NURSE, None) in a.held]
            assert any(Role.NURSE in access.at(unit) for access in everywhere), moment


def test_patients_have_published_test_numbers(session: Session):
    numbers = session.scalars(select(Patient.number)).all()
    assert len(numbers) >= 40
    for number in numbers:
        assert len(number) == 12
        assert personnummer.valid(number)
        # The series that Skatteverket publishes: 980 and 981 for the 1890s, 238 and 239 since 1980.
        assert number[8:11] in (("980", "981") if number < "1900" else ("238", "239"))


def test_some_steps_are_overdue_by_minutes_and_by_days_and_some_are_due_soon(session: Session):
    left = hours_left(session)
    assert any(-1 < hours < 0 for hours in left)
    assert any(hours < -48 for hours in left)
    assert any(0 < hours < 1 for hours in left)
    assert any(hours > 24 for hours in left)


def test_every_rung_that_is_due_has_fired(session: Session):
    late = select(PendingEscalation.id).where(PendingEscalation.at < SUNDAY_NIGHT)
    assert session.scalars(late).all() == []
    rungs = set(session.scalars(select(Notification.rung)))
    assert rungs >= {"soon", "due", "head", "mas", "late:", "tell:serious", "tell:misconduct"}


def test_mails_of_the_past_lie_in_the_folder_dated_as_if_sent_then(
    session: Session, exempelby: Loaded
):
    mails = exempelby.mails
    sent = session.scalars(select(OutboxMail).where(OutboxMail.taken_at.is_not(None))).all()
    assert len(mails) == len(sent) > 100
    days = {mail["Date"].datetime.astimezone(STOCKHOLM).date() for mail in mails}
    assert min(days) < date(2026, 2, 1)
    assert max(days) == SUNDAY_NIGHT.date()
    waiting = select(OutboxMail.id).where(OutboxMail.next_attempt_at.is_not(None))
    assert session.scalars(waiting).all() == []


def test_no_mail_tells_of_a_patient(session: Session, exempelby: Loaded):
    secrets = [text for patient in session.scalars(select(Patient)) for text in said_of(patient)]
    secrets += session.scalars(select(Unit.name)).all()
    for event in session.scalars(select(CaseEvent)):
        body = event.text.body if event.text else None
        secrets += [text for text in texts_in(body or {}) if len(text.split()) > 4]
    for mail in exempelby.mails:
        words = words_of(mail)
        assert [secret for secret in secrets if secret in words] == []


def said_of(patient: Patient) -> list[str]:
    return [patient.name, patient.name.split()[-1], patient.number, patient.number[2:]]


def forms_of(events: Iterable[CaseEvent]) -> list[dict[str, Any]]:
    """What was filled in, where the text has not been disposed of."""
    bodies = [event.text.body for event in events if event.text and event.text.body]
    return [body["form"] for body in bodies if "form" in body]


def texts_in(body: object) -> Iterator[str]:
    """Every text in a form, those of its rows too."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, dict | list):
        for part in body.values() if isinstance(body, dict) else body:
            yield from texts_in(part)


def test_the_log_is_whole(session: Session):
    assert list(faults_of_log(session)) == []


def test_everything_that_is_told_lies_in_the_log(session: Session, exempelby: Loaded):
    engines = [exempelby.wiring.routines.engine(each.key) for each in DEFINITIONS]
    steps = {step.key for e in engines for state in e.definition.states for step in state.steps}
    actions = {action.key for e in engines for action in e.definition.actions}
    told = deeds(SUNDAY_NIGHT, unit_of_patients(), BY_LAW)
    events = session.scalars(select(CaseEvent)).all()
    done = Counter(event.data["step"] for event in events if event.type == "step_done")
    assert done == Counter(deed.verb for deed in told if deed.verb in steps)
    acted = Counter(event.data["action"] for event in events if event.type == "action")
    assert acted == Counter(deed.verb for deed in told if deed.verb in actions)
    stories = {deed.story.key for deed in told}
    assert len(session.scalars(select(Case.id)).all()) == len(stories)
    others = {deed.verb for deed in told} - steps - actions
    assert others == {"open", "note", "claim", "correct", "link"}


def test_a_story_cannot_tell_of_a_row_that_its_form_does_not_have():
    answers = Answers(SUNDAY_NIGHT, BY_LAW, "sagan", (), {})
    with pytest.raises(LookupError, match="the form has no rows"):
        answers.sent(form_of("confirm_part"), {}, {"efforts": {"ingen": {"confirmed": "true"}}})


def test_a_discharge_opens_a_sip_that_goes_on_by_itself(session: Session):
    of_patient = select(Case).join(Patient).where(Patient.name == "Gunnar Alfredsson")
    discharge, sip = session.scalars(of_patient.order_by(Case.definition)).all()
    assert (discharge.definition, discharge.state) == ("discharge", "follow_up")
    assert (sip.definition, sip.state) == ("sip", "follow_up")
    assert session.get(CaseLink, tuple(sorted((discharge.id, sip.id)))) is not None


def test_the_laws_clock_runs_for_one_sip_and_has_run_out_for_another(session: Session):
    calls = session.scalars(select(CaseStep).where(CaseStep.key == "call_by_law"))
    due = {step.case.patient.name: step.due_at for step in calls if step.condition == OPEN}
    assert [name for name in due if due[name] > SUNDAY_NIGHT] == ["Bengt Råberg"]
    taken_over = session.scalars(select(CaseStep).where(CaseStep.key == "take_over_call")).one()
    assert (taken_over.case.patient.name, taken_over.condition) == ("Maj Liljegren", DONE)


def test_parties_outside_have_answered_by_their_links_and_some_are_reminded(session: Session):
    uses = Counter(session.scalars(select(LinkUse.what)))
    answered = select(AnswerLink.id).where(AnswerLink.answered_at.is_not(None))
    assert uses["answered"] == len(session.scalars(answered).all()) > 20
    assert session.scalars(select(Letter.id).where(Letter.reminder)).first() is not None
    waiting = session.scalars(select(CaseStep).where(CaseStep.condition == OPEN))
    outside = Counter(step.key for step in waiting if step.key in ("answer", "confirm_part"))
    assert outside["answer"] >= 3
    assert outside["confirm_part"] >= 1


def test_a_sip_has_gone_quiet(session: Session):
    newest = select(func.max(CaseEvent.recorded_at)).join(Case, Case.id == CaseEvent.case_id)
    newest = newest.where(Case.definition == "sip", Case.closed_at.is_(None)).group_by(Case.id)
    by_people = session.scalars(newest.where(CaseEvent.actor_id.is_not(None))).all()
    assert min(by_people) < SUNDAY_NIGHT - timedelta(days=28)


def test_a_child_has_a_sip_with_the_school_invited(session: Session):
    of_child = select(Case).join(Patient).where(Patient.name == "Viggo Sandahl")
    case = session.scalars(of_child).one()
    events = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id))
    forms = forms_of(events)
    parties = [party for form in forms for party in form.get("parties", ())]
    invited = [party["organisation"] for party in parties if party["kind"] == "invited"]
    assert invited == ["Exempelby skola"]
    assert case.state == "meeting"


def test_a_patient_fell_four_days_after_coming_home(session: Session):
    of_patient = select(Case).join(Patient).where(Patient.name == "Astrid Dahlin")
    fall, discharge = session.scalars(of_patient.order_by(Case.definition)).all()
    left = select(CaseEvent).where(CaseEvent.type == "step_done")
    [home] = [
        event
        for event in session.scalars(left.where(CaseEvent.case_id == discharge.id))
        if event.data["step"] == "went_home"
    ]
    fell_on, home_on = (e.occurred_at.astimezone(STOCKHOLM).date() for e in (fall, home))
    assert (fell_on - home_on).days == 4


def test_the_training_done_one_time_in_ten_is_in_its_second_round(session: Session):
    found = select(Case).where(Case.category == "rehabilitation", Case.round == 2)
    case = session.scalars(found).one()
    assert (case.state, case.reporter.name) == ("measures", "Petra Holm")
    opening = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.sequence == 1)
    body = session.scalars(opening).one().text
    assert body is not None
    assert body.body is not None
    form = body.body["form"]
    assert (form["rehabilitation_done"], form["rehabilitation_planned"]) == ("1", "10")


def test_a_fall_at_night_is_phoned_in_with_sbar_and_vital_signs(session: Session):
    openings = session.scalars(select(CaseEvent).where(CaseEvent.type == "opened"))
    forms = forms_of(openings)
    [fall] = [form for form in forms if form.get("kind") == "fall" and "sbar_situation" in form]
    assert datetime.fromisoformat(fall["called_at"]).hour in (2, 3)
    assert fall.keys() >= {"sbar_recommendation", "respiratory_rate", "spo2", "systolic", "pulse"}


def test_a_patient_has_several_open_deviations_that_are_linked(session: Session):
    open_cases = session.scalars(select(Case.patient_id).where(Case.closed_at.is_(None)))
    assert max(Counter(open_cases).values()) == 3
    # Two were linked by hand, a fall to its discharge, and four SIPs were opened by discharges.
    assert len(session.scalars(select(CaseLink)).all()) == 7


def test_some_patients_have_waited_too_long_for_a_conference(session: Session, exempelby: Loaded):
    routines = exempelby.wiring.routines
    waiting = [
        len(waiting_patients(session, routines, unit, SUNDAY_NIGHT))
        for unit in session.scalars(select(Unit))
    ]
    assert 0 < sum(waiting) < 15


def test_progress_is_told_to_the_end(exempelby: Loaded):
    what, done, of = exempelby.told[-1]
    assert (what, done) == ("Händelser", of)
    assert [done for _what, done, _of in exempelby.told] == list(range(1, of + 1))


def test_it_is_not_loaded_twice(session: Session, exempelby: Loaded):
    assert is_loaded(session)
    with pytest.raises(NotEmpty):
        load(exempelby.wiring, lambda _what, _done, _of: None)


def test_a_loading_that_was_broken_off_is_not_taken_for_a_loaded_one(
    tmp_path: Path, sqlite_template: Path
):
    wiring = wired(tmp_path, sqlite_template, SUNDAY_NIGHT)

    def break_off(_what: str, _done: int, _of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(wiring, break_off)
    with wiring.database.reading() as session:
        assert not is_loaded(session)


def test_stories_keep_their_order_and_lie_in_the_past_at_any_hour():
    first = datetime(2026, 1, 1, tzinfo=UTC)
    written = order_of_deeds(first)
    for nth in range(1, 75):
        now = first + timedelta(hours=nth * 131)
        assert order_of_deeds(now) == written, now
        assert deeds(now, unit_of_patients(), BY_LAW)[-1].at < now


@pytest.mark.parametrize("now", ODD_HOURS, ids=str)
def test_what_happened_the_last_days_can_be_played_at_odd_hours(
    now: datetime, tmp_path: Path, sqlite_template: Path
):
    wiring = wired(tmp_path, sqlite_template, now)
    with wiring.database.transaction() as session:
        hire(session, read_town(), now, BY_LAW)
    playing = Playing(wiring)
    told = deeds(now, unit_of_patients(), BY_LAW)
    begun = {d.story.key for d in told if d.do == "open" and now - d.at < timedelta(days=4)}
    for deed in told:
        if begun & {deed.story.key, deed.story.opened_by} and deed.do != "link":
            playing.do(deed)
    playing.sweep_until(now)
    with wiring.database.reading() as session:
        left = hours_left(session, now)
        assert len(session.scalars(select(Case)).all()) == len(begun) > 8
        assert any(0 < hours < 1 for hours in left)
        assert any(-1 < hours < 0 for hours in left)
        assert list(faults_of_log(session)) == []
