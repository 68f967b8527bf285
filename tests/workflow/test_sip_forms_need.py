"""The forms of the states need, consent and calling: who is asked, and who is called."""

from typing import Any

import pytest
from marshmallow import ValidationError

from tests.workflow.sip_answers import (
    CLINIC,
    MISSING,
    NEED,
    NOW,
    OFFERS,
    SCHOOL,
    errors,
    facts,
    form_of,
    load,
    need,
)
from workflow.definitions.sip import SIP


def need_errors(**changed: Any) -> dict[str, Any]:
    with pytest.raises(ValidationError) as refused:
        need().load(NEED | changed)
    return refused.value.messages_dict


def test_a_need_without_a_discharge_needs_no_notice():
    loaded = need().load(NEED | {"trigger": "school", "discharge_notice_at": ""})
    assert "discharge_notice_at" not in loaded


def test_a_need_and_a_notice_have_been_and_do_not_lie_ahead():
    assert need_errors(noticed_at="2026-11-26") == {
        "noticed_at": ["Dagen kan inte ligga i framtiden."]
    }
    assert need_errors(discharge_notice_at="2026-11-25T14:01") == {
        "discharge_notice_at": ["Tiden kan inte ligga i framtiden."]
    }


def test_a_patient_who_is_not_in_the_list_needs_name_and_number():
    assert need_errors(patient="other") == {"patient_number": MISSING, "patient_name": MISSING}
    who = {"patient": "other", "patient_number": "640823-3234", "patient_name": "Kajsa Test"}
    assert need().load(NEED | who)["patient_number"] == "196408233234"


def test_somebody_at_one_unit_need_not_choose_it_and_somebody_at_two_must():
    at_one = SIP.opening(now=NOW, offers=OFFERS | {"units": {"2": "Eken"}})
    assert at_one.initial() == {"unit": "2"}
    assert need().initial() == {}


def test_no_need_is_reasoned_and_told():
    assert errors("assess_need", outcome="no_need", reason="").keys() == {"reason", "told"}
    assert load("assess_need", outcome="no_need", told="Dottern, på telefon")


def test_a_given_consent_says_what_may_be_shared():
    assert errors("consent", scope="") == {"scope": MISSING}


def test_somebody_who_cannot_consent_is_handled_in_a_way_that_is_written_down():
    assert errors("consent", consent="cannot") == {"handling": MISSING}
    assert "scope" not in load("consent", consent="cannot", handling="God man.")


def test_somebody_who_declines_need_not_say_why():
    assert load("consent", consent="declined")["consent"] == "declined"


def test_the_guardians_and_the_child_are_asked_apart():
    assert errors("consent", concerns_child="true") == {"guardians": MISSING, "child": MISSING}
    child = {"concerns_child": "true", "guardians": "given", "child": "not_asked"}
    assert errors("consent", **child) == {"child_note": MISSING}
    loaded = load("consent", **child, child_note="Fyra år, förstår inte frågan.")
    assert (loaded["guardians"], loaded["child"]) == ("given", "not_asked")


def test_nothing_about_guardians_is_stored_for_an_adult():
    loaded = load("consent", guardians="given", child="given")
    assert loaded.keys().isdisjoint({"guardians", "child"})


def test_a_consent_that_the_guardians_have_refused_is_not_given():
    refused = {"concerns_child": "true", "guardians": "declined", "child": "given"}
    assert errors("consent", **refused).keys() == {"consent"}
    assert load("consent", **refused, consent="declined")


def test_a_consent_lasts_from_its_own_day():
    assert errors("consent", valid_through="2026-11-15").keys() == {"valid_through"}
    assert load("consent", valid_through="2026-11-16")


def test_a_consent_that_has_run_out_is_pointed_out_before_anybody_is_called():
    for last, warned in (("2026-11-24", True), ("2026-11-25", False)):
        case = facts("consent", consent={"valid_through": last})
        assert bool(form_of("pre_planning", case).notice()) is warned
    assert form_of("pre_planning", facts("consent")).notice() == ""


def test_a_call_to_nobody_is_refused():
    assert errors("pre_planning", parties=[]) == {"parties": ["Fyll i minst en rad."]}
    assert errors("pre_planning", parties=[{"organisation": " "}]) == {
        "parties": ["Fyll i minst en rad."]
    }
    assert errors("pre_planning", parties=[SCHOOL]) == {
        "parties": ["Kalla minst en huvudman. Att bjuda in räcker inte."]
    }


def test_a_party_can_be_reached_by_mail_or_phone_and_not_by_neither():
    unreachable = {name: value for name, value in CLINIC.items() if name != "email"}
    assert errors("pre_planning", parties=[CLINIC, unreachable | {"key": "0000000d"}]) == {
        "parties": {1: {"email": MISSING}}
    }
    assert load("pre_planning", parties=[unreachable | {"phone": "000-000 00 00"}])


@pytest.mark.parametrize(
    "address",
    ["anna", "anna@region", "a@b.se, c@d.se", "anna ek@region.se", "@region.se", "a@@b.se"],
)
def test_an_address_that_cannot_be_one_is_refused(address: str):
    found = errors("pre_planning", parties=[CLINIC | {"email": address}])
    assert found == {
        "parties": {0: {"email": ["Skriv en e-postadress, till exempel namn@region.se."]}}
    }


def test_the_same_contact_is_called_once():
    again = CLINIC | {"key": "0000000d", "contact": "ANNA EK"}
    found = errors("pre_planning", parties=[CLINIC, {"organisation": ""}, again])
    assert found == {"parties": {2: {"contact": ["Kontaktpersonen står redan på en annan rad."]}}}


def test_a_row_gets_a_key_of_its_own_and_an_old_one_keeps_its_key():
    new = {name: value for name, value in CLINIC.items() if name != "key"} | {"contact": "Lo"}
    keys = [row["key"] for row in load("pre_planning", parties=[new, CLINIC])["parties"]]
    assert keys[1] == CLINIC["key"] != keys[0]
    assert len(keys[0]) == 8
    assert int(keys[0], 16) >= 0
    assert "parties" in errors("pre_planning", parties=[CLINIC | {"key": "../../x"}])


def test_an_interpreter_needs_a_language():
    assert errors("pre_planning", interpreter="true") == {"interpreter_language": MISSING}


def test_a_declined_initiative_is_noted_with_who_and_why():
    refusal = {"organisation": "Kliniken", "person": "Samordnaren", "on": "2026-11-16"}
    assert errors("pre_planning", refusals=[refusal]) == {"refusals": {0: {"reason": MISSING}}}
    loaded = load("pre_planning", refusals=[refusal | {"reason": "Ser inget behov"}])
    assert loaded["refusals"][0]["organisation"] == "Kliniken"
