# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The host's end of the conversation with the agent in the machine (guest/agent.py tells the form)."""

from __future__ import annotations

import itertools
import json
import queue
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any


class AgentError(Exception):
    """The agent could not do it; the text says why."""


Answer = tuple[dict[str, Any], bytes]


def connect(path: Path) -> socket.socket:
    """Opens a socket of QEMU's; an OSError says that nobody listens there (yet)."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        raise
    return connection


class Channel:
    """Many requests may be under way at once, from several threads."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.file = self.socket.makefile("rb")
        self.ids = itertools.count(1)
        self.waiting: dict[int, Future[Answer]] = {}
        self.lock = threading.Lock()
        self.closed = False
        self.streams: dict[int, queue.Queue[bytes]] = {}  # what arrived; empty is the end
        self.on_terminal: Callable[[dict[str, Any], bytes], None] = lambda message, load: None
        self.reader = threading.Thread(target=self._read, daemon=True, name="agent channel")
        self.reader.start()

    def send(self, do: str, load: bytes = b"", **request: Any) -> Future[Answer]:
        """Asks for something; the answer comes later."""
        answer: Future[Answer] = Future()
        request |= {"id": next(self.ids), "do": do}
        if load:
            request["size"] = len(load)
        with self.lock:
            if self.closed:
                raise AgentError("the machine has ended")
            self.waiting[request["id"]] = answer
            self.socket.sendall(json.dumps(request).encode() + b"\n" + load)
        return answer

    def call(self, do: str, load: bytes = b"", within: float = 60, **request: Any) -> Answer:
        """Asks for something and waits for the answer."""
        return self.send(do, load, **request).result(within)

    def close(self) -> None:
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.reader.join(5)
        self.file.close()
        self.socket.close()

    def _read(self) -> None:
        try:
            for line in self.file:
                message = json.loads(line)
                load = self.file.read(message.get("size", 0))
                if "terminal" in message and "id" not in message:
                    self.on_terminal(message, load)
                    continue
                if "stream" in message and "id" not in message:
                    if arrived := self.streams.get(message["stream"]):
                        arrived.put(b"" if message.get("end") else load)
                    continue
                answer = self.waiting.pop(message["id"])
                if "error" in message:
                    error = AgentError(message["error"])
                    error.add_note(message.get("trace", ""))
                    answer.set_exception(error)
                else:
                    answer.set_result((message, load))
        except (OSError, ValueError):
            pass  # the machine ended in the middle of a message
        with self.lock:
            self.closed = True
        for arrived in list(self.streams.values()):
            arrived.put(b"")
        for answer in self.waiting.values():
            answer.set_exception(AgentError("the machine has ended"))
