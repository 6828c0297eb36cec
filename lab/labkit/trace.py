# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""What a machine's network is like, as text: to be compared before and after."""

from __future__ import annotations

import difflib
import re

from .actors import Node
from .wait import wait_until

# What the kernel counts or thinks up by itself.
VOLATILE = re.compile(r"conntrack_count|stable_secret|tcp_fastopen_key")
TIMERS = re.compile(r"^\d+: |_timer +[0-9.]+")
STATE = """
ip -o -d link
ip -o address
ip -4 route show table all
ip -6 route show table all
ip -4 rule
ip -6 rule
nft list ruleset
hostname
sysctl -a 2>/dev/null | grep '^net'
"""


def settle(node: Node) -> None:
    """IPv6 addresses are tentative for a second or two."""
    wait_until(
        lambda: "tentative" not in node.run("ip", "-6", "address").out, 30, what="no tentative address"
    )


def trace(node: Node) -> str:
    settle(node)
    # An interface that was up once has a queue for good; the kernel knows no way back.
    lines = node.sh(STATE).replace("qdisc noop", "qdisc noqueue").splitlines()
    return "\n".join(sorted(TIMERS.sub("", line) for line in lines if not VOLATILE.search(line)))


def assert_same(before: str, after: str) -> None:
    diff = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0))
    assert not diff, "\n".join(diff)
