# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""One phone of three leaves by the gateway that was chosen for it; the others do not notice."""

from __future__ import annotations

import ipaddress
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from labkit import config, internet
from labkit.actors import Client, Node
from labkit.lab import Lab

CLIENTS = ("ana", "beto", "luz")
CRAFT = Path(__file__).with_name("craft.py").read_text()
TARGETS = (internet.HOST4, internet.HOST6)
# What the Internet sees of each gateway.
GATEWAYS = {"100.64.1": "n1", "100.64.2": "s1", "2001:db8:1": "n1", "2001:db8:2": "s1"}


def gateways(node: Node) -> dict[str, Any]:
    return json.loads(node.weft("gateway", "--json"))


def gateway(node: Node, name: str) -> dict[str, Any]:
    return next((one for one in gateways(node)["gateways"] if one["name"] == name), {})


def leaves_by(lab: Lab, client: Client, target: str) -> str:
    """The gateway by whose address the host on the Internet knows this client, by packets larger than others'."""
    with lab["internet"].capture("eth0", f"dst host {target} and (icmp or icmp6) and greater 300") as seen:
        client.ping(target, count=2, size=400)
    found = {name for source, name in GATEWAYS.items() if f" {source}." in seen.text() or f" {source}:" in seen.text()}
    return "+".join(sorted(found))


def mac(client: Client) -> str:
    return client.sh("cat /sys/class/net/eth0/address").strip()


def all_leave_by(lab: Lab, name: str, clients: tuple[str, ...] = CLIENTS) -> None:
    for target in TARGETS:
        for who in clients:
            client = lab.client(who)
            lab.wait_until(lambda: leaves_by(lab, client, target) == name, 60, what=f"{who} by {name} to {target}")


@pytest.fixture(scope="module", autouse=True)
def ready(lab: Lab) -> None:
    for name in (*CLIENTS, "eva"):
        lab.client(name).dhcp(90)
    for who in ("n1", "n2", "s1"):
        node = lab.node(who)
        for name in ("n1", "s1"):
            for family in ("ipv4", "ipv6"):
                lab.wait_until(
                    lambda: gateway(node, name).get(family, {}).get("health") == "good",
                    90,
                    what=f"{who} knows that {name} is good",
                )
            lab.wait_until(lambda: gateway(node, name)["path"]["state"] == "works", 60, what=f"{who} reaches {name}")
    for target in TARGETS:
        for name in CLIENTS:
            reaches = lab.client(name).reaches
            lab.wait_until(lambda: reaches(target), 90, what=f"the Internet from {name}")


def test_nobody_is_steered_at_first(lab: Lab) -> None:
    n2 = lab.node("n2")
    all_leave_by(lab, "n1")
    print("\n" + n2.weft("gateway"))
    assert "weft_steer" not in n2.sh("nft list tables")
    assert not n2.run("ip", "link", "show", "weft-way", check=False).ok
    assert re.search(r"n1: 1 hop, ", gateways(n2)["reason"])
    assert gateway(n2, "s1")["path"]["hops"] == 2


def test_one_phone_of_three(lab: Lab) -> None:
    n2, ana = lab.node("n2"), lab.client("ana")
    page = ana.spawn("busybox", "wget", "-q", "-O", "-", f"http://{ana.lease()['router'].split()[0]}/events")
    for target in TARGETS:
        with ana.pinging(target, 0.1) as pings:
            began = time.monotonic()
            n2.weft("gateway", "use", "s1", "--client", mac(ana))
            lab.wait_until(lambda: leaves_by(lab, ana, target) == "s1", 30, what="ana by s1")
            took = time.monotonic() - began
        print(f"\nana by s1 to {target} after {took:.1f} s, longest silence {pings.max_gap:.1f} s")
        assert pings.max_gap < 3
        n2.weft("gateway", "automatic", "--client", mac(ana))
        lab.wait_until(lambda: leaves_by(lab, ana, target) == "n1", 30, what="ana by n1 again")
    page.stop()
    told = [json.loads(line)["gateway"] for line in re.findall(r"^data: (\{ *\"choice\".*)", page.text, re.M)]
    assert told == ["s1", "automatic"] * 2, f"who looks at the page is told: {page.text[-2000:]}"
    n2.weft("gateway", "use", "s1", "--client", mac(ana))
    all_leave_by(lab, "s1", ("ana",))
    all_leave_by(lab, "n1", ("beto", "luz"))
    # What is near is not steered.
    for near in (ana.lease()["router"].split()[0], lab.client("beto").addresses(4)[0].split("/")[0], "thisnode.info"):
        assert ana.reaches(near.split("/")[0]), near
    print(n2.weft("gateway"))


