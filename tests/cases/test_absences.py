"""Absences: who may set them, who stands in, and what a substitute may and may not do."""

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from cases.absences import absence_lines, absence_offers, add_absence, end_absence
from cases.admin_log import lines_about_person
from cases.database import Database
from cases.duty import Absence
from cases.errors import Invalid, NotAllowed, NotFound, Refused
from cases.holders import on_duty_at, those_who_may
from cases.on_duty import duties, substitutes
from cases.people import Membership, Unit
from tests.cases.village import Village
from workflow.moments import day_of
from workflow.roles import Role
from workflow.routines import load


@pytest.fixture
def village(sqlite_url):
    return Village(Database(sqlite_url), load(None))


def unit(village, key):
    with village.database.reading() as session:
        return session.scalars(select(Unit.id).where(Unit.key == key)).one()


def away(village, who, instead=None, by="ada", starts=0, ends=48):
    """For hours after now."""
    data = {
        "person": str(village.people[who]),
        "substitute": str(village.people[instead]) if instead else "",
        "starts_at": (village.now + timedelta(hours=starts)).isoformat(),
        "ends_at": (village.now + timedelta(hours=ends)).isoformat(),
    }
    return village.run(by, lambda s, a: add_absence(s, a, data, village.now)).id


def back(village, absence, by="ada"):
    village.run(by, lambda s, a: end_absence(s, a, absence, village.now))


def stands_in(village):
    names = {person: who for who, person in village.people.items()}
    with village.database.reading() as session:
        found = substitutes(session, village.now)
    return {names[absent]: names.get(other) for absent, other in found.items()}


def held(village, who):
    with village.database.reading() as session:
        return set(village.access(session, who).held)


def give(village, who, role, unit_id=None):
    with village.database.transaction() as session:
        session.add(
            Membership(
                person_id=village.people[who], role=role, unit_id=unit_id,
                from_day=day_of(village.now),
            )
        )  # fmt: skip


def test_somebody_is_away_from_the_first_minute_and_not_in_the_last(village):
    away(village, "nina", starts=1, ends=3)
    for hours, expected in ((0, {}), (1, {"nina": None}), (1, {"nina": None}), (1, {})):
        village.wait(hours=hours)
        assert stands_in(village) == expected


def test_a_substitute_may_do_what_the_absent_may_while_she_is_away(village):
    reference = village.report()
    step_id, _revision = village.step(reference, "assess")
    with pytest.raises(NotFound):
        village.claim("olga", reference, "assess")
    away(village, "nina", "olga", by="ulla")
    village.claim("olga", reference, "assess")
    assert village.case(reference).steps[0].id == step_id
    assert village.case(reference).steps[0].claimed_by == village.people["olga"]
    village.wait(days=2)
    assert held(village, "olga") == {(Role.NURSE, unit(village, "granen"))}


def test_a_licence_is_not_lent_with_the_other_roles(village):
    tallen, granen = unit(village, "tallen"), unit(village, "granen")
    give(village, "nina", Role.UNIT_MANAGER, tallen)
    give(village, "arne", Role.UNIT_MANAGER, granen)
    away(village, "nina", "arne")
    assert held(village, "arne") == {
        (Role.OCCUPATIONAL_THERAPIST, tallen), (Role.UNIT_MANAGER, granen),
        (Role.UNIT_MANAGER, tallen),
    }  # fmt: skip


def test_whoever_is_away_keeps_her_own_access_and_duty_goes_to_the_substitute(village):
    tallen = unit(village, "tallen")
    village.on_duty("nina", Role.NURSE, tallen)
    before = held(village, "nina")
    away(village, "nina", "olga")
    assert held(village, "nina") == before
    with village.database.reading() as session:
        assert [d.person_id for d in duties(session, village.now)] == [village.people["olga"]]
        assert [one.name for one in on_duty_at(session, tallen, village.now)] == ["Olga Ö"]
        may = those_who_may(session, tallen, ["nurse"], village.now)
    assert [one.name for one in may] == ["Olga Ö"]


def test_without_a_substitute_nobody_has_the_duty(village):
    tallen = unit(village, "tallen")
    village.on_duty("nina", Role.NURSE, tallen)
    away(village, "nina")
    with village.database.reading() as session:
        assert duties(session, village.now) == ()
        assert those_who_may(session, tallen, ["nurse"], village.now) == ()


def test_a_substitute_who_goes_away_too_passes_it_on(village):
    give(village, "stina", Role.NURSE)
    away(village, "nina", "olga")
    away(village, "olga", "stina", ends=24)
    assert stands_in(village) == {"nina": "stina", "olga": "stina"}
    assert (Role.NURSE, unit(village, "tallen")) in held(village, "stina")
    village.wait(hours=24)
    assert stands_in(village) == {"nina": "olga"}


