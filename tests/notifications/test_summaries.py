"""The morning summary of what is overdue: to whom, when, and what it says."""

from datetime import timedelta

from sqlalchemy import update

from cases.models import Case, CaseStep
from notifications.bulletin_parts import MOST
from tests.notifications.mornings import LINK, at, bulletins_sent, daily, plain, told_by
from tests.notifications.town import ASSESSMENT, FRIDAY, Town, texts
from tests.servers.smtp import Mailbox
from workflow.roles import Role

MONDAY = at("2026-11-23 07:00")


def move(town: Town, reference: str, unit_id: int) -> None:
    with town.database.transaction() as session:
        session.execute(update(Case).where(Case.reference == reference).values(unit_id=unit_id))


def late_for(town: Town, reference: str, days: int) -> None:
    with town.database.transaction() as session:
        case_id = town.events(reference, "opened")[0].case_id
        due = MONDAY - timedelta(days=days)
        assess = update(CaseStep).where(CaseStep.case_id == case_id, CaseStep.key == "assess")
        session.execute(assess.values(due_at=due))


def test_each_who_watches_over_an_area_hears_what_is_overdue_in_it(town: Town, smtp: Mailbox):
    staff = town.staff()
    other = town.unit("bjorkbacken")
    town.hire("bo", Role.UNIT_MANAGER, unit_id=other)
    quiet = town.unit("quiet")
    town.hire("clara", Role.UNIT_MANAGER, unit_id=quiet)
    first, second, moved = (town.report(staff["wilma"], FRIDAY) for _ in range(3))
    move(town, moved, other)
    late_for(town, first, 3)
    late_for(town, second, 2)
    late_for(town, moved, 4)
    daily(town, MONDAY)
    assert told_by(town, "overdue") == [("2026-11-23", who) for who in ("eva", "hans", "mia", "bo")]
    mails = bulletins_sent(town, smtp, "overdue", MONDAY)
    assert {who: mail["Subject"] for who, mail in mails.items()} == {
        "eva": "2 steg är försenade",
        "bo": "1 steg är försenat",
        "hans": "3 steg är försenade",
        "mia": "3 steg är försenade",
    }
    assert plain(mails["mia"]) == (
        "Så här är läget på 2 enheter i dag. Det som är mest försenat står först.\n"
        "\n"
        "Enhet 1 av 2: 1 försenat steg\n"
        "\n"
        f"{moved}: Bedöm om hembesök behövs (4 dagar sen)\n"
        f"{LINK}arende/{moved}\n"
        "\n"
        "Enhet 2 av 2: 2 försenade steg\n"
        "\n"
        f"{first}: Bedöm om hembesök behövs (3 dagar sen)\n"
        f"{LINK}arende/{first}\n"
        "\n"
        f"{second}: Bedöm om hembesök behövs (2 dagar sen)\n"
        f"{LINK}arende/{second}\n"
        "\n"
        f"Öppna listan över försenat: {LINK}forsenat\n"
        "\n"
        "-- \n"
        "Mejlet skickas av Vårdtråd och går inte att svara på."
        " Uppgifter om patienten finns bara i ärendet.\n"
    )
    assert moved not in plain(mails["eva"])
    assert plain(mails["bo"]).startswith("Så här är läget i ditt område i dag.")


def test_once_a_day_and_only_on_working_days_within_the_send_window(town_on_sqlite: Town):
    town = town_on_sqlite
    town.report(town.staff()["wilma"], FRIDAY)
    for moment in ("2026-11-21 07:00", "2026-11-22 10:00", "2026-11-23 06:59"):
        daily(town, at(moment))
    assert told_by(town, "overdue") == []
    for moment in ("2026-11-23 07:00", "2026-11-23 07:01", "2026-11-23 16:00"):
        daily(town, at(moment))
    assert [key for key, _who in told_by(town, "overdue")] == ["2026-11-23"] * 3
    daily(town, at("2026-11-24 17:00"))
    assert len(told_by(town, "overdue")) == 3
    daily(town, at("2026-11-25 16:59"))
    assert len(told_by(town, "overdue")) == 6


