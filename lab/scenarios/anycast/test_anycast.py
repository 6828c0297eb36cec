# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The anycast gateway stays inside of each node: no frame of it on bat0 or on a cable."""

from __future__ import annotations

import contextlib

from labkit.lab import Lab

COUNT = 100


def test_no_anycast_frame_leaves_a_node(lab: Lab) -> None:
    clients = lab.clients
    for client in clients:
        client.dhcp(60)
    gateway4 = clients[0].lease()["router"]
    mesh = [(node, port.name) for node in lab.nodes for port in node.line.ports if "mesh" in port.name]
    mesh += [(node, "bat0") for node in lab.nodes]
    for client in clients:
        lab.wait_until(lambda: client.reaches(gateway4), 60)
        lab.wait_until(lambda: client.addresses(6), 60)
    lab.wait_until(lambda: clients[0].reaches(clients[2].leased()), 60)
    gateway6 = lab.wait_until(lambda: clients[0].run("ip", "-6", "route", "show", "default").out).split()[2]
    with contextlib.ExitStack() as stack:
        captures = [(node, port, stack.enter_context(node.capture(port))) for node, port in mesh]
        series = [stack.enter_context(client.pinging(gateway4, 0.05)) for client in clients]
        six = [stack.enter_context(client.pinging(gateway6 + "%eth0", 0.05)) for client in clients]
        for client in clients:  # neighbour tables are filled anew while all of them talk
            client.sh("ip neighbour flush dev eth0; true")
            client.ping(gateway4, count=COUNT // 5, interval=0.1)
    for pings in [*series, *six]:
        print(f"{pings.sent} sent, {pings.received} received, {pings.duplicates} duplicates")
        assert pings.sent >= COUNT and pings.duplicates == 0
        assert pings.sent - pings.received <= 1  # the one that was under way at the end
    for node, port, capture in captures:
        assert capture.frames, f"{node.name} {port}: nothing was captured at all"
        bad = [f for f in capture.frames if "aa:aa:aa:" in (f.source[:9], f.destination[:9])]
        bad += [f for f in capture.frames if bytes.fromhex("aaaaaa") in f.payload and is_anycast(f.payload)]
        assert not bad, f"{node.name} {port}: {len(bad)} frames, first {bad[0]}"


def is_anycast(payload: bytes) -> bool:
    """An Ethernet header with an aa:aa:aa:??:??:aa address inside of a batman-adv packet."""
    for offset in range(0, min(len(payload) - 14, 40)):
        for at in (offset, offset + 6):
            if payload[at : at + 3] == b"\xaa\xaa\xaa" and payload[at + 5] == 0xAA:
                return True
    return False
