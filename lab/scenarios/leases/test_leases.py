# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""A cloud of six nodes knows at once who has which address, and never gives one to two."""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from pathlib import Path

import pytest
from labkit.actors import Client
from labkit.box import Process
from labkit.lab import Lab

CROWD = Path(__file__).with_name("crowd.py").read_text()
RESERVATIONS = "/run/weft/dhcp-hosts.d/cloud"
ALL = range(1, 7)
NEWS = 30  # leases whose way is measured
GOAL = 1.0  # seconds, for a lease to be known everywhere
NEVER = 10.0
EACH = 84  # of five hundred clients, at each node
CUT = ("n3", "n4")
MEETING = 8  # addresses that both halves of a cut cloud give

Done = dict[str, tuple[float, str]]


def crowd(client: Client, *words: object) -> Process:
    client.write("/tmp/crowd.py", CROWD)
    return client.spawn("python3", "/tmp/crowd.py", *(str(word) for word in words))


def done(process: Process, at_most: float = 200) -> Done:
    """Name -> when, and which address."""
    assert process.wait(at_most) == 0, process.err.decode()
    lines = [line.split() for line in process.text.splitlines()]
    return {name: (float(when), address) for when, name, address in lines}


def at(lab: Lab, number: int) -> Client:
    return lab.client(f"c{number}")


def everybody(lab: Lab) -> dict[str, str]:
    """Of all clients that ever asked: name -> address, as they have it."""
    found = {}
    for number in ALL:
        for each in json.loads(at(lab, number).read("/tmp/crowd.json")):
            assert each["done"], f"client {each['number']} at n{number} was never answered"
            found[f"crowd-{each['number']}"] = each["address"]
    return found


def refused(lab: Lab) -> set[str]:
    return {
        f"crowd-{each['number']}"
        for number in ALL
        for each in json.loads(at(lab, number).read("/tmp/crowd.json"))
        if each["refused"]
    }


def given_twice(addresses: dict[str, str]) -> list[str]:
    return [address for address, times in Counter(addresses.values()).items() if times > 1]


@pytest.fixture(scope="module", autouse=True)
def cloud(lab: Lab) -> None:
    """All clients have their own address, and every node knows of all of them."""
    for node in lab.nodes:
        node.weft("wait", "--timeout", "180")
    for number in ALL:
        at(lab, number).dhcp(at_most=180)
    for node in lab.nodes:
        lab.wait_until(
            lambda: node.weft("state", "leases").count("hostname c") == len(ALL),
            at_most=180,
            what=f"{node.name} knows all",
        )


def test_a_lease_is_in_every_dnsmasq_within_a_second(lab: Lab) -> None:
    names = [f"crowd-{number}" for number in range(1, NEWS + 1)]
    asking = [crowd(at(lab, n), "resolve", at(lab, n).lease()["dns"], *names) for n in ALL[1:]]
    given = done(crowd(at(lab, 1), "ask", 1, NEWS, 0.3))
    assert len(given) == NEWS
    late: list[float] = []
    for number, process in zip(ALL[1:], asking):
        known = done(process)
        assert {name: known[name][1] for name in names} == {name: given[name][1] for name in names}
        here = sorted(known[name][0] - given[name][0] for name in names)
        print(f"\nat n{number}: median {1000 * statistics.median(here):.0f} ms, worst {1000 * here[-1]:.0f} ms", end="")
        late += here
    late.sort()
    print(
        f"\nfrom the client's acknowledgement to an answer of another node's dnsmasq, {len(late)} times (ms):"
        f" least {1000 * late[0]:.0f}, median {1000 * late[len(late) // 2]:.0f},"
        f" 95 of 100 {1000 * late[len(late) * 95 // 100]:.0f}, worst {1000 * late[-1]:.0f} (goal {1000 * GOAL:.0f})"
    )
    assert late[-1] < NEVER


def test_who_walks_keeps_address_and_name(lab: Lab) -> None:
    phone, address = at(lab, 1), at(lab, 1).leased()
    phone.release()
    phone.move_to(lab.node("n6"))
    assert phone.dhcp(at_most=180) == address
    for number in ALL[1:]:
        answer = done(crowd(at(lab, number), "resolve", at(lab, number).lease()["dns"], "c1"))
        assert answer["c1"][1] == address, f"at n{number}"
    phone.release()
    phone.move_to(lab.node("n1"))
    assert phone.dhcp(at_most=180) == address


def test_five_hundred_at_once_get_five_hundred_addresses(lab: Lab) -> None:
    begun = time.monotonic()
    crowds = [crowd(at(lab, n), "ask", 1000 * n, EACH, 0) for n in ALL]
    took = [len(done(each)) for each in crowds]
    print(f"\n{sum(took)} clients had an address after {time.monotonic() - begun:.1f} s")
    assert sum(took) == EACH * len(ALL)
    addresses = everybody(lab)
    addresses |= {f"c{n}": at(lab, n).leased() for n in ALL}
    assert given_twice(addresses) == []


def test_what_a_cut_cloud_gave_twice_is_settled_by_the_next_renewal(lab: Lab) -> None:
    """The two halves cannot know of each other; the older lease keeps its address."""
    wanted = [f"{at(lab, 1).leased().rsplit('.', 2)[0]}.200.{i}" for i in range(1, MEETING + 1)]
    lab.link(*CUT).down()
    older = done(crowd(at(lab, 2), "ask", 9000, MEETING, 0, *wanted))
    assert sorted(address for _, address in older.values()) == sorted(wanted)
    others = [crowd(at(lab, n), "ask", 5000 + 100 * n, 10, 0.7) for n in ALL]
    assert sum(len(done(each)) for each in others) == 10 * len(ALL)
    younger = done(crowd(at(lab, 5), "ask", 9500, MEETING, 0, *wanted))
    assert sorted(address for _, address in younger.values()) == sorted(wanted)
    before = everybody(lab)
    twice = given_twice(before)
    assert set(twice) == set(wanted)

    healed = time.monotonic()
    lab.link(*CUT).up()
    n5 = lab.node("n5")
    lab.wait_until(
        lambda: all(f",{address}" in n5.read(RESERVATIONS) for address in wanted), 90, what="n5 hears of n2's clients"
    )
    print(f"\n{len(twice)} addresses given twice while cut; known {time.monotonic() - healed:.1f} s after it healed")
    for each in [crowd(at(lab, n), "renew") for n in ALL]:
        each.wait(200)
    after = everybody(lab)
    assert given_twice(after) == []
    assert refused(lab) == set(younger)
    assert all(after[name] == before[name] for name in before if name not in younger)
    print(f"{len(after)} clients renewed, {len(younger)} of them moved, no address twice")