def test_nobody_is_steered_to_what_is_not_there(lab: Lab) -> None:
    n2, ana = lab.node("n2"), lab.client("ana")
    wrong = n2.run("weft", "gateway", "use", "n7", "--client", mac(ana), check=False)
    assert not wrong.ok and "there is no gateway 'n7'" in wrong.err
    wrong = n2.run("weft", "gateway", "use", "s1", check=False)
    assert wrong.rc == 2


def test_a_daemon_that_begins_anew_steers_on(lab: Lab) -> None:
    n2, ana = lab.node("n2"), lab.client("ana")
    with ana.pinging(internet.HOST4, 0.1) as pings:
        pid = n2.sh("pidof weft").split()[0]
        n2.sh("for p in $(pidof weft); do kill -KILL $p; done")
        lab.wait_until(lambda: n2.sh("pidof weft || true").split()[:1] not in ([], [pid]), 60, what="a new daemon")
        lab.wait_until(lambda: n2.run("weft", "wait", check=False).ok, 60, what="a plan in force")
        assert leaves_by(lab, ana, internet.HOST4) == "s1"
    print(f"\ndaemon killed: longest silence {pings.max_gap:.1f} s, lost {pings.loss} %")
    assert pings.max_gap < 1.5
    assert leaves_by(lab, ana, internet.HOST4) == "s1"


def test_the_choice_follows_the_phone(lab: Lab) -> None:
    ana, n1 = lab.client("ana"), lab.node("n1")
    began = time.monotonic()
    ana.move_to(n1)
    ana.dhcp(60)
    lab.wait_until(lambda: leaves_by(lab, ana, internet.HOST4) == "s1", 30, what="ana by s1 from n1's own cable")
    print(f"\nana at n1, by s1 after {time.monotonic() - began:.1f} s")
    lab.wait_until(lambda: leaves_by(lab, ana, internet.HOST6) == "s1", 30, what="the same on IPv6")
    ana.move_to(lab.node("n2"))
    ana.dhcp(60)
    all_leave_by(lab, "s1", ("ana",))


@pytest.mark.parametrize("death", ["power", "provider"])
def test_a_chosen_gateway_dies_and_returns(lab: Lab, death: str) -> None:
    ana, s1 = lab.client("ana"), lab.node("s1")
    provider = lab.cables[f"{internet.provider_name('s1')} core"]
    for target in TARGETS if death == "provider" else TARGETS[:1]:
        with ana.pinging(target, 0.1) as pings, lab.client("beto").pinging(target, 0.1) as others:
            lab.wait_until(lambda: leaves_by(lab, ana, target) == "s1", 90, what="ana by s1")
            died = time.monotonic()
            s1.power_off() if death == "power" else provider.set(loss=100)
            lab.wait_until(lambda: leaves_by(lab, ana, target) == "n1", 60, what="ana by n1")
            left = time.monotonic() - died
            s1.power_on() if death == "power" else provider.set(loss=0)
            back = time.monotonic()
            lab.wait_until(lambda: leaves_by(lab, ana, target) == "s1", 150, what="ana by s1 again")
        print(
            f"\n{death} of s1, {target}: ana by n1 after {left:.1f} s, by s1 again {time.monotonic() - back:.1f} s"
            f" after it was mended; longest silence ana {pings.max_gap:.1f} s beto {others.max_gap:.1f} s"
        )
        assert pings.max_gap < 20 and others.max_gap < 5


