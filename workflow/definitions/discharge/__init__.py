"""Discharge (samverkan vid utskrivning, LUS): the notices are sent elsewhere and tracked here."""

from workflow.basis import OUR_PROPOSAL
from workflow.definition import (
    Action,
    Route,
    State,
    Step,
    Tell,
    Threshold,
    WorkflowDefinition,
)  # fmt: skip
from workflow.definitions.discharge import (
    admission,
    external_deviations,
    follow_up,
    home,
    intake,
    interruption,
    limits,
    payment_aside,
    payment_rules,
    planning,
    ready,
    responsible,
    rules,
    sip_opening,
)  # fmt: skip
from workflow.definitions.discharge.figure_tables import FIGURE_TABLES
from workflow.definitions.discharge.figures import figures_of
from workflow.definitions.discharge.ladders import AT_HOME, DAYTIME, SAME_DAY, WATCH
from workflow.outside import Opens
from workflow.roles import LICENSED, OVERSEERS, Role
from workflow.words import _

ADMITTED = State(
    "admitted",
    _("Inskriven"),
    (
        Step(
            "confirm_hsl", _("Bekräfta för kommunens hälso- och sjukvård"),
            _("Hälso- och sjukvården har svarat"),
            responsible.HSL, limits.NOTICE, SAME_DAY, admission.Confirmation,
        ),
        Step(
            "confirm_social", _("Bekräfta för socialtjänsten"), _("Socialtjänsten har svarat"),
            responsible.SOCIAL, limits.NOTICE, SAME_DAY, admission.Confirmation,
        ),
        Step(
            "confirm_primary_care", _("Bevaka att vårdcentralen bekräftar"),
            _("Vårdcentralens bekräftelse"),
            responsible.COORDINATOR, limits.NOTICE_WEEKDAY, SAME_DAY,
            admission.PrimaryCareConfirmation,
        ),
        Step(
            "tell_current_efforts", _("Berätta för sjukhuset vilka insatser patienten har"),
            _("Sjukhuset vet vilka insatser patienten har"),
            responsible.EVERYBODY, limits.NOTICE, SAME_DAY, admission.CurrentEfforts,
        ),
    ),
    (Route("planning"),),
)  # fmt: skip

PLANNING = State(
    "planning",
    _("Planeras"),
    (
        Step(
            "primary_care_late", _("Påminn vårdcentralen om bekräftelsen"),
            _("Vårdcentralens bekräftelse efter påminnelse"),
            responsible.COORDINATOR, limits.NOTICE_WEEKDAY, SAME_DAY,
            admission.PrimaryCareConfirmation,
            when=rules.PRIMARY_CARE_SILENT,
        ),
        Step(
            "set_colour", _("Ange färg"), _("Färg angiven"),
            responsible.COORDINATOR, limits.COLOUR, DAYTIME, planning.SetColour,
            when=rules.NO_NOTICE_YET,
        ),
        Step(
            "sbar_status_received", _("Bevaka sjukhusets beskrivning enligt SBAR"),
            _("Beskrivningen enligt SBAR har kommit"),
            responsible.COORDINATOR, limits.SBAR, DAYTIME, planning.SbarStatus,
            when=rules.NO_NOTICE_YET,
        ),
        Step(
            "new_estimate", _("Bevaka beräknad utskrivningsdag"),
            _("Beräknad utskrivningsdag ändrad"),
            responsible.COORDINATOR, limits.ESTIMATE, WATCH, planning.NewEstimate,
            when=rules.NO_NOTICE_YET, for_each=rules.ESTIMATES, required=False,
        ),
        Step(
            "notice_ready", _("Registrera underrättelsen om utskrivningsklar"),
            _("Utskrivningsklar"),
            responsible.COORDINATOR, limits.FORGOTTEN, WATCH, planning.ReadyNotice,
        ),
    ),
    (Route("ready"),),
)  # fmt: skip

READY = State(
    "ready",
    _("Utskrivningsklar"),
    (
        Step(
            "ready_sol", _("Säg till när socialtjänsten är klar"), _("Socialtjänsten klar"),
            responsible.CASE_OFFICER, limits.READINESS, SAME_DAY, ready.ReadySol,
            when=rules.STILL_THERE,
        ),
        Step(
            "ready_hsl", _("Säg till när hälso- och sjukvården är klar"),
            _("Hälso- och sjukvården klar"),
            responsible.NURSE, limits.READINESS, SAME_DAY, ready.ReadyHsl,
            when=rules.STILL_THERE,
        ),
        Step(
            "ready_rehab", _("Säg till när rehabiliteringen är klar"), _("Rehabiliteringen klar"),
            responsible.REHAB, limits.READINESS, SAME_DAY, ready.ReadyRehab,
            when=rules.STILL_THERE,
        ),
        Step(
            "sip_needed", _("Bedöm om en SIP behövs"), _("Behovet av SIP bedömt"),
            responsible.EVERYBODY, limits.READINESS, SAME_DAY, ready.SipNeed,
            when=rules.SIP_TO_JUDGE,
        ),
        Step(
            "ready_to_go_home", _("Gå igenom att patienten är hemgångsklar"),
            _("Hemgångsklar kontrollerad"),
            responsible.EVERYBODY, limits.HOME_COMING, DAYTIME, ready.GoHomeChecklist,
            when=rules.STILL_THERE,
        ),
        Step(
            "went_home", _("Registrera hemgången"), _("Besked om hemgången"),
            responsible.COORDINATOR, limits.HOME_COMING, DAYTIME, ready.LeftHospital,
            care=True,
        ),
    ),
    (Route("planning", rules.NOT_READY_AFTER_ALL), Route("home")),
)  # fmt: skip

