# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Two nodes on one cable with clients: one answers there, the other takes over when it dies."""

from __future__ import annotations

import json
import time

import pytest
from labkit.actors import Client, Node
from labkit.lab import Lab

SETTLED = 60  # seconds until bridge loop avoidance has ended its waiting
TAKEOVER = 4.0  # aimed at: seconds
TAKEOVER_NEVER = 15.0


def cable(node: Node, port: str) -> dict[str, str]:
    status = json.loads(node.weft("status", "--json"))
    return next((each for each in status["cables"] if each["port"] == port), {})


def shared_mac(client: Client) -> str:
    router = client.lease()["router"]
    client.ping(router)
    return client.run("ip", "neigh", "show", router).out.split()[4]


@pytest.fixture(scope="module")
def ana(lab: Lab) -> Client:
    for node in lab.nodes:
        node.weft("wait", "--timeout", "60")
    for client in lab.clients:
        client.dhcp(at_most=60)
    ana, carla = lab.client("ana"), lab.client("carla")
    lab.wait_until(lambda: ana.reaches(carla.leased()), at_most=SETTLED, what="ana reaches carla")
    return ana


def test_the_one_with_the_lowest_mac_answers(lab: Lab, ana: Client) -> None:
    n1, n2 = lab.node("n1"), lab.node("n2")
    lab.wait_until(lambda: cable(n2, "lan1")["state"] == "silent", what="n2 is silent")
    assert cable(n1, "lan1") == {"port": "lan1", "state": "answers", "other": n2.mac}
    assert cable(n2, "lan1")["other"] == n1.mac
    assert cable(n2, "lan0")["state"] == "alone"


def test_nobody_loses_anything_and_nobody_hears_double(lab: Lab, ana: Client) -> None:
    router = ana.lease()["router"]
    carla = lab.client("carla")
    for client in (ana, lab.client("beto"), carla):
        for target in (router, carla.leased() if client is not carla else ana.leased()):
            lab.wait_until(lambda: client.reaches(target), SETTLED, what=f"{client} reaches {target}")
            pings = client.ping(target, count=100)
            print(f"{client} to {target}: {pings.loss:.0f} % lost, {pings.duplicates} double")
            assert pings.loss == 0 and pings.duplicates == 0


def test_no_frame_of_the_shared_address_crosses_the_mesh(lab: Lab, ana: Client) -> None:
    mac, router = shared_mac(ana), ana.lease()["router"]
    with (
        lab.lab.capture("n1.mesh0") as first,
        lab.lab.capture("n2.mesh1") as second,
        lab.lab.capture("n2.lan1", f"ether src {mac}") as silent,
    ):
        for client in lab.clients:
            assert client.ping(router, count=20).received == 20
    needle = bytes.fromhex(mac.replace(":", ""))
    assert not [frame for frame in first.frames + second.frames if needle in frame.payload[:200]]
    # What n1 says is seen at n2's end of the cable too, as the switch does not know better.
    print(f"{len(silent.frames)} frames of the shared address on n2's end of the cable")


def test_the_other_takes_over_when_the_answering_one_dies(lab: Lab, ana: Client) -> None:
    n1, n2, router = lab.node("n1"), lab.node("n2"), ana.lease()["router"]
    began = time.monotonic()
    with ana.pinging(router) as pings:
        n1.power_off()
        lab.wait_until(lambda: cable(n2, "lan1")["state"] == "alone", at_most=TAKEOVER_NEVER)
        lab.wait_until(lambda: ana.reaches(router), at_most=TAKEOVER_NEVER)
        print(f"n2 answers {time.monotonic() - began:.1f} s after n1's death")
    print(f"ana waited {pings.max_gap:.1f} s, aimed at {TAKEOVER} s")
    assert pings.max_gap < TAKEOVER_NEVER


