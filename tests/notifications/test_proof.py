"""Armed, sent, taken and opened are kept apart, for each who is told."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from cases.models import Case
from cases.outside import use
from notifications.channels import SmtpChannel
from notifications.opened import mark_opened
from notifications.proof import Proof, Reminded, letters_sent, reminded
from tests.notifications.calling import Calling
from tests.notifications.town import DUE, FRIDAY, MINUTE, SOON, Town
from tests.servers.smtp import Mailbox
from workflow.roles import Role


def proofs(town: Town, reference: str) -> dict[str, Proof]:
    """By rung; the town's ladder tells one person at each of the first rungs."""
    with town.database.reading() as session:
        case = session.scalars(select(Case).where(Case.reference == reference)).one()
        return {told.rung: told.proof for told in reminded(session, case)}


def opens(town: Town, reference: str, who: int, now: datetime) -> None:
    with town.database.transaction() as session:
        case_id = session.scalars(select(Case.id).where(Case.reference == reference)).one()
        mark_opened(session, case_id, who, now)


@pytest.fixture
def people(town: Town) -> dict[str, int]:
    return town.staff()


@pytest.fixture
def case(town: Town, people: dict[str, int]) -> str:
    """Nils has just been reminded of its assessment; no mail has gone."""
    reference = town.report(people["wilma"], FRIDAY)
    town.sweep(SOON)
    return reference


def test_what_has_only_been_armed_waits(town, case):
    (proof,) = proofs(town, case).values()
    assert proof == Proof(armed_at=SOON, goes_at=SOON)
    assert proof.waits


def test_what_the_server_took_says_when_it_was_sent_and_when_taken(town, case, channel):
    town.send(channel, SOON + MINUTE)
    (proof,) = proofs(town, case).values()
    assert proof.tried_at is not None
    assert proof.taken_at is not None
    assert SOON + MINUTE <= proof.tried_at <= proof.taken_at < SOON + 2 * MINUTE
    assert (proof.opened_at, proof.attempts, proof.uncertain) == (None, 1, False)
    assert not proof.waits


def test_what_the_server_did_not_take_says_when_it_goes_again(town, case, unused_port):
    town.send(SmtpChannel(f"smtp://127.0.0.1:{unused_port}"), SOON)
    (proof,) = proofs(town, case).values()
    assert proof.waits
    assert (proof.taken_at, proof.failed_at) == (None, None)
    assert proof.goes_at > SOON


def test_what_the_server_refused_for_good_is_told_as_failed(town, case, channel, smtp: Mailbox):
    smtp.refuse("550 5.1.1 no such user")
    town.send(channel, SOON)
    (proof,) = proofs(town, case).values()
    assert proof.taken_at is None
    assert proof.failed_at is not None
    assert not proof.waits


def test_opening_the_case_marks_what_the_person_was_told_before_and_nothing_else(
    town, case, people
):
    town.sweep(DUE)
    told = {rung: proof.armed_at for rung, proof in proofs(town, case).items()}
    assert set(told.values()) == {SOON, DUE}
    opens(town, case, people["nils"], SOON + MINUTE)
    assert [proof.opened_at for proof in proofs(town, case).values()] == [SOON + MINUTE, None]


def test_the_first_opening_is_the_one_that_is_kept(town, case, people):
    for minutes in (1, 2):
        opens(town, case, people["nils"], SOON + timedelta(minutes=minutes))
    (proof,) = proofs(town, case).values()
    assert proof.opened_at == SOON + MINUTE


def test_nobody_opens_a_case_for_another(town, case, people):
    opens(town, case, people["eva"], SOON + MINUTE)
    (proof,) = proofs(town, case).values()
    assert proof.opened_at is None


def test_each_who_is_told_has_a_proof_of_their_own(town, people):
    nora = town.hire("nora", Role.NURSE)
    case = town.report(people["wilma"], FRIDAY)
    town.sweep(SOON)
    opens(town, case, nora, SOON + MINUTE)
    with town.database.reading() as session:
        found: tuple[Reminded, ...] = reminded(
            session, session.scalars(select(Case).where(Case.reference == case)).one()
        )
    assert {told.name: told.proof.opened_at for told in found} == {
        "Nils": None, "Nora": SOON + MINUTE,
    }  # fmt: skip
    assert {(told.step, told.round) for told in found} == {("assess", 1)}


def test_a_letter_to_a_party_outside_is_opened_when_its_link_is(town, smtp):
    calling = Calling(town, smtp).begin()
    calling.call()
    clinics, _schools = (mails[0] for mails in calling.sent().values())
    link = calling.link_in(clinics)
    with town.database.transaction() as session:
        for minutes in (5, 9):
            use(session, link, "opened", calling.now + timedelta(minutes=minutes))
    with town.database.reading() as session:
        case = session.scalars(select(Case).where(Case.reference == calling.reference)).one()
        opened = {
            letter.link_id: proof.opened_at
            for letter, _mail, proof in letters_sent(session, case)
            if proof.opens
        }
    assert opened.pop(link.id) == calling.now + timedelta(minutes=5)
    assert set(opened.values()) == {None}
