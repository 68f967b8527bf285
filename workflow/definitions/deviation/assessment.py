"""Forms of the state reported: the two-hour assessment, the home visit, the event report."""

from typing import Any

from workflow.definitions.deviation.choices import NOT_LISTED, PROBABILITY, PROFESSIONS, SEVERITY
from workflow.fields import choice, choices, line, moment, number, text, yes_no
from workflow.forms import Form, Section
from workflow.words import _

_IN_JOURNAL = _("Till exempel datum och sökord.")


class Assessment(Form):
    """Severity and probability are stored as the texts "1" to "4"."""

    home_visit = yes_no(_("Behövs hembesök?"))
    own_assessment = text(_("Din bedömning"))
    acute_measures = text(_("Åtgärder direkt"), required=False)
    harm = yes_no(_("Kom patienten till skada?"))
    severity = choice(
        _("Allvarlighetsgrad"),
        SEVERITY,
        help=_("Utgå från det som hände eller kunde ha hänt."),
    )
    probability = choice(_("Sannolikhet för upprepning"), PROBABILITY)
    involved_professions = choices(
        _("Inblandade professioner"),
        PROFESSIONS,
        required=True,
        help=_("Varje profession som du väljer utreder sin del."),
    )
    controls_documented = yes_no(_("Är kontrollerna dokumenterade i journalen?"))
    sbar_documented = yes_no(_("Är SBAR-rapporten dokumenterad i journalen?"))
    journal_reference = line(_("Var i journalen?"), required=False, help=_IN_JOURNAL)
    news2_score = number(
        _("NEWS2-poäng"),
        0,
        20,
        required=False,
        help=_("Poängen som du har räknat ut. Systemet räknar inte och ger inget råd om vård."),
    )

    sections = (
        Section("decision", _("Bedömning"), ("home_visit", "own_assessment", "acute_measures")),
        Section("risk", _("Risk"), ("harm", "severity", "probability", "involved_professions")),
        Section(
            "journal",
            _("Journal"),
            ("controls_documented", "sbar_documented", "journal_reference", "news2_score"),
        ),
    )

    def initial(self) -> dict[str, Any]:
        """The reporter's answer on harm, unless it was that nobody knew."""
        harm = {"yes": True, "no": False}.get(self.facts.opening.get("harm", ""))
        return {} if harm is None else {"harm": harm}


class HomeVisit(Form):
    """What the visit showed."""

    visited_at = moment(_("När var du där?"))
    findings = text(_("Vad såg du?"))
    measures_taken = text(_("Vad gjorde du?"), required=False)
    journal_reference = line(_("Var i journalen?"), required=False, help=_IN_JOURNAL)

    when = ("visited_at",)


class EventReport(Form):
    """The unit manager's account within 24 hours."""

    happened_at = moment(_("När hände det?"), help=_("Ungefär räcker."))
    what_happened = text(_("Vad hände?"))
    worked = choices(
        _("Vilka arbetade när det hände?"),
        offer="staff",
        help=_("De som arbetade då, inte den som upptäckte det."),
    )
    worked_others = line(
        _("Andra som arbetade"),
        required=False,
        help=NOT_LISTED,
    )
    multiparty_dialogue = yes_no(_("Ska det hållas flerpartsdialog?"))

    either = (("worked", "worked_others"),)

    def initial(self) -> dict[str, Any]:
        """Time and words of the report."""
        opening = self.facts.opening
        known = {
            "happened_at": opening.get("occurred_at"),
            "what_happened": opening.get("what_happened"),
        }
        return {name: value for name, value in known.items() if value}
