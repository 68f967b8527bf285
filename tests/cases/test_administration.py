"""Who may change people, units and rosters, and what is written down about it."""

from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from cases.access import Right, access_of
from cases.accounts import LoginSession, set_password, sign_in
from cases.admin_log import lines_about_person, lines_about_unit
from cases.administration import (
    add_person,
    change_person,
    end_role,
    give_one_time_password,
    give_role,
    remove_role,
)  # fmt: skip
from cases.administration_forms import EVERYWHERE
from cases.duty_roster import add_spell, end_spell, roster_offers
from cases.errors import Invalid, NotAllowed, NotFound, Refused
from cases.models import Case
from cases.people import Membership, OnDutySpell, Person, Unit
from cases.roster import roster
from cases.staff_lists import people_found, person_page, unit_page, units
from cases.unit_administration import add_unit, change_unit, close_unit, open_unit
from workflow.holidays import STOCKHOLM
from workflow.moments import day_of
from workflow.roles import Role

TODAY = date(2026, 11, 24)
NEW = {"name": "Åsa Ström", "username": "asa.strom", "email": "asa@exempelby.example"}


def add(village, who="ada", **changed):
    data = NEW | changed
    return village.run(who, lambda s, a: add_person(s, a, data, village.now)).id


def change(village, who, **changed):
    person_id = village.people[who]
    with village.database.reading() as session:
        person = session.get_one(Person, person_id)
        data = {n: getattr(person, n) for n in ("name", "username", "email", "active")} | changed
    village.run("ada", lambda s, a: change_person(s, a, person_id, data, village.now))


def give(village, who, role, unit="tallen", by="ada", from_day=TODAY, to_day=None):
    data = {"role": role, "unit": unit_key(village, unit), "from_day": from_day.isoformat()}
    if to_day:
        data["to_day"] = to_day.isoformat()
    person_id = village.people.get(who, who)
    return village.run(by, lambda s, a: give_role(s, a, person_id, data, village.now)).id


def end(village, who, membership_id, to_day):
    data = {"to_day": to_day.isoformat()}
    person_id = village.people[who]
    village.run("ada", lambda s, a: end_role(s, a, person_id, membership_id, data, village.now))


def remove(village, who, membership_id):
    person_id = village.people[who]
    village.run("ada", lambda s, a: remove_role(s, a, person_id, membership_id, village.now))


def unit_key(village, name):
    return EVERYWHERE if name is None else str(unit_id(village, name))


def unit_id(village, key):
    with village.database.reading() as session:
        return session.scalars(select(Unit.id).where(Unit.key == key)).one()


def membership_of(village, who):
    with village.database.reading() as session:
        mine = Membership.person_id == village.people[who]
        return session.scalars(select(Membership.id).where(mine).order_by(Membership.id)).first()


def roles_of(village, who):
    with village.database.reading() as session:
        return set(village.access(session, who).held)


def told(village, person_id):
    with village.database.reading() as session:
        return [(line.actor, line.words) for line in lines_about_person(session, person_id)]


def beside(refused):
    return list(refused.value.errors)


