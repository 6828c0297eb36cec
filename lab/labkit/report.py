# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""What a failed scenario leaves behind: logs, tables and a capture of every box."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from .actors import Node
from .channel import AgentError
from .system import build

if TYPE_CHECKING:
    from .lab import Lab

CAPTURE_S = 3
RING = "/tmp/ring"
NETWORK = """
show() { echo "# $*"; "$@" 2>&1 || true; echo; }
show ip -d -s link
show ip addr
show ip -4 route show table all
show ip -6 route show table all
show ip rule
show ip -6 rule
show ip neigh
show bridge link
show bridge vlan
show bridge fdb
show nft list ruleset
show ss -tuanp
show ps
"""
NODE = """
show batctl meshif bat0 originators
show batctl meshif bat0 neighbors
show batctl meshif bat0 translocal
show batctl meshif bat0 transglobal
show batctl meshif bat0 bridge_loop_avoidance
show batctl meshif bat0 claimtable
show weft status
show weft plan
command -v journalctl >/dev/null && show journalctl --no-pager --lines 2000
for file in /etc/config/* /run/weft/* /var/log/*.log; do
	[ -f "$file" ] && show cat "$file"
done
"""


def runs_folder() -> Path:
    return build.cache_folder() / "failures"


def leave(lab: Lab, name: str) -> Path:
    """Writes a folder and gives its path."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    name = re.sub(r"[^A-Za-z0-9_.-]", "_", name)
    folder = runs_folder() / f"{stamp}-{lab.scenario.name}-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    build.prune(folder.parent, keep=30)
    (folder / "console.log").write_bytes(lab.machine.console.read_bytes())
    try:
        leave_boxes(lab, folder)
    except AgentError as error:
        (folder / "machine-ended").write_text(f"{error}\n")
    return folder


def capture_all(lab: Lab) -> None:
    """Captures on every cable from now on; a ring, so the end is what stays."""
    lab.lab.run("mkdir", "-p", RING)
    argv = ["tcpdump", "-i", "any", "-n", "-s", "256", "-C", "20", "-W", "2", "-Z", "root"]
    lab.lab.spawn(*argv, "-w", f"{RING}/cables.pcap")


def leave_ring(lab: Lab, folder: Path) -> None:
    for name in lab.lab.sh(f"ls {RING} 2>/dev/null || true").split():
        (folder / name).write_bytes(lab.lab.read_bytes(f"{RING}/{name}"))


def leave_boxes(lab: Lab, folder: Path) -> None:
    running = {}
    dumpcap = ["tcpdump", "--immediate-mode", "-i", "any", "-n", "-U", "-w", "-"]
    for box in [lab.lab, *lab.boxes.values()]:
        capture = box.begin("timeout", "-s", "INT", str(CAPTURE_S), *dumpcap, timeout=30)
        script = NETWORK + (NODE if isinstance(box, Node) else "")
        running[box.name] = capture, box.begin("/bin/dash", "-c", script, timeout=60)
    for name, (capture, state) in running.items():
        answer, load = state.result(90)
        (folder / f"{name}.txt").write_bytes(load[: answer["out"]])
        answer, load = capture.result(90)
        (folder / f"{name}.pcap").write_bytes(load[: answer["out"]])
    leave_ring(lab, folder)
    (folder / "kernel.log").write_text(lab.lab.run("dmesg", check=False).out)
