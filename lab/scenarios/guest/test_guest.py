# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""On OpenWrt netifd, babeld and dnsmasq have made the network: the daemon is a guest there.

Here the links, addresses and rules are made once by `weft apply`, in netifd's place, and lose the
marks by which weft knows its own; babeld, dnsmasq and the way to the Internet are made by hand.
"""

from __future__ import annotations

import json
import re

import pytest
from labkit import config, internet, product
from labkit.actors import Node
from labkit.box import Process
from labkit.lab import Lab

LEASES = "/tmp/dhcp.leases"
GATEWAY = "100.64.1.1"
NEVER = 1.0  # seconds without an answer that nobody may see

BABELD = """
export-table 254
local-port 30003
redistribute proto 7 ip 0.0.0.0/0 le 0 allow
redistribute ip 10.0.0.0/8 allow
redistribute local deny
redistribute deny
interface mesh0_17 type wireless
"""

DHCP_CONFIG = f"""
config dnsmasq
	option domain 'thisnode.info'
	option leasefile '{LEASES}'
"""


def make_links(lab: Lab, node: Node) -> None:
    cloud = lab.topology.clouds[node.cloud]
    node.run("mkdir", "-p", "/etc/config", "/tmp")
    node.write("/usr/sbin/weft", product.binary().read_bytes(), 0o755)
    node.write("/etc/config/lime-defaults", product.defaults())
    node.write("/etc/config/lime-community", config.lime_community(cloud, ""))
    node.write("/etc/config/lime-node", config.lime_node(node.line, ""))
    node.write("/etc/config/dhcp", DHCP_CONFIG)
    node.write("/etc/openwrt_release", "DISTRIB_ID='OpenWrt'\n")
    node.run("weft", "apply")
    for name in re.findall(r"^\d+: ([^:@]+)", node.run("ip", "-o", "link").out, re.M):
        node.run("ip", "link", "set", name, "alias", "", check=False)
    node.sh("ip rule del priority 1710; ip -6 rule del priority 1710; rm -rf /run/weft; true")


def make_uplink(node: Node) -> None:
    node.sh("ip address add 100.64.1.7/24 dev wan0 2>/dev/null; ip link set wan0 up")
    node.run("ip", "route", "add", "default", "via", GATEWAY, "dev", "wan0", "proto", "static")


def start_programs(node: Node) -> None:
    own = json.loads(node.run("weft", "plan", "--json").out)
    dhcp = own["dhcps"][0]
    node.write("/etc/babeld.conf", BABELD)
    node.run("babeld", "-D", "-I", "/run/babeld.pid", "-S", "/tmp/babel-state", "-c", "/etc/babeld.conf")
    node.run(
        "dnsmasq", "--conf-file=/dev/null", "--port=0", "--interface=anygw", "--bind-dynamic", "--user=root",
        f"--dhcp-range={dhcp['first']},{dhcp['last']},{dhcp['netmask']},10m",
        f"--dhcp-option=3,{dhcp['router']}", f"--dhcp-leasefile={LEASES}", "--pid-file=/run/dnsmasq.pid",
    )  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def ready(lab: Lab) -> None:
    node = lab.node("n1")
    make_links(lab, node)
    make_uplink(node)
    start_programs(node)
    for client in lab.clients:
        client.dhcp(90)


def made_by_others(node: Node) -> str:
    """Everything that is not runtime.  Babel's routes come and go by themselves."""
    return node.sh(
        "ip -o link | sed 's/^[0-9]*: //'; ip -o address; ip rule; ip -6 rule;"
        "ip route show table all | grep -v -e babel -e '^default' -e 'proto 42';"
        "nft list tables | grep -v weft_segment; sysctl -a 2>/dev/null | grep -e forwarding -e rp_filter;"
        "hostname; cat /run/babeld.pid /run/dnsmasq.pid; cat /etc/config/lime-node; ls /etc/config"
    )


def defaults(node: Node) -> list[str]:
    return sorted(line.strip() for line in node.run("ip", "route", "show", "default").out.splitlines() if "wan0" in line)


