"""Every page, as those meet it who see little, hear it read, or have no room."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from cases.calendar_days import CalendarChange
from cases.duty import WeeklyDuty
from cases.figuring import figure
from cases.models import OPEN, Case, CaseStep
from cases.people import Membership, Unit
from cases.webhooks import Webhook, WebhookCall
from cases.yearly_plan import BoardTarget, CareDays
from notifications.models import OutboxMail, Worker
from tests.servers.chromium import DESK, PHONE
from tests.web.coordinated import LATE, called_sip, late_stay, made_ready
from tests.web.eyes import axe_faults, outline_faults, too_wide, unfold
from tests.web.faces import ASKED, faces
from tests.web.hands import press, write
from tests.web.living import NOBODY, Living
from tests.web.strolling import page_endpoints
from workflow.moments import day_of
from workflow.roles import Role

LONG = "Donaudampfschiffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
STATES = (
    "reported", "preparation", "conference", "measures", "follow_up", "completion", "mas_review",
    "closed",
)  # fmt: skip
DEMO = {"idle_minutes": 30_000, "demo": True}
STAFF = {
    "occupational_therapist": "arne", "unit_manager": "ulla", "mas": "mats",
    "sip_coordinator": "karin", "case_officer": "bertil", "nurse": "nina",
}  # fmt: skip
"""Who does what is asked of each role."""

Place = tuple[str, str, int]
"""Who, where, and with what HTTP status the page comes."""


def busy(living: Living) -> dict[str, str]:
    """The reference of a case in each state; some steps late and mailed about."""
    living.on_duty("nina", Role.NURSE, living.units["tallen"])
    living.weekly("nina", Role.NURSE, living.units["tallen"])
    cases = {state: living.report(what_happened=f"Satt på golvet. {LONG}") for state in STATES}
    for state, reference in cases.items():
        living.do_all(reference, until=state)
    cases["withdrawn"] = living.report()
    living.act("ulla", cases["withdrawn"])
    living.note("siv", cases["reported"], f"Se https://exempelby.example/{LONG}")
    living.link("nina", cases["reported"], cases["closed"])
    cases |= {"sip": called_sip(living, "karin", ASKED), "stay": late_stay(living, "karin")}
    made_ready(living, cases["stay"], STAFF)
    living.wait(days=3)
    living.swept()
    figure(living.database, living.routines)
    _fail(living)
    _aim(living)
    return cases


def _fail(living: Living) -> None:
    """What did not arrive, a worker that runs, one that is silent, and a changed day."""
    now = living.now
    with living.database.transaction() as session:
        session.execute(
            update(OutboxMail)
            .where(OutboxMail.recipient_id == living.people["ulla"])
            .values(taken_at=None, failed_at=now, last_error="RCPT 550")
        )
        for name, seen_at in (("a", now), ("b", now - timedelta(hours=1))):
            session.add(Worker(id=name, host=name, pid=1, started_at=seen_at, seen_at=seen_at))
        session.add(
            CalendarChange(at=now, day=day_of(now), closed=True, reason=LONG, clocks_moved=1)
        )
        webhook = Webhook(
            name="Systemet", url=f"https://x.example/{LONG}", events=["step_done"], salt="",
            created_at=now,
        )  # fmt: skip
        case_id = session.scalars(select(Case.id).limit(1)).one()
        for key, gone_wrong in (("a", {"failed_at": now}), ("b", {"next_attempt_at": now})):
            session.add(
                WebhookCall(
                    webhook=webhook, key=key, event="step_done", case_id=case_id, at=now,
                    created_at=now, attempts=2, last_error="HTTP 404", **gone_wrong,
                )
            )  # fmt: skip


def _aim(living: Living) -> None:
    """A target of the board's, and days of care."""
    mats, now = living.people["mats"], living.now
    with living.database.transaction() as session:
        session.add(
            BoardTarget(
                year=day_of(now).year, definition="deviation", measure="in_time:assess",
                amount=90, note=LONG, set_by=mats, set_at=now,
            )
        )  # fmt: skip
        session.add(
            CareDays(
                unit_id=living.units["tallen"], month=202601, days=930, entered_by=mats,
                entered_at=now,
            )
        )  # fmt: skip


