"""The board's targets: set, changed and removed, and where the year stands against them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cases.admin_log import AdminEvent
from cases.errors import Invalid, NotAllowed, NotFound
from cases.figures import CaseFigures
from cases.figuring import figure
from cases.setting_targets import change_target, remove_target, set_target
from cases.statistics.frozen import freeze
from cases.target_words import Standing, Verdict
from cases.targets import standings
from tests.cases.village import TUESDAY, Village

FALLS: dict[str, str] = {"year": "2026", "measure": "fewer", "category": "fall", "amount": "50"}
HANDLED = {"year": "2026", "measure": "handled", "amount": "100"}
ASSESSED = {"year": "2026", "measure": "in_time", "step": "assess", "amount": "90"}


def aim(village: Village, who: str = "mats", kind: str = "deviation", **given: str) -> int:
    """The id of the target that somebody has set."""

    def do(session: Session) -> int:
        access = village.access(session, who)
        target = set_target(session, village.routines, access, kind, given, village.now)
        session.flush()
        return target.id

    return village.database.run(do)


def stands(village: Village, who: str = "mats", year: int = 2026) -> tuple[Standing, ...]:
    """As the person sees the year now."""
    figure(village.database, village.routines)
    with village.database.reading() as session:
        access = village.access(session, who)
        return standings(session, village.routines, access, year, village.now)


def falls(village: Village, number: int, when: datetime, **given: Any) -> None:
    """So many reported then, and it is this Tuesday again."""
    village.now = when
    for _ in range(number):
        village.report(**given)
    village.now = TUESDAY


def test_a_year_under_way_is_compared_with_what_was_known_at_the_same_time_the_year_before(
    village: Village,
) -> None:
    falls(village, 3, datetime(2025, 3, 3, 9, tzinfo=UTC))
    falls(village, 1, datetime(2025, 11, 24, 7, 20, tzinfo=UTC))
    falls(village, 4, datetime(2025, 11, 24, 7, 40, tzinfo=UTC))
    earlier = datetime(2025, 11, 1, 9, tzinfo=UTC).isoformat()
    late = {"occurred_at": earlier, "discovered_at": earlier}
    falls(village, 2, datetime(2025, 12, 1, 9, tzinfo=UTC), **late)
    falls(village, 2, datetime(2026, 2, 2, 9, tzinfo=UTC))
    falls(village, 5, datetime(2026, 2, 2, 9, tzinfo=UTC), kind="rehabilitation")
    aim(village, **FALLS)
    (one,) = stands(village)
    assert one.goal == "Fall: minst 50 procent färre än 2025"
    assert one.so_far == "2 hittills, mot 4 samma tid 2025: 50 procent färre"
    assert (one.verdict, one.words) == (Verdict.REACHED, "Når målet så här långt")
    village.report()
    (one,) = stands(village)
    assert one.so_far == "3 hittills, mot 4 samma tid 2025: 25 procent färre"
    assert one.verdict is Verdict.MISSED


def test_a_frozen_year_is_compared_as_it_was_frozen(village: Village) -> None:
    falls(village, 4, datetime(2025, 3, 3, 9, tzinfo=UTC))
    falls(village, 2, datetime(2026, 3, 3, 9, tzinfo=UTC))
    figure(village.database, village.routines)
    with village.database.transaction() as session:
        freeze(session, village.access(session, "mats"), 2025, village.now)
    aim(village, **FALLS)
    falls(village, 1, datetime(2025, 3, 4, 9, tzinfo=UTC))
    (one,) = stands(village)
    assert one.so_far == "2 hittills, mot 4 samma tid 2025: 50 procent färre"


def test_a_year_that_is_over_is_compared_as_a_whole(town: Village) -> None:
    falls(town, 2, datetime(2025, 12, 30, 9, tzinfo=UTC))
    falls(town, 1, datetime(2026, 12, 30, 9, tzinfo=UTC))
    town.now = datetime(2027, 1, 4, 9, tzinfo=UTC)
    aim(town, **FALLS)
    (one,) = stands(town)
    assert one.so_far == "1, mot 2 under 2025: 50 procent färre"
    assert one.words == "Målet nåddes"


def test_more_cases_can_be_the_target_since_few_reports_may_hide_much(town: Village) -> None:
    falls(town, 2, datetime(2025, 3, 3, 9, tzinfo=UTC))
    falls(town, 3, datetime(2026, 3, 3, 9, tzinfo=UTC))
    aim(town, year="2026", measure="more", amount="50")
    (one,) = stands(town)
    assert one.so_far == "3 hittills, mot 2 samma tid 2025: 50 procent fler"
    assert one.verdict is Verdict.REACHED
    assert one.beside is None


def test_serious_cases_stand_beside_a_target_of_fewer(town: Village) -> None:
    falls(town, 2, datetime(2025, 3, 3, 9, tzinfo=UTC))
    town.do("nina", town.report(), "assess", severity="3")
    aim(town, **FALLS)
    (one,) = stands(town)
    assert one.beside == "Allvarlighetsgrad 3–4: 1, mot 0"


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "Inget att räkna på än"), (1, "Inget att räkna på än")],
)
def test_without_a_year_before_nothing_can_be_said(town: Village, number: int, words: str) -> None:
    falls(town, number, datetime(2026, 3, 3, 9, tzinfo=UTC))
    aim(town, **FALLS)
    (one,) = stands(town)
    assert (one.verdict, one.words) == (Verdict.UNKNOWN, words)


def test_a_case_is_handled_when_every_part_is_done_and_not_while_it_stays_open_for_long(
    village: Village,
) -> None:
    aim(village, **HANDLED)
    village.do_all(village.report(), "closed")
    village.report()
    (one,) = stands(village)
    assert one.so_far == "1 av 1 är avslutade med alla delar gjorda: 100 procent"
    assert one.verdict is Verdict.REACHED
    village.wait(days=31)
    (one,) = stands(village)
    assert one.so_far == "1 av 2 är avslutade med alla delar gjorda: 50 procent"
    assert one.verdict is Verdict.MISSED


def test_a_closed_case_without_a_part_is_not_handled_and_one_without_knowledge_is_left_out(
    village: Village,
) -> None:
    aim(village, **HANDLED)
    village.do_all(village.report(), "closed")
    figure(village.database, village.routines)
    for known, words in ((False, "0 av 1 är avslutade med alla delar gjorda: 0 procent"),
                         (None, "Inga sådana än")):  # fmt: skip
        with village.database.transaction() as session:
            session.execute(update(CaseFigures).values(feedback_given=known))
        (one,) = stands(village)
        assert one.so_far == words


def test_a_step_in_time_is_counted_with_those_still_undone_after_their_time(
    village: Village,
) -> None:
    aim(village, **ASSESSED)
    village.do("nina", village.report(), "assess")
    village.report()
    (one,) = stands(village)
    assert one.goal == "Avvikelse, Bedöm om hembesök behövs: minst 90 procent i tid"
    assert one.so_far == "1 av 1 gjordes i tid: 100 procent"
    village.wait(hours=3)
    (one,) = stands(village)
    assert one.so_far == "1 av 2 gjordes i tid: 50 procent"


def test_nearly_all_is_not_called_all(town: Village) -> None:
    aim(town, **FALLS | {"amount": "1"})
    falls(town, 3, datetime(2025, 3, 3, 9, tzinfo=UTC))
    falls(town, 2, datetime(2026, 3, 3, 9, tzinfo=UTC))
    (one,) = stands(town)
    assert one.so_far.endswith("33 procent färre"), "cut, not rounded"


def test_a_unit_manager_sees_where_the_own_unit_stands(village: Village) -> None:
    aim(village, **ASSESSED)
    village.do(
        "olga", village.report("otto", unit="granen", patient=str(village.patients[2])), "assess"
    )
    (everywhere,), (tallen,) = stands(village), stands(village, "ulla")
    assert everywhere.so_far.startswith("1 av 1")
    assert tallen.verdict is Verdict.UNKNOWN


def test_only_those_who_keep_the_statistics_set_targets(town: Village) -> None:
    with pytest.raises(NotAllowed):
        aim(town, "ulla", **FALLS)
    with pytest.raises(NotAllowed):
        stands(town, "siv")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (FALLS | {"year": "2019"}, "year"),
        (FALLS | {"amount": "0"}, "amount"),
        (FALLS | {"amount": "101"}, "amount"),
        (FALLS | {"category": "discharge"}, "category"),
        (FALLS | {"measure": "best"}, "measure"),
        (ASSESSED | {"step": ""}, "step"),
        (ASSESSED | {"step": "call"}, "step"),
    ],
)
def test_a_target_that_cannot_be_counted_is_refused(
    town: Village, given: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        aim(town, **given)
    assert list(refused.value.errors) == [field]


def test_handled_with_all_parts_is_no_target_for_a_kind_without_such_parts(
    town: Village,
) -> None:
    with pytest.raises(Invalid):
        aim(town, kind="sip", **HANDLED)
    with pytest.raises(NotFound):
        aim(town, kind="canary", **ASSESSED)


def test_the_same_target_is_not_set_twice_but_can_be_changed(town: Village) -> None:
    target = aim(town, **FALLS)
    with pytest.raises(Invalid) as refused:
        aim(town, **FALLS | {"amount": "30"})
    assert list(refused.value.errors) == ["measure"]
    other = aim(town, **FALLS | {"category": "medication"})

    def do(session: Session, given: dict[str, str], about: int = target) -> None:
        access = town.access(session, "mats")
        change_target(session, town.routines, access, about, given, town.now)

    town.database.run(lambda s: do(s, FALLS | {"amount": "30"}))
    assert stands(town)[0].goal == "Fall: minst 30 procent färre än 2025"
    with pytest.raises(Invalid):
        town.database.run(lambda s: do(s, FALLS, other))


def test_a_removed_target_is_gone_and_every_change_is_remembered(town: Village) -> None:
    target = aim(town, **FALLS)

    def remove(session: Session) -> int:
        access = town.access(session, "mats")
        return remove_target(session, town.routines, access, target, town.now)

    assert town.database.run(remove) == 2026
    assert stands(town) == ()
    with pytest.raises(NotFound):
        town.database.run(remove)
    with town.database.reading() as session:
        told = [(e.action, e.data) for e in session.scalars(select(AdminEvent))]
    goal = "2026: Fall: minst 50 procent färre än 2025"
    assert told == [("target_set", {"target": goal}), ("target_removed", {"target": goal})]
