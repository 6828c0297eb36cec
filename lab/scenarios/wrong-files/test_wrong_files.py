# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Every broken configuration is refused by a node that runs, with file and line; nothing changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from labkit import internet
from labkit.actors import Node
from labkit.lab import Lab
from labkit.system import REPOSITORY

BROKEN = REPOSITORY / "tests/broken"
LAYERS = {"lime-node", "lime-community"}
# The second port of the router in tests/broken, and one of a node here.
PORTS = {"eth1": "wan0"}
# Wrong only with ports that no node here has.
NEEDS_THE_BOX = {
    "together-uplinks",
    "vlan-collision",
    "vlan-collision-id",
    "vlan-ifname",
}

# All that weft makes, without what the kernel counts and the timers of leases.
STATE = r"""
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
printf '%s\n' 'address show' 'route show table all' 'rule show' >/tmp/show
state() {
	{
		ip -d -batch /tmp/show
		ip -6 -batch /tmp/show
		nft -s list ruleset
		grep -H . /run/weft/*.pid /run/weft/*.conf /run/weft/*.servers \
			/etc/config/lime-autogen /proc/sys/kernel/hostname
	} 2>&1 | sed -E 's/(valid|preferred)_lft [0-9]+sec//g; s/ expires [0-9]+sec//; s/_timer +[0-9.]+//g'
}
"""

EACH = r"""
cd /etc/config
cp -p lime-node lime-community /tmp/good
state >/tmp/before
for case in /tmp/broken/*; do
	cp $case/* .
	rc=0
	weft reload >/tmp/said 2>&1 || rc=$?
	state >/tmp/after
	echo "case ${case##*/} $rc"
	sed 's/^/said /' /tmp/said
	cmp -s /tmp/before /tmp/after || busybox diff -U 0 /tmp/before /tmp/after | sed 's/^/changed /'
	cp -p /tmp/good/* .
	[ $rc != 0 ] || { weft reload >/dev/null; state >/tmp/before; }
done
"""


class Verdict:
    """What a node answered to one broken configuration."""

    def __init__(self, name: str, status: int) -> None:
        self.name = name
        self.status = status
        self.said: list[str] = []
        self.changed: list[str] = []
        self.expected = here((BROKEN / name / "expect").read_bytes()).decode(errors="replace").splitlines()

    def is_said(self, expected: str) -> bool:
        place, words = expected.split(": ", 1)
        return any(f"/{place}:" in line and words in line for line in self.said)

    def missing(self) -> list[str]:
        return [line for line in self.expected if not self.is_said(line)]

    def __str__(self) -> str:
        return "\n  ".join([f"{self.name}: exit status {self.status}", *self.said, *self.changed])


def here(text: bytes) -> bytes:
    for theirs, ours in PORTS.items():
        text = text.replace(theirs.encode(), ours.encode())
    return text


def cases() -> list[Path]:
    """Those that are wrong on any node."""
    folders = sorted(path.parent.parent for path in BROKEN.glob("*/etc/config"))
    return [f for f in folders if f.name != "box" and f.name not in NEEDS_THE_BOX and has_only_layers(f)]


def has_only_layers(folder: Path) -> bool:
    files = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - {"expect"}
    return files <= {f"etc/config/{layer}" for layer in LAYERS}


def read_verdicts(text: str) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "case":
            name, status = rest.split()
            verdicts.append(Verdict(name, int(status)))
        elif kind == "said":
            verdicts[-1].said.append(rest)
        else:
            verdicts[-1].changed.append(rest)
    return verdicts


def settle(lab: Lab, node: Node) -> None:
    """Until nothing moves any more: leases are there, addresses usable, neighbours known."""
    ana = lab.client("ana")
    ana.dhcp(90)
    lab.wait_until(lambda: ana.reaches(internet.HOST4), 90, what="the Internet from ana")
    lab.wait_until(lambda: ana.reaches(address_of(lab.node("n2"))), 90, what="n2 from ana")
    last = ""

    def is_still() -> bool:
        nonlocal last
        before, last = last, node.sh(STATE + "state")
        return last == before and "tentative" not in last

    lab.wait_until(is_still, 60, every=2, what="a node where nothing moves")


def address_of(node: Node) -> str:
    found = re.search(r"inet ([0-9.]+)/", node.run("ip", "address", "show", "br-lan").out)
    assert found
    return found[1]


@dataclass
class Answers:
    """To all cases, one after the other, while ana pings through the node."""

    verdicts: list[Verdict]
    sent: int
    lost: int


@pytest.fixture(scope="module")
def answers(lab: Lab) -> Answers:
    node, ana = lab.node("n1"), lab.client("ana")
    settle(lab, node)
    node.sh("mkdir -p /tmp/good " + " ".join(f"/tmp/broken/{case.name}" for case in cases()))
    for case in cases():
        for file in (case / "etc/config").iterdir():
            node.write(f"/tmp/broken/{case.name}/{file.name}", here(file.read_bytes()))
    near = address_of(lab.node("n2"))
    with ana.pinging(near, 0.2) as mesh, ana.pinging(internet.HOST4, 0.2) as far:
        done = node.run("/bin/dash", "-eu", "-c", STATE + EACH, timeout=600)
    found = Answers(
        verdicts=read_verdicts(done.out),
        sent=mesh.sent + far.sent,
        lost=mesh.sent - mesh.received + far.sent - far.received,
    )
    print(f"\n{len(found.verdicts)} broken configurations in {done.took:.1f} s")
    print(f"{found.lost} of {found.sent} pings lost")
    return found


def test_every_broken_configuration_is_refused_with_file_and_line(answers: Answers) -> None:
    assert len(answers.verdicts) == len(cases()) >= 30
    accepted = [str(v) for v in answers.verdicts if v.status == 0]
    assert not accepted, "\n".join(accepted)
    silent = [f"{v}\nnot said: {v.missing()}" for v in answers.verdicts if v.missing() or not v.expected]
    assert not silent, "\n".join(silent)


def test_none_of_them_changes_the_node(answers: Answers) -> None:
    changed = [str(v) for v in answers.verdicts if v.changed]
    assert not changed, "\n".join(changed)


def test_none_of_them_costs_a_packet(answers: Answers) -> None:
    assert answers.sent > 100
    assert answers.lost <= 2  # each of the two series may have one under way at its end


def test_the_right_files_are_nothing_to_do(lab: Lab, answers: Answers) -> None:
    """After all those refusals."""
    assert lab.node("n1").weft("reload") == "nothing to do\n"
