"""Keys for other programs: what opens a door with one, how long, and who can take it back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from cases.admin_log import lines_about_person
from cases.administration import change_person
from cases.errors import Invalid, NotFound, Refused
from cases.own import own_person
from cases.people import OWN, Person
from cases.tokens import (
    MOST_DAYS,
    PREFIX,
    SEEN_EVERY,
    ApiToken,
    make_token,
    owner,
    revoke,
    token_of,
    tokens_of,
    touch,
)  # fmt: skip
from tests.cases.village import Village

PLAIN = {"name": "Journalen", "scopes": ["read"], "days": 90}


def made(village: Village, who: str = "nina", **given: Any) -> tuple[int, str]:
    """The new token's id, and its secret."""
    with village.database.transaction() as session:
        token, secret = make_token(
            session, village.access(session, who), PLAIN | given, village.now
        )
        return token.id, secret


def opens(village: Village, secret: str) -> str | None:
    """The user name of whom the secret lets in now."""
    with village.database.reading() as session:
        token = token_of(session, secret, village.now)
        return token.person.username if token else None


def taken_back(village: Village, who: str, token_id: int) -> None:
    with village.database.transaction() as session:
        revoke(session, village.access(session, who), token_id, village.now)


def test_a_token_lets_its_person_in_and_nothing_near_it_does(village: Village) -> None:
    _id, secret = made(village)
    assert secret.startswith(PREFIX)
    assert opens(village, secret) == "nina"
    near = (secret[:-1], secret + "a", secret.removeprefix(PREFIX), secret.swapcase(), "", "\0")
    assert [opens(village, other) for other in near] == [None] * len(near)


def test_two_tokens_of_the_same_name_are_two(village: Village) -> None:
    (first, one), (_second, other) = made(village), made(village)
    taken_back(village, "nina", first)
    assert (opens(village, one), opens(village, other)) == (None, "nina")


def test_nothing_stored_gives_the_secret_away(village: Village) -> None:
    _id, secret = made(village)
    with village.database.reading() as session:
        token = session.scalars(select(ApiToken)).one()
        stored = [str(getattr(token, column.key)) for column in ApiToken.__table__.columns]
        logged = [str(line.data) for line in lines_about_person(session, village.people["nina"])]
    body = secret.removeprefix(PREFIX)
    assert [words for words in stored + logged if body in words] == []


def test_a_token_expires_to_the_second(village: Village) -> None:
    _id, secret = made(village, days=1)
    village.wait(hours=23, minutes=59, seconds=59)
    assert opens(village, secret) == "nina"
    village.wait(seconds=1)
    assert opens(village, secret) is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"days": MOST_DAYS + 1}, "days"),
        ({"days": 0}, "days"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["read", "everything"]}, "scopes"),
        ({"name": "  "}, "name"),
        ({"name": "n" * 81}, "name"),
    ],
)
def test_a_token_must_be_named_limited_and_of_use(
    village: Village, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        made(village, **given)
    assert [*refused.value.errors] == [field]


def test_a_token_may_last_a_year(village: Village) -> None:
    _id, secret = made(village, days=MOST_DAYS)
    village.wait(days=MOST_DAYS - 1)
    assert opens(village, secret) == "nina"


def test_the_owner_and_an_administrator_revoke_and_others_see_no_such_token(
    village: Village,
) -> None:
    own, secret = made(village)
    for other in ("olga", "mats", "ulla"):
        with pytest.raises(NotFound):
            taken_back(village, other, own)
    assert opens(village, secret) == "nina"
    taken_back(village, "nina", own)
    assert opens(village, secret) is None
    administered, another = made(village)
    taken_back(village, "ada", administered)
    assert opens(village, another) is None


def test_a_token_revoked_twice_is_logged_once(village: Village) -> None:
    own, _secret = made(village)
    taken_back(village, "nina", own)
    village.wait(hours=1)
    taken_back(village, "ada", own)
    with village.database.reading() as session:
        lines = lines_about_person(session, village.people["nina"])
        token = session.get_one(ApiToken, own)
    assert [(line.actor, line.words) for line in lines] == [
        ("Nina Nord", "Återkallade en nyckel"),
        ("Nina Nord", "Gjorde en nyckel för ett program"),
    ]
    assert token.revoked_at == village.now - timedelta(hours=1)


def test_a_closed_account_has_no_keys_when_it_is_opened_again(village: Village) -> None:
    _id, secret = made(village)
    account = {"name": "Nina Nord", "username": "nina", "email": "nina@a.example"}
    for active in (False, True):
        with village.database.transaction() as session:
            ada = village.access(session, "ada")
            nina = village.people["nina"]
            change_person(session, ada, nina, account | {"active": active}, village.now)
        assert opens(village, secret) is None


def test_an_account_that_is_closed_in_any_way_keeps_its_tokens_out(village: Village) -> None:
    _id, secret = made(village)
    with village.database.transaction() as session:
        session.get_one(Person, village.people["nina"]).active = False
    assert opens(village, secret) is None
    with pytest.raises(Refused):
        made(village)


def test_use_is_noted_once_a_minute(village: Village) -> None:
    own, _secret = made(village)
    noted = []
    for wait in (timedelta(0), SEEN_EVERY - timedelta(seconds=1), timedelta(seconds=1)):
        village.now += wait
        with village.database.transaction() as session:
            unseen = session.get_one(ApiToken, own).is_unseen(village.now)
            touch(session, own, village.now)
        with village.database.reading() as session:
            moved = session.get_one(ApiToken, own).last_used_at == village.now
        assert moved is unseen
        noted.append(moved)
    assert noted == [True, False, True]


def test_a_person_sees_their_own_tokens_the_newest_first(village: Village) -> None:
    made(village, name="Ett")
    made(village, "olga", name="Någon annans")
    made(village, name="Två")
    with village.database.reading() as session:
        mine = tokens_of(session, village.people["nina"])
    assert [token.name for token in mine] == ["Två", "Ett"]


def test_nobody_gets_a_token_for_the_system_itself(village: Village) -> None:
    with village.database.transaction() as session:
        own_person(session)
    for username in (OWN, "ingen"):
        with village.database.reading() as session, pytest.raises(NotFound):
            owner(session, username)
    with village.database.reading() as session:
        assert owner(session, " NINA ").id == village.people["nina"]
