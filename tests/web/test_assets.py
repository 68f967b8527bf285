import gzip

import pytest
from flask import Flask, url_for

from web import assets


@pytest.fixture
def app(tmp_path):
    (tmp_path / "a.css").write_text("p { margin: 0 }\n" * 50, encoding="utf-8")
    app = Flask(__name__, static_folder=str(tmp_path), static_url_path="/static")
    assets.register(app)
    return app


def address(app):
    with app.test_request_context():
        return url_for("static", filename="a.css")


def test_the_address_of_a_file_follows_its_content(app, tmp_path):
    before = address(app)
    (tmp_path / "a.css").write_text("p { margin: 1px }", encoding="utf-8")
    assert address(app) != before


def test_a_file_asked_for_by_its_content_is_kept_for_a_year(app):
    client = app.test_client()
    assert "immutable" in client.get(address(app), buffered=True).headers["Cache-Control"]
    unnamed = client.get("/static/a.css", buffered=True)
    assert "immutable" not in unnamed.headers.get("Cache-Control", "")


def test_text_is_packed_for_those_who_can_unpack_it(app, tmp_path):
    client = app.test_client()
    plain = client.get("/static/a.css", buffered=True)
    packed = client.get("/static/a.css", headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert plain.data == (tmp_path / "a.css").read_bytes()
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)


def test_a_packed_file_that_has_not_changed_is_not_sent_again(app):
    client = app.test_client()
    packing = {"Accept-Encoding": "gzip"}
    first = client.get("/static/a.css", headers=packing, buffered=True)
    known = packing | {"If-None-Match": first.headers["ETag"]}
    again = client.get("/static/a.css", headers=known, buffered=True)
    assert (again.status_code, again.data) == (304, b"")
