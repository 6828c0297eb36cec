#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Both ends of a conversation, run in two clients; prints what arrived, a line each: KIND TIME NUMBER.

talk.py far PORT            echoes datagrams ("up" each), and sends a byte every 10 ms to who connects
talk.py near HOST PORT      sends a datagram every 20 ms ("down" for each echo), reads bytes ("tcp")
"""

import selectors
import socket
import sys
import time


def say(kind: str, number: int) -> None:
    print(kind, f"{time.monotonic():.4f}", number, flush=True)


def far(port: int) -> None:
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(("", port))
    listener = socket.create_server(("", port))
    ready = selectors.DefaultSelector()
    for each in (datagrams, listener):
        ready.register(each, selectors.EVENT_READ)
    readers: list[socket.socket] = []
    due = time.monotonic()
    while True:
        for key, _ in ready.select(max(0, due - time.monotonic())):
            if key.fileobj is listener:
                reader = listener.accept()[0]
                # As with a real download, there is always more on the way behind what was lost.
                reader.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                readers.append(reader)
            else:
                data, sender = datagrams.recvfrom(64)
                say("up", int(data))
                datagrams.sendto(data, sender)
        if time.monotonic() >= due:
            due += 0.01
            for reader in readers:
                reader.send(b"x")


def near(host: str, port: int) -> None:
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.connect((host, port))
    stream = socket.create_connection((host, port))
    ready = selectors.DefaultSelector()
    for each in (datagrams, stream):
        ready.register(each, selectors.EVENT_READ)
    total, number, due = 0, 0, time.monotonic()
    while True:
        for key, _ in ready.select(max(0, due - time.monotonic())):
            if key.fileobj is stream:
                data = stream.recv(4096)
                if not data:
                    raise ConnectionError("the download has ended")
                total += len(data)
                say("tcp", total)
            else:
                say("down", int(datagrams.recv(64)))
        if time.monotonic() >= due:
            due += 0.02
            number += 1
            datagrams.send(b"%d" % number)


if sys.argv[1] == "far":
    far(int(sys.argv[2]))
else:
    near(sys.argv[2], int(sys.argv[3]))
