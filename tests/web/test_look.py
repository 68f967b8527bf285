import gzip
import re
from pathlib import Path

import pytest

import web

WEB = Path(web.__path__[0])
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SHEETS = sorted((WEB / "static").rglob("*.css"))
# What the first page loads, packed as web/assets.py sends it; the font is packed already.
FIRST_PAGE = [
    "vendor/designsystemet/theme.css",
    "vendor/designsystemet/designsystemet.css",
    "vendor/htmx/htmx.min.js",
    "vard.css",
    "vard.js",
    "mark.svg",
]
FONT = "vendor/inter/inter-latin-wght-normal.woff2"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.relative_to(WEB).as_posix())
def test_no_template_holds_a_style_or_a_script_that_the_policy_would_refuse(template):
    text = template.read_text(encoding="utf-8")
    assert not re.findall(r"""<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=["']""", text)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda file: file.relative_to(WEB).as_posix())
def test_every_picture_and_font_of_a_style_sheet_is_a_file_of_ours(sheet):
    addresses = re.findall(r"""url\(["']?([^"')]+)""", sheet.read_text(encoding="utf-8"))
    assert [address for address in addresses if not (sheet.parent / address).is_file()] == []


def test_what_the_first_page_loads_leaves_room_under_150_kilobytes():
    static = WEB / "static"
    packed = sum(len(gzip.compress((static / name).read_bytes())) for name in FIRST_PAGE)
    assert packed + (static / FONT).stat().st_size < 110_000
