"""The daily check: a step let run late each day, to prove that the list of the overdue shows it."""

from workflow.basis import OUR_PROPOSAL
from workflow.definition import (
    Deadline,
    Responsible,
    Route,
    Start,
    State,
    Step,
    WorkflowDefinition,
)
from workflow.forms import Empty
from workflow.ladders import At, Ladder, Rung, Sending
from workflow.roles import LABELS, OVERSEERS, Role
from workflow.words import _

OPENED = Start(_("att kontrollen började"), lambda facts, _item, _now: facts.opened_at)

# Nobody hears of it on a day when the check is made, since the step is then done before the mail
# goes. The mail is for the day when nothing makes the check.
UNMADE = Ladder(
    "unmade",
    _("Samlat, vardagar dagtid"),
    Sending.DIGEST,
    (Rung("due", At.DUE, (Role.ADMINISTRATOR,)),),
)

CANARY = WorkflowDefinition(
    key="canary",
    label=_("Daglig kontroll"),
    prefix="KTR",
    version=1,
    source=_("Vårdtråds egen kontroll av att det försenade syns"),
    opening=Empty,
    opening_by=(),
    readers=OVERSEERS,
    care_readers=(),
    named_by_category=False,
    states=(
        State(
            "running",
            _("Pågår"),
            (
                Step(
                    key="check",
                    label=_("Daglig kontroll av listan över försenat"),
                    done=_("Listan över försenat visade steget"),
                    by=Responsible(
                        LABELS[Role.ADMINISTRATOR], lambda _f, _i: (Role.ADMINISTRATOR,)
                    ),
                    due=Deadline("elapsed", OPENED, OUR_PROPOSAL, 1),
                    ladder=UNMADE,
                    form=Empty,
                ),
            ),
            (Route("made"),),
        ),
        State("made", _("Gjord")),
    ),
)
