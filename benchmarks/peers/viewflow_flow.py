"""The flow; imported after `set_up`."""

from typing import Any

from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.models import Process

from benchmarks.peers.django_models import opened, reported


class DeviationFlow(flow.Flow):
    process_class = Process
    lock_impl = lock.select_for_update_lock

    begin = flow.StartHandle(this.begun).Next(this.assess)
    assess = flow.View(None).onCreate(this.arm).Next(this.visit_needed)
    visit_needed = flow.If(this.needs_visit).Then(this.home_visit).Else(this.preparing)
    home_visit = flow.View(None).onCreate(this.arm).Next(this.preparing)
    preparing = flow.View(None).onCreate(this.arm).Next(this.end)
    end = flow.End()

    def begun(self, activation: Any) -> Any:
        activation.process.save()
        reported(activation.process.pk)
        return activation.process

    def needs_visit(self, activation: Any) -> bool:
        return bool(activation.process.data["home_visit"])

    def arm(self, activation: Any) -> None:
        opened(activation.process.pk, activation.flow_task.name)
