"""The tables that the statistics show of the discharges.

No column is the sum of the others, so that a small number which is hidden stays hidden.
"""

from workflow.definitions.discharge.choices import NO_SIP_REASONS
from workflow.figure_tables import FigureTable, InTime, Late, MeanDays, Share, Total
from workflow.weekdays import WEEKDAYS
from workflow.words import _

FLOW = FigureTable(
    "discharge_flow",
    _("Från inskrivning till hemkomst"),
    (
        Total(_("Inskrivna"), "admitted"),
        Total(_("Utskrivningsklara"), "ready"),
        Total(_("Hemma"), "home"),
        MeanDays(_("Dagar från klar till hemma, i medel"), "days_waited", "home_after_notice"),
        Total(_("Väntade mer än tre dagar"), "long_wait"),
        Total(_("Återinlagda"), "readmitted"),
        Share(_("Andel återinlagda"), "readmitted", "home"),
    ),
)
WEEK = FigureTable(
    "discharge_weekdays",
    _("Veckodag och färg"),
    (
        Total(_("Utskrivningsklara"), "ready"),
        Total(_("Hemma, grön"), "home_green"),
        Total(_("Hemma, gul"), "home_yellow"),
        Total(_("Hemma, röd"), "home_red"),
        Total(_("Hemma, utan färg"), "home_none"),
    ),
    head=_("Veckodag"),
    rows=WEEKDAYS,
)
SHORTCOMINGS = FigureTable(
    "discharge_shortcomings",
    _("Brister i samverkan"),
    (
        Total(_("Sena inskrivningsmeddelanden"), "notice_late"),
        Total(_("Underrättelser som togs tillbaka"), "taken_back"),
        Total(_("Kommunen såg en annan färg"), "colour_disputed"),
        Total(_("Hemma innan kommunen var klar"), "home_before_ready"),
    ),
)
CONFIRMED = FigureTable(
    "discharge_confirmations",
    _("Bekräftelser av inskrivningsmeddelandet"),
    (
        Total(_("Bekräftade"), "notice_confirmed"),
        Total(_("Inte bekräftade"), "notice_not_confirmed"),
        Total(_("Berörs inte"), "notice_not_concerned"),
        InTime(_("I tid")),
        Late(_("Försenade")),
    ),
    head=_("Vem"),
    rows={
        "confirm_hsl": _("Kommunens hälso- och sjukvård"),
        "confirm_social": _("Socialtjänsten"),
        "confirm_primary_care": _("Vårdcentralen"),
    },
)
BRANCHES = FigureTable(
    "discharge_branches",
    _("Kommunen klar för hemgång"),
    (
        Total(_("Klara"), "branch_ready"),
        Total(_("Berörs inte"), "branch_not_concerned"),
        Total(_("Inget svar före hemgången"), "branch_silent"),
        InTime(_("I tid")),
        Late(_("Försenade")),
    ),
    head=_("Vem"),
    rows={
        "ready_sol": _("Socialtjänsten"),
        "ready_hsl": _("Kommunens hälso- och sjukvård"),
        "ready_rehab": _("Rehabiliteringen"),
    },
)
SIP_NEEDS = FigureTable(
    "discharge_sip_needs",
    _("Behov av SIP vid utskrivning"),
    (Total(_("Utskrivningar"), "sip"),),
    head=_("Bedömning"),
    rows={"needed": _("En SIP behövs"), **NO_SIP_REASONS},
)
SIPS = FigureTable(
    "discharge_sips",
    _("SIP vid utskrivning"),
    (
        Total(_("Tackar nej"), "consent", ("declined",)),
        Total(_("Kallelser"), "call"),
        Total(_("Inom lagens tre dagar"), "call_by_law", ("in_time",)),
        Total(_("Efter lagens tre dagar"), "call_by_law", ("late",)),
        Total(_("Övertagna av kommunen"), "call", ("taken_over",)),
        Total(_("Hållna möten"), "meeting"),
    ),
    of=("sip", "discharge"),
)
CALLS = FigureTable(
    "discharge_calls",
    _("Trygghetssamtal efter hemkomsten"),
    (
        Total(_("Ringde"), "after_home_called"),
        Total(_("Fick inget svar"), "after_home_no_answer"),
        Total(_("Ringde inte"), "after_home_not_called"),
        InTime(_("I tid")),
        Late(_("Försenade")),
    ),
    head=_("Vem"),
    rows={
        "safety_call_24h": _("Sjukhuset, inom ett dygn"),
        "primary_care_call_7d": _("Vårdcentralen, inom sju dagar"),
    },
)

FIGURE_TABLES = (FLOW, WEEK, CONFIRMED, BRANCHES, SIP_NEEDS, SIPS, CALLS, SHORTCOMINGS)
