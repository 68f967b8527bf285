"""What is installed is what was locked, and the locks name no address."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
RUNTIME = [*PROJECT["dependencies"], *EXTRAS["build"]]


def pins(lock: str) -> dict[str, str]:
    """The version of each distribution that `lock` names."""
    lines = (ROOT / lock).read_text().splitlines()
    found = [Requirement(line.removesuffix(" \\")) for line in lines if line[:1].isalpha()]
    return {pin.name: next(iter(pin.specifier)).version for pin in found}


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [("requirements.lock", RUNTIME), ("requirements-dev.lock", [*RUNTIME, *EXTRAS["dev"]])],
)
def test_a_lock_holds_each_dependency_within_its_range(lock: str, wanted: list[str]):
    pinned = pins(lock)
    outside = [
        text
        for text in wanted
        if (need := Requirement(text)).name not in pinned
        or not need.specifier.contains(pinned[need.name])
    ]
    assert outside == [], "run `make lock`"


def test_both_locks_pin_the_same_versions():
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_no_address(lock: str):
    assert "://" not in (ROOT / lock).read_text()
