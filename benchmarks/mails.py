"""Mails a second to an SMTP server on the same machine, in a process of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from benchmarks.table import Line
from notifications.channels import Answer, SmtpChannel


def figures(mails: int) -> Iterator[Line]:
    """Of the size that a reminder has."""
    with smtp_server() as url:
        channel, written = SmtpChannel(url), [_mail(number) for number in range(mails)]
        each = _rate(mails, lambda: [_alone(channel, mail) for mail in written])
        reused = _rate(mails, lambda: [receipt.answer for receipt in channel.deliver(written)])
    what = f"{mails:,} mails to a local SMTP server, one connection"
    yield Line(what, reused, "mails/s", each, "a connection each")


def _alone(channel: SmtpChannel, mail: EmailMessage) -> Answer:
    (receipt,) = channel.deliver([mail])
    return receipt.answer


def _rate(mails: int, deliver: Callable[[], list[Answer]]) -> float:
    begun = time.perf_counter()
    answers = deliver()
    seconds = time.perf_counter() - begun
    assert answers == [Answer.TAKEN] * mails
    return mails / seconds


@contextmanager
def smtp_server() -> Iterator[str]:
    """Takes every mail and throws it away."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    listening = f"127.0.0.1:{port}"
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", listening, "-c"]
    server = subprocess.Popen([*command, "aiosmtpd.handlers.Sink"])
    try:
        _wait_for(port)
        yield f"smtp://{listening}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the mail server does not answer")


def _mail(number: int) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "vardtrad@exempelby.example", "nils@exempelby.example"
    message["Subject"], message["Message-ID"] = "AVV-2026-0001", f"<{number}@bench.example>"
    text = "AVV-2026-0001: Bedöm händelsen.\n" * 20
    message.set_content(text)
    message.add_alternative(f"<p>{text}</p>", subtype="html")
    return message
