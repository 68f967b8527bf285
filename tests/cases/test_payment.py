"""The payment beside a discharge, reckoned from it, its SIP and the municipality's other stays."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, select

from cases.asides import aside_of
from cases.database import Database
from cases.disposal import dispose_case
from cases.history import History
from cases.models import Case, Draft
from notifications.sweep import sweep
from tests.cases.chain import YES, Chain
from workflow.asides import Aside
from workflow.basis import Basis, BasisKind
from workflow.definitions.discharge.payment_models import ModelKey
from workflow.definitions.discharge.payment_rules import Amount, PaymentRules
from workflow.engine import Engine
from workflow.explanation import Explanation
from workflow.messages import Message
from workflow.routines import Routines, load

LOCAL = Basis(BasisKind.LOCAL, "Nämnden § 7")
FIRST, DAYS, SUM = "Första dagen att betala för", "Dagar att betala för", "Belopp"
NONE, MEANS = "Inget betalningsansvar, därför att", "Medelvärde i våra egna ärenden"


def with_rules(rules: PaymentRules) -> Routines:
    """As the municipality's rules file would say it."""
    routines = load(None)
    engine = routines.engine("discharge")
    (setting,) = engine.definition.settings
    changed = replace(engine.definition, settings=(replace(setting, value=rules),))
    engines = dict(routines.engines) | {("discharge", 1): Engine(changed, routines.calendar)}
    return replace(routines, engines=engines)


@pytest.fixture
def chain(database_url: str) -> Iterator[Chain]:
    database = Database(database_url)
    yield Chain(database, load(None))
    database.engine.dispose()


def aside(chain: Chain, reference: str, who: str = "sam") -> Aside | None:
    with chain.database.reading() as session:
        case = session.scalars(select(Case).where(Case.reference == reference)).one()
        history = History.of(session, chain.routines, case)
        return aside_of(session, history, chain.access(session, who), chain.now)


def told(chain: Chain, reference: str) -> dict[str, list[str]]:
    """Each line's Swedish words under its label."""
    found = aside(chain, reference)
    assert found is not None
    return {line.label: [_words(piece) for piece in line.pieces] for line in found.lines}


def _words(piece: Any) -> str:
    if isinstance(piece, Explanation):
        return piece.sv
    return piece.msgid % piece.values if isinstance(piece, Message) else str(piece)


def go_home(chain: Chain, reference: str, days: int) -> None:
    chain.wait(days=days)
    chain.do("sam", reference, "went_home")


def test_nothing_is_told_before_the_first_notice_of_readiness(chain: Chain):
    reference = chain.admit()
    assert aside(chain, reference) is None
    chain.do_chain(reference, until="planning")
    assert aside(chain, reference) is None


def test_the_first_day_is_the_laws_with_its_reckoning(chain: Chain):
    lines = told(chain, chain.admitted_and_ready())
    assert lines[FIRST] == ["2026-11-27"]
    assert "tre dagar läggs till" in lines["Så räknas den"][0]
    assert lines["Modell"] == ["För varje patient", "LUS (2017:612) 5 kap. 4 §"]
    assert lines[DAYS] == ["0 hittills"]


def test_a_patient_who_goes_home_in_time_costs_nothing(chain: Chain):
    reference = chain.admitted_and_ready()
    go_home(chain, reference, days=2)
    lines = told(chain, reference)
    assert (lines[DAYS], lines[SUM]) == (["0"], ["0 kronor"])


def test_each_day_is_counted_but_not_that_of_leaving_and_a_missing_amount_is_named(chain: Chain):
    reference = chain.admitted_and_ready()
    go_home(chain, reference, days=6)
    lines = told(chain, reference)
    assert lines[DAYS] == ["3"]
    assert lines[SUM] == ["Beloppet för år 2026 saknas."]


def test_each_year_has_its_own_amount(chain: Chain):
    amounts = {2026: Amount(Decimal(10_000), LOCAL), 2027: Amount(Decimal(11_000), LOCAL)}
    chain.routines = with_rules(PaymentRules(amounts=amounts))
    chain.wait(days=36)  # to the 30th of December, so that the first day is the 2nd of January
    chain.wait(days=-2)
    reference = chain.admitted_and_ready()
    go_home(chain, reference, days=5)
    lines = told(chain, reference)
    assert lines[FIRST] == ["2026-12-31"]
    assert lines[DAYS] == ["2"]
    assert lines[SUM][0].replace("\N{NO-BREAK SPACE}", " ") == "21 000 kronor"


def test_without_the_care_contacts_call_there_is_no_liability(chain: Chain):
    reference, sip = chain.needs_sip()
    assert told(chain, reference)[NONE] == [
        "Fasta vårdkontakten har inte kallat till SIP (LUS 5 kap. 3 §)"
    ]
    chain.do("bodil", sip, "consent")
    chain.do("bodil", sip, "pre_planning")
    chain.wait(days=1)
    chain.do("bodil", sip, "call_by_law")
    lines = told(chain, reference)
    assert NONE not in lines
    assert lines[FIRST] == ["2026-11-27"]


def test_a_call_later_than_the_laws_day_moves_the_first_day(chain: Chain):
    reference, sip = chain.needs_sip()
    chain.do("bodil", sip, "consent")
    chain.wait(days=5)
    chain.do("bodil", sip, "call_by_law")
    lines = told(chain, reference)
    assert lines[FIRST] == ["2026-11-29"]
    assert lines["Så räknas den"][1] == "Ett senare meddelande har flyttat dagen."


