"""Ladders of the municipality's own: class, rungs, repeats, send window and fall-backs."""

from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path

import pytest

from tests.workflow.lending import LADDER as OURS
from tests.workflow.lending import LENDING
from workflow.again import BY_THE_DAY, BY_THE_HOUR, Again, Unit
from workflow.basis import Basis, BasisKind
from workflow.definitions.deviation.ladders import ACUTE
from workflow.definitions.deviation.ladders import DAYTIME as DAYTIME_OF_OURS
from workflow.fallbacks import OUR_FALLBACKS
from workflow.holidays import STOCKHOLM
from workflow.ladders import Ladder, Sending
from workflow.roles import Role
from workflow.routines import Routines, load
from workflow.rules_file import FaultyRules, read

Written = Callable[[str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """A rules file, in which OURS stands for a basis."""

    def with_text(text: str) -> Path:
        path = tmp_path / "rules.toml"
        path.write_text(text.replace("OURS", "basis = 'Nämnden § 7'"), encoding="utf-8")
        return path

    return with_text


def plain(path: Path) -> Ladder:
    return read(path, (LENDING,)).definitions[0].step("sign").ladder


def faults(path: Path) -> list[str]:
    with pytest.raises(FaultyRules) as caught:
        read(path, (LENDING,))
    return caught.value.faults


DIGEST = "[lending.ladders.plain]\nsending = 'digest'\nOURS\n"


def test_what_a_ladder_leaves_out_is_as_it_was(written: Written):
    ladder = plain(written(DIGEST))
    assert (ladder.sending, ladder.rungs) == (Sending.DIGEST, OURS.rungs)
    assert ladder.basis == Basis(BasisKind.LOCAL, "Nämnden § 7")


def test_a_ladder_of_another_class_is_repeated_as_that_class_is(written: Written):
    assert plain(written(DIGEST)).again == BY_THE_DAY
    rungs = "rungs = [{ key = 'due', at = 'due', to = ['mas'] }]"
    path = written(f"[deviation.ladders.daytime]\nOURS\nsending = 'at_once'\n{rungs}")
    ladder = load(path).engine("deviation").definition.step("review").ladder
    assert (ladder.again, ladder.label) == (BY_THE_HOUR, "Genast, dygnet runt")


def test_what_now_goes_at_once_can_no_longer_be_paused(written: Written):
    step = "investigate"
    assert load(None).engine("deviation").definition.step(step).pause
    path = written("[deviation.ladders.daytime]\nOURS\nsending = 'at_once'")
    assert load(path).engine("deviation").definition.step(step).pause is None


def test_repeats_can_be_set_in_the_unit_of_the_class(written: Written):
    ladder = plain(written(DIGEST + "again = { first = 3, longest = 20 }"))
    assert ladder.again == Again(3, 20, Unit.WORKING_DAYS)


@pytest.mark.parametrize(
    ("again", "fault"),
    [
        ("{ first = 0, longest = 5 }", "first: ska vara från 1 till 60, inte 0."),
        ("{ first = 6, longest = 5 }", "longest: ska vara minst lika lång som first."),
        ("{ first = 1, longest = 1 }", "longest: ska vara från 2 till 60, inte 1."),
        ("{ first = 1 }", "longest: saknas."),
        ("{ first = 1, longest = 5, times = 3 }", "times: finns inte."),
    ],
)
def test_faulty_repeats_are_told(written: Written, again: str, fault: str):
    (told,) = faults(written(f"{DIGEST}again = {again}"))
    assert told.startswith(f"lending.ladders.plain.again.{fault}")


def test_nobody_can_be_mailed_by_the_hour_for_ever(written: Written):
    at_once = DIGEST.replace("digest", "at_once")
    (told,) = faults(written(f"{at_once}again = {{ first = 1, longest = 1 }}"))
    assert told.endswith("again.longest: ska vara från 12 till 744, inte 1.")


def test_a_party_is_not_reminded_for_ever(written: Written):
    rungs = "rungs = [{ key = 'due', at = 'due', to = ['party', 'responsible'] }]"
    path = written(f"[sip.ladders.party_first]\nOURS\n{rungs}")
    with pytest.raises(FaultyRules, match="den sista upprepas, och kan inte gå till party"):
        load(path)


def test_a_share_of_the_time_left_is_set_in_per_cent(written: Written):
    rung = "[[lending.ladders.plain.rungs]]\nkey='{0}'\nto=['mas']\nat='{1}'\n"
    due = rung.format("due", "due")
    early = DIGEST + rung.format("early", "share_left")
    assert plain(written(f"{early}amount = 10\n{due}")).rung("early").amount == 10
    (told,) = faults(written(f"{early}amount = 100\n{due}"))
    assert told.endswith("rungs[1].amount: ska vara från 1 till 99, inte 100.")


MORNINGS = """
[deviation.ladders.daytime.window]
opens = "08:00"
digest_times = ["09:30"]
OURS
"""


def digest(routines: Routines, ladder: Ladder) -> datetime:
    wednesday = datetime(2026, 12, 2, 8, tzinfo=STOCKHOLM)
    return routines.next_digest(wednesday, ladder).astimezone(STOCKHOLM)


def test_a_ladder_has_a_send_window_of_its_own(written: Written):
    routines = load(written(MORNINGS))
    ladder = routines.engine("deviation").definition.step("review").ladder
    assert (ladder.rungs, ladder.basis) == (DAYTIME_OF_OURS.rungs, DAYTIME_OF_OURS.basis)
    assert digest(routines, ladder).time() == time(9, 30)
    assert digest(routines, DAYTIME_OF_OURS).time() == time(10)


def test_what_goes_at_once_takes_no_window(written: Written):
    path = written(MORNINGS.replace("daytime", "acute"))
    with pytest.raises(FaultyRules, match=r"acute\.window: hör inte till at_once"):
        load(path)
    assert load(None).engine("deviation").definition.step("assess").ladder == ACUTE


def test_fall_backs_are_ours_until_the_file_has_its_own(written: Written):
    ours = load(None)
    assert (ours.fallbacks, ours.basis_of_fallbacks) == (OUR_FALLBACKS.chains, OUR_FALLBACKS.basis)
    local = load(written("[fallbacks]\nmas = ['mar', 'head_of_health_care']\nOURS"))
    assert local.fallbacks == {"mas": (Role.MAR, Role.HEAD_OF_HEALTH_CARE)}
    assert local.basis_of_fallbacks.text == "Nämnden § 7"


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("mas = ['mar']", "basis: saknas."),
        ("boss = ['mas']\nOURS", "boss: finns inte."),
        ("mas = ['boss']\nOURS", "mas: ska vara en lista med någon av: care_worker,"),
        ("mas = 'mar'\nOURS", "mas: ska vara en lista med någon av"),
        ("mas = []\nOURS", "mas: ska vara en lista med någon av"),
        ("mas = [['mar']]\nOURS", "mas: ska vara en lista med någon av"),
        ("mas = ['mar', 'mas']\nOURS", "mas: kan inte ersättas av sig själv."),
        ("mas = ['mar', 'mar']\nOURS", "mas: någon står två gånger."),
    ],
)
def test_a_faulty_fall_back_is_told(written: Written, lines: str, fault: str):
    (told,) = faults(written(f"[fallbacks]\n{lines}"))
    assert told.startswith(f"fallbacks.{fault}")


@pytest.mark.parametrize("chain", OUR_FALLBACKS.chains.items())
def test_our_own_fall_backs_obey_the_same_rules(chain: tuple[str, tuple[Role, ...]]):
    role, others = chain
    assert role not in others
    assert len({*others}) == len(others) >= 1
