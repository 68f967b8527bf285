"""The four ladders of the discharge chain; only what concerns a patient's day disturbs at once."""

from workflow.again import BY_THE_DAY, BY_THE_HOUR, Again, Unit
from workflow.ladders import RESPONSIBLE, At, Ladder, Rung, Sending
from workflow.roles import Role
from workflow.words import _

DAYTIME = Ladder(
    "daytime",
    _("Samlat, vardagar dagtid"),
    Sending.DIGEST,
    (
        Rung("soon", At.SHARE_LEFT, (RESPONSIBLE,), 25),
        Rung("due", At.DUE, (RESPONSIBLE, Role.UNIT_MANAGER)),
        Rung("head", At.WORKING_DAYS_AFTER, (Role.HEAD_OF_HEALTH_CARE,), 1),
    ),
    again=BY_THE_DAY,
)

WATCH = Ladder(
    "watch",
    _("Samlat, sista dagen"),
    Sending.DIGEST,
    (
        Rung("last_day", At.MINUTES_BEFORE, (RESPONSIBLE,), 16 * 60),
        Rung("late", At.WORKING_DAYS_AFTER, (RESPONSIBLE, Role.UNIT_MANAGER), 1),
    ),
    again=BY_THE_DAY,
)
"""For what somebody else is to do, and is only watched here."""

SAME_DAY = Ladder(
    "same_day",
    _("Under dagen, också på helger"),
    Sending.AT_ONCE,
    (
        Rung("noon", At.MINUTES_BEFORE, (RESPONSIBLE,), 12 * 60),
        Rung("afternoon", At.MINUTES_BEFORE, (RESPONSIBLE,), 8 * 60),
        Rung("next_morning", At.HOURS_AFTER, (RESPONSIBLE, Role.UNIT_MANAGER), 8),
        Rung("head", At.HOURS_AFTER, (Role.HEAD_OF_HEALTH_CARE,), 32),
    ),
    again=Again(24, 72, Unit.HOURS),
)
"""For limits that end with a day: about 12 and 16 o'clock, and 8 the mornings after."""

AT_HOME = Ladder(
    "at_home",
    _("Genast, dygnet runt"),
    Sending.AT_ONCE,
    (
        Rung("soon", At.SHARE_LEFT, (RESPONSIBLE,), 25),
        Rung("due", At.DUE, (RESPONSIBLE, Role.UNIT_MANAGER)),
        Rung("head", At.HOURS_AFTER, (Role.HEAD_OF_HEALTH_CARE,), 4),
    ),
    again=BY_THE_HOUR,
)
"""For a patient who sits at home without help."""
