"""A worker killed by the kernel at random points: what it had begun is finished by the next."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event
from time import sleep

from notifications.channels import SmtpChannel
from notifications.sweep import BATCH
from tests.faults.afterwards import Aftermath, armed_in
from tests.faults.conftest import Scale
from tests.faults.filling import Template
from tests.faults.mail_servers import TroubledMailbox
from tests.faults.processes import Worker, wait_until, workers
from tests.faults.recovering import due_rungs, send_until_quiet, waiting_mails
from tests.notifications.town import ASSESSMENT, Town
from workflow.definitions.deviation.ladders import DAYTIME

SEED = 20261122
LONGEST_DELAY = 30
"""Milliseconds; about as long as a batch of a sweep takes."""


def test_a_worker_killed_in_the_middle_of_a_sweep_leaves_no_rung_behind(
    town: Town, mailbox: TroubledMailbox, log: Path, scale: Scale, found: Callable[[str], None]
):
    random, now = Random(SEED), datetime.now(UTC)  # noqa: S311  (the same points each time)
    template = Template(town, waiting_for_the_digest(town, now - timedelta(days=8)))
    armed, delays, left = armed_in(town), list[int](), list[int]()
    # More than one batch, or the first would leave nothing undone.
    cases = max(scale.digests, BATCH[town.database.engine.dialect.name] + 200)
    for _ in range(scale.kills // 2):
        template.add(cases - due_rungs(town, now) // len(DAYTIME.rungs))
        armed |= armed_in(town)
        before = due_rungs(town, now)
        delays.append(random.randrange(LONGEST_DELAY))
        with workers(1, town.url, mailbox.url, log) as [worker]:
            wait_until(lambda: worker.started, "a start", [worker])
            while due_rungs(town, now) == before and worker.living:
                sleep(0.003)
            sleep(delays[-1] / 1000)
            worker.kill()
        left.append(due_rungs(town, now))
    town.sweep(now)
    # A digest of thousands of lines takes its time, so only the long form waits for it.
    then = town.routines.next_digest(now) if scale.patient else datetime.now(UTC)
    sent = send_until_quiet(town, SmtpChannel(mailbox.url), then)
    found(f"seed {SEED}: killed {delays} ms after a batch, {left} due rungs left undone")
    found(f"{len(armed)} rungs, {len(mailbox.messages)} mails")
    assert sum(1 for rungs in left if rungs) >= scale.kills // 4, "the kills came too late"
    assert Aftermath(town, armed, now, sent, mailbox.messages, log.read_text()).faults() == []


def waiting_for_the_digest(town: Town, long_ago: datetime) -> str:
    """A case whose report has been due for days, with all its rungs in arrears."""
    people = town.staff()
    reference = town.report(people["wilma"], long_ago)
    town.do(people["nils"], reference, "assess", long_ago, ASSESSMENT)
    return reference


def test_a_worker_killed_in_the_middle_of_sending_loses_no_mail_and_says_what_may_come_twice(
    town: Town, mailbox: TroubledMailbox, log: Path, scale: Scale, found: Callable[[str], None]
):
    random, now = Random(SEED), datetime.now(UTC)  # noqa: S311  (the same points each time)
    reference = town.report(town.staff()["wilma"], now - timedelta(minutes=125))
    template = Template(town, reference)
    armed, killed_at, left = armed_in(town), list[int](), list[int]()
    for _ in range(scale.kills - scale.kills // 2):
        template.add(scale.instant)
        armed |= armed_in(town)
        killed_at.append(len(mailbox.messages) + random.randint(1, 2 * scale.instant))
        with workers(1, town.url, mailbox.url, log) as [worker]:
            kill_at_mail(mailbox, killed_at[-1], worker)
        left.append(waiting_mails(town))
    town.sweep(now)
    sent = send_until_quiet(town, SmtpChannel(mailbox.url), now)
    again = len(mailbox.messages) - len({m["Message-ID"] for m in mailbox.messages})
    found(f"seed {SEED}: killed at mail {killed_at}, {left} mails left waiting")
    found(f"{len(armed)} rungs, {len(mailbox.messages)} mails of which {again} came again")
    assert all(left), "the kills came too late"
    assert again > 0
    assert Aftermath(town, armed, now, sent, mailbox.messages, log.read_text()).faults() == []


def kill_at_mail(mailbox: TroubledMailbox, number: int, worker: Worker) -> None:
    """Between the moment the server has the mail and the moment the worker gets to know."""
    killed = Event()

    def taking(taken: int) -> None:
        if taken == number:
            worker.kill()
            killed.set()

    mailbox.taking = taking
    wait_until(killed.is_set, f"mail {number}", [])
