# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Ports of this host that lead into the lab: a browser here sees what a phone there would.

`Forward` listens on 127.0.0.1 and makes each connection anew from within a box.  With a fixed
target it is a door to one web page; without one it speaks SOCKS 5 (RFC 1928), so that a browser
which is told to use it goes wherever its box may go, by the names that the box's DNS server gives.
"""

from __future__ import annotations

import contextlib
import ipaddress
import itertools
import queue
import socket
import struct
import threading
from typing import TYPE_CHECKING

from .channel import AgentError

if TYPE_CHECKING:
    from .box import Box

PIECE = 32768
RESOLVE = "import socket, sys; print(socket.getaddrinfo(sys.argv[1], 0)[0][4][0])"
SOCKS_VERSION, SOCKS_CONNECT = 5, 1
SOCKS_IPV4, SOCKS_NAME, SOCKS_IPV6 = 1, 3, 4
numbers = itertools.count(1)  # of streams, over all channels


class Refused(Exception):
    """The connection cannot be made, or the client speaks no SOCKS."""


class Forward:
    """Open until `close`, or until the program ends."""

    def __init__(self, box: Box, target: tuple[str, int] | None = None, port: int = 0) -> None:
        self.box = box
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True, name="forward").start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, Refused, AgentError, TimeoutError):
            target = self.target or socks_target(connection, self.box)
            self._relay(connection, *target)

    def _relay(self, connection: socket.socket, address: str, port: int) -> None:
        """Upwards here, downwards in a thread; it ends when both directions have."""
        channel, number = self.box.channel, next(numbers)
        arrived: queue.Queue[bytes] = queue.Queue()
        channel.streams[number] = arrived
        try:
            channel.call("connect", box=self.box.name, stream=number, address=address, port=port)
            down = threading.Thread(target=write_all, args=(arrived, connection), daemon=True)
            down.start()
            while piece := connection.recv(PIECE):
                channel.call("stream", piece, stream=number)
            channel.call("stream", stream=number, end=True)
            down.join()
        finally:
            channel.call("stream", stream=number, gone=True)
            channel.streams.pop(number, None)


def write_all(arrived: queue.Queue[bytes], connection: socket.socket) -> None:
    """Empty is the end."""
    with contextlib.suppress(OSError):
        while piece := arrived.get():
            connection.sendall(piece)
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def receive(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            raise Refused("it ended in the middle of a message")
        data += piece
    return data


def socks_target(connection: socket.socket, box: Box) -> tuple[str, int]:
    """The greeting and the request of SOCKS; the answer says yes before it is known."""
    version, n_methods = receive(connection, 2)
    receive(connection, n_methods)
    if version != SOCKS_VERSION:
        raise Refused(f"version {version} of SOCKS")
    connection.sendall(bytes([SOCKS_VERSION, 0]))
    _, command, _, kind = receive(connection, 4)
    if command != SOCKS_CONNECT:
        raise Refused(f"command {command} of SOCKS")
    if kind == SOCKS_NAME:
        name = receive(connection, receive(connection, 1)[0]).decode("ascii", errors="replace")
        address = resolve(box, name)
    else:
        address = str(ipaddress.ip_address(receive(connection, 4 if kind == SOCKS_IPV4 else 16)))
    (port,) = struct.unpack("!H", receive(connection, 2))
    status = 0 if address else 4  # "host unreachable"
    connection.sendall(bytes([SOCKS_VERSION, status, 0, SOCKS_IPV4]) + bytes(6))
    if not address:
        raise Refused("no such name")
    return address, port


def resolve(box: Box, name: str) -> str:
    """As the box's own programs would; empty if nobody knows it."""
    return box.run("python3", "-ISc", RESOLVE, name, check=False).out.strip()
