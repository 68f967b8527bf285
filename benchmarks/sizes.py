"""How much is measured."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Sizes:
    """A hundredth of the open steps are due at a time.

    `done` steps are measured, `cases` lie behind the pages of which `late` ones are listed, and
    `counted` cases behind the statistics.
    """

    steps: int
    few_events: int
    many_events: int
    jobs: int
    mails: int
    writes: int
    rungs: int
    done: int
    cases: int
    late: int
    counted: int

    def changed(self, steps: int | None, events: int | None) -> "Sizes":
        """With other numbers of open steps and of events where they are given."""
        return replace(self, steps=steps or self.steps, many_events=events or self.many_events)


FULL = Sizes(
    steps=1_000_000, few_events=10_000, many_events=10_000_000, jobs=10_000, mails=2_000,
    writes=200, rungs=20, done=500, cases=100_000, late=1_000, counted=1_000_000,
)  # fmt: skip
SMALL = Sizes(
    steps=20_000, few_events=10_000, many_events=100_000, jobs=300, mails=300, writes=30, rungs=5,
    done=50, cases=10_000, late=200, counted=40_000,
)  # fmt: skip
