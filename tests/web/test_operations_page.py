"""What those who look after the system see, and what MAS sees of the same."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import delete, select, update

from cases.calendar_days import CalendarChange
from cases.people import Membership
from notifications.channels import SmtpChannel
from notifications.models import CatchUp, Notification, OutboxMail, Worker
from notifications.outbox import deliver
from notifications.sweep import sweep
from tests.servers.smtp import Mailbox
from tests.web.parish import Parish
from workflow.roles import Role


@pytest.fixture
def hamlet(sqlite_url: str) -> Iterator[Parish]:
    """Without cases; what is told here does not depend on the database."""
    parish = Parish(sqlite_url)
    yield parish
    parish.database.engine.dispose()


@pytest.fixture
def see(hamlet: Parish) -> Callable[[str, str], str]:
    """The text of a page's main part, on one line."""

    def page(who: str, path: str) -> str:
        answer = hamlet.client(who).get(path)
        assert answer.status_code == 200, answer.status
        main = answer.text.partition("<main")[2].partition("</main>")[0]
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", f"<main{main}")).split())

    return page


def swept(hamlet: Parish) -> None:
    sweep(hamlet.database, hamlet.routines, hamlet.now)


def delivered(hamlet: Parish, smtp: Mailbox) -> None:
    sender = hamlet.app.extensions["vardtrad"].settings.sender
    deliver(hamlet.database, hamlet.routines, SmtpChannel(smtp.url), sender, hamlet.now)


# The time control


def test_a_time_control_that_never_ran_is_an_alarm_that_says_what_to_do(see):
    page = see("ada", "/drift")
    assert "Tidkontrollen står stilla Den har aldrig gått." in page
    assert "vardtrad worker" in page


def test_a_time_control_that_runs_is_told_without_alarm(hamlet, see):
    swept(hamlet)
    page = see("mats", "/drift")
    assert "Tidkontrollen står stilla" not in page
    assert "Tidkontrollen Går Senast" in page


def test_a_missing_sweep_is_the_first_thing_on_the_page_and_in_the_foot_of_every_page(hamlet, see):
    swept(hamlet)
    hamlet.wait(hours=2, minutes=5, seconds=30)
    page = hamlet.client("ada").get("/drift").text
    main = page.partition("<main")[2]
    alarm, first_panel = main.index("Tidkontrollen står stilla"), main.index('class="columns"')
    assert 'data-color="danger"' in main[:alarm]
    assert alarm < first_panel
    assert "för 2 h 5 min sedan" in see("ada", "/drift")
    assert '<p class="late">Tiderna kontrollerades senast' in page
    assert ">Drift (larm)</a>" in hamlet.client("ada").get("/personer").text


def test_workers_are_told_as_running_or_silent_and_not_once_they_have_ended(hamlet, see):
    now, before = hamlet.now, hamlet.now - timedelta(hours=1)
    with hamlet.database.transaction() as session:
        for host, seen_at, ended_at in (
            ("levande", now, None), ("tyst", before, None), ("slutat", before, before),
        ):  # fmt: skip
            session.add(
                Worker(
                    id=host, host=host, pid=7, started_at=before, seen_at=seen_at,
                    ended_at=ended_at,
                )
            )  # fmt: skip
    page = see("ada", "/drift")
    assert "levande 7 Igång" in page
    assert "tyst 7 Svarar inte" in page
    assert "slutat" not in page


def test_queues_and_lateness_are_told(hamlet, see):
    hamlet.report()
    swept(hamlet)
    assert "Ingen påminnelse har behövt gå ut det senaste dygnet." in see("ada", "/drift")
    hamlet.wait(hours=3)
    assert "Påminnelser vars tid har kommit 0" not in see("ada", "/drift")
    swept(hamlet)
    page = see("ada", "/drift")
    assert "Påminnelser vars tid har kommit 0" in page
    assert "Påminnelser som väntar på sitt mejl 0" not in page
    assert "Senast 1 h 35 min" in page


def test_changed_days_and_the_daily_check_have_empty_states(see):
    page = see("ada", "/drift")
    assert "Inget prov har gjorts än." in page
    assert "Ingen helgdag eller stängd dag har ändrats." in page
    assert "Tidkontrollen har inte stått stilla de senaste 30 dagarna." in page


def test_a_changed_day_says_why_and_how_many_times_it_moved(hamlet, see):
    with hamlet.database.transaction() as session:
        session.add(
            CalendarChange(
                at=hamlet.now, day=hamlet.now.date(), closed=True, reason="Klämdag",
                clocks_moved=12,
            )
        )  # fmt: skip
    assert "Stängd: Klämdag" in see("ada", "/drift")


