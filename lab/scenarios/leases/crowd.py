#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Many DHCP clients on one interface, each with its own MAC and a name; run in a client's box.

crowd.py ask FIRST COUNT EACH [ADDRESS...]   clients number FIRST and so on begin, one each EACH seconds (0: all at
                                             once); they ask for these addresses if there are any
crowd.py renew                               all that have asked here before renew; whoever is refused begins anew
crowd.py resolve SERVER NAME...        asks for the first name until it is answered, then for the next

Prints a line for each that is done: TIME NAME ADDRESS, and ends when all are.  Client 1 is called crowd-1; its MAC looks
drawn, as those of phones: of MACs in a row a server makes addresses in a row, and hundreds would want the same one.
"""

import errno
import hashlib
import json
import os
import random
import selectors
import socket
import struct
import sys
import time

INTERFACE = "eth0"
NOTES = "/tmp/crowd.json"
RETRY = 4.0  # and twice as long each time, as clients do
RETRY_MOST = 16.0
TRIES = 3  # of a request, before beginning anew
PATIENCE = 150.0
DISCOVER, OFFER, REQUEST, ACK, NAK = 1, 2, 3, 5, 6
BROADCAST = b"\xff" * 6
COOKIE = b"\x63\x82\x53\x63"
ETH_P_ALL, SOL_PACKET, PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC = 3, 263, 1, 1


def say(name: str, address: str) -> None:
    print(f"{time.monotonic():.4f} {name} {address}", flush=True)


def mac_of(number: int) -> bytes:
    return b"\x02\x5a" + hashlib.sha256(b"%d" % number).digest()[:4]


def checksum(data: bytes) -> int:
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Client:
    def __init__(self, number: int, wanted: str = "") -> None:
        self.number = number
        self.mac = mac_of(number)
        self.wanted = wanted
        self.address = ""
        self.server = b""
        self.offered = b""
        self.renewing = False
        self.refused = False
        self.xid = random.getrandbits(32)
        self.due = 0.0
        self.wait = RETRY
        self.tries = 0
        self.done = False

    @property
    def name(self) -> str:
        return f"crowd-{self.number}"

    def begin_anew(self, after: float) -> None:
        self.offered, self.renewing, self.tries = b"", False, 0
        self.due, self.wait = time.monotonic() + after, RETRY

    def question(self) -> bytes:
        if self.offered:
            self.tries += 1
            if self.tries > TRIES:
                self.begin_anew(0)
        kind, options, here = DISCOVER, b"", b"\0" * 4
        if self.renewing:
            kind, here = REQUEST, socket.inet_aton(self.address)
        elif self.offered:
            kind, options = REQUEST, b"\x32\x04" + self.offered + b"\x36\x04" + self.server
        elif self.wanted:
            options = b"\x32\x04" + socket.inet_aton(self.wanted)
        name = self.name.encode()
        head = struct.pack("!BBBBIHH4s12x6s10x192x", 1, 1, 6, 0, self.xid, 0, 0x8000, here, self.mac)
        payload = head + COOKIE + bytes([53, 1, kind]) + options
        payload += bytes([12, len(name)]) + name + b"\x37\x03\x01\x03\x06\xff"
        payload += b"\0" * (300 - len(payload))
        udp = struct.pack("!HHHH", 68, 67, 8 + len(payload), 0) + payload
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, here, b"\xff" * 4)
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
        return BROADCAST + self.mac + b"\x08\x00" + ip + udp

    def hear(self, payload: bytes) -> None:
        options, at = {}, 240
        while at + 1 < len(payload) and payload[at] != 255:
            options[payload[at]] = payload[at + 2 : at + 2 + payload[at + 1]]
            at += 2 + payload[at + 1]
        kind, mine = options.get(53, b"\0")[0], payload[16:20]
        if kind == OFFER and not self.offered and not self.renewing:
            self.offered, self.server = mine, options.get(54, b"\0" * 4)
            self.due, self.wait = 0, RETRY
        elif kind == ACK and (self.offered or self.renewing):
            self.address = socket.inet_ntoa(mine)
            self.done = True
            say(self.name, self.address)
        elif kind == NAK:
            self.refused = self.renewing or self.refused
            self.wanted = ""
            self.begin_anew(random.uniform(0.5, 2))


def open_socket() -> socket.socket:
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    raw.bind((INTERFACE, ETH_P_ALL))
    everything = struct.pack("iHH8s", socket.if_nametoindex(INTERFACE), PACKET_MR_PROMISC, 0, b"")
    raw.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, everything)
    raw.setblocking(False)
    return raw


def sent(raw: socket.socket, frame: bytes) -> bool:
    """False while so many are on their way that there is no room."""
    try:
        raw.send(frame)
    except OSError as error:
        if error.errno not in (errno.ENOBUFS, errno.EAGAIN):
            raise
        return False
    return True


def answer_arp(raw: socket.socket, frame: bytes, holders: dict[bytes, Client]) -> None:
    """Who renews is answered at its address."""
    client = holders.get(frame[38:42])
    if not client or frame[20:22] != b"\0\x01":
        return
    reply = struct.pack("!HHBBH", 1, 0x800, 6, 4, 2) + client.mac + frame[38:42] + frame[22:32]
    sent(raw, frame[6:12] + client.mac + b"\x08\x06" + reply)


def hear(raw: socket.socket, frame: bytes, by_xid: dict[int, Client], holders: dict[bytes, Client]) -> None:
    if frame[12:14] == b"\x08\x06" and len(frame) >= 42:
        answer_arp(raw, frame, holders)
    elif frame[12:14] == b"\x08\x00" and frame[23] == 17 and len(frame) >= 282:
        udp = frame[14 + (frame[14] & 15) * 4 :]
        client = by_xid.get(struct.unpack("!I", udp[12:16])[0]) if udp[2:4] == b"\0\x44" else None
        if client and not client.done and udp[36:42] == client.mac:
            client.hear(udp[8:])


def converse(clients: list[Client]) -> None:
    raw = open_socket()
    ready = selectors.DefaultSelector()
    ready.register(raw, selectors.EVENT_READ)
    by_xid = {client.xid: client for client in clients}
    holders = {socket.inet_aton(client.address): client for client in clients if client.address}
    end = time.monotonic() + PATIENCE
    while any(not client.done for client in clients) and time.monotonic() < end:
        now = time.monotonic()
        for client in clients:
            if not client.done and client.due <= now:
                if not sent(raw, client.question()):
                    break
                client.due = now + client.wait * random.uniform(0.75, 1.25)
                client.wait = min(2 * client.wait, RETRY_MOST)
        ready.select(0.02)
        try:
            while True:
                hear(raw, raw.recv(2048), by_xid, holders)
        except BlockingIOError:
            pass


def remembered() -> list[dict[str, str | int | bool]]:
    if not os.path.exists(NOTES):
        return []
    with open(NOTES) as notes:
        return json.load(notes)


def remember(clients: list[Client], others: list[dict[str, str | int | bool]]) -> None:
    new = [{"number": c.number, "address": c.address, "refused": c.refused, "done": c.done} for c in clients]
    with open(NOTES, "w") as notes:
        json.dump(others + new, notes)


def ask(first: int, count: int, each: float, wanted: list[str]) -> None:
    clients = [Client(first + i, wanted[i] if wanted else "") for i in range(count)]
    for at, client in enumerate(clients):
        client.due = time.monotonic() + at * each if each else 0
    converse(clients)
    remember(clients, remembered())


def renew() -> None:
    clients = []
    for known in remembered():
        client = Client(int(known["number"]))
        client.address, client.renewing = str(known["address"]), True
        clients.append(client)
    converse(clients)
    remember(clients, [])


def query(number: int, name: str) -> bytes:
    return struct.pack("!HHHHHH", number & 0xFFFF, 0x100, 1, 0, 0, 0) + bytes([len(name)]) + name.encode() + b"\0\0\1\0\1"


def resolve(server: str, names: list[str]) -> None:
    asker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asker.connect((server, 53))
    asker.settimeout(0.1)
    end, number = time.monotonic() + PATIENCE, 0
    while names and time.monotonic() < end:
        number += 1
        asker.send(query(number, names[0]))
        try:
            answer = asker.recv(512)
        except (TimeoutError, ConnectionRefusedError):
            continue
        # A machine that is busy answers late: what counts is which name it is about.
        asked = query(0, names[0])[12:]
        if answer[12 : 12 + len(asked)] == asked and answer[6:8] != b"\0\0":
            say(names.pop(0), socket.inet_ntoa(answer[-4:]))
        else:
            time.sleep(0.01)


if __name__ == "__main__":
    word, *rest = sys.argv[1:]
    if word == "ask":
        ask(int(rest[0]), int(rest[1]), float(rest[2]), rest[3:])
    elif word == "renew":
        renew()
    else:
        resolve(rest[0], rest[1:])