def test_a_call_that_the_municipality_has_taken_over_is_not_the_regions(chain: Chain):
    reference, sip = chain.needs_sip()
    chain.do("bodil", sip, "consent")
    chain.do("bodil", sip, "pre_planning")
    chain.wait(days=4)
    sweep(chain.database, chain.routines, chain.now)
    chain.do("sam", sip, "take_over_call")
    assert told(chain, reference)[NONE] == [
        "Fasta vårdkontakten har inte kallat till SIP (LUS 5 kap. 3 §)"
    ]


def test_a_need_taken_back_asks_for_no_call(chain: Chain):
    reference, _sip = chain.needs_sip()
    (answer,) = [e for e in chain.events(reference, "step_done") if e.data["step"] == "sip_needed"]
    no: dict[str, Any] = {"sip_needed": False, "no_sip_reason": "one_principal"}
    chain.correct("bodil", reference, answer.sequence, **no)
    assert told(chain, reference)[FIRST] == ["2026-11-27"]


def test_a_patient_who_never_came_home_from_here_is_left_to_be_counted_by_hand(chain: Chain):
    reference = chain.admitted_and_ready()
    chain.wait(days=6)
    chain.end("sam", reference, "interrupt", reason="deceased", on="2026-11-29")
    lines = told(chain, reference)
    assert lines[DAYS] == ["Ärendet slutade före hemgången. Räkna dagarna för hand."]
    assert SUM not in lines


def waited(chain: Chain, days: int) -> None:
    """Another patient's stay, from readiness to home-coming, some days long and now over."""
    reference = chain.admitted_and_ready(patient=str(chain.patients[1]))
    go_home(chain, reference, days=days)
    chain.end("sam", reference, "interrupt", reason="moved", on=chain.now.date().isoformat())


def months_of_waiting(chain: Chain, days: tuple[int, int, int]) -> str:
    """Of September to November; then a discharge that waits eleven days in December."""
    chain.routines = with_rules(PaymentRules(ModelKey.OVER_MEAN, LOCAL))
    chain.wait(days=-80)  # the 5th of September
    for each in days:
        waited(chain, each)
        chain.wait(days=30 - each)
    reference = chain.admitted_and_ready()
    chain.wait(days=11)
    return reference


def test_by_the_mean_nothing_is_paid_until_three_months_in_a_row_were_too_long(chain: Chain):
    lines = told(chain, months_of_waiting(chain, (5, 3, 5)))
    assert lines[MEANS] == ["2026-09: 5 dagar", "2026-10: 3 dagar", "2026-11: 5 dagar"]
    assert lines[DAYS] == ["0 hittills"]


def test_by_the_mean_the_fourth_month_is_paid_for_each_patient(chain: Chain):
    lines = told(chain, months_of_waiting(chain, (5, 4, 5)))
    assert lines[MEANS] == ["2026-09: 5 dagar", "2026-10: 4 dagar", "2026-11: 5 dagar"]
    assert lines[DAYS] == ["8 hittills"]
    assert lines["Modell"][1] == "Nämnden § 7"


def test_the_means_cost_no_more_queries_for_more_stays(chain: Chain):
    chain.routines = with_rules(PaymentRules(ModelKey.OVER_MEAN, LOCAL))

    def queries(reference: str) -> int:
        counted = 0

        def count(*_args: Any) -> None:
            nonlocal counted
            counted += 1

        event.listen(chain.database.engine, "before_cursor_execute", count)
        try:
            assert MEANS in told(chain, reference)
        finally:
            event.remove(chain.database.engine, "before_cursor_execute", count)
        return counted

    reference = chain.admitted_and_ready()
    chain.wait(days=10)
    few = queries(reference)
    for _ in range(3):
        waited(chain, 2)
    assert queries(reference) == few


def test_only_who_reads_the_whole_case_is_told(chain: Chain):
    reference = chain.admitted_and_ready()
    assert aside(chain, reference, "nina") is not None
    assert aside(chain, reference, "siv") is None
    assert aside(chain, chain.report(), "nina") is None


def test_after_disposal_nothing_is_reckoned_and_letters_are_gone(chain: Chain):
    reference = chain.admitted_and_ready()
    chain.end("sam", reference, "interrupt", reason="moved", on="2026-11-24")
    other = chain.admit("bodil", patient=str(chain.patients[1]))
    with chain.database.transaction() as session:
        for about in (reference, other):
            purpose = f"offer:{chain.case(about).id}:information_missing"
            session.add(
                Draft(person_id=chain.people["sam"], purpose=purpose, data={}, saved_at=chain.now)
            )
        session.flush()
        dispose_case(session, reference, "Gallringsplanen", chain.now + timedelta(days=1))
        left = session.scalars(select(Draft.purpose)).all()
    assert left == [f"offer:{chain.case(other).id}:information_missing"]
    assert aside(chain, reference) is None


def test_the_need_corrected_at_home_opens_its_sip_once_and_asks_for_its_call(chain: Chain):
    reference = chain.admitted_and_ready()
    chain.do("sam", reference, "went_home")
    chain.do("bodil", reference, "sip_needed_at_home", **YES)
    assert NONE in told(chain, reference)
