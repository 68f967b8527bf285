"""Links looked after by whoever may do their step: sent anew, closed, reminded of and listed."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from cases.errors import NotAllowed, NotFound, Refused
from cases.history import History
from cases.letters import Letter
from cases.links import LinkUse, Standing
from cases.models import Case
from cases.outside_lines import OutsideLine, outside_lines
from cases.outside_links import renew, revoke
from cases.timeline import BY_LINK, timeline
from notifications.sweep import sweep
from tests.cases.chain import Chain
from tests.cases.outsiders import COMES, Outsider, called, links
from tests.workflow.sipping import PARTIES


def send_anew(chain: Chain, who: str, linden: Outsider, seen: int | None = None) -> None:
    step_id = linden(lambda _s, link: link.step_id)
    newest = linden.link_id if seen is None else seen
    chain.run(who, lambda s, a: renew(s, chain.routines, a, step_id, newest, chain.now))


def close(chain: Chain, who: str, linden: Outsider) -> None:
    step_id = linden(lambda _s, link: link.step_id)
    chain.run(who, lambda s, a: revoke(s, a, step_id, chain.now))


def lines(chain: Chain, sip: str, who: str = "bodil") -> tuple[OutsideLine, ...]:
    with chain.database.transaction() as session:
        case = session.scalars(select(Case).where(Case.reference == sip)).one()
        history = History.of(session, chain.routines, case)
        return outside_lines(session, history, chain.access(session, who), chain.now)


def reminders(chain: Chain) -> list[tuple[str, int | None]]:
    with chain.database.reading() as session:
        found = session.scalars(select(Letter).where(Letter.reminder).order_by(Letter.id))
        return [(each.to_address, each.link_id) for each in found]


# Sent anew and closed


def test_a_new_link_is_mailed_and_the_old_one_stops_working(chain, sip, linden):
    letters = len(chain.letters(sip))
    send_anew(chain, "bodil", linden)
    assert linden.look() is Standing.REVOKED
    newest = Outsider(chain, links(chain, sip)[-1])
    assert newest.code != linden.code or newest.link_id != linden.link_id
    assert not linden.give()
    assert newest.give()
    assert chain.letters(sip)[letters:] == [("kim@region.example", "", True)]
    (told,) = chain.events(sip, "link_renewed")
    assert (told.actor_id, told.text) == (chain.people["bodil"], None)
    assert "region.example" not in str(told.data)


def test_two_clicks_send_one_new_link(chain, sip, linden):
    for _click in range(2):
        send_anew(chain, "bodil", linden, seen=linden.link_id)
    assert len(links(chain, sip)) == 3
    assert len(chain.events(sip, "link_renewed")) == 1


def test_a_closed_link_can_be_sent_anew_but_is_not_by_itself(chain, sip, linden, school):
    close(chain, "bodil", linden)
    close(chain, "bodil", linden)
    assert linden.standing is Standing.REVOKED
    assert school.give()
    assert (len(links(chain, sip)), len(chain.events(sip, "link_revoked"))) == (2, 1)
    send_anew(chain, "sam", linden)
    assert lines(chain, sip)[0].standing is Standing.ALIVE


@pytest.mark.parametrize(("who", "error"), [("ulla", NotAllowed), ("gun", NotFound)])
def test_nobody_but_those_who_may_do_the_step_touches_its_link(chain, linden, who, error):
    for touch in (send_anew, close):
        with pytest.raises(error):
            touch(chain, who, linden)
    assert linden.standing is Standing.ALIVE


def test_no_link_is_sent_for_a_step_that_is_done_or_a_meeting_that_has_been(chain, linden):
    chain.wait(days=15)
    with pytest.raises(Refused, match="gått ut"):
        send_anew(chain, "bodil", linden)
    chain.wait(days=-15)
    linden.give()
    with pytest.raises(Refused, match="avslutat"):
        send_anew(chain, "bodil", linden)


# Reminders


def test_the_party_is_reminded_once_before_the_coordinator_is(chain, sip, linden, school):
    school.give()
    chain.wait(days=4)
    sweep(chain.database, chain.routines, chain.now)
    assert reminders(chain) == [("kim@region.example", linden.link_id)]
    sweep(chain.database, chain.routines, chain.now + timedelta(minutes=1))
    assert len(reminders(chain)) == 1
    (told,) = chain.events(sip, "party_reminded")
    assert told.data["rung"] == "party"
    assert not [e for e in chain.events(sip, "escalated") if e.data["step"] == "answer"]
    chain.wait(days=5)
    sweep(chain.database, chain.routines, chain.now)
    told = [e.data["rung"] for e in chain.events(sip, "escalated") if e.data["step"] == "answer"]
    assert told[:2] == ["soon", "due"]


def test_a_reminder_waits_for_a_working_day(chain, school):
    school.give()
    chain.wait(days=4, hours=12)
    sweep(chain.database, chain.routines, chain.now)
    with chain.database.reading() as session:
        after = {each.send_after for each in session.scalars(select(Letter).where(Letter.reminder))}
    assert after == {chain.routines.next_digest(chain.now)}


@pytest.mark.parametrize("unreachable", ["closed", "locked"])
def test_without_a_living_link_the_coordinator_is_told_at_once(
    chain, sip, linden, school, unreachable
):
    school.give()
    if unreachable == "closed":
        close(chain, "bodil", linden)
    for _try in range(5 if unreachable == "locked" else 0):
        linden.prove("0")
    chain.wait(days=4)
    sweep(chain.database, chain.routines, chain.now)
    assert reminders(chain) == []
    (nobody,) = chain.events(sip, "nobody_reachable")
    assert nobody.data["roles_without_anyone"] == ["party"]
    (told,) = [e for e in chain.events(sip, "escalated") if e.data["step"] == "answer"]
    assert told.data["rung"] == "soon"
    assert chain.people["sam"] in told.data["to"]


def test_a_party_with_a_telephone_only_is_left_to_the_coordinator(chain):
    by_phone = [{k: v for k, v in p.items() if k != "email"} | {"phone": "000"} for p in PARTIES]
    reference = called(chain, by_phone)
    assert [line.link_id for line in lines(chain, reference)] == [None, None]
    chain.wait(days=4)
    sweep(chain.database, chain.routines, chain.now)
    assert len(chain.events(reference, "nobody_reachable")) == 2


# On the page of the case


def test_each_open_link_is_listed_with_its_code_for_those_who_may_do_the_step(chain, sip, linden):
    linden.look()
    linden.prove("0")
    linden.prove(linden.code)
    one, two = lines(chain, sip)
    assert (one.to, one.address, one.code) == ("Linden", "kim@region.example", linden.code)
    assert (one.uses, one.wrong_codes, one.standing) == (3, 1, Standing.ALIVE)
    assert one.opened_at == one.read_at == chain.now
    assert (two.to, two.uses, two.opened_at) == ("Exempelskolan", 0, None)
    assert one.expires_at == chain.now + timedelta(days=14)


def test_the_manager_sees_the_links_without_their_codes_and_care_staff_see_none(chain, sip):
    assert [(line.code, line.may_change) for line in lines(chain, sip, "ulla")] == [("", False)] * 2
    assert lines(chain, sip, "siv") == ()


def test_a_closed_link_no_longer_tells_its_code(chain, sip, linden):
    close(chain, "bodil", linden)
    assert [bool(line.code) for line in lines(chain, sip)] == [False, True]


def test_the_list_costs_the_same_however_many_are_asked(chain, sip):
    asked = []
    event.listen(chain.database.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    few = _cost(chain, sip, asked)
    many = [PARTIES[0] | {"key": f"000000{n:02x}", "contact": f"Kim {n}"} for n in range(12)]
    assert _cost(chain, called(chain, many), asked) == few


def _cost(chain: Chain, sip: str, asked: list[str]) -> int:
    asked.clear()
    assert lines(chain, sip)
    return len(asked)


def test_the_timeline_says_that_an_answer_came_by_the_link(chain, sip, linden):
    linden.give(COMES)
    with chain.database.transaction() as session:
        case = session.scalars(select(Case).where(Case.reference == sip)).one()
        history = History.of(session, chain.routines, case)
        told = timeline(history, chain.access(session, "bodil"))
    (line,) = [one for one in told if one.type == "step_done" and one.actor == BY_LINK]
    assert not line.system
    assert "Linden" in str(line.about)


def test_what_a_link_was_used_for_is_never_changed(chain, linden):
    linden.look()
    with (
        pytest.raises(Exception, match=r"append-only|refuse"),
        chain.database.transaction() as session,
    ):
        session.scalars(select(LinkUse)).one().what = "nothing"
