"""Somebody outside at a link: who is let in, what an answer changes, and what changes nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from cases.errors import Invalid, Stale
from cases.events import faults_of_log
from cases.links import Standing, link_of, token_of
from cases.models import NOT_NEEDED, OPEN
from cases.operations import Sent, do_step
from cases.outside import answer_of, question_of
from tests.cases.outsiders import COMES, Outsider, called, links
from tests.cases.village import new_key

SECRET = "ett hemligt ord som är minst 32 tecken långt"
WITHDRAWN = {"by_whom": "Personen", "told": "Alla som hade fått uppgifter."}


# The token


def test_a_token_leads_to_its_own_link_and_to_no_other(linden, school):
    one, two = (each(lambda _s, link: token_of(link, SECRET)) for each in (linden, school))
    assert one != two
    for token, whose in ((one, linden), (two, school)):
        found = linden(lambda s, _link, token=token: link_of(s, token, SECRET))
        assert found
        assert found.id == whose.link_id


def test_a_token_that_is_changed_or_signed_by_somebody_else_leads_nowhere(linden):
    token = linden(lambda _s, link: token_of(link, SECRET))
    foreign = linden(lambda _s, link: token_of(link, SECRET + "!"))
    public_id = linden(lambda _s, link: link.public_id)
    flipped = ("A" if token[4] != "A" else "B").join((token[:4], token[5:]))
    for wrong in (foreign, flipped, token[:-1], token + "x", public_id, "", "."):
        assert linden(lambda s, _l, w=wrong: link_of(s, w, SECRET)) is None


# The second check


def test_the_code_opens_however_it_is_spaced(linden):
    code = linden.code
    assert linden.prove(f" {code[:3]} {code[3:]} ")
    assert linden.used() == ["right_code"]


@pytest.mark.parametrize("write", [str.lower, lambda r: r.replace("-", " "), str.strip])
def test_the_reference_as_it_is_read_out_opens_too(linden, sip, write):
    assert linden.prove(write(sip))


def test_the_code_of_another_party_or_case_does_not_open(chain, linden, school):
    other = called(chain)
    assert not linden.prove(school.code)
    assert not linden.prove(other)
    assert not linden.prove("")
    assert linden.used() == ["wrong_code"] * 3
    assert linden.standing is Standing.ALIVE


def test_five_wrong_codes_lock_the_link_for_good_and_the_coordinator_sees_it(chain, sip, linden):
    code = linden.code
    for _try in range(5):
        linden.prove("000")
    assert linden.standing is Standing.LOCKED
    assert not linden.prove(code)
    assert not linden.give()
    assert linden.used() == ["wrong_code"] * 5 + ["refused_locked"] * 2
    (event,) = chain.events(sip, "link_locked")
    assert event.actor_id is None
    assert event.data["link"] == linden.link_id
    assert code not in str(event.data)
    assert event.text is None


def test_wrong_codes_at_the_same_moment_are_all_counted(linden):
    start = Barrier(4, timeout=20)

    def guess(_n: int):
        start.wait()
        return linden.prove("111")

    with ThreadPoolExecutor(4) as threads:
        assert not any(threads.map(guess, range(4)))
    assert linden(lambda _s, link: link.wrong_codes) == 4


# The answer


def test_an_answer_does_the_step_as_the_party_and_tells_that_it_came_by_the_link(
    chain, sip, linden
):
    chain.wait(hours=3)
    revision = chain.case(sip).revision
    assert linden.give({**COMES, "message": "Vi kommer två."})
    step_id = linden(lambda _s, link: link.step_id)
    step = next(s for s in chain.case(sip).steps if s.id == step_id)
    assert (step.condition, step.ended_by) == ("done", None)
    event = chain.events(sip, "step_done")[-1]
    assert (event.actor_id, event.data["by_link"], event.data["item"]) == (
        None, linden.link_id, step.item,
    )  # fmt: skip
    kept = event.text.body["form"]
    assert kept["message"] == "Vi kommer två."
    assert (kept["came_by"], event.occurred_at) == ("link", chain.now)
    assert chain.case(sip).revision == revision + 1
    assert linden.standing is Standing.ANSWERED
    with chain.database.reading() as session:
        assert list(faults_of_log(session)) == []


def test_the_last_answer_takes_the_case_on(chain, sip, linden, school):
    assert linden.give()
    assert chain.case(sip).state == "answers"
    assert school.give({**COMES, "answered_by": "Skolan, Bo"})
    assert chain.case(sip).state == "meeting"


def test_another_proposed_time_is_for_the_coordinator_to_settle(chain, sip, linden):
    proposed = {"outcome": "proposes_another_time", "proposed_at": "2026-12-10T10:00"}
    assert linden.give(COMES | proposed)
    assert "settle_time" in chain.open_steps(sip)


@pytest.mark.parametrize(
    ("data", "field_"),
    [
        ({"outcome": "declines"}, "reason"),
        ({"outcome": "no_answer", "reason": "Nej."}, "outcome"),
        ({"outcome": "proposes_another_time", "proposed_at": "2026-01-01T10:00"}, "proposed_at"),
        ({"answered_by": ""}, "answered_by"),
        ({"came_by": "phone"}, "came_by"),
    ],
)
def test_a_faulty_answer_changes_nothing_and_the_link_lives_on(chain, sip, linden, data, field_):
    before = chain.case(sip).head_sequence
    with pytest.raises(Invalid) as refused:
        linden.give(COMES | data)
    assert field_ in refused.value.errors
    assert chain.case(sip).head_sequence == before
    assert (linden.standing, linden.used()) == (Standing.ALIVE, [])
    assert linden.give()


def test_two_clicks_at_the_same_moment_are_one_answer_and_both_are_thanked(chain, sip, linden):
    start = Barrier(2, timeout=20)

    def click(_n: int):
        start.wait()
        return linden.give()

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(click, range(2))) == [True, True]
    assert [e.data.get("by_link") for e in chain.events(sip, "step_done")].count(
        linden.link_id
    ) == 1
    assert linden.used() == ["answered"]


def test_a_link_is_answered_once_and_what_somebody_else_sends_after_is_refused(chain, sip, linden):
    assert linden.give()
    before = chain.case(sip).head_sequence
    assert not linden.give(COMES | {"outcome": "declines", "reason": "Nej."}, key=new_key())
    assert chain.case(sip).head_sequence == before
    assert linden.used() == ["answered", "refused_answered"]


def test_what_was_said_is_shown_again_and_nothing_that_we_added(chain, linden):
    linden.give(COMES | {"message": "Vi kommer två."})
    said = linden(lambda s, link: answer_of(s, chain.routines, link))
    assert {one.name for one in said} == {"outcome", "answered_by", "message"}


# What closes a link


def test_an_answer_on_the_phone_ends_the_link(chain, sip, linden):
    chain.do("bodil", sip, "answer", linden(lambda _s, link: link.step.item))
    assert linden.look() is Standing.ENDED
    assert not linden.give()
    assert linden.used() == ["refused_ended", "refused_ended"]


def test_consent_withdrawn_between_opening_and_answering_changes_nothing_more(chain, sip, linden):
    assert linden.look() is Standing.ALIVE
    assert linden.prove(linden.code)
    chain.end("bodil", sip, "withdraw_consent", withdrawn_at=chain.now.isoformat(), **WITHDRAWN)
    before = chain.case(sip)
    assert not linden.give()
    after = chain.case(sip)
    assert linden.standing is Standing.ENDED
    assert (after.head_sequence, after.revision, after.state) == (
        before.head_sequence, before.revision, "consent_withdrawn",
    )  # fmt: skip
    assert {s.condition for s in after.steps if s.key == "answer"} == {NOT_NEEDED}


def test_an_answer_and_a_withdrawn_consent_at_the_same_moment_leave_a_whole_log(chain, sip, linden):
    start = Barrier(2, timeout=20)

    def answer():
        start.wait()
        return linden.give()

    def withdraw() -> bool:
        start.wait()
        told = WITHDRAWN | {"withdrawn_at": chain.now.isoformat()}
        try:
            return bool(chain.end("bodil", sip, "withdraw_consent", **told).closed_at)
        except Stale:
            return False

    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(answer), threads.submit(withdraw)]
        answered, withdrawn = (each.result() for each in both)
    assert answered or withdrawn
    assert linden.standing is (Standing.ANSWERED if answered else Standing.ENDED)
    assert (chain.case(sip).state == "consent_withdrawn") == withdrawn
    with chain.database.reading() as session:
        assert list(faults_of_log(session)) == []


def test_a_link_lives_until_the_meeting_and_not_longer(chain, linden):
    until = linden(lambda _s, link: link.expires_at)
    chain.wait(days=14, seconds=-1)
    assert linden.standing is Standing.ALIVE
    assert until == chain.now + timedelta(seconds=1)
    chain.now = until
    assert linden.look() is Standing.EXPIRED
    assert not linden.prove(linden.code)
    assert not linden.give()
    assert linden.used() == ["refused_expired"] * 3


def test_a_party_that_is_removed_after_its_answer_is_still_thanked(chain, sip, linden, school):
    assert linden.give()
    assert school.give(COMES | {"answered_by": "Bo"})
    chain.do("bodil", sip, "hold_meeting")
    (meeting,) = [e for e in chain.events(sip, "step_done") if e.data["step"] == "pre_planning"]
    parties = meeting.text.body["form"]["parties"][1:]
    parties[0]["kind"] = "called"
    if "pre_planning" in chain.open_steps(sip):
        chain.do("bodil", sip, "pre_planning", parties=parties)
    else:
        chain.correct("ulla", sip, meeting.sequence, parties=parties)
    assert linden.standing is Standing.ANSWERED
    assert linden(lambda s, link: question_of(s, chain.routines, link, chain.now).to) == ""
    assert linden(lambda s, link: len(answer_of(s, chain.routines, link))) == 2


def test_a_new_time_asks_by_a_new_link_and_the_old_one_has_ended(chain, sip, linden):
    proposed = {"outcome": "proposes_another_time", "proposed_at": "2026-12-10T10:00"}
    linden.give(COMES | proposed)
    moved = {
        "outcome": "moved", "reason": "Linden kan inte.", "decided_at": chain.now.isoformat(),
        "meeting_at": "2026-12-10T10:00", "minutes": "60", "meeting_form": "home",
    }  # fmt: skip
    step_id, revision = chain.step(sip, "settle_time")
    sent = Sent(moved, new_key(), revision)
    chain.run("bodil", lambda s, a: do_step(s, chain.routines, a, step_id, sent, chain.now))
    made = [Outsider(chain, each) for each in links(chain, sip)]
    assert [each.standing for each in made] == [
        Standing.ANSWERED, Standing.ENDED, Standing.ALIVE, Standing.ALIVE,
    ]  # fmt: skip
    assert {s.condition for s in chain.case(sip).steps if s.key == "answer"} == {
        "done", NOT_NEEDED, OPEN,
    }  # fmt: skip
