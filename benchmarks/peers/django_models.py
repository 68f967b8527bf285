"""The tables and the form of the Django peers; imported after `set_up`."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.db import models

from benchmarks.peers.django_project import now
from benchmarks.peers.work import GRADES, PROFESSIONS, visit


class Step(models.Model):
    case_id = models.BigIntegerField(db_index=True)
    key = models.CharField(max_length=40)
    role = models.CharField(max_length=40, default="nurse")
    condition = models.CharField(max_length=12, default="open")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "steps"
        indexes = [models.Index(fields=["condition", "due_at"], name="ix_steps_due")]


class Timer(models.Model):
    step = models.ForeignKey(Step, models.CASCADE)
    rung = models.CharField(max_length=60)
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "timers"
        unique_together = [("step", "rung")]


class Line(models.Model):
    case_id = models.BigIntegerField(db_index=True)
    type = models.CharField(max_length=40)
    at = models.DateTimeField()
    body = models.JSONField()

    class Meta:
        db_table = "timeline"


class Submission(models.Model):
    key = models.CharField(max_length=64, primary_key=True)
    case_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "submissions"


class AssessmentForm(forms.Form):
    home_visit = forms.BooleanField(required=False)
    own_assessment = forms.CharField(max_length=4000)
    harm = forms.BooleanField(required=False)
    severity = forms.ChoiceField(choices=[(grade, grade) for grade in GRADES])
    probability = forms.ChoiceField(choices=[(grade, grade) for grade in GRADES])
    involved_professions = forms.MultipleChoiceField(choices=[(p, p) for p in PROFESSIONS])
    controls_documented = forms.BooleanField(required=False)
    sbar_documented = forms.BooleanField(required=False)


def checked(answer: Any) -> dict[str, Any]:
    """Raises ValueError with the form's messages."""
    form = AssessmentForm(answer)
    if not form.is_valid():
        raise ValueError(form.errors)
    cleaned: dict[str, Any] = form.cleaned_data
    return cleaned


def opened(case_id: int, key: str) -> Any:
    """The step with its due time and its timers."""
    moment = now()
    lines = list(Line.objects.filter(case_id=case_id).order_by("pk"))
    opening = next(line.body for line in lines if line.type == "opened")
    due = visit(datetime.fromisoformat(opening["called_at"]), moment)
    step = Step.objects.create(case_id=case_id, key=key, opened_at=moment, due_at=due.due_at)
    Timer.objects.bulk_create([Timer(step=step, rung=rung, at=at) for rung, at in due.timers])
    return step


def reported(case_id: int) -> None:
    """The timeline's first line."""
    moment = now()
    body = {"called_at": moment.isoformat(), "what_happened": "Föll vid sängen."}
    Line.objects.create(case_id=case_id, type="opened", at=moment, body=body)


def done(step: Step, answer: dict[str, Any], state: str) -> None:
    """Closes the step, with the timeline's two lines and the form's key."""
    step.condition, step.ended_at = "done", now()
    step.save(update_fields=["condition", "ended_at"])
    Timer.objects.filter(step=step).delete()
    Line.objects.bulk_create(
        [
            Line(case_id=step.case_id, type=type_, at=step.ended_at, body=body)
            for type_, body in (("step_done", {"assess": answer}), ("advanced", {"state": state}))
        ]
    )
    Submission.objects.create(key=uuid4().hex, case_id=step.case_id, at=step.ended_at)
