"""An earlier system's deviations read in, on the page and from the command line."""

import re
from base64 import b64encode
from collections.abc import Callable
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from cases.models import Case
from tests.web.conftest import Browser, Municipality
from web.cli import main
from web.pages.earlier_cases import LARGEST, MOST
from workflow.roles import Role

HEADINGS = "reference,occurred_at,reported_at,category,unit,closed_at,description\n"
RIGHT = (
    HEADINGS + "G-1,2021-03-04 14:00,2021-03-04 15:10,fall,Solgården,2021-04-01,Halkade.\n"
    "G-2,2022-03-04 14:00,2022-03-04 15:10,läkemedel,Solgården,2022-04-01,\n"
    "G-3,2022-05-04 14:00,2022-05-04 15:10,läkemedel,Solgården,,\n"
)
FAULTY = RIGHT + "G-4,2022-05-04 14:00,nyss,brand,Solgården,,Hemligt.\n"


@pytest.fixture
def mas(town: Municipality, logged_in: Callable[[str], Browser]) -> Browser:
    town.unit("Solgården")
    town.hire("mats", Role.MAS)
    return logged_in("mats")


def upload(browser: Browser, content: str | bytes, name: str = "gnesta.csv"):
    sent = content if isinstance(content, bytes) else content.encode("cp1252")
    file = (BytesIO(sent), name)
    return browser.post("/import", {"file": file}, content_type="multipart/form-data")


def kept(page: str) -> str:
    (content,) = re.findall(r'name="content" value="([^"]*)"', page)
    return unescape(content)


def words(page: str) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", page)).split())


def cases(town: Municipality) -> int:
    with town.database.reading() as session:
        return session.scalars(select(func.count()).select_from(Case)).one()


def test_a_file_is_looked_through_before_anything_is_read_in(mas, town):
    preview = upload(mas, RIGHT)
    assert preview.status_code == 200
    told = words(preview.text)
    assert "3 nya ärenden" in told
    assert "Ett av dem är inte avslutat." in told
    assert "Kategori 2021 2022 Fall 1 0 Läkemedel 0 2" in told
    assert "Halkade" not in preview.text
    assert cases(town) == 0
    sent = {"content": kept(preview.text), "carry_out": "yes"}
    done = mas.post("/import", sent)
    assert (done.status_code, done.headers["Location"]) == (303, "/import")
    assert cases(town) == 3
    assert "3 ärenden är inlästa." in mas.get("/import").text
    again = upload(mas, RIGHT)
    assert "Inget nytt att läsa in" in again.text
    assert "3 rader är inlästa sedan tidigare" in again.text
    assert mas.post("/import", sent).status_code == 200
    assert cases(town) == 3


def test_wrong_rows_are_listed_and_left_out_only_when_asked_for(mas, town):
    preview = upload(mas, FAULTY)
    assert preview.status_code == 422
    told = words(preview.text)
    assert "En rad är fel" in told
    assert "Rad 5: Rapporterad: Skriv datum och klockslag." in told
    assert "Rad 5: Kategori: Välj ett av alternativen." in told
    assert "brand" not in told
    content = kept(preview.text)
    assert mas.post("/import", {"content": content, "carry_out": "yes"}).status_code == 422
    assert cases(town) == 0
    assert mas.post("/import", {"content": content, "skip_bad": "yes"}).status_code == 303
    assert cases(town) == 3


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Välj en fil."),
        (b"namn\n", "Första raden ska vara rubriker."),
        (b"PK\x03\x04", "Kalkylarket går inte att läsa."),
    ],
)
def test_what_is_no_such_file_is_told_beside_the_field(mas, content, told):
    answer = upload(mas, content)
    assert answer.status_code == 422
    assert 'id="f-file-error"' in answer.text
    assert told in answer.text
    assert mas.post("/import", {"content": "åäö", "carry_out": "yes"}).status_code == 422


def test_a_file_that_is_too_large_to_carry_along_is_refused(mas):
    content = b64encode(b"x" * (LARGEST + 1)).decode()
    assert "Filen är för stor." in mas.post("/import", {"content": content}).text


def test_more_rows_than_somebody_would_wait_for_are_for_the_command(mas):
    assert f"Filen har fler än {MOST} rader." in upload(mas, HEADINGS + "x\n" * (MOST + 1)).text


def test_the_cases_page_tells_what_the_case_was_called_before(mas):
    mas.post("/import", {"content": kept(upload(mas, RIGHT).text), "carry_out": "yes"})
    page = words(mas.get("/arende/AVV-2021-0001").text)
    assert "Inläst från ett tidigare system, där det heter G-1." in page
    assert "Patienten är inte angiven" in page
    assert "Halkade." in page
    assert "Ärendet är avslutat sedan" in page


def test_the_page_of_operations_leads_there(mas):
    assert 'href="/import"' in mas.get("/drift").text


def test_deviations_are_read_in_from_the_command_line(town, sqlite_url, tmp_path: Path):
    town.unit("Solgården")

    def run(text: str, *more: str) -> tuple[int, str]:
        file = tmp_path / "gnesta.csv"
        file.write_text(text, encoding="utf-8")
        given = ["import", "deviations", str(file), *more]
        done = CliRunner().invoke(main, given, env={"VARDTRAD_DATABASE_URL": sqlite_url})
        return done.exit_code, done.output

    code, output = run(FAULTY)
    assert code == 2
    assert "rad 5: Rapporterad: Skriv datum och klockslag." in output
    assert "Inget är inläst." in output
    code, output = run(RIGHT, "--dry-run")
    assert code == 0
    assert "Skulle läsa in 3 ärenden, varav 1 öppna. 0 fanns redan" in output
    assert cases(town) == 0
    code, output = run(FAULTY, "--skip-bad")
    assert (code, cases(town)) == (0, 3)
    assert "rad 5: Kategori: Välj ett av alternativen." in output
    assert output.endswith("0 fanns redan, 1 felaktiga rader hoppades över.\n")
    assert "Läste in 0 ärenden, varav 0 öppna. 3 fanns redan" in run(RIGHT)[1]
    assert run("namn\n")[0] == 2
