"""A letter to a party outside in words: who asks what, when and where, and never about whom."""

from dataclasses import dataclass
from datetime import datetime

from cases.letters import CANCEL, Invitation, Letter
from cases.links import AnswerLink
from cases.models import Case
from cases.standing import engine_of
from workflow.explanation import spoken_moment
from workflow.holidays import STOCKHOLM
from workflow.messages import Message
from workflow.outside import Office
from workflow.routines import Routines
from workflow.words import _

CALL, CHANGED, CANCELLED, REMINDER, QUESTION = (
    "call", "changed", "cancelled", "reminder", "question",
)  # fmt: skip
"""What a letter is: the first call, a changed one, one taken back, a reminder, or a question."""


@dataclass(frozen=True)
class Words:
    """`facts` are labelled lines; `asks` is empty in a letter without a living link."""

    subject: str
    sentences: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    asks: str
    about_the_link: tuple[str, ...]
    footer: tuple[str, ...]


@dataclass(frozen=True)
class Enclosed:
    """What goes in a letter as things stand when it is sent; `told_before` of the same meeting."""

    invitation: Invitation | None
    link: AnswerLink | None
    told_before: bool
    thread: str


def kind_of(letter: Letter, *, told_before: bool) -> str:
    """A changed time is a first call to a party that has not been told of any before."""
    if letter.invitation is None:
        return REMINDER if letter.reminder else QUESTION
    if Invitation.of(letter.invitation).method == CANCEL:
        return CANCELLED
    return CHANGED if told_before else CALL


def meeting_words(routines: Routines, case: Case) -> str:
    """What the meeting is called in a calendar: the routine's own word, the same for everybody."""
    return Message(_("%(routine)s-möte"), routine=engine_of(routines, case).definition.label)


def words_of(
    routines: Routines, letter: Letter, enclosed: Enclosed, sender: str, office: Office
) -> Words:
    """Swedish; no case reference, since that is one of the two things a link is checked with."""
    kind = kind_of(letter, told_before=enclosed.told_before)
    meeting = meeting_words(routines, letter.case)
    asks = _asks(routines, enclosed.link)
    invitation = enclosed.invitation
    who = office.organisation or _("Kommunen")
    subject, sentence = _of_kind(kind, meeting, invitation, asks, who)
    return Words(
        subject,
        (sentence,),
        _when_and_where(invitation) if invitation else (),
        asks,
        _about(enclosed.link, office) if enclosed.link else (),
        (
            *_questions(office),
            Message(_("Mejlet skickas av Vårdtråd, %(sender)s."), sender=sender),
            _("Vem det gäller står aldrig i ett mejl. Skriv därför inget om personen i ett svar."),
        ),
    )


def _of_kind(
    kind: str, meeting: str, invitation: Invitation | None, asks: str, who: str
) -> tuple[str, str]:
    """The subject, and a first sentence that says who writes: nobody trusts a mail without."""
    at = _spoken(invitation.at) if invitation else ""
    match kind:
        case "call":
            return (
                Message(_("%(meeting)s %(at)s"), meeting=meeting, at=at),
                Message(
                    _("%(who)s skickar en kallelse eller inbjudan till ett %(meeting)s."),
                    who=who,
                    meeting=meeting,
                ),
            )
        case "changed":
            return (
                Message(_("Ändrat %(meeting)s: %(at)s"), meeting=meeting, at=at),
                Message(_("%(who)s meddelar att mötet är ändrat. Det här gäller nu:"), who=who),
            )
        case "cancelled":
            return (
                Message(_("Återtagen kallelse: %(meeting)s %(at)s"), meeting=meeting, at=at),
                Message(
                    _("%(who)s meddelar att kallelsen inte gäller. Ta bort mötet ur kalendern."),
                    who=who,
                ),
            )
        case "reminder":
            said = Message(_("%(who)s har inte fått ert svar än."), who=who)
            return Message(_("Påminnelse: %(asks)s"), asks=asks), said
        case _:
            return asks, Message(_("%(who)s behöver ett svar från er."), who=who)


def _asks(routines: Routines, link: AnswerLink | None) -> str:
    if link is None:
        return ""
    by_link = engine_of(routines, link.step.case).definition.step(link.step.key).by_link
    return by_link.asks if by_link else ""


def _when_and_where(invitation: Invitation) -> tuple[tuple[str, str], ...]:
    ends = invitation.ends.astimezone(STOCKHOLM)
    same_day = ends.date() == invitation.at.astimezone(STOCKHOLM).date()
    until = f"{ends:%H.%M}" if same_day else _spoken(ends)
    when = Message(_("%(at)s till %(ends)s"), at=_spoken(invitation.at), ends=until)
    return (_("När"), when), (_("Var"), invitation.place)


def _about(link: AnswerLink, office: Office) -> tuple[str, ...]:
    code = _("För att svara behöver ni en kod. Den får ni på telefon av samordnaren.")
    if office.phone:
        code = Message(
            _("För att svara behöver ni en kod. Ring samordnaren på %(phone)s så får ni den."),
            phone=office.phone,
        )
    return (
        code,
        Message(_("Länken gäller till %(until)s."), until=_spoken(link.expires_at)),
        _("Skicka inte länken vidare."),
    )


def _questions(office: Office) -> tuple[str, ...]:
    if not office.phone:
        return ()
    return (Message(_("Har ni frågor? Ring samordnaren på %(phone)s."), phone=office.phone),)


def _spoken(moment: datetime) -> str:
    return spoken_moment(moment.astimezone(STOCKHOLM).replace(second=0)).sv