def test_a_morning_with_nothing_overdue_is_quiet_the_whole_day(town_on_sqlite: Town):
    town = town_on_sqlite
    town.report(town.staff()["wilma"], at("2026-11-23 06:30"))
    daily(town, MONDAY)
    daily(town, at("2026-11-23 10:00"))
    assert told_by(town, "overdue") == []


def test_what_is_done_before_the_mail_goes_is_left_out(town_on_sqlite: Town, smtp: Mailbox):
    town = town_on_sqlite
    staff = town.staff()
    done, left = (town.report(staff["wilma"], FRIDAY) for _ in range(2))
    daily(town, MONDAY)
    town.do(staff["nils"], done, "assess", MONDAY, ASSESSMENT)
    mails = bulletins_sent(town, smtp, "overdue", MONDAY)
    assert left in plain(mails["eva"])
    assert done not in plain(mails["eva"])


def test_a_summary_with_nothing_left_in_it_is_dropped(town_on_sqlite: Town, smtp: Mailbox):
    town = town_on_sqlite
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    daily(town, MONDAY)
    town.do(staff["nils"], reference, "assess", MONDAY, ASSESSMENT)
    assert bulletins_sent(town, smtp, "overdue", MONDAY) == {}
    dropped = [mail.dropped_at is not None for mail in town.mails() if mail.bulletin_id]
    assert dropped == [True, True, True]


def test_a_long_list_names_the_oldest_and_counts_the_rest(town_on_sqlite: Town, smtp: Mailbox):
    town = town_on_sqlite
    staff = town.staff()
    references = [town.report(staff["wilma"], FRIDAY) for _ in range(MOST + 2)]
    for days, reference in enumerate(references, 3):
        late_for(town, reference, days)
    daily(town, MONDAY)
    mail = bulletins_sent(town, smtp, "overdue", MONDAY)["eva"]
    assert mail["Subject"] == f"{MOST + 2} steg är försenade"
    named = [line[:13] for line in plain(mail).splitlines() if line.startswith("AVV-")]
    assert named == references[:1:-1]
    assert f"\n… och 2 till.\nÖppna listan över försenat: {LINK}forsenat\n" in plain(mail)


def test_the_substitute_hears_in_the_place_of_who_is_absent(town_on_sqlite: Town):
    town = town_on_sqlite
    staff = town.staff()
    other = town.unit("bjorkbacken")
    stand_in = town.hire("sara", Role.UNIT_MANAGER, unit_id=other)
    town.away(staff["eva"], FRIDAY, MONDAY + timedelta(days=5), stand_in)
    town.report(staff["wilma"], FRIDAY)
    daily(town, MONDAY)
    assert {who for _key, who in told_by(town, "overdue")} == {"hans", "mia", "sara"}


def test_who_has_no_mail_address_or_is_no_longer_there_gets_no_summary(town_on_sqlite: Town):
    town = town_on_sqlite
    wilma = town.hire("wilma", Role.CARE_WORKER)
    town.hire("eva", Role.UNIT_MANAGER, email="")
    town.hire("ewa", Role.UNIT_MANAGER, active=False)
    town.hire("ida", Role.UNIT_MANAGER, to_day=FRIDAY.date())
    town.report(wilma, FRIDAY)
    daily(town, MONDAY)
    assert told_by(town, "overdue") == []


def test_the_html_part_has_the_same_links(town_on_sqlite: Town, smtp: Mailbox):
    town = town_on_sqlite
    reference = town.report(town.staff()["wilma"], FRIDAY)
    daily(town, MONDAY)
    message = bulletins_sent(town, smtp, "overdue", MONDAY)["eva"]
    html = texts(message)["html"]
    assert '<html lang="sv">' in html
    assert f"<title>{message['Subject']}</title>" in html
    assert f'<a href="{LINK}arende/{reference}">{reference}: Bedöm om hembesök behövs</a>' in html
    assert f'<a href="{LINK}forsenat">Öppna listan över försenat</a>' in html
    for fetched in ("src=", "<link", "@import", "url(", "<script"):
        assert fetched not in html
