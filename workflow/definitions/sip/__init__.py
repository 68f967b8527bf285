"""SIP (samordnad individuell plan): from a need that somebody has seen to the last follow-up."""

from workflow.basis import OUR_PROPOSAL, Basis, BasisKind
from workflow.definition import (
    Action,
    Deadline,
    Route,
    Start,
    State,
    Step,
    Threshold,
    WorkflowDefinition,
)  # fmt: skip
from workflow.definitions.deviation.completion import Withdraw
from workflow.definitions.deviation.ladders import DAYTIME
from workflow.definitions.sip import (
    answers,
    by_link,
    calls,
    closing,
    documents,
    external_deviations,
    follow_up,
    intake,
    meeting,
    need,
    plan,
    planning,
    rules,
)  # fmt: skip
from workflow.definitions.sip.choices import TRIGGERS
from workflow.definitions.sip.effort_lines import effort_lines
from workflow.definitions.sip.figure_tables import FIGURE_TABLES
from workflow.definitions.sip.figures import figures_of
from workflow.definitions.sip.ladders import LAW_CALL, PARTY_FIRST
from workflow.roles import LICENSED, OVERSEERS, Role
from workflow.words import _

LUS_CALL = Basis(
    BasisKind.LAW, _("LUS (2017:612) 4 kap. 3 §: kallelse inom tre dagar från underrättelsen")
)
AT_ONCE_BY_LAW = Basis(
    BasisKind.DEFAULT,
    _(
        "Vårdtråds förslag; lagen säger genast (SoL 2025:400, 10 kap. 8 §) och utan dröjsmål"
        " (HSL 2017:30, 16 kap. 4 §)"
    ),
)
GNESTA = Basis(
    BasisKind.DEFAULT,
    _("Vårdtråds förslag; att kommunen tar över är Gnestas svar till revisorerna"),
)
OWN_DATE = Basis(BasisKind.DEFAULT, _("Dagen bestäms i ärendet"))


def _working_days(
    days: int, since: Start = rules.WHEN_OPENED, basis: Basis = OUR_PROPOSAL
) -> Deadline:
    return Deadline("working_days", since, basis, days)


def _on(day: Start) -> Deadline:
    return Deadline("on_date", day, OWN_DATE)


NEED = State(
    "need",
    _("Behov uppmärksammat"),
    (
        Step(
            "assess_need", _("Bedöm om en SIP behövs"), _("Behovet bedömt"), rules.COORDINATOR,
            _working_days(1, basis=AT_ONCE_BY_LAW), DAYTIME, need.AssessNeed,
            when=rules.TO_ASSESS,
        ),
    ),
    (Route("no_need", rules.NO_NEED), Route("consent")),
)  # fmt: skip

CONSENT = State(
    "consent",
    _("Samtycke"),
    (
        Step(
            "consent", _("Fråga personen om samtycke"), _("Samtycke frågat"), rules.COORDINATOR,
            # Always within the law's three days, though they count weekends.
            Deadline("hours_or_next_weekday", rules.WHEN_OPENED, AT_ONCE_BY_LAW, 24), DAYTIME,
            need.Consent,
        ),
    ),
    (Route("declined", rules.DECLINED), Route("calling")),
)  # fmt: skip

CALLING = State(
    "calling",
    _("Förbereds och kallas"),
    (
        Step(
            "pre_planning", _("Förplanera med personen"), _("Förplanerat med personen"),
            rules.COORDINATOR, _working_days(2), DAYTIME, planning.PrePlanning,
            when=rules.TO_PRE_PLAN,
        ),
        Step(
            "call_by_law", _("Bevaka att regionen kallar"), _("Regionen har kallat"),
            rules.FOR_THE_REGION, Deadline("sip_call", rules.WHEN_NOTIFIED, LUS_CALL), LAW_CALL,
            calls.RegionCall, when=rules.CALL_BY_LAW, moves_on=True,
        ),
        Step(
            "take_over_call", _("Ta över kallelsen från regionen"), _("Kommunen har kallat"),
            rules.COORDINATOR, _working_days(1, basis=GNESTA), DAYTIME, calls.TakenOverCall,
            when=rules.TAKE_OVER,
        ),
        Step(
            "call", _("Kalla till SIP-möte"), _("Kallat till SIP-möte"), rules.COORDINATOR,
            _working_days(5, rules.WHEN_AGREED, AT_ONCE_BY_LAW), DAYTIME, calls.Call,
            when=rules.CALL,
        ),
    ),
    (Route("answers"),),
)  # fmt: skip

ANSWERS = State(
    "answers",
    _("Väntar på svar"),
    (
        Step(
            "answer", _("Svara på kallelsen"), _("Svar på kallelsen"), rules.FOR_THE_PARTY,
            _working_days(5), PARTY_FIRST, answers.Answer, for_each=rules.PARTIES,
            by_link=by_link.ANSWER,
        ),
        Step(
            "settle_time", _("Bestäm om mötet får en ny tid"), _("Mötets tid bestämd"),
            rules.COORDINATOR, _working_days(2), DAYTIME, calls.SettleTime, when=rules.PROPOSED,
            for_each=rules.TIMES,
        ),
    ),
    (Route("meeting"),),
)  # fmt: skip

