"""Open cases that nothing watches over: each sort is found, and told to MAS in plain words."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, event, update

from cases.access import Access
from cases.models import NOT_NEEDED, Case, PendingEscalation
from notifications.orphan_mails import why
from notifications.orphans import Lack, Orphan, orphans
from tests.notifications.mornings import LINK, at, bulletins_sent, daily, plain, told_by
from tests.notifications.town import ASSESSMENT, FRIDAY, Town, step_of
from tests.servers.smtp import Mailbox
from workflow.roles import Role

MONDAY = at("2026-11-23 07:00")


def found(town: Town, now: datetime, access: Access | None = None) -> list[tuple[str, Lack]]:
    return [(each.case.reference, each.lack) for each in all_orphans(town, now, access)]


def all_orphans(town: Town, now: datetime, access: Access | None = None) -> tuple[Orphan, ...]:
    with town.database.reading() as session:
        return orphans(session, town.routines, now, access)


def without_steps(town: Town, reference: str) -> None:
    with town.database.transaction() as session:
        for step in step_of(session, reference, "assess").case.steps:
            step.condition = NOT_NEEDED


def without_reminders(town: Town, reference: str) -> None:
    with town.database.transaction() as session:
        step = step_of(session, reference, "assess")
        session.execute(delete(PendingEscalation).where(PendingEscalation.step_id == step.id))


def with_a_stuck_reminder(town: Town, reference: str) -> None:
    """As when a sweep cannot fire it: it stays due."""
    with town.database.transaction() as session:
        step = step_of(session, reference, "assess")
        waits = update(PendingEscalation).where(PendingEscalation.step_id == step.id)
        session.execute(waits.values(at=FRIDAY - timedelta(hours=1)))


def test_a_case_that_is_as_it_should_be_is_no_orphan_before_or_after_its_time(town: Town):
    staff = town.staff()
    town.report(staff["wilma"], FRIDAY)
    assert found(town, FRIDAY) == []
    for hours in (2, 3, 4, 24, 24 * 14):
        town.sweep(FRIDAY + timedelta(hours=hours))
        assert found(town, FRIDAY + timedelta(hours=hours)) == []


def test_each_sort_of_orphan_is_found_and_says_what_it_lacks(town: Town):
    staff = town.staff()
    _sound, stepless, silent, stuck = (town.report(staff["wilma"], FRIDAY) for _ in range(4))
    without_steps(town, stepless)
    without_reminders(town, silent)
    town.sweep(FRIDAY)
    with_a_stuck_reminder(town, stuck)
    assert found(town, FRIDAY) == [
        (stepless, Lack.STEP), (silent, Lack.REMINDER), (stuck, Lack.SENDING)
    ]  # fmt: skip
    assert [why(each) for each in all_orphans(town, FRIDAY)] == [
        "Ärendet är öppet men har inget att göra, så ingen påminns om det.",
        "Steget är inte gjort, och ingen påminns om det igen.",
        "En påminnelse som skulle ha gått fredag 20 november 2026 kl. 12.00 har inte skickats.",
    ]
    town.sweep(FRIDAY + timedelta(minutes=1))
    assert (stuck, Lack.SENDING) not in found(town, FRIDAY + timedelta(minutes=1))


def test_a_step_that_nobody_can_be_reached_for_is_an_orphan_until_somebody_can(town: Town):
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    town.away(staff["nils"], FRIDAY, FRIDAY + timedelta(days=1))
    assert found(town, FRIDAY) == [(reference, Lack.PEOPLE)]
    (orphan,) = all_orphans(town, FRIDAY)
    assert why(orphan) == (
        "Ingen som kan göra steget går att nå: sjuksköterska, arbetsterapeut eller fysioterapeut."
    )
    assert found(town, FRIDAY + timedelta(days=1)) == []
    town.hire("nora", Role.NURSE, unit_id=town.unit("bjorkbacken"))
    assert found(town, FRIDAY) == [(reference, Lack.PEOPLE)]
    town.hire("noa", Role.NURSE, everywhere=True)
    assert found(town, FRIDAY) == []


def test_whoever_has_claimed_a_step_and_gone_away_leaves_it_to_the_others(town_on_sqlite: Town):
    town = town_on_sqlite
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    town.claim(staff["nils"], reference, "assess", FRIDAY)
    town.away(staff["nils"], FRIDAY, FRIDAY + timedelta(days=1))
    assert found(town, FRIDAY) == [(reference, Lack.PEOPLE)]
    town.hire("nora", Role.NURSE)
    assert found(town, FRIDAY) == []


def test_an_access_narrows_the_list_to_its_units(town_on_sqlite: Town):
    town = town_on_sqlite
    staff = town.staff()
    other = town.unit("bjorkbacken")
    here, there = (town.report(staff["wilma"], FRIDAY) for _ in range(2))
    for reference in (here, there):
        without_reminders(town, reference)
    with town.database.transaction() as session:
        session.execute(update(Case).where(Case.reference == there).values(unit_id=other))
    manager = Access(staff["eva"], "Eva", frozenset({(Role.UNIT_MANAGER, town.unit_id)}))
    assert found(town, FRIDAY, manager) == [(here, Lack.REMINDER)]
    assert (there, Lack.PEOPLE) in found(town, FRIDAY)


def test_the_number_of_questions_does_not_grow_with_the_cases(town_on_sqlite: Town):
    town = town_on_sqlite
    staff = town.staff()
    town.away(staff["nils"], FRIDAY, FRIDAY + timedelta(days=1))

    def asked() -> int:
        count = 0

        def counts(*_args: object) -> None:
            nonlocal count
            count += 1

        event.listen(Engine, "before_cursor_execute", counts)
        try:
            assert len(all_orphans(town, FRIDAY)) > 0
        finally:
            event.remove(Engine, "before_cursor_execute", counts)
        return count

    town.report(staff["wilma"], FRIDAY)
    one = asked()
    for _ in range(4):
        without_reminders(town, town.report(staff["wilma"], FRIDAY))
    assert asked() == one


def test_mas_is_told_in_the_morning_with_why_and_what_to_do(town: Town, smtp: Mailbox):
    staff = town.staff()
    silent, stepless, done = (town.report(staff["wilma"], FRIDAY) for _ in range(3))
    without_reminders(town, silent)
    without_reminders(town, done)
    without_steps(town, stepless)
    daily(town, at("2026-11-22 07:00"))
    assert told_by(town, "orphans") == []
    daily(town, MONDAY)
    daily(town, MONDAY + timedelta(minutes=1))
    assert told_by(town, "orphans") == [("2026-11-23", "mia")]
    town.do(staff["nils"], done, "assess", MONDAY, ASSESSMENT)
    message = bulletins_sent(town, smtp, "orphans", MONDAY)["mia"]
    assert message["Subject"] == "2 ärenden som ingen bevakar"
    assert plain(message) == (
        "Ärendena är öppna, men något saknas så att de kan bli liggande.\n"
        "\n"
        f"{stepless}: Avvikelse\n"
        "Ärendet är öppet men har inget att göra, så ingen påminns om det.\n"
        "Öppna ärendet, och säg till den som sköter driften: så här ska det inte bli.\n"
        f"{LINK}arende/{stepless}\n"
        "\n"
        f"{silent}: Bedöm om hembesök behövs\n"
        "Steget är inte gjort, och ingen påminns om det igen.\n"
        "Se till att någon tar steget.\n"
        f"{LINK}arende/{silent}\n"
        "\n"
        f"Öppna listan över försenat: {LINK}forsenat\n"
        "\n"
        "-- \n"
        "Mejlet skickas av Vårdtråd och går inte att svara på."
        " Uppgifter om patienten finns bara i ärendet.\n"
    )


def test_the_head_of_health_care_is_told_where_there_is_no_mas(town_on_sqlite: Town):
    town = town_on_sqlite
    wilma = town.hire("wilma", Role.CARE_WORKER)
    town.hire("hans", Role.HEAD_OF_HEALTH_CARE, everywhere=True)
    town.report(wilma, FRIDAY)
    daily(town, MONDAY)
    assert told_by(town, "orphans") == [("2026-11-23", "hans")]


@pytest.mark.parametrize("mended", [True, False])
def test_a_list_where_everything_is_mended_before_the_mail_goes_is_dropped(
    town_on_sqlite: Town, smtp: Mailbox, mended: bool
):
    town = town_on_sqlite
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    without_reminders(town, reference)
    daily(town, MONDAY)
    if mended:
        town.do(staff["nils"], reference, "assess", MONDAY, ASSESSMENT)
    assert ("mia" in bulletins_sent(town, smtp, "orphans", MONDAY)) is not mended
