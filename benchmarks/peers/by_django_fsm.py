"""django-fsm-2 on Django's ORM: takes `URL STEPS`."""

import sys

from benchmarks.peers.django_project import make_tables, set_up
from benchmarks.peers.work import ANSWER, take_turns


def serve(url: str, steps: int) -> None:
    """The state is checked again at the save, by the library's own mixin."""
    set_up(url, "django_fsm")
    from django.db import transaction

    from benchmarks.peers.django_models import (
        Line,
        Step,
        Submission,
        Timer,
        checked,
        done,
        opened,
        reported,
    )  # fmt: skip
    from benchmarks.peers.fsm_case import Case

    make_tables(Case, Step, Timer, Line, Submission)
    waiting = []
    for _ in range(steps):
        case_id = Case.objects.create().pk
        reported(case_id)
        waiting.append(opened(case_id, "assess").pk)

    def assess(step_id: int) -> None:
        with transaction.atomic():
            step = Step.objects.get(pk=step_id, condition="open")
            case = Case.objects.select_for_update().get(pk=step.case_id)
            answer = checked(ANSWER)
            case.visit_needed = answer["home_visit"]
            if case.visit_needed:
                case.visit()
            else:
                case.prepare()
            case.save()
            done(step, answer, case.state)
            opened(case.pk, case.state)

    take_turns(assess, waiting)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
