"""The application on a free loopback port, served by waitress as `vardtrad web` serves it."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server

THREADS = 4


@contextmanager
def answering(make: Callable[[str], Flask]) -> Iterator[Flask]:
    """The application that `make` gives for the address on which it is to answer."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = make(f"http://127.0.0.1:{listener.getsockname()[1]}")
    channels: dict[int, Any] = {}
    server: Any = create_server(app, map=channels, sockets=[listener], threads=THREADS, ident=None)
    thread = Thread(target=server.run)
    thread.start()
    try:
        yield app
    finally:
        # Only the server's own thread may close its sockets; without any it has come to its end.
        server.trigger.pull_trigger(lambda: _close(channels))
        thread.join()
        server.task_dispatcher.shutdown()


def _close(channels: dict[int, Any]) -> None:
    """Also the files of answers that a browser has gone from before it had all of them."""
    for channel in list(channels.values()):
        if isinstance(channel, HTTPChannel):
            channel.handle_close()
    wasyncore.close_all(channels)
