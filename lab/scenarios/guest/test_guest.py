# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""On OpenWrt netifd, babeld and dnsmasq have made the network: the daemon is a guest there.

Here the links, addresses and rules are made once by `weft apply`, in netifd's place, and lose the
marks by which weft knows its own; babeld, dnsmasq and the way to the Internet are made by hand.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from labkit import config, internet, product
from labkit.actors import Node
from labkit.box import Process
from labkit.lab import Lab

LEASES = "/tmp/dhcp.leases"
GATEWAY = "100.64.1.1"

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
    node.sh("ip address replace 100.64.1.7/24 dev wan0; ip link set wan0 up")
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
    """All that netifd and its programs make.  Babel's routes come and go by themselves."""
    return node.sh(
        "ip -o link | sed 's/^[0-9]*: //'; ip -o address | sed 's/valid_lft.*//'; ip rule; ip -6 rule;"
        "ip route show table all | grep -v 'proto babel' | grep -v 'proto 42'; nft list ruleset;"
        "sysctl -a 2>/dev/null | grep -e forwarding -e rp_filter; hostname; cat /run/babeld.pid /run/dnsmasq.pid;"
        "pidof babeld dnsmasq dhcpcd; cat /etc/config/*; ls /etc/config"
    )


def status(node: Node) -> dict[str, Any]:
    done = node.run("weft", "status", "--json", check=False)
    return json.loads(done.out) if done.ok else {"clients": [], "uplinks": [], "babel": {"neighbours": []}}


def gateway(node: Node, name: str) -> dict[str, Any]:
    done = node.run("weft", "gateway", "--json", check=False)
    gateways = json.loads(done.out)["gateways"] if done.ok else []
    return next((one for one in gateways if one["name"] == name), {})


@pytest.fixture(scope="module")
def before(lab: Lab, ready: None) -> str:
    return made_by_others(lab.node("n1"))


@pytest.fixture(scope="module", autouse=True)
def daemon(lab: Lab, before: str) -> Process:
    assert before
    return lab.node("n1").spawn("weft", "daemon")


def test_a_guest_changes_nothing_and_tells_others(lab: Lab, before: str) -> None:
    n1, n2, ana = lab.node("n1"), lab.node("n2"), lab.client("ana")
    lab.wait_until(lambda: ana.mac in json.dumps(status(n1)["clients"]), 60, what="ana among the clients")
    lab.wait_until(lambda: status(n1)["babel"]["neighbours"], 60, what="n2 among babeld's neighbours")
    lab.wait_until(lambda: gateway(n2, "n1").get("ipv4", {}).get("health") == "good", 60, what="n1's uplink at n2")
    lab.wait_until(lambda: ana.mac in n2.sh("cat /run/weft/*/cloud; true"), 60, what="ana's lease at n2")
    assert gateway(n2, "n1")["offer"] == "closed"
    assert made_by_others(n1) == before
    print("\n" + n1.run("weft", "status").out)


def test_a_sick_uplink_is_told_and_left_alone(lab: Lab, before: str) -> None:
    n1, n2 = lab.node("n1"), lab.node("n2")
    cable = lab.cables[f"{internet.provider_name('n1')} core"]
    cable.set(loss=100)
    lab.wait_until(lambda: gateway(n2, "n1").get("ipv4", {}).get("health") == "sick", 90, what="told at n2")
    assert made_by_others(n1) == before
    cable.set(loss=0)
    lab.wait_until(lambda: gateway(n2, "n1").get("ipv4", {}).get("health") == "good", 90, what="well again")


def test_an_uplink_that_goes_is_seen(lab: Lab) -> None:
    n1 = lab.node("n1")
    n1.run("ip", "route", "del", "default", "proto", "static")
    lab.wait_until(lambda: not status(n1)["uplinks"], 60, what="no uplink")
    make_uplink(n1)
    lab.wait_until(lambda: status(n1)["uplinks"], 60, what="an uplink")


def test_settings_are_for_an_editor_there(lab: Lab, before: str) -> None:
    n1 = lab.node("n1")
    refused = n1.run("weft", "set", "hostname=other", check=False)
    assert not refused.ok and "lime-config" in refused.err, refused
    assert made_by_others(n1) == before


def test_down_leaves_the_network(lab: Lab, before: str, daemon: Process) -> None:
    n1 = lab.node("n1")
    n1.run("weft", "down")
    assert made_by_others(n1) == before
    n1.run("weft", "reload")
    daemon.stop()
    n1.run("weft", "down")
    assert made_by_others(n1) == before, "without a daemon neither"