# After a standstill


@pytest.fixture
def stood_still(hamlet: Parish) -> str:
    """A case whose reminders went out late, because nobody had swept for three hours."""
    swept(hamlet)
    reference = hamlet.report()
    hamlet.wait(hours=3)
    swept(hamlet)
    return reference


def test_mas_reads_when_it_stood_still_how_many_were_late_and_which(hamlet, see, stood_still):
    with hamlet.database.reading() as session:
        (row,) = session.scalars(select(CatchUp))
    for path in ("/drift", "/forsenat"):
        page = see("mats", path)
        assert "Tidkontrollen stod stilla tis 24 nov. 2026 08:30–11:30." in page
        assert f"{row.rungs} påminnelser gick ut för sent, som mest 1 h 35 min." in page
        assert f"{stood_still} Tallen, 1 h 35 min för sent" in page


def test_an_administrator_reads_how_many_but_no_case(see, stood_still):
    page = see("ada", "/drift")
    assert "påminnelser gick ut för sent" in page
    assert stood_still not in page


def test_a_manager_hears_only_of_a_standstill_that_made_something_of_theirs_late(see, stood_still):
    assert stood_still in see("ulla", "/forsenat")
    assert "stod stilla" not in see("gun", "/forsenat")


@pytest.mark.usefixtures("stood_still")
def test_after_a_week_a_standstill_is_left_to_the_page_of_operations(hamlet, see):
    hamlet.wait(days=8)
    assert "stod stilla" not in see("mats", "/forsenat")
    assert "stod stilla" in see("mats", "/drift")


# Nobody


@pytest.fixture
def nobody(hamlet: Parish) -> str:
    """A case for which no nurse and no manager can be reached."""
    reference = hamlet.report()
    with hamlet.database.transaction() as session:
        session.execute(
            delete(Membership).where(
                Membership.role.in_(
                    [role for role in Role if role not in (Role.MAS, Role.ADMINISTRATOR)]
                )
            )
        )
    hamlet.wait(hours=3)
    swept(hamlet)
    return reference


def test_nobody_reachable_is_red_comes_first_and_says_what_to_do(hamlet, nobody):
    main = hamlet.client("mats").get("/forsenat").text.partition("<main")[2]
    alarm = main.index('<section class="ds-alert" data-color="danger" aria-labelledby="ingen">')
    assert alarm < main.index("<table")
    assert nobody in main[alarm:]
    assert "Ring någon som kan göra steget." in main
    assert "Enhetschefen och systemförvaltaren ändrar jourlistan." in main


@pytest.mark.usefixtures("nobody")
def test_a_case_that_nobody_has_the_responsibility_for_says_why_and_what_to_do(see):
    page = see("mats", "/forsenat")
    assert "Ingen har ansvaret" in page
    assert "Ingen som kan göra steget går att nå: sjuksköterska" in page
    assert "Se till att någon har rollen på enheten" in page


def test_where_all_is_well_nothing_is_said_of_the_responsibility(hamlet, see):
    hamlet.report()
    swept(hamlet)
    page = see("mats", "/forsenat")
    assert "Ingen har ansvaret" not in page
    assert "Ingen gick att nå" not in page


# Mails that did not come


@pytest.fixture
def failed(hamlet: Parish, smtp: Mailbox) -> str:
    """A case about which the mail server has refused every mail."""
    reference = hamlet.report()
    hamlet.wait(minutes=95)
    swept(hamlet)
    smtp.refuse("550 5.1.1 no such user")
    delivered(hamlet, smtp)
    smtp.accept()
    return reference


def post(hamlet: Parish, who: str, path: str) -> tuple[int, str]:
    client = hamlet.client(who)
    answer = client.post(path, data=hamlet.token(client))
    return answer.status_code, answer.location or ""


def mail_ids(hamlet: Parish) -> list[int]:
    with hamlet.database.reading() as session:
        return list(session.scalars(select(OutboxMail.id).order_by(OutboxMail.id)))


def test_no_failed_mail_is_an_empty_page_that_says_what_comes_here(see):
    assert "Alla mejl har kommit fram." in see("ada", "/drift/mejl")


def test_a_failed_mail_tells_who_why_and_how_often_and_the_case_only_to_who_may_see_it(see, failed):
    administrator, mas = see("ada", "/drift/mejl"), see("mats", "/drift/mejl")
    for page in (administrator, mas):
        assert "Nina Nord" in page
        assert "efter 1 försök" in page
    assert failed in mas
    assert failed not in administrator
    assert "Mejl som inte kom fram 0" not in see("ada", "/drift")


