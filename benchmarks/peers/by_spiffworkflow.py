"""SpiffWorkflow with a BPMN model, its state as JSON in a row: takes `URL STEPS`."""

import sys
from pathlib import Path
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import Mapped, Session, mapped_column

from benchmarks.peers.rows import Base, Fall, durable, held, move_on, reported
from benchmarks.peers.work import ANSWER, Assessment, take_turns

MODEL = Path(__file__).with_name("deviation.bpmn")


class Workflow(Base):
    __tablename__ = "workflows"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    body: Mapped[str]


def serve(url: str, steps: int) -> None:
    """Each step: the state is read and built up again, moved on, and written back."""
    engine, serializer, parser = create_engine(url), BpmnWorkflowSerializer(), BpmnParser()
    if engine.dialect.name == "sqlite":
        durable(engine)
    Base.metadata.create_all(engine)
    parser.add_bpmn_file(str(MODEL))
    model = parser.get_spec("deviation")
    falls = [_begun(engine, serializer, model) for _ in range(steps)]

    def assess(fall: Fall) -> None:
        with Session(engine) as session, session.begin():
            case, step = held(session, fall)
            row = session.get_one(Workflow, fall.case_id)
            workflow = serializer.deserialize_json(row.body)
            task = workflow.get_next_task(state=TaskState.READY, spec_name=step.key)
            task.data.update(Assessment().load(ANSWER))
            task.run()
            workflow.do_engine_steps()
            [waiting] = workflow.get_tasks(state=TaskState.READY, manual=True)
            move_on(session, case, step, waiting.task_spec.name, ANSWER)
            row.body = serializer.serialize_json(workflow)

    take_turns(assess, falls)


def _begun(engine: Any, serializer: Any, model: Any) -> Fall:
    workflow = BpmnWorkflow(model)
    workflow.do_engine_steps()
    with Session(engine) as session, session.begin():
        fall = reported(session)
        session.add(Workflow(case_id=fall.case_id, body=serializer.serialize_json(workflow)))
    return fall


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
