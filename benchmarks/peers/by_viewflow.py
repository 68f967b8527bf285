"""viewflow's workflow on Django's ORM: takes `URL STEPS`."""

import sys

from benchmarks.peers.django_project import make_tables, set_up
from benchmarks.peers.work import ANSWER, take_turns


def serve(url: str, steps: int) -> None:
    """Its own task rows are the timeline and the steps; due times and timers lie beside them."""
    set_up(url, "viewflow", "viewflow.workflow")
    from django.contrib.auth.models import User

    from benchmarks.peers.django_models import Line, Step, Submission, Timer, checked, done
    from benchmarks.peers.viewflow_flow import DeviationFlow

    make_tables(Step, Timer, Line, Submission)
    nurse = User.objects.create(username="nils")
    waiting = []
    for _ in range(steps):
        process = DeviationFlow.begin.run()
        task = process.task_set.get(flow_task=DeviationFlow.assess)
        task.flow_task.activation_class(task).assign(nurse)
        waiting.append(task.pk)

    def assess(task_id: int) -> None:
        task = DeviationFlow.task_class.objects.get(pk=task_id)
        with task.activation() as activation:
            activation.start(None)
            answer = checked(ANSWER)
            activation.process.data = answer
            activation.process.save()
            done(Step.objects.get(case_id=activation.process.pk, condition="open"), answer, "")
            activation.execute()

    take_turns(assess, waiting)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
