"""The ways a mail leaves, against real servers: plain, with login, over TLS; and a folder."""

import socket
import ssl
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from notifications import smtp as smtp_connections
from notifications.channels import Answer, FolderChannel, Receipt, SmtpChannel, channel_for
from tests.servers.smtp import Mailbox

TAKEN = Receipt(Answer.TAKEN)


@dataclass
class Strict(Mailbox):
    """Remembers which connections it was sent mail on, and refuses by envelope address."""

    connections: list[Any] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    hangs_up: bool = False
    drops: frozenset[str] = frozenset()
    most: int = 100
    enough: str = "421 4.7.0 Too many messages on this connection"

    async def handle_MAIL(  # noqa: N802  (the name aiosmtpd calls)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.connections.count(session.peer) == self.most:
            if self.enough == "":  # closed without a word
                assert server.transport is not None
                server.transport.close()
            return self.enough
        envelope.mail_from = address
        return self.refused.get(address, "250 OK")

    async def handle_RCPT(  # noqa: N802  (the name aiosmtpd calls)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  (the name aiosmtpd calls)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.connections.append(session.peer)
        if self.hangs_up or not self.drops.isdisjoint(envelope.rcpt_tos):
            assert server.transport is not None
            server.transport.close()
        return await super().handle_DATA(server, session, envelope)


class Server(Controller):
    def _create_server(self) -> Coroutine[Any, Any, Any]:
        listener = socket.create_server((self.hostname, 0))
        self.port = listener.getsockname()[1]
        return self.loop.create_server(self._factory_invoker, sock=listener, ssl=self.ssl_context)


@pytest.fixture
def serve() -> Iterator[Callable[..., Strict]]:
    """Starts a server with aiosmtpd's own settings."""
    running = []

    def start(**settings: Any) -> Strict:
        mailbox = Strict()
        server = Server(mailbox, hostname="127.0.0.1", **settings)
        server.start()
        running.append(server)
        mailbox.port = server.port
        return mailbox

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def certificate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 by an authority that is trusted during the test."""
    authority = trustme.CA()
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def mail(number: int = 1, to: str = "nils@exempelby.example") -> EmailMessage:
    message = EmailMessage(POLICY)
    message["From"], message["To"] = "vardtrad@exempelby.example", to
    message["Subject"] = f"Åtgärd {number} är försenad"
    message["Date"] = datetime(2026, 11, 20, 12, 0, number, tzinfo=UTC)
    message["Message-ID"] = f"<mejl-{number}@exempelby.example>"
    message.set_content("Öppna ärendet.")
    return message


def mails(count: int) -> list[EmailMessage]:
    return [mail(number) for number in range(1, count + 1)]


def test_one_connection_carries_the_whole_batch(serve: Callable[..., Strict]):
    server = serve()
    receipts = list(SmtpChannel(server.url).deliver(mails(5)))
    assert receipts == 5 * [TAKEN]
    assert [m["Subject"] for m in server.messages] == [m["Subject"] for m in mails(5)]
    assert len(set(server.connections)) == 1


def test_each_mail_is_answered_before_the_next_is_sent(serve: Callable[..., Strict]):
    server = serve()
    counts = [len(server.messages) for _receipt in SmtpChannel(server.url).deliver(mails(3))]
    assert counts == [1, 2, 3]


def test_a_refused_recipient_does_not_stop_the_rest(serve: Callable[..., Strict]):
    server = serve()
    server.refused = {"a@b.example": "550 No such person", "c@d.example": "450 Mailbox busy"}
    batch = [mail(1, "a@b.example"), mail(2, "c@d.example"), mail(3)]
    assert list(SmtpChannel(server.url).deliver(batch)) == [
        Receipt(Answer.REFUSED, "RCPT 550"), Receipt(Answer.LATER, "RCPT 450"), TAKEN
    ]  # fmt: skip
    assert len(set(server.connections)) == 1


def test_a_refused_sender_is_our_own_fault_and_is_tried_again(serve: Callable[..., Strict]):
    server = serve()
    server.refused = {"vardtrad@exempelby.example": "553 Not allowed to send as this address"}
    [receipt] = SmtpChannel(server.url).deliver([mail()])
    assert receipt == Receipt(Answer.LATER, "MAIL 553")


def test_a_server_that_closes_answers_for_the_rest_of_the_batch(serve: Callable[..., Strict]):
    server = serve()
    server.refuse("421 4.3.2 Closing")
    receipts = list(SmtpChannel(server.url).deliver(mails(3)))
    assert receipts == 3 * [Receipt(Answer.UNREACHABLE, "DATA 421")]


def test_a_connection_lost_after_the_data_leaves_the_mail_to_be_sent_again(
    serve: Callable[..., Strict],
):
    server = serve()
    server.hangs_up = True
    lost = "LOST SMTPServerDisconnected"
    assert list(SmtpChannel(server.url).deliver(mails(2))) == [
        Receipt(Answer.UNREACHABLE, lost, uncertain=True), Receipt(Answer.UNREACHABLE, lost)
    ]  # fmt: skip
    assert len(server.messages) == 1


@pytest.mark.parametrize("enough", ["421 4.7.0 Too many messages", "452 4.5.3 Too many", ""])
def test_a_server_that_takes_two_mails_a_connection_gets_the_rest_on_new_ones(
    serve: Callable[..., Strict], enough: str
):
    server = serve()
    server.most, server.enough = 2, enough
    assert list(SmtpChannel(server.url).deliver(mails(5))) == 5 * [TAKEN]
    assert [m["Subject"] for m in server.messages] == [m["Subject"] for m in mails(5)]
    assert len(set(server.connections)) == 3


def test_a_connection_lost_in_the_middle_leaves_one_mail_and_the_rest_go_on_a_new_one(
    serve: Callable[..., Strict],
):
    server = serve()
    server.drops = frozenset({"a@b.example"})
    lost = Receipt(Answer.LATER, "LOST SMTPServerDisconnected", uncertain=True)
    batch = [mail(1), mail(2, "a@b.example"), mail(3), mail(4)]
    assert list(SmtpChannel(server.url).deliver(batch)) == [TAKEN, lost, TAKEN, TAKEN]
    assert len(set(server.connections)) == 2


def test_the_next_mail_is_asked_for_when_the_one_before_has_been_answered(
    serve: Callable[..., Strict],
):
    server, asked = serve(), list[int]()

    def written() -> Iterator[EmailMessage]:
        for number in range(1, 4):
            asked.append(len(server.messages))
            yield mail(number)

    assert list(SmtpChannel(server.url).deliver(written())) == 3 * [TAKEN]
    assert asked == [0, 1, 2]


def test_a_server_that_says_nothing_is_waited_for_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(smtp_connections, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        channel = SmtpChannel(f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        receipts = list(channel.deliver(mails(3)))
        assert receipts == 3 * [Receipt(Answer.UNREACHABLE, "CONNECT SMTPServerDisconnected")]
        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()


def test_no_mail_needs_no_server(unused_port: int):
    assert list(SmtpChannel(f"smtp://127.0.0.1:{unused_port}").deliver([])) == []


def test_login_and_mail_go_over_starttls(serve: Callable[..., Strict], certificate: ssl.SSLContext):
    logins = []

    def accept(
        _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: LoginPassword
    ) -> AuthResult:
        logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"hemlig@ord", handled=False)

    server = serve(
        tls_context=certificate, require_starttls=True, auth_required=True, authenticator=accept
    )
    address = f"127.0.0.1:{server.port}?starttls=1"
    assert list(SmtpChannel(f"smtp://v%40rd:hemlig%40ord@{address}").deliver([mail()])) == [TAKEN]
    assert logins[-1] == (b"v@rd", b"hemlig@ord")
    wrong = list(SmtpChannel(f"smtp://v%40rd:fel@{address}").deliver([mail()]))
    assert wrong == [Receipt(Answer.UNREACHABLE, "CONNECT 535")]
    assert len(server.messages) == 1


def test_smtps_is_tls_from_the_start(serve: Callable[..., Strict], certificate: ssl.SSLContext):
    server = serve(ssl_context=certificate)
    assert list(SmtpChannel(f"smtps://127.0.0.1:{server.port}").deliver([mail()])) == [TAKEN]


def test_a_certificate_nobody_vouches_for_gets_no_mail(
    serve: Callable[..., Strict], certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
):
    server = serve(tls_context=certificate)
    monkeypatch.delenv("SSL_CERT_FILE")
    [receipt] = SmtpChannel(f"smtp://127.0.0.1:{server.port}?starttls=1").deliver([mail()])
    assert receipt == Receipt(Answer.UNREACHABLE, "CONNECT SSLCertVerificationError")
    assert server.messages == []


def test_a_server_without_tls_gets_nothing_in_the_clear_when_tls_was_asked_for(
    serve: Callable[..., Strict],
):
    server = serve()
    [receipt] = SmtpChannel(f"{server.url}?starttls=1").deliver([mail()])
    assert receipt == Receipt(Answer.UNREACHABLE, "CONNECT SMTPNotSupportedError")
    assert server.messages == []


@pytest.mark.parametrize("url", ["smtp://", "http://mail.example", "mail.example:25", "smtp:host"])
def test_what_is_no_mail_server_is_refused(url: str):
    with pytest.raises(ValueError, match="smtp://host:port"):
        SmtpChannel(url)


def test_a_login_that_cannot_be_sent_is_refused_at_the_start():
    with pytest.raises(ValueError, match="ASCII"):
        SmtpChannel("smtp://vardtrad:l%C3%B6sen@mail.example?starttls=1")


def test_the_folder_holds_one_readable_file_for_each_mail_in_order_of_time(tmp_path: Path):
    folder = tmp_path / "var" / "mail"
    assert list(FolderChannel(folder).deliver(mails(3))) == 3 * [TAKEN]
    read = [message_from_bytes(p.read_bytes(), policy=POLICY) for p in sorted(folder.iterdir())]
    assert [m["Subject"] for m in read] == [m["Subject"] for m in mails(3)]
    assert {p.suffix for p in folder.iterdir()} == {".eml"}


def test_a_mail_delivered_twice_is_one_file(tmp_path: Path):
    channel = FolderChannel(tmp_path)
    for _ in range(2):
        assert list(channel.deliver([mail()])) == [TAKEN]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_out_of_reach(tmp_path: Path):
    (tmp_path / "mail").write_text("a file in the way")
    assert list(FolderChannel(tmp_path / "mail").deliver([mail()])) == [
        Receipt(Answer.UNREACHABLE, "FOLDER FileExistsError")
    ]


def test_mail_goes_to_the_folder_until_a_server_is_named(tmp_path: Path):
    assert isinstance(channel_for("", str(tmp_path)), FolderChannel)
    assert isinstance(channel_for("smtp://mail.example", str(tmp_path)), SmtpChannel)