# --- whom a gateway does not want ---


def offer(lab: Lab, *lines: str) -> None:
    """What s1 is to others from now on."""
    s1 = lab.node("s1")
    own = "config lime 'network'\n" + "".join(f"\t{line}\n" for line in lines) if lines else ""
    s1.write("/etc/config/lime-node", config.lime_node(s1.line, own))
    s1.weft("reload")


def ana_leaves_by(lab: Lab, name: str) -> float:
    """How long until she does, in both families."""
    began = time.monotonic()
    all_leave_by(lab, name, ("ana",))
    return time.monotonic() - began


def router_mac(client: Client) -> str:
    out = client.sh("ping -c1 -W2 $(ip -4 route show default | cut -d' ' -f3) >/dev/null; ip -4 neigh show dev eth0")
    return re.search(r"lladdr (\S+)", out)[1]


def craft(lab: Lab, box: str, argv: list[str]) -> None:
    lab[box].write("/run/craft.py", CRAFT)
    lab[box].run("python3", "/run/craft.py", *argv)


def seen_at_internet(lab: Lab, boxes: list[tuple[str, list[str]]]) -> dict[int, str]:
    """By port: the gateway whose address was seen."""
    with lab["internet"].capture("eth0", "udp and portrange 7100-7199") as seen:
        for box, argv in boxes:
            craft(lab, box, argv)
        time.sleep(1)
    found = re.findall(r" (\S+)\.\d+ > \S+\.(71\d\d): ", seen.text())
    return {
        int(port): next((n for start, n in GATEWAYS.items() if source.startswith((start + ".", start + ":"))), source)
        for source, port in found
    }


def test_packets_made_by_hand(lab: Lab) -> None:
    """Only such are taken as a node would send: from the mesh, of the mesh, to the Internet."""
    ana, beto, n2, s1 = lab.client("ana"), lab.client("beto"), lab.node("n2"), lab.node("s1")
    n2.weft("gateway", "use", "s1", "--client", mac(ana))
    ana_leaves_by(lab, "s1")
    door, wall = gateway(n2, "s1")["address"], s1.sh("cat /sys/class/net/wan0/address").strip()
    near, far4, far6 = router_mac(ana), internet.HOST4, internet.HOST6
    mine4 = ana.addresses(4)[0]
    mine6 = next(address for address in ana.addresses(6) if address.startswith("fd"))
    pairs = [mine4, far4, mine6, far6]
    # Addresses that are nobody's in the mesh.
    wrong = ["203.0.113.9", far4, "2001:db8:77::9", far6]
    inwards = [mine4, beto.addresses(4)[0], mine6, next(a for a in beto.addresses(6) if a.startswith("fd"))]
    with beto.capture("eth0", "udp and portrange 7100-7199") as at_beto:
        seen = seen_at_internet(
            lab,
            [
                ("ana", ["eth0", near, mine6, door, "7110", *pairs]),
                ("ana", ["eth0", near, "2001:db8:77::1", door, "7120", *pairs]),
                ("ana", ["eth0", near, mine6, door, "7130", *wrong]),
                ("ana", ["eth0", near, mine6, door, "7140", *inwards]),
                ("isp-s1", ["lan", wall, "2001:db8:2::1", door, "7150", *pairs]),
                ("isp-s1", ["lan", wall, mine6, door, "7160", *pairs]),
            ],
        )
    print(f"\nmade by hand, seen on the Internet: {seen}")
    # What is for the mesh leaves by the uplink, where nobody has such addresses.
    seen = {port: name for port, name in seen.items() if port not in (7140, 7141)}
    assert seen == {7110: "s1", 7111: "s1"}, "an open gateway takes what comes from the mesh, and nothing else"
    assert not at_beto.frames, "nobody enters the mesh by a tunnel"