@pytest.mark.usefixtures("failed")
def test_an_administrator_is_led_to_the_person_to_correct_the_address(hamlet):
    link = f'href="/personer/{hamlet.people["nina"]}"'
    assert link in hamlet.client("ada").get("/drift/mejl").text
    assert link not in hamlet.client("mats").get("/drift/mejl").text


@pytest.mark.usefixtures("failed")
def test_trying_again_sends_the_mail_once_however_often_it_is_asked_for(hamlet, smtp, see):
    for mail_id in mail_ids(hamlet):
        for _time in range(2):
            assert post(hamlet, "ada", f"/drift/mejl/{mail_id}/igen") == (303, "/drift/mejl")
    delivered(hamlet, smtp)
    assert len(smtp.messages) == len(mail_ids(hamlet))
    assert "Alla mejl har kommit fram." in see("ada", "/drift/mejl")


def test_a_mail_that_does_not_exist_cannot_be_tried_again(hamlet):
    assert post(hamlet, "ada", "/drift/mejl/4711/igen")[0] == 404


# Proof on the case's page


def told_of(see: Callable[[str, str], str], reference: str) -> str:
    return see("mats", f"/arende/{reference}")


def test_the_case_page_tells_each_station_of_a_mail_that_came(hamlet, smtp, see):
    reference = hamlet.report()
    hamlet.wait(minutes=95)
    swept(hamlet)
    assert "Ärendet inte öppnat" in told_of(see, reference)
    delivered(hamlet, smtp)
    page = told_of(see, reference)
    stations = re.search(
        r"Skapad tis 24 nov\. 2026 (\S+) Skickad \1 Tagen av mejlservern \1 Ärendet inte öppnat",
        page,
    )
    assert stations
    assert re.search(r"Nina Nord taget av mejlservern \S+, inte öppnat", page)


@pytest.mark.parametrize("path", ["/arende/{reference}", "/steg/{step_id}"])
def test_opening_the_case_or_its_step_is_noted_for_who_was_told_and_shown_on_the_timeline(
    hamlet, see, path
):
    reference = hamlet.report()
    hamlet.wait(minutes=95)
    swept(hamlet)
    step_id = hamlet.case(reference).steps[0].id
    hamlet.wait(minutes=10)
    see("nina", path.format(reference=reference, step_id=step_id))
    hamlet.wait(minutes=10)
    see("nina", path.format(reference=reference, step_id=step_id))
    page = told_of(see, reference)
    assert len(set(re.findall(r"Nina Nord öppnade ärendet (\S+)", page))) == 1
    hamlet.wait(hours=2)
    assert re.search(r"Nina Nord mejl på väg, öppnade ärendet \S+", see("mats", "/forsenat"))
    with hamlet.database.reading() as session:
        opened = session.execute(
            select(Notification.recipient_id).where(Notification.opened_at.is_not(None))
        )
        assert set(opened.scalars()) == {hamlet.people["nina"]}


def test_a_mail_that_was_refused_is_told_in_words_and_opens_the_list(hamlet, see, failed):
    page = hamlet.client("mats").get(f"/arende/{failed}").text
    assert 'id="mejl" open' in page
    assert '<li data-mark="failed">Kom inte fram' in page
    assert re.search(r"Nina Nord kom inte fram \S+", told_of(see, failed))


def test_a_reminder_that_was_not_needed_is_told_so(hamlet, smtp, see):
    reference = hamlet.report()
    hamlet.wait(minutes=95)
    swept(hamlet)
    hamlet.do("nina", reference, "assess")
    delivered(hamlet, smtp)
    page = told_of(see, reference)
    assert "Skickades inte: det behövdes inte längre" in page


def test_a_mail_that_may_have_come_twice_says_so(hamlet, smtp, see):
    reference = hamlet.report()
    hamlet.wait(minutes=95)
    swept(hamlet)
    delivered(hamlet, smtp)
    with hamlet.database.transaction() as session:
        session.execute(update(OutboxMail).values(uncertain=True, attempts=2))
    page = told_of(see, reference)
    assert ", försök 2 " in page
    assert "kan ha kommit två gånger" in page


def test_nobody_reachable_is_a_red_line_on_the_timeline(hamlet, nobody):
    page = hamlet.client("mats").get(f"/arende/{nobody}").text
    line = page.partition("Ingen gick att nå.")[0].rpartition("<li")[2]
    assert 'data-color="danger"' in line