def test_a_new_person_can_do_nothing_before_a_role_is_given(village):
    person_id = add(village)
    with village.database.reading() as session:
        person = session.get_one(Person, person_id)
        assert access_of(session, person, village.now).held == frozenset()
        assert (person.sort_name, person.password_hash) == ("{sa str|m".replace("|", "}"), None)
    give(village, person_id, Role.NURSE)
    with village.database.reading() as session:
        access = access_of(session, session.get_one(Person, person_id), village.now)
        assert access.has(Right.SEARCH_PATIENTS)
    assert told(village, person_id) == [
        ("Ada Adm", "Gav en roll"), ("Ada Adm", "Lade upp personen"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "a"), ("username", "x" * 61), ("username", "åsa"), ("username", "a b"),
        ("username", "189001019802"), ("username", "890101-9802"), ("username", "ada"),
        ("username", "ADA"), ("username", "a\x00b"),
        ("email", "asa"), ("email", "asa@exempelby"), ("email", "a@b@c.se"), ("email", "a b@c.se"),
        ("email", "a@c.se,b@c.se"), ("email", "<script>@c.se"), ("email", "a@c..se"),
        ("name", ""), ("name", "x" * 121), ("name", "<b>Åsa"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_name_a_user_name_or_an_address_is_told_beside_it(village, field, value):
    with pytest.raises(Invalid) as refused:
        add(village, **{field: value})
    assert beside(refused) == [field]
    with village.database.reading() as session:
        assert people_found(session, "Ström", 1, village.now).total == 0


def test_a_user_name_is_kept_in_small_letters(village):
    person_id = add(village, username="Asa.Strom")
    with village.database.reading() as session:
        assert session.get_one(Person, person_id).username == "asa.strom"


def test_the_same_person_sent_twice_is_one_person(village):
    add(village)
    with pytest.raises(Invalid) as refused:
        add(village)
    assert beside(refused) == ["username"]


@pytest.mark.parametrize("who", ["siv", "nina", "ulla", "mats"])
def test_nobody_but_an_administrator_changes_people_and_units(village, who):
    person_id, now = village.people["siv"], village.now
    for operation in (
        lambda s, a: add_person(s, a, NEW, now),
        lambda s, a: change_person(s, a, person_id, NEW | {"active": True}, now),
        lambda s, a: give_role(s, a, person_id, {}, now),
        lambda s, a: end_role(s, a, person_id, 1, {}, now),
        lambda s, a: remove_role(s, a, person_id, 1, now),
        lambda s, a: give_one_time_password(s, a, person_id, now),
        lambda s, a: add_unit(s, a, {}, now),
        lambda s, a: change_unit(s, a, 1, {}, now),
        lambda s, a: close_unit(s, a, 1, now),
        lambda s, a: open_unit(s, a, 1, now),
    ):
        with pytest.raises(NotAllowed):
            village.run(who, operation)


def test_what_was_changed_is_told_with_its_old_value(village):
    change(village, "siv", name="Siv Sommar")
    change(village, "siv")
    with village.database.reading() as session:
        lines = lines_about_person(session, village.people["siv"])
    assert [(line.words, line.data) for line in lines] == [
        ("Ändrade uppgifter", {"name": ["Siv Sol", "Siv Sommar"]})
    ]


@pytest.mark.parametrize(
    "change_of_history", ["UPDATE admin_log SET action = 'x'", "DELETE FROM admin_log"]
)
def test_the_admin_log_can_only_be_added_to(village, change_of_history):
    change(village, "siv", name="Siv Sommar")
    with village.database.transaction() as session, pytest.raises(DatabaseError):
        session.execute(text(change_of_history))


def test_a_closed_account_is_logged_out_and_has_no_rights(village):
    with village.database.transaction() as session:
        siv = session.get_one(Person, village.people["siv"])
        set_password(session, siv, "gul häst åker tåg", village.now)
        sign_in(session, "siv", "gul häst åker tåg", "192.0.2.1", village.now)
    change(village, "siv", active=False)
    assert roles_of(village, "siv") == set()
    with village.database.reading() as session:
        assert session.scalars(select(LoginSession.ended_at)).one() is not None
    assert told(village, village.people["siv"])[0] == ("Ada Adm", "Stängde kontot")


def test_a_role_holds_from_its_first_day_to_the_end_of_its_last(village):
    day = date(2026, 11, 25)
    give(village, "siv", Role.NURSE, "granen", from_day=day, to_day=day)
    role = (Role.NURSE, unit_id(village, "granen"))
    held = {}
    for moment in ("24T23:59", "25T00:00", "25T23:59", "26T00:00"):
        village.now = datetime.fromisoformat(f"2026-11-{moment}").replace(tzinfo=STOCKHOLM)
        held[moment] = role in roles_of(village, "siv")
    assert held == {"24T23:59": False, "25T00:00": True, "25T23:59": True, "26T00:00": False}


@pytest.mark.parametrize(
    ("from_day", "to_day"),
    [(TODAY, None), (date(2026, 1, 1), date(2026, 1, 1)), (date(2030, 1, 1), None)],
)
def test_the_same_role_at_the_same_place_and_time_is_given_once(village, from_day, to_day):
    with pytest.raises(Invalid) as refused:
        give(village, "siv", Role.CARE_WORKER, from_day=from_day, to_day=to_day)
    assert beside(refused) == ["role"]


def test_a_role_may_come_back_and_may_be_held_elsewhere_too(village):
    end(village, "siv", membership_of(village, "siv"), TODAY)
    give(village, "siv", Role.CARE_WORKER, from_day=TODAY + timedelta(days=1))
    give(village, "siv", Role.CARE_WORKER, "granen")
    give(village, "siv", Role.CARE_WORKER, None)
    assert (Role.CARE_WORKER, None) in roles_of(village, "siv")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"role": "king"}, "role"),
        ({"unit": "99"}, "unit"),
        ({"unit": "1; DROP"}, "unit"),
        ({"from_day": "2026-02-30"}, "from_day"),
        ({"from_day": ""}, "from_day"),
        ({"to_day": "2026-11-23"}, "to_day"),
        ({"superuser": "1"}, "superuser"),
    ],
)
def test_a_role_that_cannot_be_is_told_beside_its_field(village, changed, field):
    place = unit_key(village, "tallen")
    data = {"role": "nurse", "unit": place, "from_day": "2026-11-24"} | changed
    with pytest.raises(Invalid) as refused:
        village.run("ada", lambda s, a: give_role(s, a, village.people["siv"], data, village.now))
    assert beside(refused) == [field]


