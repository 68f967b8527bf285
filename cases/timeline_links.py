"""What has happened to the links by which parties outside answer."""

from cases.history import History
from cases.log import CaseEvent
from cases.timeline_parts import Level, Words, step_label
from workflow.messages import Message
from workflow.words import _

_TITLES: dict[str, tuple[str, Level]] = {
    "party_reminded": (_("Påminnelse till den som ska svara"), "quiet"),
    "link_renewed": (_("Ny svarslänk skickad"), "info"),
    "link_revoked": (_("Svarslänken stängd"), "warning"),
    "link_locked": (
        _("Svarslänken stängd: fel kod för många gånger. Ring, och skicka en ny länk."),
        "danger",
    ),
}


def about_a_link(history: History, event: CaseEvent, may_read: bool) -> Words:
    """Whom it was for stands last, where it may be read."""
    title, level = _TITLES[event.type]
    return Words(Message(title), step_label(history, event, may_read=may_read), level)