def test_people_who_would_stand_in_for_each_other_are_two_without_anybody(village):
    with village.database.transaction() as session:
        for absent, other in (("nina", "olga"), ("olga", "nina")):
            session.add(
                Absence(
                    person_id=village.people[absent], substitute_id=village.people[other],
                    starts_at=village.now, ends_at=village.now + timedelta(hours=1),
                )
            )  # fmt: skip
    assert stands_in(village) == {"nina": None, "olga": None}


@pytest.mark.parametrize(
    ("who", "instead", "times", "field"),
    [
        ("nina", "nina", {}, "substitute"),
        ("nina", "arne", {}, "substitute"),
        ("nina", "olga", {"starts": 5, "ends": 5}, "ends_at"),
        ("nina", None, {"starts": -5, "ends": -1}, "ends_at"),
        ("nina", None, {"ends": 24 * 400}, "ends_at"),
        ("siv", None, {"starts": 6, "ends": 7}, "starts_at"),
        ("stina", "siv", {"starts": 6, "ends": 7}, "substitute"),
    ],
)
def test_an_absence_that_cannot_be_is_told_beside_its_field(village, who, instead, times, field):
    away(village, "siv", starts=5, ends=10)
    with pytest.raises(Invalid) as refused:
        away(village, who, instead, **times)
    assert list(refused.value.errors) == [field]


def test_one_absence_begins_as_another_ends(village):
    away(village, "siv", starts=5, ends=10)
    away(village, "siv", starts=10, ends=12)
    away(village, "siv", starts=0, ends=5)


def test_a_manager_sets_the_absence_of_the_units_people_alone(village):
    with village.database.reading() as session:
        offers = absence_offers(session, village.access(session, "ulla"), village.now)
    assert set(offers["people"]) == {
        str(village.people[who]) for who in ("siv", "stina", "nina", "arne", "ulla")
    }
    for who in ("olga", "mats", "ada"):
        with pytest.raises(Invalid) as refused:
            away(village, who, by="ulla")
        assert list(refused.value.errors) == ["person"]
    elsewhere = away(village, "olga")
    with pytest.raises(NotAllowed):
        back(village, elsewhere, by="ulla")
    away(village, "ulla", by="ulla")
    with village.database.reading() as session:
        ulla, ada = village.access(session, "ulla"), village.access(session, "ada")
        assert [one.person for one in absence_lines(session, ulla, village.now)] == ["Ulla Udd"]
        assert len(absence_lines(session, ada, village.now)) == 2


@pytest.mark.parametrize("by", ["siv", "nina", "mats"])
def test_others_set_no_absence_not_even_their_own(village, by):
    absence = away(village, by)
    for attempt in (lambda: away(village, by, by=by), lambda: back(village, absence, by=by)):
        with pytest.raises(NotAllowed):
            attempt()


def test_an_absence_to_come_is_removed_one_under_way_ends_and_one_over_stays(village):
    coming = away(village, "nina", "olga", starts=1, ends=2)
    back(village, coming)
    away(village, "nina", "olga", ends=2)
    village.wait(hours=1)
    with village.database.reading() as session:
        (line,) = absence_lines(session, village.access(session, "ulla"), village.now)
    assert (line.person, line.substitute, line.under_way) == ("Nina Nord", "Olga Ö", True)
    back(village, line.id, by="ulla")
    assert stands_in(village) == {}
    for absence, refused in ((line.id, Refused), (999_999, NotFound)):
        with pytest.raises(refused):
            back(village, absence)
    with village.database.reading() as session:
        lines = lines_about_person(session, village.people["nina"])
    assert [(line.actor, line.words) for line in lines] == [
        ("Ulla Udd", "Avslutade frånvaro"), ("Ada Adm", "Lade in frånvaro"),
        ("Ada Adm", "Tog bort frånvaro"), ("Ada Adm", "Lade in frånvaro"),
    ]  # fmt: skip
    assert lines[0].data["substitute"] == "Olga Ö"


def test_two_who_are_set_to_stand_in_for_each_other_at_once_do_not_both_get_their_way(
    database_url,
):
    village, outcomes = Village(Database(database_url), load(None)), []

    def go(who, instead):
        try:
            outcomes.append(away(village, who, instead))
        except Invalid:
            outcomes.append(None)

    pairs = (("nina", "olga"), ("olga", "nina"))
    meanwhile = [Thread(target=go, args=pair) for pair in pairs]
    for thread in meanwhile:
        thread.start()
    for thread in meanwhile:
        thread.join()
    assert len([one for one in outcomes if one]) == 1
    village.database.engine.dispose()