def places(living: Living, cases: dict[str, str]) -> list[Place]:
    """Every page there is, and every form of every step that is open."""
    with living.database.reading() as session:
        steps = session.scalars(select(CaseStep).where(CaseStep.condition == OPEN)).all()
        # The daily check's own step is nobody's to do.
        steps = [step for step in steps if step.key != "check"]
        forms = {s.key: (STAFF[s.roles[0]], f"/steg/{s.id}", 200) for s in steps}
        by_key = {step.key: step.id for step in steps}
        ended = session.scalars(select(CaseStep.id).where(CaseStep.condition != OPEN)).first()
        member = session.scalars(select(Membership)).first()
        unit = session.scalars(select(Unit.id)).first()
        weekly = session.scalars(select(WeeklyDuty.id)).first()
    assert member is not None
    reported, ada = f"/arende/{cases['reported']}", f"/personer/{living.people['ada']}"
    stay = f"/arende/{cases['stay']}"
    return [
        *forms.values(),
        *(("nina", f"/arende/{reference}", 200) for reference in cases.values()),
        *((NOBODY, path, status) for path, status in faces(living, cases["sip"]).values()),
        (NOBODY, "/logga-in", 200), (NOBODY, "/tillganglighet", 200),
        ("siv", "/", 200), ("siv", "/ny/deviation", 200), ("siv", reported, 200),
        ("siv", f"/arende/{cases['closed']}", 200), ("siv", "/sok", 200), ("siv", "/losenord", 200),
        ("siv", f"/steg/{by_key['assess']}", 200), ("siv", "/tavla", 403),
        ("siv", "/arende/AVV-1999-0001", 404),
        ("nina", "/", 200), ("nina", "/tavla", 200), ("nina", "/konferenser", 200),
        ("nina", "/sok", 200), ("nina", f"/steg/{ended}", 200),
        ("nina", f"{reported}/anteckna", 200), ("nina", f"{reported}/lanka", 200),
        ("nina", f"/steg/{by_key['assess']}/lamna", 200),
        ("ulla", f"/steg/{by_key['unit_investigation']}/paus", 200),
        ("ulla", "/forsenat", 200), ("ulla", f"{reported}/ratta/1", 200), ("ulla", "/jour", 200),
        ("ulla", f"{reported}/handling/withdraw", 200),
        ("karin", "/", 200), ("karin", "/sip", 200), ("karin", "/utskrivningar", 200),
        ("karin", "/tysta", 200), ("karin", "/inkommande", 200), ("karin", "/ny", 200),
        ("karin", "/ny/sip", 200), ("karin", "/ny/discharge", 200), ("karin", "/kalender", 200),
        ("karin", "/nycklar", 200), ("karin", "/nycklar/ny", 200), ("karin", "/api/v1/", 200),
        ("karin", f"/arende/{cases['sip']}", 200), ("karin", stay, 200),
        ("karin", f"/arende/{cases['sip']}/kalendersvar", 200),
        ("karin", f"{stay}/extern/{LATE}", 200), ("karin", f"{stay}/extern/{LATE}/skriv", 200),
        ("karin", f"/patient/{living.patients[1]}", 200),
        ("mats", "/", 200), ("mats", "/forsenat", 200),
        ("mats", "/drift", 200), ("mats", "/drift/mejl", 200), ("mats", "/import", 200),
        ("ada", "/drift", 200), ("ada", "/drift/mejl", 200),
        ("ada", "/webhookar", 200), ("ada", "/webhookar/ny", 200),
        ("ada", "/webhookar/1/avsluta", 200),
        ("mats", "/atkomstlogg", 200),
        ("mats", "/rutiner", 200), ("mats", "/rutiner/deviation", 200), ("mats", "/postlada", 200),
        ("ada", "/personer", 200), ("ada", "/personer/ny", 200), ("ada", ada, 200),
        ("ada", f"{ada}/andra", 200), ("ada", f"{ada}/roll", 200),
        ("ada", f"/personer/{member.person_id}/roll/{member.id}/avsluta", 200),
        ("ada", "/enheter", 200), ("ada", "/enheter/ny", 200), ("ada", f"/enheter/{unit}", 200),
        ("ada", f"/enheter/{unit}/andra", 200), ("ada", "/jour", 200), ("ada", "/jour/ny", 200),
        ("ada", "/jour/vecka/ny", 200), ("ada", f"/jour/vecka/{weekly}/avsluta", 200),
        ("mats", "/statistik", 200), ("mats", "/statistik/egenkontroll", 200),
        ("mats", "/statistik/ar", 200), ("mats", "/statistik/mal", 200),
        ("mats", "/statistik/mal/nytt/deviation", 200), ("mats", "/statistik/mal/1", 200),
        ("mats", "/statistik/mal/1/ta-bort", 200), ("mats", "/statistik/vardtid", 200),
        ("mats", f"/statistik/vardtid/{unit}/2026", 200),
        ("mats", "/statistik/ar/2025/las", 200), ("mats", "/statistik/ar/2025/las-upp", 200),
        ("ada", "/jour/franvaro/ny", 200), ("ada", "/jour/las-in", 200),
    ]  # fmt: skip


