"""Hosts of their own on this machine: network namespaces, each with a cable that can be pulled."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

TEST_NETWORK = "198.18"
"""Set aside for tests of networks (RFC 2544): no real host has such an address."""


@dataclass(frozen=True)
class Host:
    """`gateway` is this machine's own end of the cable, where its servers listen."""

    name: str
    address: str
    gateway: str

    @property
    def inside(self) -> tuple[str, ...]:
        """What a command begins with, to be run there."""
        return ("ip", "netns", "exec", self.name)

    def pull_the_cable(self) -> None:
        """Nothing is closed at either end: what is sent from now on is lost."""
        _ip("-n", self.name, "link", "set", "eth0", "down")

    def plug_in(self) -> None:
        """The same address as before; what was open may go on."""
        _ip("-n", self.name, "link", "set", "eth0", "up")
        _ip("-n", self.name, "route", "replace", "default", "via", self.gateway)


def missing() -> str:
    """Why there can be no such hosts here; empty when there can."""
    if shutil.which("ip") is None:
        return "no separate hosts here: the command ip (iproute2) is missing"
    tried = f"vardtrad-{os.getpid()}"
    made = subprocess.run(
        ["ip", "netns", "add", tried], check=False, capture_output=True, text=True
    )
    if made.returncode:
        return f"no separate hosts here, which takes root: {made.stderr.strip()}"
    _ip("netns", "delete", tried)
    return ""


@contextmanager
def host(number: int) -> Iterator[Host]:
    """One that reaches this machine and nothing else; numbers 0 to 63 may live at once."""
    process = os.getpid()
    network = f"{TEST_NETWORK}.{process % 256}"
    name, cable = f"vardtrad-{process}-{number}", f"vt{process}-{number}"
    new = Host(name, f"{network}.{4 * number + 2}", f"{network}.{4 * number + 1}")
    _ip("netns", "add", name)
    try:
        _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("address", "add", f"{new.gateway}/30", "dev", cable)
        _ip("link", "set", cable, "up")
        _ip("-n", name, "address", "add", f"{new.address}/30", "dev", "eth0")
        new.plug_in()
        yield new
    finally:
        _ip("netns", "delete", name)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)
