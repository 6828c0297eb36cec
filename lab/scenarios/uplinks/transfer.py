# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Moves bytes over TCP and looks at every one of them.

    transfer.py serve PORT
    transfer.py BYTES SECONDS PORT get|put HOST [get|put HOST]...

The second form makes one transfer after the other and writes a line for each: the seconds it took,
or how far it came in SECONDS.
"""

from __future__ import annotations

import random
import socket
import sys
import threading
import time
import zlib

PIECE = random.Random(7).randbytes(1 << 16)
DEAF = 120  # seconds after which the server gives a connection up


def send(peer: socket.socket, size: int) -> int:
    """Sends so many bytes and gives their checksum."""
    total = 0
    while size > 0:
        piece = PIECE[: min(size, len(PIECE))]
        peer.sendall(piece)
        total = zlib.crc32(piece, total)
        size -= len(piece)
    return total


class Short(Exception):
    """How many bytes came when no more did."""


def receive(peer: socket.socket, size: int) -> int:
    total, left, room = 0, size, bytearray(1 << 18)
    while left > 0:
        try:
            got = peer.recv_into(room, min(left, len(room)))
        except TimeoutError:
            got = 0
        if not got:
            raise Short(size - left)
        total = zlib.crc32(memoryview(room)[:got], total)
        left -= got
    return total


def answer(peer: socket.socket) -> None:
    with peer:
        peer.settimeout(DEAF)
        try:
            verb, size = peer.recv(64).split()
            if verb == b"get":
                peer.sendall(b"%08x" % send(peer, int(size)))
            else:
                peer.sendall(b"go      ")
                peer.sendall(b"%08x" % receive(peer, int(size)))
            peer.recv(1)
        except (OSError, ValueError, Short):
            pass  # the other end tells


def serve(port: int) -> None:
    listener = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
    while True:
        threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()


def word(peer: socket.socket) -> bytes:
    text = b""
    while len(text) < 8:
        more = peer.recv(8 - len(text))
        if not more:
            raise OSError("closed")
        text += more
    return text


def transfer(verb: str, host: str, port: int, size: int, seconds: float) -> str:
    began = time.monotonic()
    try:
        with socket.create_connection((host, port), seconds) as peer:
            peer.settimeout(seconds)
            peer.sendall(b"%s %d" % (verb.encode(), size))
            if verb == "put":
                word(peer)
            moved = receive(peer, size) if verb == "get" else send(peer, size)
            same = word(peer) == b"%08x" % moved
    except Short as short:
        return f"stalled after {short} bytes"
    except OSError as error:
        return f"stalled: {error}"
    return f"{time.monotonic() - began:.2f}" if same else "other bytes than were sent"


def main() -> None:
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]))
    size, seconds, port = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    for verb, host in zip(sys.argv[4::2], sys.argv[5::2], strict=True):
        print(transfer(verb, host, port, size, seconds), flush=True)


main()
