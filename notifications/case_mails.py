"""The mails of one case, for its page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cases.access import Access, Part
from cases.history import History
from cases.timeline_reminders import letter_words, rung_words
from notifications.letter_words import kind_of
from notifications.letters import uid_of
from notifications.proof import Proof, Reminded, letters_sent
from notifications.rungs import is_tell
from workflow.words import _

OUTSIDE = _("Någon utanför kommunen")


@dataclass(frozen=True)
class CaseMail:
    """No step for a message, nor for a letter to somebody outside."""

    to: str
    subject: str
    step: str
    proof: Proof


def mails_of(
    session: Session, history: History, reminders: Iterable[Reminded], access: Access
) -> tuple[CaseMail, ...]:
    """The newest first; a party outside is named for those who see all of the case."""
    named = access.part(history.case) is Part.ALL
    mails = [*_reminders(history, reminders), *_letters(session, history, named=named)]
    return tuple(sorted(mails, key=lambda mail: mail.proof.armed_at, reverse=True))


def _letters(session: Session, history: History, *, named: bool) -> Iterator[CaseMail]:
    told = set[tuple[str, str, str]]()
    for letter, mail, proof in letters_sent(session, history.case):
        about = (letter.party, letter.to_address, uid_of(letter))
        to, subject = letter.name if named else OUTSIDE, kind_of(letter, told_before=about in told)
        if mail is not None and mail.attempts:
            told.add(about)
        yield CaseMail(to, letter_words(subject), "", proof)


def _reminders(history: History, reminders: Iterable[Reminded]) -> Iterator[CaseMail]:
    definition = history.engine.definition
    for told in reminders:
        step = "" if is_tell(told.rung) else definition.step(told.step).label
        subject = rung_words(definition, told.step, told.rung)
        yield CaseMail(told.name, subject, step, told.proof)
