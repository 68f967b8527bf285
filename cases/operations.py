"""Every operation that changes a case; all doors call these, inside their one transaction."""

from cases.claiming import acknowledge, claim, hand_over, release
from cases.correcting import correct
from cases.doing import act, do_step
from cases.drafts import drop_draft, save_draft
from cases.duties import link, note
from cases.opening import open_case
from cases.pausing import pause, resume
from cases.sent import Sent

__all__ = [
    "Sent", "acknowledge", "act", "claim", "correct", "do_step", "drop_draft", "hand_over", "link",
    "note", "open_case", "pause", "release", "resume", "save_draft",
]  # fmt: skip
