"""What a mail says: case, step, time, who is next, link; in Swedish, plain and HTML."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest

from notifications.channels import FolderChannel, SmtpChannel
from notifications.compose import BadAddress, Sender
from tests.notifications.town import ASSESSMENT, DUE, FRIDAY, Town, texts
from tests.servers.smtp import Mailbox


@pytest.fixture
def mailed(town: Town, smtp: Mailbox):
    """Sweeps and sends; the mails that came, by user name of the recipient."""

    def mail(now: datetime) -> dict[str, EmailMessage]:
        smtp.messages.clear()
        town.sweep(now)
        town.send(SmtpChannel(smtp.url), now)
        return {m["To"].split("@")[0]: m for m in smtp.messages}

    return mail


def test_a_reminder_before_the_time_is_out(town: Town, mailed):
    reference = town.report(town.staff()["wilma"], FRIDAY)
    message = mailed(DUE - timedelta(minutes=29, seconds=30))["nils"]
    assert message["Subject"] == f"{reference}: Bedöm om hembesök behövs (29 min kvar)"
    assert texts(message)["plain"] == (
        f"{reference}: Bedöm om hembesök behövs\n"
        "29 min kvar\n"
        "Ska vara klart senast fredag 20 november 2026 kl. 15.00.\n"
        "Är det inte gjort fredag 20 november 2026 kl. 15.00 får den som ska göra steget och"
        " enhetschef veta det.\n"
        f"Öppna ärendet: https://vardtrad.exempelby.example/arende/{reference}\n"
        "\n"
        "-- \n"
        "Mejlet skickas av Vårdtråd och går inte att svara på."
        " Uppgifter om patienten finns bara i ärendet.\n"
    )


def test_the_last_rung_says_how_late_it_is_and_when_it_comes_again(town: Town, mailed):
    town.report(town.staff()["wilma"], FRIDAY)
    message = mailed(DUE + timedelta(hours=2, minutes=20, seconds=5))["mia"]
    assert message["Subject"].endswith("Bedöm om hembesök behövs (2 h 20 min sen)")
    lines = texts(message)["plain"].splitlines()
    assert "Skulle ha varit klart fredag 20 november 2026 kl. 15.00." in lines
    again = "Är det inte gjort fredag 20 november 2026 kl. 21.20 får MAS veta det."
    assert again in lines


def test_a_late_opening_says_so(town: Town, mailed):
    called_at = FRIDAY - timedelta(hours=3)
    town.report(town.staff()["wilma"], FRIDAY, called_at=called_at)
    mails = mailed(FRIDAY)
    assert set(mails) == {"nils", "eva", "hans"}
    for message in mails.values():
        assert "Tiden hade redan gått ut när steget öppnades." in texts(message)["plain"]


def test_an_opening_with_little_time_left_says_so(town: Town, mailed):
    called_at = FRIDAY - timedelta(minutes=100)
    town.report(town.staff()["wilma"], FRIDAY, called_at=called_at)
    text = texts(mailed(FRIDAY)["nils"])["plain"]
    assert "Det mesta av tiden hade redan gått när steget öppnades." in text


def test_a_day_ends_at_2359_without_seconds(town: Town, mailed):
    staff = town.staff()
    reference = town.report(staff["wilma"], FRIDAY)
    town.do(staff["nils"], reference, "assess", FRIDAY, ASSESSMENT)
    monday = datetime.fromisoformat("2026-11-23T07:00:00+01:00")
    message = mailed(monday)["eva"]
    text = texts(message)["plain"]
    assert "Ska vara klart senast måndag 23 november 2026 kl. 23.59.\n" in text
    assert message["Subject"] == f"{reference}: Rapportera händelsen (16 h 59 min kvar)"


def test_a_digest_says_how_many_steps_are_late_and_begins_with_them(town: Town, mailed):
    staff = town.staff()
    monday, tuesday, wednesday = (
        datetime.fromisoformat(f"2026-11-{moment}+01:00")
        for moment in ("23T13:00:00", "24T16:00:00", "25T07:00:00")
    )
    in_time, late = (town.report(staff["wilma"], moment) for moment in (monday, FRIDAY))
    for reference in (in_time, late):
        town.do(staff["nils"], reference, "assess", monday, ASSESSMENT)
    message = mailed(tuesday)["eva"]
    assert message["Subject"] == "2 steg, varav 1 är försenat"
    text = texts(message)["plain"]
    assert text.index(f"{late}: Rapportera") < text.index(f"{in_time}: Rapportera")
    other = town.report(staff["wilma"], FRIDAY)
    town.do(staff["nils"], other, "assess", monday, ASSESSMENT)
    assert mailed(wednesday)["eva"]["Subject"] == "2 steg, varav 2 är försenade"


def test_mails_of_one_case_thread_together_and_answer_no_machine(town: Town, mailed):
    wilma = town.staff()["wilma"]
    first, second = town.report(wilma, FRIDAY), town.report(wilma, FRIDAY + timedelta(minutes=1))
    eva = mailed(DUE)["eva"]
    head = mailed(DUE + timedelta(hours=1))["hans"]
    assert eva["References"] == head["References"] == f"<{first}@exempelby.example>"
    later = mailed(DUE + timedelta(hours=1, minutes=1))["hans"]
    assert later["References"] == f"<{second}@exempelby.example>"
    assert eva["Message-ID"] != head["Message-ID"]
    assert eva["Message-ID"].endswith("@exempelby.example>")
    assert eva["Auto-Submitted"] == "auto-generated"
    assert eva["From"] == "Vårdtråd <vardtrad@exempelby.example>"
    assert abs(parsedate_to_datetime(eva["Date"]) - DUE) < timedelta(minutes=1)


def test_a_digest_over_several_cases_belongs_to_no_thread(town: Town, mailed):
    staff = town.staff()
    for _ in range(2):
        reference = town.report(staff["wilma"], FRIDAY)
        town.do(staff["nils"], reference, "assess", FRIDAY, ASSESSMENT)
    monday = datetime.fromisoformat("2026-11-23T07:00:00+01:00")
    message = mailed(monday)["eva"]
    assert message["Subject"] == "2 steg att göra eller följa"
    assert message["References"] is None


def test_the_html_part_is_whole_accessible_and_fetches_nothing(town: Town, mailed):
    reference = town.report(town.staff()["wilma"], FRIDAY)
    message = mailed(DUE - timedelta(minutes=29, seconds=30))["nils"]
    html = texts(message)["html"]
    assert '<html lang="sv">' in html
    assert f"<title>{message['Subject']}</title>" in html
    link = f'<a href="https://vardtrad.exempelby.example/arende/{reference}">'
    assert f"{link}Öppna ärendet {reference}</a>" in html
    assert "<strong>29 min kvar</strong>" in html
    for fetched in ("src=", "<link", "@import", "url(", "<script"):
        assert fetched not in html


@pytest.mark.parametrize("address", ["", "vardtrad", "a@b.example, c@d.example"])
def test_a_sender_that_is_no_address_is_refused_at_the_start(address: str):
    with pytest.raises(BadAddress):
        Sender(address, "https://vardtrad.exempelby.example", "k" * 32)


def test_the_demonstration_finds_the_mails_in_the_folder(town: Town, tmp_path):
    town.report(town.staff()["wilma"], FRIDAY)
    town.sweep(DUE)
    town.send(FolderChannel(tmp_path / "mail"), DUE)
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 3
    assert all(mail.taken_at is not None for mail in town.mails())
