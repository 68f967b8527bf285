"""When an external deviation is offered, and what it says."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.workflow.discharging import Discharge, admission, at, home, moment
from tests.workflow.sipping import Sip
from tests.workflow.sipping import at as sip_at
from workflow.definition import WorkflowDefinition
from workflow.definitions.discharge import DISCHARGE
from workflow.definitions.sip import SIP
from workflow.external_deviation import ExternalDeviationDraft
from workflow.facts import Facts

TUESDAY = moment("2026-11-24T08:30")
NOTICE = moment("2026-11-23T14:00")
LATE: dict[str, Any] = {"admitted_at": "2026-11-21T08:00"}
SILENT: dict[str, Any] = {"confirmed": "not_confirmed", "confirmed_at": None}
MISSING: dict[str, Any] = {
    "information_transferred": False,
    "aids_in_place": False,
    "lacking": "Rullstol till Bo.",
}


def offered(definition: WorkflowDefinition, facts: Facts) -> list[str]:
    return [offer.key for offer in definition.external_deviations if offer.when.test(facts)]


def letter(definition: WorkflowDefinition, facts: Facts, key: str) -> tuple[str, str, date | None]:
    offer = definition.external_deviation(key)
    return offer.to(facts), offer.text(facts), offer.on(facts)


def test_a_stay_and_a_sip_that_go_well_offer_nothing():
    walk = Discharge()
    while walk.state != "closed":
        assert offered(DISCHARGE, walk.facts) == []
        ref = next(ref for ref, opening in walk.open.items() if opening.step.required)
        if ref.key == "readmission":
            walk.wait_for_the_last_day()
        walk.do(ref.key, ref.item)
    assert offered(DISCHARGE, walk.facts) == []
    plan = sip_at("follow_up", NOTICE, trigger="discharge", discharge_notice_at=NOTICE.isoformat())
    assert offered(SIP, plan.facts) == []


def test_a_late_admission_notice_says_all_three_times():
    facts = Discharge(**LATE).facts
    assert offered(DISCHARGE, facts) == ["admission_notice_late"]
    to, text, on = letter(DISCHARGE, facts, "admission_notice_late")
    assert to == admission()["ward"]
    for told in ("2026-11-21 kl. 08.00", "2026-11-24 kl. 06.30", "2026-11-24 kl. 07.30"):
        assert told in text
    assert on == date(2026, 11, 24)


def test_a_notice_after_a_late_judgement_says_what_the_hours_are_counted_from():
    facts = Discharge(**LATE, need_judged_at="2026-11-22T08:00").facts
    text = letter(DISCHARGE, facts, "admission_notice_late")[1]
    assert text.startswith("Behovet bedömdes 2026-11-22 kl. 08.00.")


def test_primary_care_that_never_confirms_is_offered_until_it_does():
    walk = Discharge()
    walk.do("confirm_primary_care", **SILENT)
    assert offered(DISCHARGE, walk.facts) == ["primary_care_silent"]
    walk.do_all(until="planning")
    assert "primary_care_silent" in offered(DISCHARGE, walk.facts)
    walk.do("primary_care_late")
    assert offered(DISCHARGE, walk.facts) == []


@pytest.mark.parametrize(
    ("home_at", "received", "late"),
    [("10:00", "09:00", False), ("10:00", "10:00", False), ("10:00", "12:00", True)],
)
def test_a_notice_of_readiness_after_the_home_coming(home_at: str, received: str, late: bool):
    walk = at("planning", TUESDAY - timedelta(days=1))
    walk.now = moment("2026-11-24T18:00")
    walk.do("notice_ready", sent_at="2026-11-24T08:40", received_at=f"2026-11-24T{received}")
    walk.do("went_home", home_at=f"2026-11-24T{home_at}")
    assert ("readiness_after_home" in offered(DISCHARGE, walk.facts)) is late


def test_the_checklist_tells_what_was_missing_but_not_what_was_typed():
    walk = at("ready")
    walk.do("ready_to_go_home", **MISSING)
    assert offered(DISCHARGE, walk.facts) == ["information_missing"]
    text = letter(DISCHARGE, walk.facts, "information_missing")[1]
    assert text.splitlines()[1:] == [
        "Informationen var inte överförd till alla som behövde den.",
        "Hjälpmedel eller medicinteknisk utrustning fanns inte på plats.",
    ]


@pytest.mark.parametrize(
    ("step", "key", "to"),
    [
        ("safety_call_24h", "hospital_did_not_call", admission()["ward"]),
        ("primary_care_call_7d", "primary_care_did_not_call", "Vårdcentralen"),
    ],
)
def test_a_call_that_was_not_made_goes_to_whoever_should_have_made_it(step: str, key: str, to: str):
    walk = home(TUESDAY, until="follow_up")
    walk.do(step, outcome="not_called", called_at=None)
    assert offered(DISCHARGE, walk.facts) == [key]
    assert letter(DISCHARGE, walk.facts, key)[0] == to


@pytest.mark.parametrize("outcome", ["called", "no_answer"])
def test_a_call_without_an_answer_was_still_made(outcome: str):
    walk = home(TUESDAY, until="follow_up")
    walk.do("safety_call_24h", outcome=outcome)
    assert offered(DISCHARGE, walk.facts) == []


def notified(now: Any = NOTICE) -> Sip:
    walk = sip_at("calling", now, trigger="discharge", discharge_notice_at=now.isoformat())
    walk.do("pre_planning")
    return walk


def test_a_call_taken_over_is_told_with_the_laws_days():
    walk = notified()
    walk.wait(moment("2026-11-27T08:00"))
    assert offered(SIP, walk.facts) == []
    walk.do("take_over_call")
    assert offered(SIP, walk.facts) == ["region_did_not_call"]
    _to, text, on = letter(SIP, walk.facts, "region_did_not_call")
    assert "till och med 2026-11-26." in text
    assert "Ingen kallelse kom från regionen." in text
    assert "Kommunen tog över och kallade 2026-11-27 kl. 08.00." in text
    assert on == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("called", "late"),
    [
        ("2026-11-28T10:00", False),  # a Saturday, the third day
        ("2026-11-30T23:59", False),  # the law's last day is moved to the Monday
        ("2026-12-01T00:01", True),
    ],
)
def test_the_regions_own_call_is_late_after_the_laws_last_day(called: str, late: bool):
    walk = notified(moment("2026-11-25T10:00"))
    walk.now = moment("2026-12-02T09:00")
    walk.do("call_by_law", called_at=called)
    assert offered(SIP, walk.facts) == (["region_did_not_call"] if late else [])
    text = letter(SIP, walk.facts, "region_did_not_call")[1]
    assert "2026-11-28 (senast 2026-11-30, eftersom dagen är ledig)." in text


def test_a_declined_initiative_names_who_and_when_but_not_what_was_said():
    walk = sip_at("calling")
    refusal = {
        "organisation": "Vårdcentralen Linden", "person": "Kim", "on": "2026-11-20",
        "reason": "Bo Test behöver ingen plan.",
    }  # fmt: skip
    walk.do("pre_planning", refusals=[refusal])
    assert offered(SIP, walk.facts) == ["initiative_declined"]
    to, text, on = letter(SIP, walk.facts, "initiative_declined")
    assert (to, on) == ("Vårdcentralen Linden", date(2026, 11, 20))
    assert "2026-11-20 avböjde Vårdcentralen Linden." in text
    assert "Bo Test" not in text


def test_every_letter_fits_its_form():
    walk = home(TUESDAY, until="follow_up")
    sip = notified()
    form = ExternalDeviationDraft(now=TUESDAY)
    for definition, facts in ((DISCHARGE, walk.facts), (SIP, sip.facts)):
        for offer in definition.external_deviations:
            on = offer.on(facts)
            filled = {
                "to_whom": offer.to(facts), "what_happened": offer.text(facts),
                "paragraph": offer.paragraph, "on": on.isoformat() if on else "",
            }  # fmt: skip
            assert form.validate(filled) == {}