def test_no_role_is_given_at_a_unit_that_is_closed(village):
    village.run("ada", lambda s, a: close_unit(s, a, unit_id(village, "granen"), village.now))
    with pytest.raises(Invalid) as refused:
        give(village, "siv", Role.NURSE, "granen")
    assert beside(refused) == ["unit"]


def test_a_role_cannot_end_before_it_began(village):
    with pytest.raises(Invalid) as refused:
        end(village, "siv", membership_of(village, "siv"), date(2000, 1, 1))
    assert beside(refused) == ["to_day"]


def test_a_role_given_by_mistake_today_can_be_undone_and_an_old_one_only_ended(village):
    mistake = give(village, "siv", Role.MAS, None)
    assert (Role.MAS, None) in roles_of(village, "siv")
    remove(village, "siv", mistake)
    assert (Role.MAS, None) not in roles_of(village, "siv")
    assert told(village, village.people["siv"])[:2] == [
        ("Ada Adm", "Tog bort en roll"), ("Ada Adm", "Gav en roll"),
    ]  # fmt: skip
    with pytest.raises(Refused):
        remove(village, "siv", membership_of(village, "siv"))


def test_somebody_elses_role_is_not_reached_through_another_person(village):
    with pytest.raises(NotFound):
        end(village, "siv", membership_of(village, "nina"), TODAY)
    with pytest.raises(NotFound):
        give(village, 999_999, Role.NURSE)


def test_the_last_administrator_stays_until_there_is_another(village):
    held = membership_of(village, "ada")
    with pytest.raises(Refused):
        end(village, "ada", held, TODAY)
    with pytest.raises(Refused):
        change(village, "ada", active=False)
    give(village, "siv", Role.ADMINISTRATOR, None, to_day=date(2026, 12, 24))
    with pytest.raises(Refused):
        end(village, "ada", held, TODAY)
    assert roles_of(village, "ada") == {(Role.ADMINISTRATOR, None)}
    give(village, "nina", Role.ADMINISTRATOR, None)
    end(village, "ada", held, TODAY)
    village.wait(days=1)
    assert roles_of(village, "ada") == set()


def test_two_administrators_who_leave_at_the_same_moment_do_not_both_leave(village):
    ada, siv = village.people["ada"], village.people["siv"]
    held = {ada: membership_of(village, "ada"), siv: give(village, "siv", Role.ADMINISTRATOR, None)}
    last = {"to_day": TODAY.isoformat()}
    outcomes = []

    def ada_leaves():
        try:
            village.run("ada", lambda s, a: end_role(s, a, ada, held[ada], last, village.now))
            outcomes.append("left")
        except Refused:
            outcomes.append("refused")

    meanwhile = Thread(target=ada_leaves)
    with village.database.transaction() as session:
        end_role(session, village.access(session, "siv"), siv, held[siv], last, village.now)
        meanwhile.start()
        meanwhile.join(timeout=1)
    meanwhile.join()
    assert outcomes == ["refused"]


def test_an_administrator_whose_account_is_closed_does_not_count(village):
    give(village, "siv", Role.ADMINISTRATOR, None)
    change(village, "siv", active=False)
    with pytest.raises(Refused):
        change(village, "ada", active=False)


def test_a_one_time_password_is_told_of_but_not_told(village):
    person_id = village.people["siv"]
    _person, password = village.run(
        "ada", lambda s, a: give_one_time_password(s, a, person_id, village.now)
    )
    assert told(village, person_id) == [("Ada Adm", "Gav ett engångslösenord")]
    with village.database.reading() as session:
        assert password not in str([line.data for line in lines_about_person(session, person_id)])
        assert password not in (session.get_one(Person, person_id).password_hash or "")


