"""Who stands behind a rung, at the moment it fires."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cases.people import Membership, Person
from notifications.recipients import Addressees, Reach
from tests.notifications.town import FRIDAY, Town, step_of
from workflow.ladders import RESPONSIBLE
from workflow.roles import Role


@pytest.fixture
def reference(town: Town) -> str:
    return town.report(town.hire("wilma", Role.CARE_WORKER), FRIDAY)


def behind(town: Town, reference: str, *to: str) -> tuple[set[str], tuple[str, ...]]:
    """User names, and the addressees without anyone, for the assessment."""
    with town.database.reading() as session:
        step = step_of(session, reference, "assess")
        reach = Reach(session, town.routines, FRIDAY)
        return named(session, reach.behind(step.case.unit_id, step.roles, step.claimed_by, to))


def named(session: Session, addressees: Addressees) -> tuple[set[str], tuple[str, ...]]:
    names = session.scalars(select(Person.username).where(Person.id.in_(addressees.people)))
    assert len(set(addressees.people)) == len(addressees.people), "each person once"
    return set(names), addressees.without_anyone


def change(town: Town, person_id: int, **values: object) -> None:
    with town.database.transaction() as session:
        session.execute(update(Person).where(Person.id == person_id).values(**values))


def test_nobody_on_duty_gives_all_who_hold_the_role_at_the_unit(town: Town, reference: str):
    town.hire("nils", Role.NURSE)
    town.hire("nora", Role.NURSE, everywhere=True)
    town.hire("nina", Role.NURSE, unit_id=town.unit("bjorkbacken"))
    assert behind(town, reference, RESPONSIBLE) == ({"nils", "nora"}, ())
    assert behind(town, reference, Role.NURSE) == ({"nils", "nora"}, ())


def test_those_on_duty_are_told_instead_of_all_who_hold_the_role(town: Town, reference: str):
    town.hire("nils", Role.NURSE)
    elsewhere = town.unit("bjorkbacken")
    for name, unit, start in (
        ("nora", town.unit_id, FRIDAY - timedelta(hours=1)),
        ("nina", None, FRIDAY),
        ("nadja", elsewhere, FRIDAY),
        ("nelly", town.unit_id, FRIDAY - timedelta(hours=8)),
        ("nanna", town.unit_id, FRIDAY + timedelta(seconds=1)),
    ):
        town.on_duty(town.hire(name, Role.NURSE, unit_id=elsewhere), Role.NURSE, unit, start)
    assert behind(town, reference, RESPONSIBLE) == ({"nora", "nina"}, ())
    assert behind(town, reference, Role.NURSE) == ({"nora", "nina"}, ())


def test_without_duty_the_first_role_that_anybody_holds_is_told(town: Town, reference: str):
    town.hire("fanny", Role.PHYSIOTHERAPIST)
    town.hire("arne", Role.OCCUPATIONAL_THERAPIST)
    assert behind(town, reference, RESPONSIBLE) == ({"arne"}, ())


def test_on_duty_goes_before_the_order_of_the_roles(town: Town, reference: str):
    town.hire("nils", Role.NURSE)
    town.on_duty(
        town.hire("fanny", Role.PHYSIOTHERAPIST), Role.PHYSIOTHERAPIST, town.unit_id, FRIDAY
    )
    assert behind(town, reference, RESPONSIBLE) == ({"fanny"}, ())
    assert behind(town, reference, Role.NURSE) == ({"nils"}, ())


def test_whoever_has_claimed_the_step_is_told_alone(town: Town, reference: str):
    town.on_duty(town.hire("nora", Role.NURSE), Role.NURSE, None, FRIDAY)
    town.claim(town.hire("nils", Role.NURSE), reference, "assess", FRIDAY)
    assert behind(town, reference, RESPONSIBLE) == ({"nils"}, ())
    assert behind(town, reference, Role.NURSE) == ({"nora"}, ())


@pytest.mark.parametrize(
    "gone", [{"active": False}, {"email": ""}], ids=["not active", "without address"]
)
def test_a_claimant_who_cannot_be_reached_gives_the_step_back(
    town: Town, reference: str, gone: dict[str, object]
):
    town.hire("nora", Role.NURSE)
    nils = town.hire("nils", Role.NURSE)
    town.claim(nils, reference, "assess", FRIDAY)
    change(town, nils, **gone)
    assert behind(town, reference, RESPONSIBLE) == ({"nora"}, ())


def test_a_claimant_whose_membership_has_ended_gives_the_step_back(town: Town, reference: str):
    town.hire("nora", Role.NURSE)
    nils = town.hire("nils", Role.NURSE)
    town.claim(nils, reference, "assess", FRIDAY - timedelta(hours=1))
    with town.database.transaction() as session:
        ended = update(Membership).where(Membership.person_id == nils)
        session.execute(ended.values(to_day=date(2026, 11, 19)))
    assert behind(town, reference, RESPONSIBLE) == ({"nora"}, ())


def test_a_membership_counts_through_its_last_day_in_stockholm(town: Town, reference: str):
    town.hire("eva", Role.UNIT_MANAGER, to_day=date(2026, 11, 20))
    town.hire("egon", Role.UNIT_MANAGER, to_day=date(2026, 11, 19))
    assert behind(town, reference, Role.UNIT_MANAGER) == ({"eva"}, ())


def test_addressees_without_anyone_are_named(town: Town, reference: str):
    town.hire("nils", Role.NURSE)
    town.hire("mia", Role.MAS, everywhere=True, active=False)
    found = behind(town, reference, RESPONSIBLE, Role.UNIT_MANAGER, Role.MAS)
    assert found == ({"nils"}, ("unit_manager", "mas"))


def test_one_who_stands_behind_two_addressees_is_told_once(town: Town, reference: str):
    town.claim(town.hire("nils", Role.NURSE), reference, "assess", FRIDAY)
    assert behind(town, reference, RESPONSIBLE, Role.NURSE) == ({"nils"}, ())


def test_any_mas_may_be_another_units(town: Town, reference: str):
    town.hire("mia", Role.MAS, unit_id=town.unit("bjorkbacken"))
    assert behind(town, reference, Role.MAS) == (set(), ("mas",))
    with town.database.reading() as session:
        reach = Reach(session, town.routines, FRIDAY)
        assert named(session, reach.any_mas()) == ({"mia"}, ())


def test_whoever_is_absent_is_not_told_but_the_substitute(town: Town, reference: str):
    eva = town.hire("eva", Role.UNIT_MANAGER)
    ester = town.hire("ester", Role.UNIT_MANAGER, unit_id=town.unit("bjorkbacken"))
    town.away(eva, FRIDAY - timedelta(days=1), FRIDAY + timedelta(days=1), ester)
    assert behind(town, reference, Role.UNIT_MANAGER) == ({"ester"}, ())


def test_a_substitute_without_the_licence_is_not_told(town: Town, reference: str):
    nils = town.hire("nils", Role.NURSE)
    wera = town.hire("wera", Role.CARE_WORKER)
    town.away(nils, FRIDAY - timedelta(days=1), FRIDAY + timedelta(days=1), wera)
    assert behind(town, reference, Role.NURSE) == (set(), ("nurse",))


def test_a_step_claimed_by_somebody_absent_is_their_substitutes(town: Town, reference: str):
    town.hire("nora", Role.NURSE)
    nils, nina = town.hire("nils", Role.NURSE), town.hire("nina", Role.NURSE)
    town.claim(nils, reference, "assess", FRIDAY)
    town.away(nils, FRIDAY - timedelta(days=1), FRIDAY + timedelta(days=1), nina)
    assert behind(town, reference, RESPONSIBLE) == ({"nina"}, ())


def test_absent_without_a_substitute_is_not_there(town: Town, reference: str):
    eva = town.hire("eva", Role.UNIT_MANAGER)
    town.away(eva, FRIDAY - timedelta(days=1), FRIDAY + timedelta(seconds=1))
    assert behind(town, reference, Role.UNIT_MANAGER) == (set(), ("unit_manager",))


def test_a_role_that_nobody_holds_falls_back_on_its_chain(town: Town, reference: str):
    town.hire("hans", Role.HEAD_OF_HEALTH_CARE, everywhere=True)
    assert behind(town, reference, Role.MAR) == ({"hans"}, ()), "MAR, then MAS, then the head"
    town.hire("mia", Role.MAS, everywhere=True)
    assert behind(town, reference, Role.MAR) == ({"mia"}, ())
