"""The conditions of the discharge chain, and what a step is repeated for."""

from workflow.definitions.discharge.choices import CAME_HOME
from workflow.definitions.discharge.stay import leaving, primary_care_told, sip_is_due
from workflow.facts import Each, Facts, Item, Rule
from workflow.words import _

BRANCHES = ("ready_sol", "ready_hsl", "ready_rehab")
"""The steps in which each branch says for itself that it is ready."""


def _concerned(facts: Facts, branch: str) -> bool:
    """A branch that has not answered in time may have efforts to begin."""
    return all(answer.data.get("answer") == "ready" for answer in facts.this_round(branch))


def _expects(facts: Facts, efforts: str) -> bool:
    return all(
        efforts in answer.data.get("efforts", ()) for answer in facts.this_round("ready_sol")
    )


def _unready(facts: Facts) -> bool:
    came_home = leaving(facts).get("outcome") in CAME_HOME
    return came_home and not all(facts.this_round(step) for step in BRANCHES)


def _primary_care_silent(facts: Facts) -> bool:
    return primary_care_told(facts).get("confirmed") == "not_confirmed"


def _notice_is_given(facts: Facts) -> bool:
    return bool(facts.this_round("notice_ready"))


def _estimates(facts: Facts) -> tuple[Item, ...]:
    """One for each change in this round, and one that waits for the next."""
    return tuple(Item(str(n), "") for n in range(1, len(facts.this_round("new_estimate")) + 2))


NO_NOTICE_YET = Rule(
    _("underrättelsen om utskrivningsklar inte har kommit"), lambda f: not _notice_is_given(f)
)
PRIMARY_CARE_SILENT = Rule(
    _("vårdcentralen inte har bekräftat och underrättelsen om utskrivningsklar inte har kommit"),
    lambda f: _primary_care_silent(f) and not _notice_is_given(f),
)
STILL_THERE = Rule(_("hemgången inte är registrerad än"), lambda f: not f.this_round("went_home"))
SIP_TO_JUDGE = Rule(
    _("hemgången inte är registrerad än, och ingen SIP är på väg"),
    lambda f: STILL_THERE.test(f) and not sip_is_due(f),
)
SIP_NOT_JUDGED = Rule(
    _("behovet inte bedömdes före hemgången"),
    lambda f: not f.this_round("sip_needed") and not sip_is_due(f),
)
SIP_IS_DUE = Rule(_("patienten behöver en SIP"), sip_is_due)
NOT_READY_AFTER_ALL = Rule(
    _("patienten inte längre är utskrivningsklar"),
    lambda f: leaving(f).get("outcome") == "not_ready",
)
EARLIER_EFFORTS = Rule(
    _("insatserna är desamma som förut, eller om socialtjänsten inte hann svara"),
    lambda f: _expects(f, "earlier"),
)
NEW_EFFORTS = Rule(
    _("insatserna är nya eller ändrade, eller om socialtjänsten inte hann svara"),
    lambda f: _expects(f, "new"),
)
HSL_CONCERNED = Rule(
    _("kommunens hälso- och sjukvård berörs, eller inte hann svara"),
    lambda f: _concerned(f, "ready_hsl"),
)
READMITTED = Rule(
    _("patienten är återinlagd"),
    lambda f: any(answer.data.get("readmitted") for answer in f.this_round("readmission")),
)
SIP_MADE = Rule(
    _("en SIP gjordes på sjukhuset och patienten inte är återinlagd"),
    lambda f: leaving(f).get("outcome") == "home_with_sip" and not READMITTED.test(f),
)
SOL_CONCERNED = Rule(
    _("socialtjänsten berörs, eller inte hann svara, och patienten inte är återinlagd"),
    lambda f: _concerned(f, "ready_sol") and not READMITTED.test(f),
)
STILL_HOME = Rule(_("patienten inte är återinlagd"), lambda f: not READMITTED.test(f))
HOME_BEFORE_READY = Rule(
    _("patienten kom hem innan alla tre hade svarat att deras del var klar"), _unready
)

ESTIMATES = Each("estimates", _("varje beräknad dag"), _estimates)