def test_members_only(lab: Lab) -> None:
    n1, n2, ana = lab.node("n1"), lab.node("n2"), lab.client("ana")
    member = gateway(n2, "n1")["address"]
    offer(lab, "option gateway_offer 'members'", f"list gateway_members '{member}'")
    took = ana_leaves_by(lab, "n1")
    print(f"\ns1 for members: ana by n1 after {took:.1f} s")
    lab.wait_until(lambda: gateway(n2, "s1")["path"]["state"] == "lost", 60, what="n2 knows that s1 does not want it")
    assert gateway(n2, "s1")["fault"] == "takes its members alone"
    lab.wait_until(lambda: "cost" not in gateway(n2, "s1"), 60, what="no default route of s1's")
    near, mine4 = router_mac(ana), ana.addresses(4)[0]
    mine6 = next(address for address in ana.addresses(6) if address.startswith("fd"))
    door = gateway(n2, "s1")["address"]
    argv = ["eth0", near, mine6, door, "7110", mine4, internet.HOST4, mine6, internet.HOST6]
    assert seen_at_internet(lab, [("ana", argv)]) == {}, "not by hand either"
    assert n1.weft("gateway", "--json"), "n1 is one"
    cloud = ipaddress.ip_network(f"{member}/64", strict=False)
    offer(lab, "option gateway_offer 'members'", f"list gateway_members '{cloud}'")
    print(f"norte is a member: ana by s1 after {ana_leaves_by(lab, 's1'):.1f} s")


def test_closed_hours(lab: Lab) -> None:
    n2, s1, ana = lab.node("n2"), lab.node("s1"), lab.client("ana")
    hour = int(s1.sh("date +%H"))
    hours = f"{(hour + 2) % 24:02}:00-{(hour + 3) % 24:02}:00"
    offer(lab, f"option gateway_hours '{hours}'")
    print(f"\ns1 closed: ana by n1 after {ana_leaves_by(lab, 'n1'):.1f} s")
    refused = n2.run("weft", "gateway", "use", "s1", "--client", mac(lab.client("beto")), check=False)
    assert refused.rc and f"s1 is open {hours} alone" in refused.err, refused
    it = gateway(n2, "s1")
    assert it["offer"] == "closed" and not it["choosable"]
    own = lab.client("eva")
    assert leaves_by(lab, own, internet.HOST4) == "s1", "its own clients use it as ever"
    offer(lab)
    print(f"open again: ana by s1 after {ana_leaves_by(lab, 's1'):.1f} s")


def received(client: Client, *options: str) -> float:
    argv = ["iperf3", "-c", internet.HOST4, "-u", "-b", "2M", "-l", "1000", "-t", "3", "--json", *options]
    total = json.loads(client.run(*argv).out)["end"]["sum"]
    return total["bits_per_second"] * (100 - total["lost_percent"]) / 100 / 1000


def test_a_limit_for_strangers(lab: Lab) -> None:
    lab["internet"].spawn("iperf3", "-s")
    ana, eva = lab.client("ana"), lab.client("eva")
    offer(lab, "option gateway_limit_kbps '300'")
    lab.wait_until(lambda: received(ana) < 600, 30, what="the limit is in force")
    rates = {
        "ana's": received(ana),
        "to ana": received(ana, "-R"),
        "eva's, who is at s1": received(eva),
        "to eva": received(eva, "-R"),
    }
    print("\nlimit of 300 kbit/s, 2000 sent: " + ", ".join(f"{who} {rate:.0f}" for who, rate in rates.items()))
    assert all(rate < 450 for who, rate in rates.items() if "ana" in who)
    assert all(rate > 600 for who, rate in rates.items() if "eva" in who)
    assert leaves_by(lab, ana, internet.HOST4) == "s1"
    offer(lab)
