"""The daily check that the list of the overdue works: a day's life, and what happens without it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from cases.access import Access
from cases.canary import CanaryState, Outcome, canary_state
from cases.conferences import conference_units
from cases.events import faults_of_log
from cases.models import Case, CaseStep, ReferenceCounter
from cases.offers import opening_offers
from cases.overdue import overdue_steps
from cases.people import Person
from cases.searching import patients_found
from cases.staff_lists import people_found, units
from notifications.channels import SmtpChannel
from notifications.orphans import orphans
from tests.notifications.mornings import LINK, at, bulletins_sent, daily, plain, told_by
from tests.notifications.town import MINUTE, Town, texts
from tests.servers.smtp import Mailbox
from workflow.definitions.canary import CANARY
from workflow.definitions.deviation import DEVIATION
from workflow.roles import Role

FOUR = at("2026-11-23 04:00")
CHECKED = FOUR + timedelta(hours=1, minutes=15)
MAS = Access(0, "", frozenset({(Role.MAS, None)}))


@pytest.fixture
def staffed(town_on_sqlite: Town) -> Town:
    town_on_sqlite.staff()
    town_on_sqlite.hire("adam", Role.ADMINISTRATOR, everywhere=True)
    return town_on_sqlite


def state(town: Town, now: datetime) -> CanaryState:
    with town.database.reading() as session:
        return canary_state(session, now)


def canaries(town: Town) -> list[Case]:
    with town.database.reading() as session:
        return list(session.scalars(select(Case).where(Case.definition == CANARY.key)))


def a_minute(town: Town, now: datetime) -> datetime:
    """What a worker does when it wakes."""
    town.sweep(now)
    return daily(town, now)


def test_a_day_with_the_canary(town: Town, smtp: Mailbox, channel: SmtpChannel):
    town.staff()
    town.hire("adam", Role.ADMINISTRATOR, everywhere=True)
    assert a_minute(town, FOUR - MINUTE) == FOUR
    assert canaries(town) == []
    assert a_minute(town, FOUR) == CHECKED
    (case,) = canaries(town)
    assert case.reference == "KTR-2026-0001"
    assert state(town, FOUR) == CanaryState(Outcome.UNDER_WAY, case.opened_at, case.reference)
    a_minute(town, FOUR + timedelta(hours=1))
    a_minute(town, CHECKED - MINUTE)
    with town.database.reading() as session:
        (line,) = overdue_steps(session, town.routines, MAS, CHECKED - MINUTE)
    assert line.step.case.reference == case.reference
    a_minute(town, CHECKED)
    assert state(town, CHECKED) == CanaryState(Outcome.SEEN, CHECKED, case.reference)
    with town.database.reading() as session:
        assert overdue_steps(session, town.routines, MAS, CHECKED) == ()
        assert list(faults_of_log(session)) == []
    (case,) = canaries(town)
    assert case.closed_at == CHECKED
    assert [e.type for e in town.events(case.reference, "escalated", "step_done")] == [
        "escalated", "step_done",
    ]  # fmt: skip
    for hour in (7, 10):
        a_minute(town, at(f"2026-11-23 {hour:02}:00"))
        town.send(channel, at(f"2026-11-23 {hour:02}:00"))
    assert smtp.messages == []


@pytest.mark.parametrize(
    ("first", "days"), [("2026-03-27", 4), ("2026-10-23", 4), ("2026-12-30", 4)]
)
def test_one_a_day_over_weekends_new_year_and_both_changes_of_the_clock(
    staffed: Town, first: str, days: int
):
    now, opened = at(f"{first} 00:00"), []
    end = now + timedelta(days=days)
    while now < end:
        now = a_minute(staffed, now)
        opened.append(len(canaries(staffed)))
    seen = [case.opened_at for case in canaries(staffed)]
    assert seen == [at(f"{first} 04:00") + timedelta(days=n) for n in range(days)]
    assert opened[-1] == days
    assert all(case.closed_at is not None for case in canaries(staffed))
    assert told_by(staffed, "canary") == []


@pytest.mark.parametrize(
    "broken",
    [
        update(Case).where(Case.definition == CANARY.key).values(closed_at=FOUR),
        update(CaseStep).where(CaseStep.key == "check").values(condition="opened"),
        update(CaseStep).where(CaseStep.key == "check").values(due_at=FOUR + timedelta(days=2)),
    ],
    ids=["closed", "condition", "clock"],
)
def test_a_canary_that_the_list_does_not_show_raises_the_alarm_at_once(
    staffed: Town, smtp: Mailbox, broken
):
    daily(staffed, FOUR)
    with staffed.database.transaction() as session:
        session.execute(broken)
    daily(staffed, CHECKED)
    daily(staffed, CHECKED + MINUTE)
    (case,) = canaries(staffed)
    assert told_by(staffed, "canary") == [(case.reference, "adam"), (case.reference, "mia")]
    assert state(staffed, CHECKED).outcome is Outcome.MISSING
    mails = bulletins_sent(staffed, smtp, "canary", CHECKED)
    assert mails["mia"]["Subject"] == "Listan över försenat går inte att lita på"
    assert plain(mails["mia"]) == (
        "Varje morgon provar Vårdtråd att ett försenat steg syns i listan över försenat.\n"
        f"I dag syntes det inte ({case.reference}).\n"
        "Då kan också annat som är försenat saknas där. Påminnelserna går ut som vanligt.\n"
        "Lita inte på listan förrän det är rättat. Gå igenom enheternas öppna ärenden.\n"
        "\n"
        f"Öppna listan över försenat: {LINK}forsenat\n"
        "\n"
        "-- \n"
        "Mejlet skickas av Vårdtråd och går inte att svara på."
        " Uppgifter om patienten finns bara i ärendet.\n"
    )
    assert f"Öppna driftsidan: {LINK}drift\n" in plain(mails["adam"])
    daily(staffed, FOUR + timedelta(days=1))
    daily(staffed, CHECKED + timedelta(days=1))
    assert len(told_by(staffed, "canary")) == 2
    assert state(staffed, CHECKED + timedelta(days=1)).outcome is Outcome.SEEN


def test_a_list_that_cannot_be_made_at_all_raises_the_alarm(
    staffed: Town, caplog: pytest.LogCaptureFixture
):
    with staffed.database.reading() as session:
        wilma = session.scalars(select(Person.id).where(Person.username == "wilma")).one()
    reference = staffed.report(wilma, FOUR - timedelta(days=1))
    with staffed.database.transaction() as session:
        session.execute(update(Case).values(version=99))
    daily(staffed, FOUR)
    daily(staffed, CHECKED)
    assert caplog.messages == ["canary: KeyError"]
    assert [who for _key, who in told_by(staffed, "canary")] == ["adam", "mia"]
    assert reference not in told_by(staffed, "canary")[0]


def test_a_canary_that_was_missed_is_done_when_the_list_shows_it_again(staffed: Town):
    daily(staffed, FOUR)
    with staffed.database.transaction() as session:
        session.execute(update(CaseStep).values(condition="opened"))
    daily(staffed, CHECKED)
    with staffed.database.transaction() as session:
        session.execute(update(CaseStep).values(condition="open"))
    tomorrow = timedelta(days=1)
    daily(staffed, FOUR + tomorrow)
    daily(staffed, CHECKED + tomorrow)
    assert [case.closed_at for case in canaries(staffed)] == [CHECKED + tomorrow] * 2


def test_a_day_on_which_no_canary_can_be_opened_raises_the_alarm_too(
    staffed: Town, smtp: Mailbox, caplog: pytest.LogCaptureFixture
):
    daily(staffed, FOUR)
    daily(staffed, CHECKED)
    with staffed.database.transaction() as session:
        session.execute(update(ReferenceCounter).values(last=0))
    next_four = FOUR + timedelta(days=1)
    assert daily(staffed, next_four) == next_four + 5 * MINUTE
    assert caplog.messages == ["daily: canary_open: IntegrityError"]
    assert told_by(staffed, "canary") == []
    six = at("2026-11-24 06:00")
    daily(staffed, six)
    assert told_by(staffed, "canary") == [("2026-11-24", "adam"), ("2026-11-24", "mia")]
    message = bulletins_sent(staffed, smtp, "canary", six)["adam"]
    assert "I dag gick provet inte att göra.\n" in plain(message)


def test_when_nobody_makes_the_check_a_mail_says_so_in_the_morning(
    staffed: Town, smtp: Mailbox, channel: SmtpChannel
):
    daily(staffed, FOUR)
    staffed.sweep(FOUR + timedelta(hours=1))
    seven = at("2026-11-23 07:00")
    staffed.send(channel, seven)
    (message,) = smtp.messages
    assert message["To"] == "adam@exempelby.example"
    assert message["Subject"].endswith("Daglig kontroll av listan över försenat (2 h sen)")
    assert plain(message) == (
        "KTR-2026-0001: Daglig kontroll av listan över försenat\n"
        "2 h sen\n"
        "Kontrollen som Vårdtråd gör varje morgon är inte gjord."
        " Se på driftsidan om tidkontrollen går.\n"
        f"Öppna driftsidan: {LINK}drift\n"
        "\n"
        "-- \n"
        "Mejlet skickas av Vårdtråd och går inte att svara på."
        " Uppgifter om patienten finns bara i ärendet.\n"
    )
    assert "Öppna driftsidan" in texts(message)["html"]
    assert state(staffed, seven).outcome is Outcome.LATE


def test_without_a_check_for_a_day_the_last_one_is_late(staffed: Town):
    assert state(staffed, FOUR) == CanaryState(Outcome.LATE)
    daily(staffed, FOUR)
    daily(staffed, CHECKED)
    assert state(staffed, CHECKED + timedelta(hours=24)).outcome is Outcome.SEEN
    assert state(staffed, CHECKED + timedelta(hours=27)).outcome is Outcome.LATE


def test_a_worker_that_starts_later_in_the_day_makes_the_check_then(staffed: Town):
    noon = at("2026-11-23 12:00")
    assert daily(staffed, noon) == noon + timedelta(hours=1, minutes=15)
    daily(staffed, noon + timedelta(hours=1, minutes=15))
    assert state(staffed, at("2026-11-23 13:16")).outcome is Outcome.SEEN


def test_a_worker_that_starts_at_night_leaves_the_check_to_the_next_morning(staffed: Town):
    assert daily(staffed, at("2026-11-22 22:00")) == at("2026-11-23 00:00")
    assert daily(staffed, at("2026-11-23 00:00")) == FOUR
    assert (canaries(staffed), told_by(staffed, "canary")) == ([], [])


def test_nobody_meets_the_canary_where_something_is_chosen(staffed: Town):
    daily(staffed, FOUR)
    with staffed.database.reading() as session:
        everywhere = Access(0, "", frozenset((role, None) for role in Role))
        offers = opening_offers(session, everywhere, DEVIATION, FOUR)
        assert offers["units"] == {"solgarden": "Solgården"}
        assert list(offers["patients"].values()) == ["Test Persson, 1890"]
        assert [unit.name for unit in conference_units(session, everywhere)] == ["Solgården"]
        assert [unit.name for unit in units(session, FOUR)] == ["Solgården"]
        people = people_found(session, "", 1, FOUR).people
        assert "Vårdtråd" not in {person.name for person in people}
        assert patients_found(session, staffed.routines, everywhere, "kontroll") == ()
        assert CANARY not in staffed.routines.current()
        assert orphans(session, staffed.routines, FOUR) == ()
