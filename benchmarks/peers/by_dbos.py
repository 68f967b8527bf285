"""DBOS, each step a durable workflow of one transaction: takes `URL STEPS`."""

import logging
import sys
from typing import Any

from dbos import DBOS, DBOSConfig, SQLAlchemyDatasource
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import Session

from benchmarks.peers.rows import Base, Fall, durable, held, move_on, reported
from benchmarks.peers.work import (
    ANSWER,
    HOME_VISIT,
    PREPARING,
    Assessment,
    take_turns,
)  # fmt: skip


def serve(url: str, steps: int) -> None:
    """Its own tables lie in the same PostgreSQL database, and beside the file with SQLite."""
    engine, own = create_engine(url), url
    if engine.dialect.name == "sqlite":
        durable(engine)
        place = make_url(url)
        own = place.set(database=f"{place.database}.dbos.sqlite3").render_as_string()
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        falls = [reported(session) for _ in range(steps)]
    config: DBOSConfig = {"name": "bench", "system_database_url": own, "log_level": "ERROR"}
    if engine.dialect.name == "sqlite":
        system = create_engine(own)
        durable(system)
        config["system_database_engine"] = system
    DBOS(config=config)
    source = SQLAlchemyDatasource.create(url, engine=engine)

    @source.transaction()
    def write(case_id: int, step_id: int, answer: dict[str, Any]) -> str:
        session = source.sql_session()
        case, step = held(session, Fall(case_id, step_id))
        state = HOME_VISIT if answer["home_visit"] else PREPARING
        move_on(session, case, step, state, answer)
        return state

    @DBOS.workflow()
    def do_step(case_id: int, step_id: int, answer: dict[str, Any]) -> str:
        state: str = write(case_id, step_id, Assessment().load(answer))
        return state

    DBOS.launch()
    take_turns(lambda fall: do_step(fall.case_id, fall.step_id, ANSWER), falls)
    DBOS.destroy()


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    serve(sys.argv[1], int(sys.argv[2]))