HOME = State(
    "home",
    _("Hemma"),
    (
        Step(
            "restart_efforts", _("Återinsätt tidigare insatser"), _("Tidigare insatser igång"),
            responsible.PERFORMER, limits.EARLIER_EFFORTS, AT_HOME, home.Efforts,
            when=rules.EARLIER_EFFORTS, care=True,
        ),
        Step(
            "start_new_efforts", _("Börja med nya insatser"), _("Nya insatser igång"),
            responsible.PERFORMER, limits.HOME_DAY, SAME_DAY, home.Efforts,
            when=rules.NEW_EFFORTS, care=True,
        ),
        Step(
            "enrol_home_health_care", _("Skriv in i hemsjukvården"), _("Hemsjukvården ordnad"),
            responsible.NURSE, limits.HOME_DAY, SAME_DAY, home.Enrolment,
            when=rules.HSL_CONCERNED,
        ),
        Step(
            "first_medicines_and_aids", _("Kontrollera läkemedel och hjälpmedel"),
            _("Läkemedel och hjälpmedel kontrollerade"),
            responsible.NURSE, limits.MEDICINES, SAME_DAY, home.MedicinesAndAids,
            care=True,
        ),
        Step(
            "sip_needed_at_home", _("Bedöm om en SIP behövs, nu när patienten är hemma"),
            _("Behovet av SIP bedömt hemma"),
            responsible.EVERYBODY, limits.SIP_AT_HOME, SAME_DAY, ready.SipNeed,
            when=rules.SIP_NOT_JUDGED,
        ),
    ),
    (Route("follow_up"),),
)  # fmt: skip

FOLLOW_UP = State(
    "follow_up",
    _("Följs upp"),
    (
        Step(
            "safety_call_24h", _("Bevaka sjukhusets trygghetssamtal"),
            _("Sjukhusets trygghetssamtal"),
            responsible.COORDINATOR, limits.SAFETY_CALL, WATCH, follow_up.Call,
            when=rules.STILL_HOME,
        ),
        Step(
            "primary_care_call_7d", _("Bevaka vårdcentralens trygghetssamtal"),
            _("Vårdcentralens trygghetssamtal"),
            responsible.COORDINATOR, limits.PRIMARY_CARE_CALL, WATCH, follow_up.Call,
            when=rules.STILL_HOME,
        ),
        Step(
            "sol_contact", _("Kontakta patienten och bedöm insatserna enligt SoL"),
            _("Insatserna enligt SoL bedömda"),
            responsible.CASE_OFFICER, limits.SOL_CONTACT, DAYTIME, follow_up.SolContact,
            when=rules.SOL_CONCERNED,
        ),
        Step(
            "sip_followed_up", _("Följ upp den SIP som gjordes på sjukhuset"),
            _("SIP från sjukhuset uppföljd"),
            responsible.EVERYBODY, limits.SIP_FOLLOW_UP, WATCH, follow_up.SipFollowedUp,
            when=rules.SIP_MADE,
        ),
        Step(
            "readmission", _("Svara på om patienten är återinlagd"), _("Återinläggning besvarad"),
            responsible.COORDINATOR, limits.READMISSION, WATCH, follow_up.Readmission,
        ),
    ),
    (Route("readmitted", rules.READMITTED), Route("closed")),
)  # fmt: skip

DISCHARGE = WorkflowDefinition(
    key="discharge",
    label=_("Utskrivning"),
    prefix="UTS",
    version=1,
    source=_(
        "Lag (2017:612) om samverkan vid utskrivning (LUS), och Sörmlands riktlinje för trygg"
        " hemgång och effektiv samverkan"
    ),
    opening=intake.AdmissionNotice,
    opening_by=(Role.SIP_COORDINATOR, Role.CASE_OFFICER, *LICENSED, Role.UNIT_MANAGER),
    states=(
        ADMITTED, PLANNING, READY, HOME, FOLLOW_UP,
        State("closed", _("Avslutad")), State("readmitted", _("Återinlagd")),
        State("interrupted", _("Avbruten")),
    ),
    actions=(
        Action(
            "readmit", _("Registrera återinläggning"), _("Återinlagd"), "readmitted",
            (Role.SIP_COORDINATOR, Role.CASE_OFFICER, *LICENSED, Role.UNIT_MANAGER),
            follow_up.Readmit,
        ),
        Action(
            "interrupt", _("Avbryt ärendet"), _("Avbrutet"), "interrupted",
            (Role.SIP_COORDINATOR, Role.CASE_OFFICER, Role.NURSE, Role.UNIT_MANAGER),
            interruption.Interrupt,
        ),
    ),
    tells=(
        Tell(
            "home_before_ready", _("Hemma innan kommunen var klar"),
            (Role.CASE_OFFICER, Role.NURSE, Role.UNIT_MANAGER), rules.HOME_BEFORE_READY,
        ),
    ),
    thresholds=(
        Threshold("readmission_days", _("Dagar efter hemkomsten som räknas som återinläggning"),
                  30, 7, 90, OUR_PROPOSAL),
    ),
    readers=(
        *LICENSED, Role.UNIT_MANAGER, *OVERSEERS, Role.SIP_COORDINATOR, Role.CASE_OFFICER,
    ),
    alone=True,
    purpose=_("Sjukhuset har meddelat att en patient är inskriven och kan behöva oss sedan."),
    opens=(
        Opens(
            "sip", "sip", rules.SIP_IS_DUE, sip_opening.opening_of,
            keeps=("discharge_notice_at",), until="answers",
        ),
    ),
    external_deviations=external_deviations.EXTERNAL_DEVIATIONS,
    settings=(payment_rules.PAYMENT,),
    aside=payment_aside.payment_aside,
    figures=figures_of,
    figure_tables=FIGURE_TABLES,
)  # fmt: skip
