"""Deviation (avvikelse, HSL): Kungsör's model, state by state, as in the paper routine."""

from workflow.basis import OUR_PROPOSAL, Basis, BasisKind
from workflow.definition import (
    Action,
    Deadline,
    Route,
    Start,
    State,
    Step,
    Tell,
    Threshold,
    WorkflowDefinition,
)  # fmt: skip
from workflow.definitions.deviation import (
    assessment,
    completion,
    conference,
    figures,
    follow_up,
    intake,
    measures,
    preparation,
    rules,
    starts,
)  # fmt: skip
from workflow.definitions.deviation.choices import KINDS
from workflow.definitions.deviation.ladders import ACUTE, DAYTIME
from workflow.definitions.deviation.measure_lines import measure_lines
from workflow.definitions.deviation.pauses import WAITING_FOR_ANSWER
from workflow.roles import LICENSED, Role
from workflow.words import _

PHASE_1 = Basis(BasisKind.ROUTINE, _("Kungsörs modell, fas 1"))
UNIT_MANAGERS_FLOW = Basis(BasisKind.ROUTINE, _("Kungsörs modell, enhetschefens flöde"))
OWN_DATE = Basis(BasisKind.ROUTINE, _("Kungsörs modell, fas 2: datumet bestäms i ärendet"))


def _hours(hours: int, since: Start, basis: Basis = OUR_PROPOSAL) -> Deadline:
    return Deadline("elapsed", since, basis, hours)


def _soon(hours: int, basis: Basis = OUR_PROPOSAL) -> Deadline:
    return Deadline("hours_or_next_weekday", starts.WHEN_IT_HAPPENED, basis, hours)


def _working_days(days: int) -> Deadline:
    return Deadline("working_days", starts.WHEN_OPENED, OUR_PROPOSAL, days)


def _on(date: Start) -> Deadline:
    return Deadline("on_date", date, OWN_DATE)


REPORTED = State(
    "reported",
    _("Rapporterad"),
    (
        Step(
            "assess", _("Bedöm om hembesök behövs"), _("Bedömd"), rules.HSL,
            _hours(2, starts.WHEN_CALLED, PHASE_1), ACUTE, assessment.Assessment,
        ),
        Step(
            "home_visit", _("Gör hembesök"), _("Hembesök gjort"), rules.HSL,
            _hours(24, starts.WHEN_ASSESSED), ACUTE, assessment.HomeVisit,
            when=rules.HOME_VISIT_DECIDED,
        ),
        Step(
            "event_report", _("Rapportera händelsen"), _("Händelsen rapporterad av enhetschefen"),
            rules.UNIT_MANAGER, _soon(24, UNIT_MANAGERS_FLOW), DAYTIME, assessment.EventReport,
        ),
    ),
    (Route("preparation"),),
)  # fmt: skip

PREPARATION = State(
    "preparation",
    _("Förbereds"),
    (
        Step(
            "staff_talk", _("Samtala med dem som arbetade"), _("HSL har samtalat med personalen"),
            rules.HSL, _soon(72), DAYTIME, preparation.StaffTalk,
        ),
        Step(
            "unit_staff_talk", _("Enhetschefen samtalar med personalen"),
            _("Enhetschefen har samtalat med personalen"), rules.UNIT_MANAGER, _soon(72),
            DAYTIME, preparation.UnitStaffTalk,
        ),
        Step(
            "patient_talk", _("Bedöm om besök behövs för samtal med patienten"),
            _("Samtal med patienten bedömt"), rules.HSL, _soon(72), DAYTIME,
            preparation.PatientTalk,
        ),
        Step(
            "multiparty_dialogue", _("Håll flerpartsdialog"), _("Flerpartsdialog hållen"),
            rules.MANAGER_OR_HSL, _working_days(5), DAYTIME, preparation.MultipartyDialogue,
            when=rules.DIALOGUE_WANTED,
        ),
        Step(
            "consent", _("Fråga patienten om samtycke"), _("Samtycke frågat"), rules.HSL,
            _soon(72), DAYTIME, preparation.Consent,
        ),
        Step(
            "announce", _("Avisera till patientkonferens"), _("Aviserad till patientkonferens"),
            rules.HSL, _soon(72), DAYTIME, preparation.Announce, when=rules.NOT_REFUSED, care=True,
        ),
    ),
    (Route("conference"),),
)  # fmt: skip

CONFERENCE = State(
    "conference",
    _("Patientkonferens"),
    (
        Step(
            "discuss", _("Diskutera på patientkonferensen"), _("Diskuterad på patientkonferens"),
            rules.HSL, _on(starts.CONFERENCE_DATE), DAYTIME, conference.Discuss,
            when=rules.NOT_REFUSED, care=True, conference=True,
        ),
        Step(
            "decide_without_conference", _("Besluta utan konferens"),
            _("Beslutat utan konferens"), rules.HSL, _working_days(3), DAYTIME,
            conference.Discuss, when=rules.REFUSED, care=True,
        ),
    ),
    (Route("measures"),),
)  # fmt: skip

