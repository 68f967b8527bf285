"""Settings are read from the environment, and the README tells all of them."""

from dataclasses import fields
from pathlib import Path

import pytest

from web.settings import FaultySettings, Settings, read_settings, variable
from workflow.outside import Office

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_documents_every_setting_with_its_default_and_no_other() -> None:
    rows = [
        [cell.strip() for cell in line.strip("| \n").split(" | ")]
        for line in README.read_text().splitlines()
        if line.startswith("| `VARDTRAD_")
    ]
    documented = {row[0].strip("`"): (row[-2].strip("`| "), row[-1]) for row in rows}
    expected = {
        variable(f.name): ("0" if f.default is False else str(f.default), f.metadata["about"])
        for f in fields(Settings)
    }
    assert {name: about for name, (_d, about) in documented.items()} == {
        name: about for name, (_d, about) in expected.items()
    }
    given = {name: default for name, (default, _a) in expected.items() if default}
    assert {name: documented[name][0] for name in given} == given


def test_all_faults_are_listed_at_once() -> None:
    environment = {
        "VARDTRAD_IDLE_MINUTES": "en kvart",
        "VARDTRAD_SECRET_KEY": "kort",
        "VARDTRAD_DATABASE_URL": "mysql://x",
        "VARDTRAD_SMPT_URL": "smtp://x",
        "VARDTRAD_RULES": "/finns/inte.toml",
        "VARDTRAD_SMTP_URL": "http://mail.example",
        "VARDTRAD_MAIL_FROM": "ingen adress",
        "VARDTRAD_ORGANISATION": "Exempelby\nBcc: alla@example.org",
        "VARDTRAD_PHONE": "0" * 101,
    }
    with pytest.raises(FaultySettings) as faulty:
        read_settings(environment)
    named = {fault.split(":")[0] for fault in faulty.value.faults}
    assert named == set(environment)


def test_port_is_understood_without_prefix_and_yields_to_the_prefixed_one() -> None:
    assert read_settings({"PORT": "9000"}).port == 9000
    assert read_settings({"PORT": "9000", "VARDTRAD_PORT": "9001"}).port == 9001


def test_a_start_without_a_secret_key_makes_one_that_is_not_guessable() -> None:
    first, second = read_settings({}).secret_key, read_settings({}).secret_key
    assert len(first) == 64
    assert first != second


def test_cookies_are_secure_when_the_address_is_https() -> None:
    assert read_settings({"VARDTRAD_BASE_URL": "https://a.example"}).secure
    assert not read_settings({}).secure


def test_who_calls_and_the_number_reach_mails_and_pages() -> None:
    settings = read_settings(
        {"VARDTRAD_ORGANISATION": "Exempelby kommun", "VARDTRAD_PHONE": "08-465 004 00"}
    )
    assert settings.office == settings.sender.office == Office("Exempelby kommun", "08-465 004 00")
    assert read_settings({}).office == Office()
