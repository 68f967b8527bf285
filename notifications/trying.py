"""How anything that waits to be sent is tried, again and again, until it is taken or given up."""

from datetime import datetime, timedelta

from cases.outgoing import Outgoing
from notifications.channels import Answer, Receipt

LEASE = timedelta(minutes=2)
"""For so long no other worker takes what one has: more than an attempt takes at a slow server."""

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
LONGEST_WAIT = timedelta(hours=4)
WAIT_FOR_SERVER = timedelta(minutes=5)
"""The longest when nothing was refused: it goes soon after the server is back."""

GIVEN_UP_AFTER = timedelta(days=3)


def begin(outgoing: Outgoing, now: datetime) -> None:
    """Committed before the attempt is made, so that whoever comes after a crash knows of it."""
    # An attempt that ended was given an error: whoever made this one is gone, or very slow.
    outgoing.uncertain |= outgoing.attempts > 0 and outgoing.last_error is None
    outgoing.last_error = None
    outgoing.attempts += 1
    outgoing.next_attempt_at = now + LEASE


def conclude(outgoing: Outgoing, attempt: int, receipt: Receipt, now: datetime) -> bool:
    """False when another worker has settled it, or has it in hand, and this attempt was in vain."""
    in_our_hands = outgoing.attempts == attempt
    if outgoing.next_attempt_at is None or not (in_our_hands or receipt.answer is Answer.TAKEN):
        return False
    outgoing.last_error = receipt.error
    outgoing.uncertain |= receipt.uncertain
    if receipt.answer is Answer.TAKEN:
        outgoing.taken_at, outgoing.next_attempt_at = now, None
    elif receipt.answer is Answer.REFUSED or is_old(outgoing, now):
        outgoing.failed_at, outgoing.next_attempt_at = now, None
    else:
        outgoing.next_attempt_at = now + wait_after(outgoing.attempts, receipt.answer)
    if receipt.answer is Answer.UNREACHABLE and not outgoing.uncertain:
        outgoing.tried_at = None  # it never came into the server's hands
    return True


def is_old(outgoing: Outgoing, now: datetime) -> bool:
    """True when no further attempt is made."""
    return now - outgoing.created_at >= GIVEN_UP_AFTER


def wait_after(attempts: int, answer: Answer = Answer.LATER) -> timedelta:
    """Grows with each attempt that was made."""
    wait = WAITS[attempts - 1] if attempts <= len(WAITS) else LONGEST_WAIT
    return min(wait, WAIT_FOR_SERVER) if answer is Answer.UNREACHABLE else wait


def drop(outgoing: Outgoing, now: datetime) -> None:
    """Nobody needs it any more."""
    outgoing.dropped_at, outgoing.next_attempt_at = now, None


def revive(outgoing: Outgoing, now: datetime) -> None:
    """Gives what was given up its days again, from now; its attempts are still told of."""
    outgoing.failed_at, outgoing.next_attempt_at, outgoing.created_at = None, now, now
