"""The servers the other tests lean on are real and do what those tests take for granted."""

import smtplib
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.servers import chromium_package
from tests.servers.chromium import ARGUMENTS, DESK, PHONE
from tests.servers.smtp import Mailbox

HEADING = "<html lang=sv><title>Ärende</title><main><h1>Avvikelse på Åsgården</h1></main>"


def mail_to(mailbox: Mailbox) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "vardtrad@exempelby.example", "mas@exempelby.example"
    message["Subject"] = "Åtgärd försenad"
    message.set_content("Öppna ärendet.")
    address = urlsplit(mailbox.url)
    with smtplib.SMTP(address.hostname or "", address.port or 0) as client:
        client.send_message(message)


def test_a_sent_mail_can_be_read_at_the_server(smtp: Mailbox):
    mail_to(smtp)
    [message] = smtp.messages
    assert message["Subject"] == "Åtgärd försenad"
    assert message["To"] == "mas@exempelby.example"
    assert message.get_content().strip() == "Öppna ärendet."


@pytest.mark.parametrize("reply", ["451 4.3.0 Try again later", "550 5.1.1 No such person"])
def test_a_mail_server_can_be_told_to_refuse_and_to_accept_again(smtp: Mailbox, reply: str):
    smtp.refuse(reply)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        mail_to(smtp)
    assert refused.value.smtp_code == int(reply[:3])
    assert smtp.messages == []
    smtp.accept()
    mail_to(smtp)
    assert len(smtp.messages) == 1


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_chromium_draws_text(open_page, size):
    page: Page = open_page(size)
    page.set_content(HEADING)
    assert text_width(page) > 100
    assert page.evaluate("innerWidth") >= size["width"]


def test_the_chromium_of_the_npm_package_draws_text_too(chromium: Browser):
    executable, environment = chromium_package.unpacked()
    browser = chromium.browser_type.launch(
        executable_path=executable, env=environment, args=ARGUMENTS
    )
    page = browser.new_page()
    page.set_content(HEADING)
    assert text_width(page) > 100
    browser.close()


def test_axe_sees_text_of_too_little_contrast(desk: Page):
    desk.set_content(HEADING.replace("<h1>", "<h1 style='color:#ccc;background:#fff'>"))
    faults = {fault["id"] for fault in Axe().run(desk).response["violations"]}
    assert "color-contrast" in faults


def text_width(page: Page) -> float:
    """The drawn width in pixels of the heading's letters; 0 where no font was found."""
    width: float = page.evaluate(
        """() => {
            const range = document.createRange();
            range.selectNodeContents(document.querySelector("h1"));
            return range.getBoundingClientRect().width;
        }"""
    )
    return width


@pytest.mark.parametrize("turn", ["first", "second"])
def test_no_test_sees_the_database_of_another(database_url: str, turn: str):
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE left_behind (id INTEGER)"))
    assert "left_behind" in sa.inspect(engine).get_table_names(), turn