MEETING = State(
    "meeting",
    _("Möte"),
    (
        Step(
            "hold_meeting", _("Håll mötet"), _("Mötet hållet, flyttat eller inställt"),
            rules.COORDINATOR, _on(rules.MEETING_DAY), DAYTIME, meeting.HoldMeeting,
        ),
    ),
    (Route("answers", rules.MOVED), Route("calling", rules.CANCELLED), Route("plan")),
)  # fmt: skip

PLAN = State(
    "plan",
    _("Planen skrivs"),
    (
        Step(
            "write_plan", _("Skriv planen"), _("Planen skriven"), rules.COORDINATOR,
            _working_days(5, rules.WHEN_MET), DAYTIME, plan.WritePlan,
        ),
        Step(
            "confirm_part", _("Bekräfta en del av planen"), _("Svar om en del av planen"),
            rules.FOR_THE_RESPONSIBLE, _working_days(5), PARTY_FIRST, plan.ConfirmPart,
            for_each=rules.PARTS, by_link=by_link.CONFIRMATION,
        ),
        Step(
            "send_copies", _("Ge planen till personen och deltagarna"), _("Planen utlämnad"),
            rules.COORDINATOR, _working_days(5), DAYTIME, plan.SendCopies,
            when=rules.ALL_CONFIRMED,
        ),
    ),
    (Route("plan", rules.OBJECTED), Route("follow_up")),
)  # fmt: skip

FOLLOW_UP = State(
    "follow_up",
    _("Planen gäller och följs upp"),
    (
        Step(
            "confirm_change", _("Bekräfta en del av den ändrade planen"),
            _("Svar om en del av den ändrade planen"), rules.FOR_THE_RESPONSIBLE,
            _working_days(5), PARTY_FIRST, plan.ConfirmPart, when=rules.CHANGED,
            for_each=rules.CHANGED_PARTS, by_link=by_link.CONFIRMATION,
        ),
        Step(
            "follow_up_together", _("Följ upp planen tillsammans"), _("Planen uppföljd"),
            rules.COORDINATOR, _on(rules.FOLLOW_UP_DAY), DAYTIME, follow_up.FollowUp,
        ),
    ),
    (
        Route("calling", rules.NEW_ROUND),
        Route("follow_up", rules.KEPT),
        Route("consent_withdrawn", rules.WITHDRAWN),
        Route("closed"),
    ),
)  # fmt: skip

SIP = WorkflowDefinition(
    key="sip",
    label=_("SIP"),
    prefix="SIP",
    version=1,
    source=_(
        "LUS (2017:612) 4 kap., HSL (2017:30) 16 kap. 4 §, SoL (2025:400) 10 kap. 8–9 §§;"
        " revisionen i Sörmland och Gnestas svar"
    ),
    opening=intake.SipNeed,
    opening_by=(
        Role.CARE_WORKER, *LICENSED, Role.UNIT_MANAGER, Role.SIP_COORDINATOR, Role.CASE_OFFICER,
        Role.MAS, Role.MAR,
    ),
    states=(
        NEED, CONSENT, CALLING, ANSWERS, MEETING, PLAN, FOLLOW_UP,
        State("closed", _("Avslutad")),
        State("declined", _("Personen har tackat nej")),
        State("no_need", _("Ingen SIP behövs")),
        State("consent_withdrawn", _("Samtycket är återtaget")),
        State("withdrawn", _("Återkallad")),
    ),
    actions=(
        Action(
            "withdraw_consent", _("Ta tillbaka samtycket"), _("Samtycket återtaget"),
            "consent_withdrawn", (*rules.COORDINATORS, Role.UNIT_MANAGER),
            closing.WithdrawConsent,
        ),
        Action(
            "close_early", _("Avsluta i förtid"), _("Avslutad i förtid"), "closed",
            (*rules.COORDINATORS, Role.UNIT_MANAGER), closing.CloseEarly,
        ),
        Action(
            "withdraw", _("Återkalla ärendet"), _("Återkallat"), "withdrawn",
            (Role.SIP_COORDINATOR, Role.UNIT_MANAGER, Role.MAS), Withdraw,
        ),
    ),
    thresholds=(
        Threshold("quiet_days", _("Dagar utan händelse innan ärendet räknas som tyst"), 14, 1, 90,
                  OUR_PROPOSAL),
    ),
    consent=("consent", "consent"),
    readers=(
        *LICENSED, Role.UNIT_MANAGER, *OVERSEERS, Role.SIP_COORDINATOR, Role.CASE_OFFICER,
    ),
    meeting=by_link.meeting_of,
    external_deviations=external_deviations.EXTERNAL_DEVIATIONS,
    figures=figures_of,
    figure_tables=FIGURE_TABLES,
    measures=effort_lines,
    documents=documents.DOCUMENTS,
    purpose=_("Någon behöver hjälp från flera håll, och hjälpen måste samordnas med personen."),
    named_by_category=False,
    category_field="trigger",
    categories=TRIGGERS,
)  # fmt: skip
