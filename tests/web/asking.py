"""Every form of the pages as somebody has it open, with a plain answer to each question."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from sqlalchemy import select

from cases.people import Membership
from tests.cases.village import REPORT
from tests.web.markup import asked, read, summary, told
from tests.web.parish import Parish, flat
from workflow.definitions.deviation import DEVIATION
from workflow.moments import day_of

STEPS = tuple(step.key for state in DEVIATION.states for step in state.steps)
ABOUT_A_CASE = ("note", "correct_report", "correct_step", "link", "withdraw", "give", "pause")
ABOUT_STAFF = (
    "new_person", "change_person", "give_role", "end_role", "new_unit", "change_unit", "new_spell",
)  # fmt: skip
FORMS = ("report", *STEPS, *ABOUT_A_CASE, *ABOUT_STAFF)

ODD = frozenset({"patient_number", "username", "email", "duplicate_of"})
"""Inputs of text that must have a certain shape."""

TOKENS = frozenset({"csrf_token", "revision", "submission_key"})

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d):\d\d\S*")


@dataclass(frozen=True)
class Question:
    """Who is asked, on which page, and what they answer."""

    who: str
    path: str
    answers: Mapping[str, list[str]]


def questions(parish: Parish) -> dict[str, Question]:
    """Each of FORMS, about a filled parish."""
    reference, step_id, _nurse = parish.steps["assess"]
    case = f"/arende/{reference}"
    talked = next(e.sequence for e in parish.events(parish.cases["conference"], "step_done"))
    tomorrow, today = parish.now + timedelta(days=1), day_of(parish.now).isoformat()
    with parish.database.reading() as session:
        stina = Membership.person_id == parish.people["stina"]
        role = session.scalars(select(Membership.id).where(stina)).one()
    person = f"/personer/{parish.people['stina']}"
    account = {"name": "Nya Namn", "username": "nya", "email": "nya@a.example"}
    why = {"reason_for_correction": "Skrev fel."}
    asked_of: dict[str, tuple[str, str, Mapping[str, Any]]] = {
        "note": ("siv", f"{case}/anteckna", {"note": "Ringde dottern."}),
        "correct_report": ("siv", f"{case}/ratta/1", why),
        "correct_step": ("nina", f"/arende/{parish.cases['conference']}/ratta/{talked}", why),
        "link": ("nina", f"{case}/lanka", {"other": parish.cases["closed"]}),
        "withdraw": (
            "ulla",
            f"{case}/handling/withdraw",
            {"reason": "other", "explanation": "Det hände någon annan."},
        ),
        "give": ("nina", f"/steg/{step_id}/lamna", {"person": parish.people["nina"]}),
        "pause": (
            "ulla",
            f"/steg/{parish.steps['unit_investigation'][1]}/paus",
            {"reason": "in_hospital", "back": tomorrow.date().isoformat()},
        ),
        "new_person": ("ada", "/personer/ny", account),
        "change_person": ("ada", f"{person}/andra", account),
        "give_role": ("ada", f"{person}/roll", {"role": "nurse", "unit": parish.units["tallen"]}),
        "end_role": ("ada", f"{person}/roll/{role}/avsluta", {"to_day": today}),
        "new_unit": ("ada", "/enheter/ny", {"name": "Eken", "kind": "home_care"}),
        "change_unit": ("ada", f"/enheter/{parish.units['granen']}/andra", {"name": "Granarna"}),
        "new_spell": (
            "ada",
            "/jour/ny",
            {
                "person": parish.people["nina"], "role": "nurse", "unit": parish.units["tallen"],
                "starts_at": tomorrow.isoformat(),
                "ends_at": (tomorrow + timedelta(hours=8)).isoformat(),
            },
        ),
    }  # fmt: skip
    found = {name: _question(*asked) for name, asked in asked_of.items()}
    steps = {key: step(parish, about, key, who) for key, (about, _id, who) in parish.steps.items()}
    return {"report": report(parish)} | found | steps


def report(parish: Parish) -> Question:
    """Of a fall twenty minutes ago, by a care worker."""
    happened = (parish.now - timedelta(minutes=20)).isoformat()
    answers = REPORT | {
        "patient": parish.patients[0], "unit": "tallen", "occurred_at": happened,
        "discovered_at": happened, "called_at": parish.now.isoformat(),
    }  # fmt: skip
    return _question("siv", "/ny/deviation", answers)


def step(parish: Parish, reference: str, key: str, who: str) -> Question:
    """An open step, answered in the plainest way."""
    return _question(who, f"/steg/{parish.step(reference, key)[0]}", parish.plain(reference, key))


def _question(who: str, path: str, answers: Mapping[str, Any]) -> Question:
    return Question(who, path, _as_typed(flat(answers)))


def _as_typed(sent: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: [_MOMENT.sub(r"\1", v) for v in values] for name, values in sent.items()}


@dataclass(frozen=True)
class Answer:
    """What came back; `kept` is what the form, drawn again, would send."""

    status: int
    location: str
    text: str
    page: Element | None

    @property
    def told(self) -> dict[str, str]:
        """What stands beside each faulty input; the list above says the same and leads there."""
        assert self.page is not None
        beside, above = told(self.page), summary(self.page)
        assert {name: words in above.get(name, "") for name, words in beside.items()} == (
            dict.fromkeys(beside, True)
        )
        return above | beside

    def faults(self, *names: str) -> dict[str, str]:
        """What is told about each of the names, and perhaps about others."""
        assert self.status == 422
        told = self.told
        assert set(names) <= told.keys()
        assert all(told.values())
        return told

    def changed(self, sent: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """What the form that was drawn again would not send as it was sent."""
        kept = self.kept
        return {n: v for n, v in sent.items() if n not in TOKENS and kept.get(n) != v}

    @property
    def kept(self) -> dict[str, list[str]]:
        """What the form that was drawn again would send."""
        assert self.page is not None
        return asked(self.page).values()


class Sheet:
    """A form that somebody has open; `plain` is what they are about to send."""

    def __init__(self, parish: Parish, question: Question) -> None:
        self.path, self.client = question.path, parish.client(question.who)
        drawn = self.client.get(self.path)
        assert drawn.status_code == 200
        self.form = asked(read(drawn.text))
        assert question.answers.keys() <= self.form.controls.keys()
        self.plain = self.form.values() | dict(question.answers)

    @property
    def texts(self) -> list[str]:
        """Inputs for free text that are to be filled in as it is; not numbers and addresses."""
        return [
            name
            for name, control in self.form.controls.items()
            if control.kind in ("textarea", "text")
            and "inputmode" not in control.elements[0].attrib
            and name not in ODD
            and control.is_shown(self.plain)
        ]

    def send(self, changes: Mapping[str, str | list[str]] | None = None) -> Answer:
        """The plain answers, some of them changed."""
        given = {n: [v] if isinstance(v, str) else v for n, v in (changes or {}).items()}
        return self.send_raw(urlencode(self.plain | given, doseq=True, errors="surrogatepass"))

    def send_raw(self, body: str) -> Answer:
        """Sent as it stands."""
        kind = "application/x-www-form-urlencoded"
        answer = self.client.post(self.path, data=body, content_type=kind)
        is_page = answer.status_code != 303
        return Answer(
            answer.status_code,
            answer.location or "",
            answer.text,
            read(answer.text) if is_page else None,
        )
