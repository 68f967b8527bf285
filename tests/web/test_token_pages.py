"""Keys for other programs, as their owners, administrators and operators meet them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import expect
from sqlalchemy import select, update

from cases.people import Person
from cases.tokens import ApiToken
from tests.servers.chromium import PHONE
from tests.web.conftest import Browser, Clock, Municipality
from tests.web.eyes import axe_faults, outline_faults, too_wide
from tests.web.hands import press, write
from tests.web.living import Living
from web.cli import main
from workflow.roles import Role

LIST = "/api/v1/cases"
PLAIN = {"name": "Journalen", "scopes": ["read"], "days": "90"}

LogIn = Callable[[str], Browser]


@pytest.fixture(autouse=True)
def people(town: Municipality) -> None:
    town.hire("per", Role.NURSE, at="Solgården")
    town.hire("petra", Role.NURSE, at="Solgården")
    town.hire("adam", Role.ADMINISTRATOR)


def secret_in(text: str) -> str:
    found = re.search(r"vtt_[\w-]{43}", text)
    assert found, text
    return found[0]


def let_in(browser: Browser, secret: str) -> bool:
    """Whether a program with that key, and no login, is answered."""
    answer = browser.get(LIST, headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


def test_a_key_is_shown_once_and_lets_a_program_in(browser: Browser, logged_in: LogIn) -> None:
    per = logged_in("per")
    assert "Du har inga nycklar" in per.get("/nycklar").text
    answer = per.post("/nycklar/ny", PLAIN)
    secret = secret_in(answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    assert let_in(browser, secret)
    listed = per.get("/nycklar").text
    assert secret not in listed
    assert "Journalen" in listed
    assert "Läsa ärenden" in listed


def test_the_list_tells_when_a_key_was_last_used_and_that_it_has_expired(
    browser: Browser, logged_in: LogIn, clock: Clock, town: Municipality
) -> None:
    secret = secret_in(logged_in("per").post("/nycklar/ny", PLAIN).text)
    assert "Aldrig" in logged_in("per").get("/nycklar").text
    assert let_in(browser, secret)
    assert "Aldrig" not in logged_in("per").get("/nycklar").text
    with town.database.transaction() as session:
        session.execute(update(ApiToken).values(expires_at=clock() - timedelta(seconds=1)))
    page = logged_in("per").get("/nycklar").text
    assert "Har gått ut" in page
    assert "Återkalla" not in page
    assert not let_in(browser, secret)


def test_what_was_typed_is_kept_when_something_is_wrong(logged_in: LogIn) -> None:
    answer = logged_in("per").post("/nycklar/ny", PLAIN | {"days": "400"})
    assert answer.status_code == 422
    assert "från 1 till 365" in answer.text
    assert 'value="Journalen"' in answer.text
    assert "vtt_" not in answer.text


def test_a_key_is_revoked_by_its_owner_and_by_nobody_else(
    browser: Browser, logged_in: LogIn, town: Municipality
) -> None:
    per = logged_in("per")
    secret = secret_in(per.post("/nycklar/ny", PLAIN).text)
    with town.database.reading() as session:
        path = f"/nycklar/{session.scalars(select(ApiToken.id)).one()}/aterkalla"
    assert logged_in("petra").post(path).status_code == 404
    assert let_in(browser, secret)
    assert per.post(path).location == "/nycklar"
    assert not let_in(browser, secret)
    assert "Har återkallats" in per.get("/nycklar").text


def test_an_administrator_sees_a_persons_keys_and_can_revoke_them(
    browser: Browser, logged_in: LogIn, town: Municipality
) -> None:
    secret = secret_in(logged_in("per").post("/nycklar/ny", PLAIN).text)
    with town.database.reading() as session:
        token = session.scalars(select(ApiToken)).one()
    adam = logged_in("adam")
    page = adam.get(f"/personer/{token.person_id}").text
    assert "Nycklar för program" in page
    assert "Gjorde en nyckel för ett program" in page
    answer = adam.post(f"/nycklar/{token.id}/aterkalla")
    assert answer.location == f"/personer/{token.person_id}"
    assert not let_in(browser, secret)
    assert "Återkallade en nyckel" in adam.get(answer.location).text


def test_a_login_is_no_key_and_a_key_is_no_login(browser: Browser, logged_in: LogIn) -> None:
    per = logged_in("per")
    secret = secret_in(per.post("/nycklar/ny", PLAIN).text)
    assert per.get(LIST).status_code == 401
    answer = browser.get("/nycklar", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 303
    assert answer.location.startswith("/logga-in")


def test_making_a_key_has_no_fault_on_a_phone(living: Living) -> None:
    page = living.open(living.seat("karin", PHONE), "/nycklar")
    press(page.get_by_role("main"), "Gör en nyckel")
    write(page, "Vad ska nyckeln användas till?", "Journalen")
    press(page, "Gör nyckeln")
    expect(page.get_by_role("textbox")).to_have_value(re.compile("^vtt_"))
    assert [*axe_faults(page), *outline_faults(page), *too_wide(page)] == []


# The command line


@pytest.fixture
def vardtrad(sqlite_url: str, tmp_path: object) -> Callable[..., Result]:
    def run(*words: str) -> Result:
        env = {
            "VARDTRAD_DATABASE_URL": sqlite_url, "VARDTRAD_MAIL_FOLDER": f"{tmp_path}/mail",
        }  # fmt: skip
        return CliRunner().invoke(main, ["token", *words], env=env)

    return run


def test_a_key_is_made_listed_and_revoked_on_the_command_line(
    vardtrad: Callable[..., Result], town: Municipality
) -> None:
    made = vardtrad("create", "per", "--name", "Journalen", "--scope", "read", "--scope", "write")
    assert made.exit_code == 0, made.output
    secret = made.stdout.strip()
    assert secret == secret_in(secret), "nothing but the key, so that it can be piped on"
    listed = vardtrad("list", "per").stdout
    assert re.fullmatch(r"1  till \d{4}-\d\d-\d\d  aldrig använd  read,write  Journalen\n", listed)
    assert vardtrad("revoke", "1").exit_code == 0
    assert "återkallad" in vardtrad("list", "per").stdout
    with town.database.reading() as session:
        owner = session.scalars(select(Person).join(ApiToken)).one()
        assert owner.username == "per"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create", "ingen", "--name", "x"), "Ingen har det användarnamnet."),
        (("list", "ingen"), "Ingen har det användarnamnet."),
        (("revoke", "7"), "Nyckeln finns inte."),
        (("create", "per", "--name", " "), "name: Fyll i det här."),
        (("create", "per", "--name", "x", "--days", "366"), "1<=x<=365"),
        (("create", "per", "--name", "x", "--scope", "all"), "'all' is not one of"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(
    vardtrad: Callable[..., Result], words: tuple[str, ...], said: str
) -> None:
    result = vardtrad(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