MEASURES = State(
    "measures",
    _("Utreds och åtgärdas"),
    (
        Step(
            "investigate", _("Utred"), _("Utredd"), rules.EACH, _working_days(10), DAYTIME,
            measures.Investigation, for_each=rules.INVOLVED, pause=WAITING_FOR_ANSWER,
        ),
        Step(
            "unit_investigation", _("Utred enhetens del"), _("Enhetens del utredd"),
            rules.UNIT_MANAGER, _working_days(10), DAYTIME, measures.UnitInvestigation,
            when=rules.INVESTIGATION_WANTED, pause=WAITING_FOR_ANSWER,
        ),
        Step(
            "relay_orders", _("För vidare ordinationer till personalen"),
            _("Ordinationer förda vidare"), rules.UNIT_MANAGER, _working_days(1), DAYTIME,
            measures.RelayOrders, when=rules.ORDERS_GIVEN, care=True,
        ),
        Step(
            "cover_causes", _("Koppla åtgärd till varje orsak"),
            _("Varje orsak har åtgärd eller motivering"), rules.MANAGER_OR_HSL,
            _working_days(3), DAYTIME, measures.CoverCauses, when=rules.CAUSES_UNCOVERED,
            for_each=rules.TIMES,
        ),
        Step(
            "carry_out", _("Utför åtgärden"), _("Åtgärd utförd"), rules.OWNER,
            _on(starts.MEASURE_DATE), DAYTIME, measures.CarriedOut, for_each=rules.MEASURES,
            care=True,
        ),
    ),
    (Route("follow_up"),),
)  # fmt: skip

FOLLOW_UP = State(
    "follow_up",
    _("Följs upp"),
    (
        Step(
            "evaluate_hsl", _("Utvärdera HSL-åtgärderna"), _("HSL-åtgärder utvärderade"),
            rules.HSL, _on(starts.FOLLOW_UP_DATE), DAYTIME, follow_up.EvaluateHsl,
            when=rules.HSL_TO_EVALUATE, conference=True,
        ),
        Step(
            "evaluate_unit", _("Utvärdera enhetens åtgärder"), _("Enhetens åtgärder utvärderade"),
            rules.UNIT_MANAGER, _on(starts.FOLLOW_UP_DATE), DAYTIME, follow_up.EvaluateUnit,
            when=rules.UNIT_TO_EVALUATE, conference=True,
        ),
    ),
    (Route("conference", rules.NOT_ENOUGH), Route("completion")),
)  # fmt: skip

COMPLETION = State(
    "completion",
    _("Avslutas"),
    (
        Step(
            "hsl_done", _("Klarmarkera HSL-delen"), _("HSL är klar med alla delar"), rules.HSL,
            _working_days(5), DAYTIME, completion.HslDone,
        ),
        Step(
            "patient_informed", _("Informera patient eller närstående"),
            _("Patient eller närstående informerad"), rules.HSL, _working_days(3), DAYTIME,
            completion.PatientInformed, when=rules.HARM_TO_TELL,
        ),
        Step(
            "feedback", _("Återkoppla till rapportören"), _("Rapportören har fått återkoppling"),
            rules.UNIT_MANAGER, _working_days(5), DAYTIME, completion.Feedback,
            when=rules.FEEDBACK_TO_GIVE, care=True, feedback=True,
        ),
        Step(
            "send_to_mas", _("Skicka till MAS"), _("Skickad till MAS"), rules.UNIT_MANAGER,
            _working_days(5), DAYTIME, completion.SendToMas, when=rules.READY_TO_SEND,
        ),
    ),
    (Route("mas_review"),),
)  # fmt: skip

MAS_REVIEW = State(
    "mas_review",
    _("Granskas av MAS"),
    (
        Step(
            "review", _("Granska och arkivera"), _("Granskad av MAS"), rules.MAS,
            _working_days(10), DAYTIME, completion.MasReview,
        ),
    ),
    (Route("measures", rules.RETURNED), Route("closed")),
)  # fmt: skip

DEVIATION = WorkflowDefinition(
    key="deviation",
    label=_("Avvikelse"),
    prefix="AVV",
    version=1,
    source=_("Kungsörs kommun, patientsäkerhetsberättelse 2020, avsnitt 7"),
    heading=_("Rapportera: %(kind)s"),
    send=_("Skicka rapporten"),
    purpose=_("Något har hänt, eller kunde ha hänt, som inte skulle hända en patient."),
    opening=intake.Report,
    opening_by=(Role.CARE_WORKER, *LICENSED, Role.UNIT_MANAGER, Role.MAS, Role.MAR),
    states=(
        REPORTED, PREPARATION, CONFERENCE, MEASURES, FOLLOW_UP, COMPLETION, MAS_REVIEW,
        State("closed", _("Avslutad")), State("withdrawn", _("Återkallad")),
    ),
    actions=(
        Action(
            "withdraw", _("Återkalla ärendet"), _("Återkallat"), "withdrawn",
            (Role.UNIT_MANAGER, Role.MAS), completion.Withdraw,
        ),
    ),
    tells=(
        Tell("serious", _("Allvarlig händelse"), (Role.MAS,), rules.SERIOUS),
        Tell("misconduct", _("Misstänkt missförhållande"), (Role.UNIT_MANAGER, Role.MAS),
             rules.MISCONDUCT),
    ),
    thresholds=(
        Threshold("serious_score", _("Riskvärde som genast går till MAS"), 8, 1, 16,
                  Basis(BasisKind.DEFAULT, _("Kristianstad: riskvärde 8 eller mer"))),
        Threshold("serious_severity", _("Allvarlighetsgrad som genast går till MAS"), 3, 1, 4,
                  Basis(BasisKind.DEFAULT, _("Gnesta: betydande och katastrofal alltid till MAS"))),
    ),
    consent=("consent", "consent"),
    figures=figures.figures,
    counting=figures.COUNTING,
    measures=measure_lines,
    category_field="kind",
    categories=KINDS,
)  # fmt: skip
