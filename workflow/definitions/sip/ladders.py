"""Ladders of the law's call and of what parties answer; the rest is the deviation's daytime."""

from workflow.again import BY_THE_DAY
from workflow.definitions.deviation.ladders import DAYTIME
from workflow.ladders import PARTY, RESPONSIBLE, At, Ladder, Rung, Sending
from workflow.roles import Role
from workflow.words import _

# The law's three days count weekends, and what is gathered goes out on working days: counted back
# from the end of day three, the first rung is noon the day after the notice and the second the
# third day's morning, so that a notice on a Thursday is reminded of before its weekend.
LAW_CALL = Ladder(
    "law_call",
    _("Lagens kallelse: samlat, vardagar dagtid"),
    Sending.DIGEST,
    (
        Rung("day_after", At.MINUTES_BEFORE, (RESPONSIBLE,), 60 * 60),
        Rung("last_day", At.MINUTES_BEFORE, (RESPONSIBLE, Role.UNIT_MANAGER), 16 * 60),
        Rung("due", At.DUE, (RESPONSIBLE, Role.UNIT_MANAGER, Role.HEAD_OF_HEALTH_CARE)),
        Rung("mas", At.WORKING_DAYS_AFTER, (Role.MAS,), 1),
    ),
    again=BY_THE_DAY,
)

# Whoever has only a telephone cannot be written to, and is left to the responsible at once.
PARTY_FIRST = Ladder(
    "party_first",
    _("Den som ska svara först, sedan samlat, vardagar dagtid"),
    Sending.DIGEST,
    (Rung("party", At.SHARE_LEFT, (PARTY,), 50), *DAYTIME.rungs),
    again=DAYTIME.again,
)
