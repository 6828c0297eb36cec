# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""TCP connections that the host makes from within boxes, so that a browser outside can be a phone inside."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
from typing import Any

ENOUGH = 1 << 20  # bytes waiting for the host, from which on nothing more is read
PIECE = 32768


class Stream:
    """One connection.  `owner` is the port of the host who asked for it, `number` the host's name for it."""

    def __init__(self, owner: Any, number: int, address: str, port: int) -> None:
        self.owner = owner
        self.number = number
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        self.output = bytearray()
        self.ending = False  # the host has said all
        self.connecting = True
        code = self.socket.connect_ex((address, port))
        if code not in (0, errno.EINPROGRESS):
            self.socket.close()
            raise OSError(code, os.strerror(code))

    def interest(self) -> int:
        if self.connecting or self.output:
            return select.POLLOUT | (0 if self.full() else select.POLLIN)
        return 0 if self.full() else select.POLLIN

    def full(self) -> bool:
        return len(self.owner.output) > ENOUGH

    def flush(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self.output:
                del self.output[: self.socket.send(self.output[:PIECE])]
            if self.ending:
                self.socket.shutdown(socket.SHUT_WR)
                self.ending = False


class Streams:
    """All of them, by file descriptor."""

    def __init__(self) -> None:
        self.by_fd: dict[int, Stream] = {}

    def add(self, stream: Stream) -> None:
        self.by_fd[stream.socket.fileno()] = stream

    def find(self, owner: Any, number: int) -> Stream | None:
        for stream in self.by_fd.values():
            if stream.owner is owner and stream.number == number:
                return stream
        return None

    def interests(self) -> dict[int, int]:
        return {fd: stream.interest() for fd, stream in self.by_fd.items()}

    def write(self, owner: Any, number: int, load: bytes, end: bool) -> None:
        """One that has ended meanwhile loses what is said to it, as TCP does."""
        stream = self.find(owner, number)
        if stream is None:
            return
        stream.output += load
        stream.ending = stream.ending or end
        if not stream.connecting:
            self.attend(stream)

    def ready(self, fd: int) -> None:
        stream = self.by_fd.get(fd)
        if stream is None:
            return
        if stream.connecting:
            code = stream.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                self.end(stream)
                return
            stream.connecting = False
        self.attend(stream)

    def attend(self, stream: Stream) -> None:
        try:
            stream.flush()
            while not stream.full():
                piece = stream.socket.recv(PIECE)
                if not piece:
                    self.end(stream)
                    return
                stream.owner.send({"stream": stream.number}, piece)
        except BlockingIOError:
            pass
        except OSError:
            self.end(stream)

    def end(self, stream: Stream) -> None:
        del self.by_fd[stream.socket.fileno()]
        stream.socket.close()
        stream.owner.send({"stream": stream.number, "end": True})

    def drop(self, owner: Any, number: int) -> None:
        """Nobody there listens to it any more."""
        stream = self.find(owner, number)
        if stream:
            del self.by_fd[stream.socket.fileno()]
            stream.socket.close()

    def abandon(self, owner: Any) -> None:
        for stream in [each for each in self.by_fd.values() if each.owner is owner]:
            del self.by_fd[stream.socket.fileno()]
            stream.socket.close()
