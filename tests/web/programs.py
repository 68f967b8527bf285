"""Programs that act for people of the parish, by tokens made as people make them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from cases.people import Person
from cases.tokens import SCOPES, make_token
from tests.web.parish import Parish

ROOT = "/api/v1"


class Program:
    """Acts for somebody, with every scope unless told otherwise."""

    def __init__(self, parish: Parish, who: str, *scopes: str) -> None:
        self.client = parish.app.test_client()
        given = {"name": "Program", "scopes": list(scopes or SCOPES), "days": "90"}
        with parish.database.transaction() as session:
            person = session.get_one(Person, parish.people[who])
            # Of an account that is closed by now.
            active, person.active = person.active, True
            token, self.secret = make_token(session, parish.access(session, who), given, parish.now)
            person.active, self.token_id = active, token.id

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """The answer (werkzeug's TestResponse, whose json may be None); the path is under ROOT."""
        headers = {"Authorization": f"Bearer {self.secret}", **more.pop("headers", {})}
        return self.client.open(ROOT + path, method=method, headers=headers, **more)

    def get(self, path: str, query: Mapping[str, Any] | None = None, **headers: str) -> Any:
        """Headers are written with _ for -."""
        return self.ask("GET", path, query_string=query, headers=dashed(headers))

    def read(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """What is answered, which must be found."""
        answer = self.get(path, query)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """Headers are written with _ for -."""
        return self.ask("POST", path, json=body, headers=dashed(headers))

    def step(self, reference: str, key: str) -> tuple[str, str]:
        """The path of an open step, and the ETag of its case."""
        answer = self.get(f"/cases/{reference}")
        step = next(step for step in answer.json["steps"] if step["key"] == key)
        return f"/steps/{step['id']}", answer.headers["ETag"]


def report(parish: Parish, **more: Any) -> dict[str, Any]:
    """What is sent to open a case: a fall at Tallen just now."""
    moment = (parish.now - timedelta(minutes=20)).isoformat()
    form = {
        "kind": "fall", "event_class": "adverse_event", "what_happened": "Satt på golvet.",
        "harm": "unknown", "patient": str(parish.patients[0]), "unit": "tallen",
        "occurred_at": moment, "discovered_at": moment,
    }  # fmt: skip
    return {"definition": "deviation", "form": form | more}


def dashed(headers: Mapping[str, str]) -> dict[str, str]:
    """As they are sent."""
    return {name.replace("_", "-"): value for name, value in headers.items()}