def test_people_are_found_by_parts_of_their_names_in_swedish_order(village):
    with village.database.reading() as session:
        found = people_found(session, "o", 1, village.now)
        assert [p.name for p in found.people] == ["Nina Nord", "Olga Ö", "Otto Öst", "Siv Sol"]
        assert [p.name for p in people_found(session, "ÖST", 1, village.now).people] == ["Otto Öst"]
        assert [p.name for p in people_found(session, "ULL", 1, village.now).people] == ["Ulla Udd"]
        assert people_found(session, "%", 1, village.now).total == 0
        assert people_found(session, "_", 1, village.now).total == 0
        last = people_found(session, "", 10**30, village.now)
        assert (last.page, last.pages, len(last.people)) == (1, 1, 9)


def test_a_persons_page_shows_what_is_over_and_what_is_to_come(village):
    end(village, "siv", membership_of(village, "siv"), date(2026, 11, 1))
    give(village, "siv", Role.NURSE, None, from_day=date(2027, 1, 1))
    with village.database.reading() as session:
        person = person_page(session, village.people["siv"], village.now)
        listed = people_found(session, "siv", 1, village.now).people[0]
    assert [(r.role, r.unit, r.over, r.removable) for r in person.roles] == [
        ("nurse", None, False, True), ("care_worker", "Tallen", True, False),
    ]  # fmt: skip
    assert listed.roles == ()


def new_unit(village, name, kind="home_care"):
    data = {"name": name, "kind": kind}
    return village.run("ada", lambda s, a: add_unit(s, a, data, village.now)).id


def test_a_unit_gets_a_key_of_its_own_that_no_renaming_changes(village):
    first = new_unit(village, "Ängens hemtjänst")
    village.run("ada", lambda s, a: close_unit(s, a, first, village.now))
    second = new_unit(village, "Ängens hemtjänst")
    signs = new_unit(village, "№ 東")
    data = {"name": "Ängen", "kind": "home_care"}
    village.run("ada", lambda s, a: change_unit(s, a, second, data, village.now))
    with village.database.reading() as session:
        keys = [session.get_one(Unit, one).key for one in (first, second, signs)]
        words = [line.words for line in lines_about_unit(session, second)]
    assert keys == ["angens-hemtjanst", "angens-hemtjanst-2", "enhet"]
    assert words == ["Ändrade uppgifter", "Lade upp enheten"]


@pytest.mark.parametrize(
    ("name", "kind", "field"),
    [("tallen", "home_care", "name"), ("", "home_care", "name"), ("Ny", "castle", "kind")],
)
def test_a_unit_that_cannot_be_is_told_beside_its_field(village, name, kind, field):
    with pytest.raises(Invalid) as refused:
        new_unit(village, name, kind)
    assert beside(refused) == [field]


def test_a_unit_with_an_open_case_is_not_closed(village):
    village.report()
    tallen = unit_id(village, "tallen")
    with pytest.raises(Refused) as refused:
        village.run("ada", lambda s, a: close_unit(s, a, tallen, village.now))
    assert refused.value.values == {"n": 1}
    with village.database.transaction() as session:
        session.execute(update(Case).values(closed_at=village.now))
    village.run("ada", lambda s, a: close_unit(s, a, tallen, village.now))
    with village.database.reading() as session:
        assert [unit.name for unit in units(session, village.now)] == ["Granen", "Tallen"]
        assert unit_page(session, tallen, village.now).closed_on == TODAY
    village.run("ada", lambda s, a: open_unit(s, a, tallen, village.now))
    with village.database.reading() as session:
        assert unit_page(session, tallen, village.now).closed_on is None


def test_a_unit_tells_how_many_work_there_today_and_how_many_cases_are_open(village):
    village.report()
    end(village, "siv", membership_of(village, "siv"), date(2026, 11, 1))
    with village.database.reading() as session:
        unit = unit_page(session, unit_id(village, "tallen"), village.now)
    assert (unit.people, unit.open_cases) == (4, 1)


NIGHT = {"starts_at": "2026-11-24T21:00", "ends_at": "2026-11-25T07:00"}


def roster_in(village, who="nina", by="ulla", unit="tallen", role="nurse", **changed):
    data = {"person": str(village.people[who]), "role": role, "unit": unit_key(village, unit)}
    data |= NIGHT | changed
    return village.run(by, lambda s, a: add_spell(s, a, data, village.now)).id


def on_duty(village, first=TODAY, days=3, who="ulla"):
    with village.database.reading() as session:
        access = village.access(session, who)
        found = roster(session, access, first, days, village.now)
    return {d.day.isoformat(): [s.person for s in d.spells] for d in found}


