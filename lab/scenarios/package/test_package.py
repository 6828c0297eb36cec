# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The life of the Debian package on one machine: installed, used, replaced, removed.

The tests follow each other; each begins where the one before it has ended.
"""

from __future__ import annotations

import re

import pytest
from labkit import product
from labkit.lab import Lab, Node

DEB = "/root/weft.deb"
# What the machine's network is made of.
STATE = """
ip -o link; ip -o address; ip route show table all; ip -6 route show table all; ip rule; ip -6 rule
nft list ruleset; hostname; sysctl -n net.ipv4.ip_forward net.ipv6.conf.all.forwarding
"""
# Counters and clocks, and what the kernel does by itself.
VOLATILE = re.compile(r"expires \d+sec|valid_lft \S+ preferred_lft \S+|qdisc \S+|^\d+: ", re.M)
CAPABILITIES = {
    name: 1 << number
    for name, number in {
        "chown": 0, "dac_override": 1, "dac_read_search": 2, "fowner": 3, "kill": 5, "setgid": 6,
        "setuid": 7, "setpcap": 8, "net_bind_service": 10, "net_admin": 12, "net_raw": 13,
        "sys_chroot": 18,
    }.items()
}  # fmt: skip


def state(node: Node) -> list[str]:
    return sorted(VOLATILE.sub("", node.sh(STATE)).splitlines())


def apt(node: Node, *words: str) -> str:
    done = node.run("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qy", *words, timeout=300)
    return done.out + done.err


def unit(node: Node, name: str) -> str:
    return node.run("systemctl", "show", "weft.service", "--value", "-p", name).out.strip()


def is_up(node: Node) -> bool:
    """Whether systemd has started all that it starts at a boot."""
    return node.run("systemctl", "is-system-running", check=False).out.strip() in ("running", "degraded")


def address(node: Node) -> str:
    found = re.search(r"inet ([0-9.]+)/16", node.run("ip", "address", "show", "br-lan").out)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def before() -> dict[str, list[str]]:
    """What the network was before the package came."""
    return {}


def test_installing_it_changes_nothing(lab: Lab, before: dict[str, list[str]]) -> None:
    d1 = lab.node("d1")
    lab.wait_until(lambda: is_up(d1), at_most=180, what="systemd on d1")
    d1.write(DEB, product.package().read_bytes())
    before["state"] = state(d1)
    said = apt(d1, "install", DEB)
    assert "weft waits for /etc/config/lime-community" in said, said
    assert state(d1) == before["state"]
    assert unit(d1, "UnitFileState") == "enabled"
    assert unit(d1, "ActiveState") == "inactive"
    assert d1.run("id", "-un", "weft").out == "weft\n"
    assert d1.run("weft", "--version").out.startswith("weft ")
    assert d1.run("systemctl", "start", "weft").ok  # skipped, not failed
    assert unit(d1, "ActiveState") == "inactive" and unit(d1, "ConditionResult") == "no"
    assert state(d1) == before["state"]


def test_with_a_configuration_it_joins_the_others(lab: Lab) -> None:
    d1, ana, luz = lab.node("d1"), lab.client("ana"), lab.client("luz")
    for path, text in lab.files(d1.line).items():
        d1.write(path, text)
    d1.run("systemctl", "start", "weft", timeout=120)
    assert unit(d1, "ActiveState") == "active"
    assert d1.run("hostname").out == "d1\n"
    ana.dhcp(90)
    luz.dhcp(90)
    lab.wait_until(lambda: ana.reaches(address(lab.node("n1"))), 90, what="n1 from ana, in one cloud")
    lab.wait_until(lambda: ana.reaches(luz.leased()), 90, what="luz from ana, through Babel")
    lab.wait_until(lambda: re.search(r"\bn1\b", d1.weft("status")), 90, what="n1 in the status of d1")


def test_it_can_do_what_it_needs_and_no_more(lab: Lab) -> None:
    d1 = lab.node("d1")
    bound = sum(CAPABILITIES.values())
    programs = d1.run("cat", f"/sys/fs/cgroup{unit(d1, 'ControlGroup')}/cgroup.procs").out.split()
    names = [d1.read(f"/proc/{pid}/comm").strip() for pid in programs]
    assert {"weft", "babeld", "dnsmasq"} <= set(names), names
    for pid, name in zip(programs, names):
        status = d1.read(f"/proc/{pid}/status")
        may = int(re.search(r"CapBnd:\s+(\S+)", status)[1], 16)
        assert may | bound == bound, f"{name}: {may:x}"
        assert "NoNewPrivs:\t1" in status, name
    log = d1.run("journalctl", "-u", "weft", "--no-pager").out
    print(log)
    assert not re.search(r"[Pp]ermission denied|not permitted|Read-only file system", log), log


def test_a_wrong_file_is_refused_and_named(lab: Lab) -> None:
    d1 = lab.node("d1")
    good = d1.read("/etc/config/lime-node")
    d1.write("/etc/config/lime-node", good + "\nconfig lime 'network'\n\toption main_ipv4_address 'ten'\n")
    links = d1.run("ip", "-o", "link").out
    done = d1.run("systemctl", "reload", "weft", check=False)
    assert done.rc != 0
    assert "lime-node:" in d1.run("journalctl", "-u", "weft", "--no-pager").out
    assert unit(d1, "ActiveState") == "active"
    assert d1.run("ip", "-o", "link").out == links
    d1.write("/etc/config/lime-node", good)
    d1.run("systemctl", "reload", "weft")


def test_a_new_weft_interrupts_nobody(lab: Lab) -> None:
    """Restarted, and installed once more as by an update."""
    d1, ana, luz = lab.node("d1"), lab.client("ana"), lab.client("luz")
    babeld = d1.run("pgrep", "-x", "babeld").out
    daemon = unit(d1, "MainPID")
    with ana.pinging(luz.leased()) as pings:
        d1.run("systemctl", "restart", "weft", timeout=120)
        apt(d1, "install", "--reinstall", DEB)
    print(f"longest silence {pings.max_gap:.2f} s, {pings.loss:.1f} % lost")
    assert unit(d1, "ActiveState") == "active" and unit(d1, "MainPID") != daemon
    assert d1.run("pgrep", "-x", "babeld").out == babeld
    assert pings.max_gap < 5 and pings.loss < 5


def test_it_comes_back_after_a_boot(lab: Lab) -> None:
    d1, ana, luz = lab.node("d1"), lab.client("ana"), lab.client("luz")
    d1.power_off()
    assert not ana.reaches(luz.leased())
    d1.power_on()
    lab.wait_until(lambda: ana.reaches(luz.leased()), 180, what="luz from ana")


def test_removing_it_leaves_nothing(lab: Lab, before: dict[str, list[str]]) -> None:
    """Also what a daemon left running that was stopped."""
    d1 = lab.node("d1")
    d1.run("systemctl", "stop", "weft")
    assert d1.run("pgrep", "-x", "babeld").out
    apt(d1, "remove", "weft")
    assert state(d1) == before["state"]
    assert not d1.run("pgrep", "-x", "babeld|dnsmasq|weft", check=False).out
    assert d1.read("/etc/config/lime-node")  # what a person wrote stays
    apt(d1, "purge", "weft")
    left = d1.sh("find / -xdev ( -name '*weft*' -o -name 'lime-*' ) ! -path '/root/*' ! -path '/var/log/*'"
                 .replace("(", "'('").replace(")", "')'"))  # fmt: skip
    assert not left, left
    assert not d1.run("id", "weft", check=False).ok
    assert not d1.run("ls", "-d", "/etc/config", check=False).ok