def visit(living: Living, place: Place) -> Page:
    who, path, status = place
    page = living.seat(who, PHONE)
    page.set_viewport_size(PHONE)
    answer = page.goto(living.url + path)
    assert answer is not None
    assert answer.status == status, place
    return page


def kinds(living: Living, looked_at: list[Place]) -> dict[str, Place]:
    """One place for each view of the application, by the view's name."""
    addresses = living.app.url_map.bind("")
    return {addresses.match(path)[0]: (who, path, status) for who, path, status in looked_at}


@pytest.mark.parametrize("given", [DEMO], ids=["demo"])
def test_no_page_and_no_form_has_a_fault_in_light_or_dark(living: Living):
    everything = places(living, busy(living))
    of_each_kind = kinds(living, everything)
    assert of_each_kind.keys() == page_endpoints(living.app), "every page is among those looked at"
    on_a_desk_too = set(of_each_kind.values())
    on_a_desk_too |= {place for place in everything if place[0] == NOBODY}
    faults = {}
    for place in everything:
        page = visit(living, place)
        unfold(page)
        faults[place] = [*axe_faults(page), *outline_faults(page), *too_wide(page)]
        if place in on_a_desk_too:
            page.set_viewport_size(DESK)
            faults[place] += [*axe_faults(page), *outline_faults(page)]
    assert {place: found for place, found in faults.items() if found} == {}


def test_a_form_that_is_refused_has_no_fault_either(living: Living):
    page = living.open(living.seat("siv", PHONE), "/ny/deviation")
    press(page, "Skicka rapporten")
    expect(page.get_by_role("group", name="5 svar behöver rättas")).to_be_focused()
    unfold(page)
    assert [*axe_faults(page), *outline_faults(page), *too_wide(page)] == []


def test_what_a_search_finds_has_no_fault_either(living: Living):
    living.report()
    page = living.open(living.seat("nina", PHONE), "/sok")
    write(page, "Ärendenummer, namn eller personnummer", "Persson")
    press(page.get_by_role("main"), "Sök")
    expect(page.get_by_role("heading", level=3)).to_have_text("Test Persson")
    assert [*axe_faults(page), *outline_faults(page), *too_wide(page)] == []


def test_the_address_of_a_calendar_has_no_fault_either(living: Living):
    page = living.open(living.seat("karin", PHONE), "/kalender")
    press(page, "Gör en adress")
    expect(page.get_by_role("textbox")).to_have_value(re.compile(r"\.ics$"))
    assert [*axe_faults(page), *outline_faults(page), *too_wide(page)] == []


def test_the_eyes_see_a_page_with_faults(phone: Page):
    phone.set_content(
        "<meta name=viewport content='width=device-width'><main><h1>Ett</h1><h3>Tre</h3>"
        "<style>@media (prefers-color-scheme: dark) { body { color: #444; background: #000 } }"
        "</style><input><p><b style='display: inline-block; width: 400px'>Bred</b></main>"
    )
    found = axe_faults(phone)
    assert [fault for fault in found if fault.startswith("label:")]
    assert [fault for fault in found if fault.startswith("in the dark: color-contrast")]
    assert outline_faults(phone) == ["h1 → h3"]
    assert too_wide(phone)