def test_a_night_on_duty_stands_on_both_its_days_and_gives_the_role_while_it_lasts(village):
    roster_in(village, who="olga")
    assert on_duty(village) == {
        "2026-11-24": ["Olga Ö"], "2026-11-25": ["Olga Ö"], "2026-11-26": [],
    }  # fmt: skip
    here = (Role.NURSE, unit_id(village, "tallen"))
    assert here not in roles_of(village, "olga")
    village.now = datetime(2026, 11, 25, 3, 0, tzinfo=STOCKHOLM)
    assert here in roles_of(village, "olga")


def test_a_spell_that_ends_at_midnight_does_not_stand_on_the_next_day(village):
    roster_in(village, ends_at="2026-11-25T00:00")
    assert on_duty(village)["2026-11-25"] == []


def test_a_manager_sets_the_roster_of_her_own_unit_alone(village):
    with village.database.reading() as session:
        offers = roster_offers(session, village.access(session, "ulla"), village.now)
        everywhere = roster_offers(session, village.access(session, "ada"), village.now)
    assert list(offers["units"].values()) == ["Tallen"]
    assert list(everywhere["units"].values()) == ["Hela kommunen", "Granen", "Tallen"]
    for unit in ("granen", None):
        with pytest.raises(Invalid) as refused:
            roster_in(village, unit=unit)
        assert beside(refused) == ["unit"]
        roster_in(village, unit=unit, by="ada")


@pytest.mark.parametrize("by", ["siv", "nina", "mats"])
def test_others_see_no_way_to_the_roster(village, by):
    with pytest.raises(NotAllowed):
        roster_in(village, by=by)
    spell = roster_in(village)
    with pytest.raises(NotAllowed):
        village.run(by, lambda s, a: end_spell(s, a, spell, village.now))


def test_nobody_gets_more_rights_by_a_spell_than_they_have_somewhere(village):
    with pytest.raises(Invalid) as refused:
        roster_in(village, who="arne")
    assert beside(refused) == ["role"]
    for role in (Role.MAS, Role.ADMINISTRATOR, Role.HEAD_OF_HEALTH_CARE, Role.CARE_WORKER):
        with pytest.raises(Invalid) as refused:
            roster_in(village, who="ulla", role=role)
        assert beside(refused) == ["role"]


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "field"),
    [
        ("2026-11-24T21:00", "2026-11-24T21:00", "ends_at"),
        ("2026-11-24T21:00", "2026-11-24T07:00", "ends_at"),
        ("2026-11-23T21:00", "2026-11-24T07:00", "ends_at"),
        ("2026-11-24T21:00", "2026-12-24T07:00", "ends_at"),
        ("2027-03-28T02:30", "2027-03-28T07:00", "starts_at"),
        ("i kväll", "2026-11-25T07:00", "starts_at"),
    ],
)
def test_a_spell_that_cannot_be_is_told_beside_its_field(village, starts_at, ends_at, field):
    with pytest.raises(Invalid) as refused:
        roster_in(village, starts_at=starts_at, ends_at=ends_at)
    assert beside(refused) == [field]


def test_the_same_spell_twice_is_one_spell(village):
    roster_in(village)
    with pytest.raises(Invalid) as refused:
        roster_in(village, starts_at="2026-11-25T06:00", ends_at="2026-11-25T12:00")
    assert beside(refused) == ["starts_at"]
    roster_in(village, starts_at="2026-11-25T07:00", ends_at="2026-11-25T12:00")


def test_a_spell_to_come_is_removed_one_under_way_ends_and_one_over_stays(village):
    night = roster_in(village)
    village.run("ulla", lambda s, a: end_spell(s, a, night, village.now))
    assert on_duty(village)["2026-11-24"] == []
    night = roster_in(village)
    village.now = datetime(2026, 11, 25, 3, 0, tzinfo=STOCKHOLM)
    village.run("ulla", lambda s, a: end_spell(s, a, night, village.now))
    with village.database.reading() as session:
        ended = session.get_one(OnDutySpell, night).ends_at
    assert ended == datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    with pytest.raises(Refused):
        village.run("ulla", lambda s, a: end_spell(s, a, night, village.now))
    with pytest.raises(NotFound):
        village.run("ulla", lambda s, a: end_spell(s, a, 999_999, village.now))
    assert [words for _who, words in told(village, village.people["nina"])] == [
        "Avslutade ett jourpass", "Lade in ett jourpass", "Tog bort ett jourpass",
        "Lade in ett jourpass",
    ]  # fmt: skip
    assert day_of(village.now) == date(2026, 11, 25)
