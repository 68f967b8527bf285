"""The report: three minutes on a phone at night, and what it refuses."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from tests.workflow.deviation_answers import NOW, OFFERS, REPORT, report
from workflow.definitions.deviation.choices import KINDS, valid_kinds
from workflow.definitions.deviation.intake import Report
from workflow.fields import Choice

BEGINNING = Report.sections[0].fields


def load(**changed: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = report().load(REPORT | changed)
    return loaded


def errors(**changed: Any) -> dict[str, Any]:
    with pytest.raises(ValidationError) as refused:
        report().load(REPORT | changed)
    return refused.value.messages_dict


def shown(kind: str) -> list[str]:
    form = report()
    return [name for name in form.fields if form.shown(name, {"kind": kind})]


def test_nothing_outside_the_first_part_is_required():
    later = [name for section in Report.sections[1:] for name in section.fields]
    assert all(section.optional for section in Report.sections[1:])
    assert not [name for name in later if report().fields[name].required]
    assert not [name for name in later if report().fields[name].metadata.get("needed")]


def test_the_first_part_asks_at_most_ten_questions_and_six_must_be_answered_by_a_choice_or_time():
    questions = [
        name for name in BEGINNING if report().shown(name, {"kind": "fall", "patient": "7"})
    ]
    assert len(questions) == 10
    required = [name for name in questions if report().fields[name].required]
    written = [n for n in required if report().fields[n].metadata["widget"] in ("line", "text")]
    assert written == ["what_happened"]


def test_danger_to_life_comes_before_everything():
    assert "112" in report().notice()


def test_a_report_of_the_first_part_alone_is_enough():
    assert set(load()) == set(REPORT)


def test_somebody_at_one_unit_need_not_choose_it_and_somebody_at_two_must():
    at_one = Report(now=NOW, offers=OFFERS | {"units": {"2": "Eken"}})
    assert at_one.initial() == {"unit": "2"}
    assert report().initial() == {}


def test_an_unknown_kind_is_refused():
    assert errors(kind="flood") == {"kind": ["Välj ett av alternativen."]}


def test_an_unknown_unit_and_an_unknown_patient_are_refused():
    wrong = ["Välj ett av alternativen."]
    assert errors(unit="99", patient="99") == {"unit": wrong, "patient": wrong}


def test_every_kind_of_today_can_be_reported():
    offered = report().fields["kind"]
    assert isinstance(offered, Choice)
    assert list(offered.offered()) == [kind for kind in KINDS if kind != "care_other"]
    for kind in offered.offered():
        assert load(kind=kind, medication_kind="overdose")["kind"] == kind


def test_rehabilitation_and_aids_are_choices_of_their_own():
    assert {"rehabilitation", "medical_device"} <= valid_kinds(date(2026, 11, 21)).keys()


@pytest.mark.parametrize(
    ("kind", "last", "first"),
    [
        ("care_other", date(2021, 12, 31), None),
        ("care_treatment_sampling", None, date(2022, 1, 1)),
        ("care_related_infection", None, date(2022, 1, 1)),
        ("fall", None, None),
    ],
)
def test_a_kind_is_valid_on_the_days_it_is_counted(
    kind: str, last: date | None, first: date | None
):
    for day in (date(2021, 12, 31), date(2022, 1, 1)):
        counted = (last is None or day <= last) and (first is None or day >= first)
        assert (kind in valid_kinds(day)) == counted


def test_a_kind_that_has_ended_is_refused_for_an_event_of_today():
    assert errors(kind="care_other") == {
        "kind": ["Det här valet finns till och med 2021-12-31. Välj ett annat."]
    }


def test_a_kind_that_had_not_begun_is_refused_for_an_event_of_that_day():
    before = {
        "kind": "care_related_infection",
        "occurred_at": "2021-12-31T23:59",
        "discovered_at": "2022-01-01T08:00",
        "called_at": "",
    }
    assert errors(**before) == {
        "kind": ["Det här valet finns från och med 2022-01-01. Välj ett annat."]
    }


def test_the_first_half_hour_of_a_year_in_stockholm_belongs_to_that_year():
    when = {"occurred_at": "2022-01-01T00:30", "discovered_at": "2022-01-01T00:40", "called_at": ""}
    assert load(kind="care_related_infection", **when)
    assert errors(kind="care_other", **when).keys() == {"kind"}


def test_the_day_of_discovery_decides_the_kind_when_nobody_knows_when_it_happened():
    when = {"discovered_at": "2021-12-31T23:59", "occurred_at": "", "called_at": ""}
    assert load(kind="care_other", **when)["kind"] == "care_other"


def test_an_old_report_can_be_corrected_when_its_kind_is_no_longer_offered():
    when = {"discovered_at": "2021-11-01T08:00", "occurred_at": "", "called_at": ""}
    old = report().dump(load(kind="care_other", **when))
    assert report().load(old)["kind"] == "care_other"


@pytest.mark.parametrize("field", ["occurred_at", "discovered_at", "called_at"])
def test_no_time_of_a_report_lies_in_the_future(field: str):
    found = errors(**{field: "2026-11-25T14:01"})
    assert found[field] == ["Tiden kan inte ligga i framtiden."]


def test_it_cannot_be_discovered_before_it_happened():
    assert errors(occurred_at="2026-11-21T02:06") == {
        "discovered_at": ["Det kan inte ha upptäckts innan det hände. Kontrollera båda tiderna."]
    }


def test_nobody_phones_about_it_before_it_is_discovered():
    assert errors(called_at="2026-11-21T02:04") == {
        "called_at": ["Du kan inte ha ringt innan det upptäcktes. Kontrollera båda tiderna."]
    }


@given(st.lists(st.integers(0, 90), min_size=3, max_size=3))
def test_times_are_accepted_exactly_when_they_come_in_order(minutes: list[int]):
    start = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
    names = ("occurred_at", "discovered_at", "called_at")
    times = {
        n: (start + timedelta(minutes=m)).isoformat() for n, m in zip(names, minutes, strict=True)
    }
    if minutes == sorted(minutes):
        assert load(**times)
    else:
        happened, discovered, called = minutes
        expected = {"discovered_at"} if discovered < happened else set()
        assert errors(**times).keys() == expected | (
            {"called_at"} if called < discovered else set()
        )


def test_the_order_of_times_is_told_along_with_other_faults():
    assert errors(kind="flood", occurred_at="2026-11-21T02:06").keys() == {"kind", "discovered_at"}


def test_a_medication_report_asks_what_went_wrong():
    assert errors(kind="medication") == {"medication_kind": ["Fyll i det här."]}
    assert load(kind="medication", medication_kind="overdose")["medication_kind"] == "overdose"


def test_what_was_answered_for_another_kind_is_not_stored():
    loaded = load(
        kind="fall", medication_kind="overdose", ulcer_category="2", fall_leg_shorter="no"
    )
    assert "medication_kind" not in loaded
    assert "ulcer_category" not in loaded
    assert loaded["fall_leg_shorter"] == "no"


def test_every_kind_that_is_offered_has_a_checklist_of_its_own():
    checklist = Report.sections[1].fields
    shown_for = {kind: set(checklist) & set(shown(kind)) for kind in valid_kinds(NOW.date())}
    assert all(shown_for.values())
    assert sum(map(len, shown_for.values())) == len(set().union(*shown_for.values()))
    assert set().union(*shown_for.values()) == set(checklist)


def test_a_patient_in_the_list_needs_no_number():
    assert "patient_number" not in load(patient="7", patient_number="fel")


def test_a_patient_who_is_not_in_the_list_needs_name_and_number():
    assert errors(patient="other") == {
        "patient_number": ["Fyll i det här."],
        "patient_name": ["Fyll i det här."],
    }
    loaded = load(patient="other", patient_number="640823-3234", patient_name=" Kajsa  Test ")
    assert (loaded["patient_number"], loaded["patient_name"]) == ("196408233234", "Kajsa Test")


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("640823-3235", "Kontrollsiffran"),
        ("212000-1926", "organisationsnummer"),
        ("19640823TF01", "Reservnummer"),
        ("640823-32\x0034", "styrtecken"),
        ("640823\u200e-3234", "styrtecken"),
        ("1" * 1_000_000, "Högst 40 tecken"),
    ],
)
def test_a_faulty_number_is_told_apart_from_a_number_of_another_kind(number: str, word: str):
    found = errors(patient="other", patient_name="Kajsa Test", patient_number=number)
    [message] = found.pop("patient_number")
    assert found == {}
    assert word in message


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a" * 1_000_000, "Högst 4000 tecken"),
        ("Föll\x00igen", "styrtecken"),
        ("Föll\u202eigen", "styrtecken"),
        ("<script>alert(1)</script>", "HTML-taggar"),
    ],
)
def test_bad_text_is_refused_beside_its_own_field(text: str, word: str):
    found = errors(what_happened=text, sbar_situation=text)
    assert found.keys() == {"what_happened", "sbar_situation"}
    assert all(word in messages[0] for messages in found.values())


@pytest.mark.parametrize(
    ("sign", "low", "high"),
    [
        ("respiratory_rate", "-1", "81"),
        ("spo2", "29", "101"),
        ("systolic", "29", "301"),
        ("pulse", "-1", "251"),
        ("temperature", "24,9", "45,1"),
    ],
)
def test_a_vital_sign_that_nobody_can_have_is_refused(sign: str, low: str, high: str):
    for value in (low, high):
        assert "Skriv ett tal från" in errors(**{sign: value})[sign][0]


def test_vital_signs_are_stored_one_by_one_and_never_added_up():
    loaded = load(temperature="38,4", consciousness="C", oxygen="false")
    assert report().dump(loaded).items() >= {"temperature": "38.4", "consciousness": "C"}.items()
    assert not [name for name in report().fields if "news" in name or "score" in name]
