"""Every operation that changes a case; all doors call these, inside their one transaction."""

from cases.correcting import correct
from cases.doing import act, do_step
from cases.drafts import drop_draft, save_draft
from cases.duties import claim, hand_over, link, note
from cases.opening import open_case
from cases.sent import Sent

__all__ = [
    "Sent", "act", "claim", "correct", "do_step", "drop_draft", "hand_over", "link", "note",
    "open_case", "save_draft",
]  # fmt: skip
