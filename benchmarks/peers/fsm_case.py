"""The case with its transitions; imported after `set_up`."""

from django.db import models
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from benchmarks.peers.work import HOME_VISIT, PREPARING, REPORTED


class Case(ConcurrentTransitionMixin, models.Model):
    state = FSMField(default=REPORTED, protected=True)
    revision = models.IntegerField(default=1)
    visit_needed = False

    class Meta:
        db_table = "cases"

    @transition(
        field=state, source=REPORTED, target=HOME_VISIT,
        conditions=[lambda case: case.visit_needed],
    )  # fmt: skip
    def visit(self) -> None:
        self.revision += 1

    @transition(field=state, source=REPORTED, target=PREPARING)
    def prepare(self) -> None:
        self.revision += 1
