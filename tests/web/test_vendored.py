import hashlib
import json
from pathlib import Path

import web

VENDOR = Path(web.__path__[0]) / "static" / "vendor"
LISTED = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))["files"]


def test_every_vendored_file_is_listed_and_every_listed_file_is_there():
    found = {file.relative_to(VENDOR).as_posix() for file in VENDOR.rglob("*") if file.is_file()}
    assert found - {"manifest.json"} == {entry["file"] for entry in LISTED}


def test_every_vendored_file_is_what_the_manifest_says():
    sums = {
        entry["file"]: hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest()
        for entry in LISTED
    }
    assert sums == {entry["file"]: entry["sha256"] for entry in LISTED}


def test_every_vendored_file_names_its_origin_its_licence_and_how_it_was_made():
    for entry in LISTED:
        assert all(entry[key] for key in ("name", "version", "licence", "made")), entry["file"]
        folder = (VENDOR / entry["file"]).relative_to(VENDOR).parts[0]
        assert (VENDOR / folder / "LICENSE").is_file()
