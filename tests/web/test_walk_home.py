"""The whole chain in browsers: a stay in hospital, its SIP, and somebody outside who answers."""

from tests.web import walk_home as home
from tests.web import walk_plan as plan
from tests.web.living import Living


def test_from_the_hospitals_notice_to_the_follow_up_meeting(living: Living):
    stay = home.the_hospital_admits(living)
    home.everybody_confirms(living, stay)
    home.the_notice_of_readiness_comes(living, stay)
    sip = home.each_branch_says_for_itself(living, stay)
    plan.the_person_agrees(living, sip)
    plan.the_laws_three_days_pass(living, sip)
    letters = plan.the_municipality_calls(living, sip)
    plan.a_party_answers(living, sip, letters["vc@region.example"])
    plan.the_other_answers_on_the_phone(living, sip)
    home.the_patient_comes_home(living, stay)
    home.care_begins_at_home(living, stay)
    plan.the_meeting_is_held(living, sip)
    plan.the_plan_is_written(living, sip)
    [letter] = [each for each in living.swept() if each.to == "vc@region.example"]
    home.assert_private(letter)
    plan.a_part_is_confirmed_from_outside(living, sip, letter)
    plan.the_rest_confirm_by_phone(living, sip)
    home.the_stay_at_home_is_followed_up(living, stay)
    plan.the_plan_is_followed_up(living, sip)