def test_the_first_one_answers_again_when_it_is_back(lab: Lab, ana: Client) -> None:
    n1, n2, router = lab.node("n1"), lab.node("n2"), ana.lease()["router"]
    with ana.pinging(router) as pings:
        n1.power_on()
        lab.wait_until(lambda: cable(n2, "lan1")["state"] == "silent", at_most=60, what="n1 is back")
        n1.weft("wait", "--timeout", "60")
        lab.wait_until(lambda: ana.reaches(router), at_most=TAKEOVER_NEVER)
    print(f"ana waited {pings.max_gap:.1f} s at the change back")
    assert pings.max_gap < TAKEOVER_NEVER


def test_a_daemon_that_ends_hands_over_at_once(lab: Lab, ana: Client) -> None:
    n1, n2, router = lab.node("n1"), lab.node("n2"), ana.lease()["router"]
    with ana.pinging(router) as pings:
        n1.sh("kill $(cat /run/weft/lock)")
        lab.wait_until(lambda: cable(n2, "lan1")["state"] == "silent", what="n1's daemon is back")
        lab.wait_until(lambda: cable(n1, "lan1")["state"] == "answers", what="n1's daemon is back")
    print(f"ana waited {pings.max_gap * 1000:.0f} ms while n1's daemon was started anew")
    assert pings.duplicates == 0
    assert pings.max_gap < TAKEOVER_NEVER


def test_a_daemon_that_stays_dead_is_left_its_cable(lab: Lab, ana: Client) -> None:
    """n1's kernel answers on, and nobody can tell it not to: n2 notices and is silent again."""
    n1, n2, router = lab.node("n1"), lab.node("n2"), ana.lease()["router"]
    died = time.monotonic()
    with ana.pinging(router) as pings:
        n1.sh("kill -STOP $(cat /run/weft/lock)")  # as good as dead, and no init starts another
        lab.wait_until(lambda: cable(n2, "lan1")["state"] == "alone", at_most=10, what="n2 misses n1")
        began = time.monotonic()
        lab.wait_until(
            lambda: cable(n2, "lan1")["state"] == "silent beside a node whose weft has died",
            at_most=30,
            what="n2 sees that n1 answers on",
        )
        print(f"both answered for {time.monotonic() - began:.1f} s, from {began - died:.1f} s on")
    print(f"ana waited {pings.max_gap * 1000:.0f} ms, {pings.duplicates} double")
    assert pings.max_gap < TAKEOVER_NEVER
    # The switch between them sends what is for the shared address to n2 until it sees a frame of n1's
    # again; its daemon cannot send one, its router advertisements do.
    began = time.monotonic()
    lab.wait_until(lambda: ana.ping(router, count=10).loss == 0, 90, what="the switch has found n1")
    print(f"the switch found n1 after {time.monotonic() - began:.1f} s")
    after = ana.ping(router, count=50)
    assert after.loss == 0 and after.duplicates == 0
    n1.sh("kill -CONT $(cat /run/weft/lock)")
    lab.wait_until(lambda: cable(n1, "lan1")["state"] == "answers", 30, what="n1's daemon is back")
    lab.wait_until(lambda: cable(n2, "lan1")["state"] == "silent", what="n2 hears n1 again")


def test_a_silent_node_whose_daemon_stays_dead_silences_nobody(lab: Lab, ana: Client) -> None:
    n1, n2, router = lab.node("n1"), lab.node("n2"), ana.lease()["router"]
    with ana.pinging(router) as pings:
        n2.sh("kill -STOP $(cat /run/weft/lock)")
        lab.wait_until(lambda: cable(n1, "lan1")["state"] == "alone", at_most=10, what="n1 misses n2")
        end = time.monotonic() + 15
        lab.wait_until(lambda: time.monotonic() > end, 20, every=0.5)
    assert cable(n1, "lan1")["state"] == "alone"
    assert pings.duplicates == 0 and pings.loss < 5
    n2.sh("kill -CONT $(cat /run/weft/lock)")
    lab.wait_until(lambda: cable(n2, "lan1")["state"] == "silent", what="n2 hears n1")
