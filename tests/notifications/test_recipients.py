"""Who stands behind a rung, at the moment it fires."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from cases.people import Person
from notifications.recipients import Addressees, any_mas, people_behind
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
        return named(people_behind(session, step, to, FRIDAY))


def named(addressees: Addressees) -> tuple[set[str], tuple[str, ...]]:
    return {person.username for person in addressees.people}, addressees.without_anyone


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
    nils = town.hire("nils", Role.NURSE, to_day=date(2026, 11, 19))
    town.on_duty(nils, Role.NURSE, town.unit_id, FRIDAY - timedelta(hours=8))
    town.claim(nils, reference, "assess", FRIDAY - timedelta(hours=1))
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
    with town.database.reading() as session:
        step = step_of(session, reference, "assess")
        found = people_behind(session, step, (RESPONSIBLE, Role.NURSE), FRIDAY)
        assert [person.username for person in found.people] == ["nils"]


def test_any_mas_may_be_another_units(town: Town, reference: str):
    town.hire("mia", Role.MAS, unit_id=town.unit("bjorkbacken"))
    assert behind(town, reference, Role.MAS) == (set(), ("mas",))
    with town.database.reading() as session:
        assert named(any_mas(session, FRIDAY)) == ({"mia"}, ())
