"""The log for process mining, as the command writes it and a public library reads it."""

import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import func, select

from cases.log import CaseEvent
from cases.models import Case
from tests.web.parish import Parish
from web.cli import main

# In a process of its own, since the library warns of itself when it is imported.
READ = """
import json, sys, warnings
warnings.simplefilter("ignore")
import pm4py
log = pm4py.read_ocel2_json(sys.argv[1])
cases = pm4py.ocel_flattening(log, "case")
traces = {case: list(rows["concept:name"]) for case, rows in cases.groupby("case:concept:name")}
types = log.objects.groupby("ocel:type").size().to_dict()
steps = pm4py.ocel_flattening(log, "step")
print(json.dumps([len(log.events), types, traces, sorted(set(steps["concept:name"])),
                  len(log.o2o)]))
"""


def test_a_public_library_reads_every_event_with_its_objects(parish: Parish, tmp_path: Path):
    environment = {"VARDTRAD_DATABASE_URL": parish.url}
    file = tmp_path / "log.jsonocel"
    told = CliRunner().invoke(main, ["export", "events", str(file)], env=environment)
    assert told.exit_code == 0, told.output
    done = subprocess.run(
        [sys.executable, "-c", READ, str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    events, types, traces, of_steps, links = json.loads(done.stdout.splitlines()[-1])
    with parish.database.reading() as session:
        assert events == session.scalar(select(func.count()).select_from(CaseEvent))
        assert types["case"] == session.scalar(select(func.count()).select_from(Case))
    assert set(types) == {"case", "step", "unit", "person"}
    closed = traces[parish.cases["closed"]]
    assert closed[0] == "deviation.opened"
    assert closed.index("deviation.assess") < closed.index("deviation.review")
    assert {"deviation.assess", "deviation.escalated", "deviation.advanced"} <= set(of_steps)
    assert links >= types["step"] + types["case"]
    assert not list(tmp_path.glob("*.part"))
