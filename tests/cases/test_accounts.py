"""Passwords, and how often they may be guessed, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Thread

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from cases.accounts import (
    KEPT,
    ONE_TIME_LASTS,
    LoginSession,
    WrongLogin,
    change_password,
    one_time_password,
    session_of,
    set_password,
    sign_in,
    sign_out,
    touch,
)  # fmt: skip
from cases.database import Database
from cases.errors import Invalid, Refused
from cases.passwords import hashed_password
from cases.people import Person, sort_key
from cases.throttling import Guesser, LoginAttempt, TooManyTries, count_failure, free_again

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
PASSWORD, WRONG = "gul häst åker tåg", "fel lösenord här"
IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def kept_password() -> str:
    return hashed_password(PASSWORD)


@pytest.fixture
def database(database_url: str, kept_password: str) -> Iterator[Database]:
    database = Database(database_url)
    with database.transaction() as session:
        for name in ("nils", "maja"):
            session.add(
                Person(
                    username=name, name=name.title(), sort_name=sort_key(name),
                    email=f"{name}@exempelby.example", password_hash=kept_password,
                )
            )  # fmt: skip
    yield database
    database.engine.dispose()


def tried(
    database: Database,
    username: str = "nils",
    password: str = PASSWORD,
    now: datetime = NOW,
    address: str = "192.0.2.1",
) -> str | Refused:
    """The token, or what was refused, committed as a door does it."""
    with database.transaction() as session:
        try:
            return sign_in(session, username, password, address, now)
        except Refused as refused:
            return refused


def guesses(database: Database, *usernames: str, now: datetime = NOW) -> None:
    """Failures from the first address, without the work that hashing is made to be."""
    with database.transaction() as session:
        for username in usernames:
            count_failure(session, Guesser.of(username, "192.0.2.1"), now)


def minutes_to_wait(answer: str | Refused) -> int:
    assert isinstance(answer, TooManyTries)
    minutes: int = answer.values["n"]
    return minutes


def is_logged_in(database: Database, token: str | Refused, now: datetime = NOW) -> bool:
    assert isinstance(token, str)
    with database.reading() as session:
        return session_of(session, token, now, IDLE, LONGEST) is not None


def a_person(session, username: str = "nils"):
    return session.scalars(select(Person).where(Person.username == username)).one()


def test_the_right_password_gives_a_login_of_that_person(database):
    token = tried(database)
    assert isinstance(token, str)
    with database.reading() as session:
        login = session_of(session, token, NOW, IDLE, LONGEST)
        assert login is not None
        assert login.person.username == "nils"


def test_two_logins_have_nothing_in_common(database):
    assert tried(database) != tried(database)


def test_a_letter_typed_as_one_sign_or_as_two_is_the_same_letter(database):
    decomposed = PASSWORD.replace("ä", "a\N{COMBINING DIAERESIS}")
    assert isinstance(tried(database, password=decomposed), str)


def test_a_person_without_a_password_cannot_log_in(database):
    with database.transaction() as session:
        a_person(session).password_hash = None
    assert isinstance(tried(database, password=""), WrongLogin)


def test_the_fifth_failure_makes_everybody_who_has_the_name_wait(database):
    for _n in range(5):
        assert isinstance(tried(database, password=WRONG), WrongLogin)
    assert minutes_to_wait(tried(database, address="198.51.100.7")) == 1
    assert isinstance(tried(database, "maja"), str)


def test_a_name_that_nobody_has_is_made_to_wait_like_any_other(database):
    guesses(database, *["ingen"] * 5)
    assert minutes_to_wait(tried(database, "ingen")) == 1


def test_each_failure_after_a_wait_makes_the_next_one_longer_up_to_a_quarter(database):
    guesses(database, *["nils"] * 5)
    now, waits = NOW, []
    for _n in range(7):
        waits.append(minutes_to_wait(tried(database, now=now)))
        now += waits[-1] * MINUTE
        guesses(database, "nils", now=now)
    assert waits == [1, 2, 4, 8, 15, 15, 15]


def test_trying_during_the_wait_does_not_lengthen_it(database):
    guesses(database, *["nils"] * 5)
    for second in range(0, 60, 10):
        assert minutes_to_wait(tried(database, now=NOW + timedelta(seconds=second))) == 1
    assert isinstance(tried(database, now=NOW + MINUTE), str)


def test_failures_far_apart_are_a_persons_own_slips(database):
    for n in range(12):
        guesses(database, "nils", now=NOW + n * 4 * MINUTE)
    assert isinstance(tried(database, now=NOW + 45 * MINUTE), str)


def test_a_success_clears_the_failures_of_the_name(database):
    guesses(database, *["nils"] * 4)
    assert isinstance(tried(database), str)
    guesses(database, *["nils"] * 4)
    assert isinstance(tried(database), str)


def test_one_address_that_guesses_at_many_names_has_to_wait_while_others_do_not(database):
    guesses(database, *(f"namn{n}" for n in range(30)))
    assert minutes_to_wait(tried(database)) == 1
    assert isinstance(tried(database, address="198.51.100.7"), str)


def test_logging_in_as_oneself_does_not_clear_guesses_at_others(database):
    guesses(database, *(f"namn{n}" for n in range(29)))
    assert isinstance(tried(database), str)
    guesses(database, "en till")
    assert minutes_to_wait(tried(database)) == 1


def test_guesses_sent_at_the_same_moment_are_all_counted(database):
    tries = [Thread(target=tried, args=(database,), kwargs={"password": WRONG}) for _n in range(9)]
    for one in tries:
        one.start()
    for one in tries:
        one.join()
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LoginAttempt)) == 5


def test_failures_are_forgotten_after_a_day(database):
    guesses(database, *["nils"] * 3)
    guesses(database, "nils", now=NOW + timedelta(days=1))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LoginAttempt)) == 1


def test_the_wait_never_grows_shorter_while_the_guessing_goes_on():
    at, failures, ends = NOW, [NOW] * 5, []
    for _n in range(30):
        free = free_again(failures, 5)
        assert free is not None
        ends.append(free - at)
        at = free
        failures.append(at)
    assert all(earlier <= later for earlier, later in pairwise(ends))


def test_a_quarter_of_an_hour_after_the_wait_all_begins_anew():
    failures = [*[NOW] * 5, NOW + 17 * MINUTE]
    assert free_again(failures, 5) is None


def test_a_login_lasts_while_it_is_used_and_no_longer_than_a_working_day(database):
    token = tried(database)
    assert isinstance(token, str)
    assert is_logged_in(database, token, NOW + IDLE - timedelta(seconds=1))
    assert not is_logged_in(database, token, NOW + IDLE)
    now = NOW
    while now < NOW + LONGEST - 20 * MINUTE:
        now += 20 * MINUTE
        with database.transaction() as session:
            touch(session, token, now)
    assert is_logged_in(database, token, NOW + LONGEST - timedelta(seconds=1))
    assert not is_logged_in(database, token, NOW + LONGEST)


def test_logging_out_ends_one_login_and_no_other(database):
    first, second = tried(database), tried(database)
    assert isinstance(first, str)
    with database.transaction() as session:
        sign_out(session, first, NOW)
        sign_out(session, "okänd", NOW)
    assert not is_logged_in(database, first)
    assert is_logged_in(database, second)


def test_old_logins_are_thrown_away(database):
    tried(database)
    tried(database, now=NOW + KEPT + MINUTE)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LoginSession)) == 1


def test_a_new_password_ends_every_login_that_the_old_one_opened(database):
    token = tried(database)
    with database.transaction() as session:
        set_password(session, a_person(session), "fyra nya ord här", NOW)
    assert not is_logged_in(database, token)
    assert isinstance(tried(database), WrongLogin)
    assert isinstance(tried(database, password="fyra nya ord här"), str)


@pytest.mark.parametrize(
    "password", ["", "elva tecken", "x" * 201, "Nils bor i Exempelby", "aabbaabbaabb"]
)
def test_a_password_that_is_easy_to_guess_is_refused_and_nothing_is_changed(database, password):
    with database.transaction() as session, pytest.raises(Invalid) as refused:
        set_password(session, a_person(session), password, NOW)
    assert list(refused.value.errors) == ["new_password"]
    assert isinstance(tried(database), str)


@pytest.mark.parametrize("length", [12, 200])
def test_the_shortest_and_the_longest_password_work(database, length):
    password = ("abcdefgh" * 25)[:length]
    with database.transaction() as session:
        set_password(session, a_person(session), password, NOW)
    assert isinstance(tried(database, password=password), str)
    assert isinstance(tried(database, password=password + "x"), WrongLogin)


def test_a_hash_made_with_weaker_settings_is_replaced_at_the_next_login(database):
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with database.transaction() as session:
        a_person(session).password_hash = weak
    assert isinstance(tried(database), str)
    with database.reading() as session:
        kept = a_person(session).password_hash
    assert kept != weak
    assert kept is not None
    assert kept.startswith("$argon2id$")
    assert isinstance(tried(database), str)


def test_a_one_time_password_works_for_a_week_and_until_it_is_changed(database):
    with database.transaction() as session:
        given = one_time_password(session, a_person(session), NOW)
    late = tried(database, password=given, now=NOW + ONE_TIME_LASTS)
    assert isinstance(late, WrongLogin)
    token = tried(database, password=given, now=NOW + MINUTE)
    assert isinstance(token, str)
    with database.transaction() as session:
        login = session_of(session, token, NOW + MINUTE, IDLE, LONGEST)
        assert login is not None
        assert login.must_change
        new = change_password(session, login.person, given, "fyra nya ord här", "192.0.2.1", NOW)
    with database.reading() as session:
        login = session_of(session, new, NOW, IDLE, LONGEST)
        assert login is not None
        assert not login.must_change


def test_a_second_one_time_password_replaces_the_first(database):
    with database.transaction() as session:
        first = one_time_password(session, a_person(session), NOW)
    with database.transaction() as session:
        second = one_time_password(session, a_person(session), NOW)
    assert isinstance(tried(database, password=first), WrongLogin)
    assert isinstance(tried(database, password=second), str)