OURS = f"default via {GATEWAY} dev wan0 proto 7 metric 10 onlink"
THEIRS = f"default via {GATEWAY} dev wan0 proto static"
PARKED = f"{THEIRS} metric 84831"


def start(node: Node) -> Process:
    return node.spawn("weft", "daemon")


def status(node: Node) -> dict:
    return json.loads(node.run("weft", "status", "--json").out)


def answers(node: Node) -> bool:
    return node.run("weft", "status", "--json", check=False).ok


def test_a_guest_touches_nothing_and_does_what_goes_on_all_the_time(lab: Lab) -> None:
    n1, n2, ana, beto = lab.node("n1"), lab.node("n2"), lab.client("ana"), lab.client("beto")
    lab.wait_until(lambda: ana.reaches(beto.leased()), 60, what="ana reaches beto")
    before = made_by_others(n1)
    assert not beto.reaches(internet.HOST4), "nobody has announced a way out yet"
    with ana.pinging(beto.leased(), 0.1) as cloud, ana.pinging(GATEWAY, 0.1) as outside:
        daemon = start(n1)
        lab.wait_until(lambda: answers(n1), 30, what="the daemon at n1")
        lab.wait_until(lambda: OURS in defaults(n1), 60, what="the way out announced")
        lab.wait_until(lambda: beto.reaches(internet.HOST4), 60, what="the Internet from beto")
        lab.wait_until(lambda: ana.mac in n2.sh("cat /run/weft/*/cloud; true"), 60, what="ana's lease at n2")
        lab.wait_until(lambda: ana.mac in json.dumps(status(n1)["clients"]), 30, what="ana among the clients")
        assert defaults(n1) == sorted([OURS, THEIRS])
        assert made_by_others(n1) == before
        assert n1.sh("pidof dnsmasq babeld dhcpcd; true").split() == n1.sh("cat /run/dnsmasq.pid /run/babeld.pid").split()
        daemon.stop()
    print(f"\nstart: longest silence in the cloud {cloud.max_gap:.1f} s, outside {outside.max_gap:.1f} s")
    assert cloud.max_gap < NEVER and outside.max_gap < NEVER
    assert made_by_others(n1) == before and OURS in defaults(n1), "it runs on without the daemon"


def test_a_sick_uplink_is_parked_and_taken_up_again(lab: Lab) -> None:
    n1, beto = lab.node("n1"), lab.client("beto")
    daemon = start(n1)
    lab.wait_until(lambda: answers(n1) and OURS in defaults(n1), 60, what="a good uplink")
    before = made_by_others(n1)
    cable = lab.cables[f"{internet.provider_name('n1')} core"]
    cable.set(loss=100)
    lab.wait_until(lambda: defaults(n1) == [PARKED], 60, what="the sick uplink parked")
    n1.run("ip", "route", "add", "default", "via", GATEWAY, "dev", "wan0", "proto", "static")  # a renewed lease
    lab.wait_until(lambda: defaults(n1) == [PARKED], 60, what="parked once more")
    lab.wait_until(lambda: not beto.reaches(internet.HOST4), 30, what="nothing announced")
    cable.set(loss=0)
    lab.wait_until(lambda: defaults(n1) == sorted([OURS, THEIRS]), 60, what="the uplink taken up again")
    lab.wait_until(lambda: beto.reaches(internet.HOST4), 60, what="the Internet from beto")
    assert made_by_others(n1) == before
    daemon.stop()


def test_down_gives_all_back(lab: Lab) -> None:
    n1 = lab.node("n1")
    daemon = start(n1)
    lab.wait_until(lambda: answers(n1) and OURS in defaults(n1), 60, what="a good uplink")
    before = made_by_others(n1)
    n1.run("weft", "down")
    assert defaults(n1) == [THEIRS]
    assert made_by_others(n1) == before
    assert "weft" not in n1.run("nft", "list", "tables").out.replace("table bridge weft\n", "").replace("table inet weft\n", "")
    n1.run("weft", "reload")
    lab.wait_until(lambda: OURS in defaults(n1), 60, what="announced again")
    daemon.stop()
