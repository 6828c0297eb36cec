#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Many connections that talk all the time, as those of a household do.

flows.py serve PORT                   answers each line with the address that it came from
flows.py talk PORT EVERY HOST N ...   N connections to each HOST; at SIGINT, prints what they saw

A connection that breaks is made anew at once, and one that is silent for PATIENCE is given up, as
programs do.  Times are seconds since the machine was booted, the same in all of its boxes.
"""

from __future__ import annotations

import heapq
import json
import selectors
import socket
import sys
import time

PATIENCE = 2.0  # seconds
AGAIN = 0.2


def clock() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def serve(port: int) -> None:
    """Never ends."""
    epoll = selectors.EpollSelector()
    for family, host in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        door = socket.socket(family)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        door.bind((host, port))
        door.listen(512)
        epoll.register(door, selectors.EVENT_READ, None)
    while True:
        for key, _ in epoll.select():
            if key.data is None:
                guest, peer = key.fileobj.accept()
                epoll.register(guest, selectors.EVENT_READ, peer[0].encode() + b"\n")
                continue
            try:
                if not key.fileobj.recv(256):
                    raise ConnectionError
                key.fileobj.send(key.data)
            except OSError:
                epoll.unregister(key.fileobj)
                key.fileobj.close()


class Flow:
    def __init__(self, talk: Talk, host: str) -> None:
        self.talk, self.host = talk, host
        self.socket: socket.socket | None = None
        self.asked = False  # an answer, or the connection itself, is waited for
        self.sent = 0.0
        self.turn = 0  # of timers, only the last that was set counts
        self.replies: list[float] = []
        self.breaks: list[float] = []
        self.ways: list[tuple[float, str]] = []

    def at(self, when: float) -> None:
        self.turn += 1
        heapq.heappush(self.talk.timers, (when, id(self), self.turn, self))

    def connect(self, now: float) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self.socket = socket.socket(family)
        self.socket.setblocking(False)
        self.asked = True
        error = self.socket.connect_ex((self.host, self.talk.port))
        if error not in (0, 115):  # EINPROGRESS
            self.break_off(now)
            return
        self.talk.epoll.register(self.socket, selectors.EVENT_WRITE, self)
        self.at(now + PATIENCE)

    def ask(self, now: float) -> None:
        assert self.socket
        self.sent = now
        self.asked = True
        try:
            self.socket.send(b"?\n")
            self.at(now + PATIENCE)
        except OSError:
            self.break_off(now)

    def break_off(self, now: float) -> None:
        assert self.socket
        if self.socket in self.talk.epoll.get_map():
            self.talk.epoll.unregister(self.socket)
        self.socket.close()
        self.socket = None
        self.breaks.append(round(now, 3))
        self.at(now + AGAIN)

    def on_time(self, now: float) -> None:
        if not self.socket:
            self.connect(now)
        elif self.asked:
            self.break_off(now)
        else:
            self.ask(now)

    def on_event(self, mask: int, now: float) -> None:
        assert self.socket
        if mask & selectors.EVENT_WRITE:
            if self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                self.break_off(now)
                return
            self.talk.epoll.modify(self.socket, selectors.EVENT_READ, self)
            self.ask(now)
            return
        try:
            line = self.socket.recv(256)
        except OSError:
            line = b""
        if not line:
            self.break_off(now)
            return
        self.replies.append(round(now, 3))
        way = line.split(b"\n")[0].decode()
        if not self.ways or self.ways[-1][1] != way:
            self.ways.append((round(now, 3), way))
        self.asked = False
        self.at(self.sent + self.talk.every)


class Talk:
    def __init__(self, port: int, every: float, counts: list[tuple[str, int]]) -> None:
        self.port, self.every = port, every
        self.epoll = selectors.EpollSelector()
        self.timers: list[tuple[float, int, int, Flow]] = []
        self.flows = [Flow(self, host) for host, n in counts for _ in range(n)]
        for i, flow in enumerate(self.flows):
            flow.at(clock() + every * i / len(self.flows))

    def run(self) -> None:
        """Until SIGINT."""
        while True:
            now = clock()
            while self.timers[0][0] <= now:
                _, _, turn, flow = heapq.heappop(self.timers)
                if turn == flow.turn:
                    flow.on_time(now)
            for key, mask in self.epoll.select(max(0.0, self.timers[0][0] - clock())):
                key.data.on_event(mask, clock())

    def say(self) -> None:
        names = ("host", "replies", "breaks", "ways")
        print(json.dumps([{name: getattr(flow, name) for name in names} for flow in self.flows]))


if sys.argv[1] == "serve":
    serve(int(sys.argv[2]))
else:
    hosts = [(host, int(n)) for host, n in zip(sys.argv[4::2], sys.argv[5::2])]
    talk = Talk(int(sys.argv[2]), float(sys.argv[3]), hosts)
    try:
        talk.run()
    except KeyboardInterrupt:
        talk.say()
