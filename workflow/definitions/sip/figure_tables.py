"""The tables that the statistics show of the SIPs.

No column is the sum of the others, so that a small number which is hidden stays hidden.
"""

from workflow.definitions.sip.choices import ANSWERS, PLACES
from workflow.figure_tables import FigureTable, InTime, Late, MeanMinutes, Share, Total
from workflow.words import _

NEEDS = FigureTable(
    "sip_needs",
    _("Behov och samtycke"),
    (
        Total(_("Bedömda behov"), "need"),
        Total(_("Ingen SIP behövs"), "need", ("no_need",)),
        Total(_("Samtycker"), "consent", ("given",)),
        Total(_("Tackar nej"), "consent", ("declined",)),
        Total(_("Kan inte samtycka"), "consent", ("cannot",)),
        Total(_("Samtycket återtaget"), "ended", ("consent_withdrawn",)),
    ),
)
CALLED = FigureTable(
    "sip_calls",
    _("Kallelser"),
    (
        Total(_("Kallelser"), "call"),
        Total(_("Inom lagens tre dagar"), "call_by_law", ("in_time",)),
        Total(_("Efter lagens tre dagar"), "call_by_law", ("late",)),
    ),
)
CALLERS = FigureTable(
    "sip_callers",
    _("Vem som kallade"),
    (Total(_("Kallelser"), "call"),),
    head=_("Vem"),
    rows={
        "region": _("Regionen"),
        "municipality": _("Kommunen"),
        "taken_over": _("Kommunen, i regionens ställe"),
    },
)
ORGANISATIONS = FigureTable(
    "sip_organisations",
    _("Kallade organisationer"),
    (
        Total(_("Kallad"), "organisation_called"),
        Total(_("Har svarat"), "organisation_answered"),
        Share(_("Andel svar"), "organisation_answered", "organisation_called"),
        Total(_("Kom till mötet"), "organisation_came"),
        MeanMinutes(_("Svarstid i medel"), "organisation_minutes", "organisation_answered"),
    ),
    head=_("Organisation"),
    named=True,
)
ANSWERED = FigureTable(
    "sip_answers",
    _("Svar på kallelserna"),
    (
        Total(_("Kallade"), "called_answer"),
        Total(_("Inbjudna"), "invited_answer"),
    ),
    head=_("Svar"),
    rows=ANSWERS,
)
MEETINGS = FigureTable(
    "sip_meetings",
    _("Möten"),
    (
        Total(_("Hållna möten"), "meeting"),
        Total(_("Personen var med"), "person_took_part"),
        Share(_("Andel där personen var med"), "person_took_part", "meeting"),
        Total(_("Flyttade"), "not_held", ("moved",)),
        Total(_("Inställda"), "not_held", ("cancelled",)),
    ),
)
PLACES_OF_MEETINGS = FigureTable(
    "sip_places",
    _("Var mötena hölls"),
    (Total(_("Hållna möten"), "meeting"),),
    head=_("Plats"),
    rows=PLACES,
)
PLANS = FigureTable(
    "sip_plans",
    _("Planer och insatser"),
    (
        Total(_("Skrivna planer"), "plan"),
        Total(_("Med lagens fyra punkter"), "plan_with_four_points"),
        Total(_("Personen har fått planen"), "plan_given_to_person"),
        Total(_("Insatser"), "effort"),
        Total(_("Bekräftade insatser"), "effort_confirmed"),
        Total(_("Gjorda insatser"), "effort_done"),
    ),
)
FOLLOW_UPS = FigureTable(
    "sip_follow_ups",
    _("Uppföljningar"),
    (
        InTime(_("I tid"), ("follow_up_together",)),
        Late(_("Försenade"), ("follow_up_together",)),
        Total(_("Ledde till ett nytt möte"), "follow_up", ("new_round",)),
    ),
)

FIGURE_TABLES = (
    NEEDS, CALLED, CALLERS, ORGANISATIONS, ANSWERED, MEETINGS, PLACES_OF_MEETINGS, PLANS,
    FOLLOW_UPS,
)  # fmt: skip
