"""After a standstill: who is told that the time control stood still, and what went out late."""

from datetime import timedelta

from notifications.models import CatchUp
from tests.notifications.mornings import LINK, bulletins_sent, daily, plain, told_by
from tests.notifications.town import DUE, FRIDAY, MINUTE, Town
from tests.servers.smtp import Mailbox
from workflow.roles import Role

WOKE = DUE + timedelta(hours=3)


def stood_still(town: Town, cases: int) -> list[str]:
    """From FRIDAY, when the cases were reported, until WOKE."""
    wilma = town.staff()["wilma"]
    town.hire("adam", Role.ADMINISTRATOR, everywhere=True)
    references = [town.report(wilma, FRIDAY) for _ in range(cases)]
    town.sweep(FRIDAY)
    town.sweep(WOKE)
    return references


def test_mas_and_the_administrators_are_told_once_how_long_and_how_late(town: Town, smtp: Mailbox):
    first, second = stood_still(town, 2)
    for minutes in range(3):
        daily(town, WOKE + minutes * MINUTE)
    with town.database.reading() as session:
        key = str(session.query(CatchUp).one().id)
    assert told_by(town, "catch_up") == [(key, "mia"), (key, "adam")]
    assert bulletins_sent(town, smtp, "catch_up", WOKE) == {}
    mails = bulletins_sent(town, smtp, "catch_up", WOKE + MINUTE)
    assert {mail["Subject"] for mail in mails.values()} == {"Tidkontrollen stod stilla i 5 h"}
    happened = (
        "Inga påminnelser gick ut från fredag 20 november 2026 kl. 13.00"
        " till fredag 20 november 2026 kl. 18.00.\n"
        "8 påminnelser gick ut för sent, som mest 3 h 30 min.\n"
        "Det som missades har nu gått ut, en gång. Tidkontrollen går igen.\n"
        "\n"
    )
    footer = (
        "\n"
        "-- \n"
        "Mejlet skickas av Vårdtråd och går inte att svara på."
        " Uppgifter om patienten finns bara i ärendet.\n"
    )
    assert plain(mails["mia"]) == (
        f"{happened}"
        "Ärenden med sena påminnelser\n"
        "\n"
        f"{first}: påmint 3 h 30 min för sent\n"
        f"{LINK}arende/{first}\n"
        "\n"
        f"{second}: påmint 3 h 30 min för sent\n"
        f"{LINK}arende/{second}\n"
        "\n"
        f"Öppna listan över försenat: {LINK}forsenat\n"
        f"{footer}"
    )
    assert plain(mails["adam"]) == f"{happened}Öppna driftsidan: {LINK}drift\n{footer}"


def test_a_standstill_that_made_nothing_late_is_not_worth_a_mail(town_on_sqlite: Town):
    town = town_on_sqlite
    stood_still(town, 0)
    daily(town, WOKE)
    assert told_by(town, "catch_up") == []


def test_whoever_comes_later_is_not_told_of_an_old_standstill(town_on_sqlite: Town):
    town = town_on_sqlite
    stood_still(town, 1)
    daily(town, WOKE + timedelta(days=8))
    assert told_by(town, "catch_up") == []
