"""Forms of the state plan: the plan with the law's four points, confirmations and copies."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from workflow.definitions.sip.choices import CAME_BY, PRINCIPALS
from workflow.definitions.sip.efforts import efforts_of, outcomes_of, parts_of
from workflow.definitions.sip.rows import KeyedRow
from workflow.fields import Message, choice, day, hidden, line, moment, rows, text, yes_no
from workflow.forms import Form, Row, Section
from workflow.moments import day_of, months_after
from workflow.words import _

FURTHEST_MONTHS = 12


class Effort(KeyedRow):
    """What somebody named has promised, and by when."""

    effort = text(_("Insats"), limit=2000)
    principal = choice(_("Huvudman"), PRINCIPALS, widget="select")
    organisation = line(_("Ansvarig verksamhet"))
    responsible = line(_("Ansvarig person"))
    due = day(_("Klart senast"))


class WritePlan(Form):
    """HSL (2017:30) 16:4 and SoL (2025:400) 10:8: the four points are needed, every one."""

    goals = text(_("Vilka mål har personen?"), help=_("Med personens egna ord."))
    needed_efforts = text(_("Vilka insatser behövs?"))
    efforts = rows(_("Vem gör vad?"), Effort, required=True, blank=2)
    measures_by_others = text(
        _("Vad görs av någon annan än kommunen eller regionen?"),
        help=_("Till exempel skolan eller närstående. Görs inget av andra: skriv det."),
    )
    overall_principal = choice(_("Vem har det övergripande ansvaret?"), PRINCIPALS)
    overall_contact = line(
        _("Vem håller ihop planen?"),
        help=_("Namn och telefon till den som personen kan vända sig till."),
    )
    crisis_contact = text(
        _("Vem kontaktas om det blir sämre?"), help=_("Dag, kväll och helg."), limit=2000
    )
    follow_up_date = day(_("Vilken dag följs planen upp?"))

    sections = (
        Section("person", _("Personens mål"), ("goals",)),
        Section(
            "law",
            _("Lagens fyra punkter"),
            (
                "needed_efforts", "efforts", "measures_by_others", "overall_principal",
                "overall_contact",
            ),
        ),
        Section("next", _("Trygghet och uppföljning"), ("crisis_contact", "follow_up_date")),
    )  # fmt: skip

    def initial(self) -> dict[str, Any]:
        """The plan before this one, without what is done and without its date."""
        before = dict(self.facts.latest("write_plan"))
        before.pop("follow_up_date", None)
        outcomes = outcomes_of(self.facts)
        left = [row for row in before.get("efforts", ()) if outcomes.get(row["key"]) != "done"]
        return before | ({"efforts": left} if before else {})

    @validates_schema
    def check_the_days(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Nothing in the plan lies before the meeting that agreed on it."""
        met = day_of(self.facts.moment_of("hold_meeting") or self.now)
        errors: dict[str, Any] = {}
        if data["follow_up_date"] <= met:
            errors["follow_up_date"] = [Message(_("Uppföljningen måste vara efter mötet."))]
        elif data["follow_up_date"] > months_after(met, FURTHEST_MONTHS):
            errors["follow_up_date"] = [
                Message(_("Välj en dag inom %(n)s månader."), n=FURTHEST_MONTHS)
            ]
        early = Message(_("Dagen är före mötet. Välj en senare dag."))
        if late := {n: early for n, row in enumerate(data["efforts"]) if row["due"] < met}:
            errors["efforts"] = self.rows_of("efforts").beside("due", late)
        if errors:
            raise ValidationError(errors)


class EffortVerdict(Row):
    """Of the effort with that key."""

    effort = hidden()
    confirmed = yes_no(_("Bekräftas insatsen?"))
    comment = text(
        _("Vad ska ändras?"), required=False, limit=2000, needed_when=("confirmed", ("false",))
    )


class PartConfirmation(Form):
    """By one of those responsible; any change of the plan asks all of them again."""

    confirmed_by = line(_("Vem svarar?"))
    efforts = rows(_("Insatser"), EffortVerdict, fixed="effort")

    def initial(self) -> dict[str, Any]:
        """The responsible's own efforts, headed by their words; all of them for no item."""
        parts = parts_of(self.facts)
        efforts = parts.get(self.item.key, ()) if self.item else efforts_of(self.facts)
        rows = [{"effort": effort.key, "_title": effort.text} for effort in efforts]
        by = {"confirmed_by": self.item.label} if self.item else {}
        return by | {"efforts": rows}


class ConfirmPart(PartConfirmation):
    """What the coordinator writes down."""

    came_by = choice(_("Hur kom svaret?"), CAME_BY)
    answered_at = moment(_("När kom svaret?"))

    when = ("answered_at",)
    sections = (Section("answer", "", ("confirmed_by", "came_by", "answered_at", "efforts")),)


class SendCopies(Form):
    """When the plan is confirmed by all."""

    sent_at = moment(_("När skickades kopiorna?"))
    person_got_it = yes_no(_("Har personen fått planen?"))
    how = text(
        _("Hur?"),
        help=_("Till exempel utskriven och genomgången hemma. Har personen inte fått den: varför."),
        limit=2000,
    )
    others = text(_("Vilka andra har fått den?"), limit=2000)

    when = ("sent_at",)
