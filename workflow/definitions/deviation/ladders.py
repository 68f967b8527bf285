"""The two ladders of deviation.md, "Ladders (defaults; settings)"."""

from workflow.again import BY_THE_DAY, BY_THE_HOUR
from workflow.ladders import RESPONSIBLE, At, Ladder, Rung, Sending
from workflow.roles import Role
from workflow.words import _

ACUTE = Ladder(
    "acute",
    _("Genast, dygnet runt"),
    Sending.AT_ONCE,
    (
        Rung("soon", At.MINUTES_BEFORE, (RESPONSIBLE,), 30),
        Rung("due", At.DUE, (RESPONSIBLE, Role.UNIT_MANAGER)),
        Rung("head", At.HOURS_AFTER, (Role.HEAD_OF_HEALTH_CARE,), 1),
        Rung("mas", At.HOURS_AFTER, (Role.MAS,), 2),
    ),
    again=BY_THE_HOUR,
)

DAYTIME = Ladder(
    "daytime",
    _("Samlat, vardagar dagtid"),
    Sending.DIGEST,
    (
        Rung("soon", At.SHARE_LEFT, (RESPONSIBLE,), 25),
        Rung("due", At.DUE, (RESPONSIBLE, Role.UNIT_MANAGER)),
        Rung("head", At.WORKING_DAYS_AFTER, (Role.HEAD_OF_HEALTH_CARE,), 1),
        Rung("mas", At.WORKING_DAYS_AFTER, (Role.MAS,), 2),
    ),
    again=BY_THE_DAY,
)
