#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Prints what the shared state costs beside what it may cost: state.py BENCH-STATE WEFT-SIM."""
from __future__ import annotations

import re
import subprocess
import sys

# The original, measured on a machine of the same kind (docs/design/shared-state.md).
ORIGINAL = {"instructions": 31700, "memory_1000": 17.3e6, "memory_10000": 220e6, "sync": 620000}
NODES = (10, 100, 500, 1000)


def run(*argv: str) -> str:
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def figures(program: str, rows: int, crypto: str) -> dict[str, float]:
    words = (line.split() for line in run(program, str(rows), crypto).splitlines())
    return {name: float(value) for name, value in words}


def counted(program: str, rows: int) -> int:
    argv = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
            "--toggle-collect=merge_new", program, str(rows), "none"]
    done = subprocess.run(argv, check=True, capture_output=True, text=True)
    return int(re.search(r"Collected\s*:\s*(\d+)", done.stderr)[1])


def line(what: str, seen: str, goal: str) -> None:
    print(f"{what:<52} {seen:>14}   {goal}")


def store(program: str) -> None:
    per_row = (counted(program, 2000) - counted(program, 1000)) / 1000
    line("shared state: instructions to take a row", f"{per_row:.0f}",
         f"without its signature; the original {ORIGINAL['instructions']}")
    for rows in (1000, 10000):
        seen = figures(program, rows, "real")
        line(f"shared state: memory of {rows} rows", f"{seen['memory_bytes'] / 1e6:.1f} MB",
             f"the original {ORIGINAL[f'memory_{rows}'] / 1e6:.0f} MB")
    line("shared state: to take a row, signature and all", f"{seen['merge_ns'] / 1000:.0f} us",
         f"once more: {seen['merge_again_ns'] / 1000:.1f} us")
    line("shared state: bytes that say nothing changed", f"{seen['hello_bytes']:.0f}",
         f"the original, 1000 entries: {ORIGINAL['sync']}")


def network(program: str) -> None:
    for nodes in NODES:
        rows = "4" if nodes <= 500 else "1"
        words = run(program, "idle", "nodes", str(nodes), "rows", rows, "minutes", "60")
        idle = re.search(r"idle cost: (\d+) bit/s", words)[1]
        start = re.search(r"agreement from nothing +([\d.]+) s", words)[1]
        words = run(program, "change", "nodes", str(nodes), "rows", "1")
        change = re.search(r"row: (\d+) bytes a link.* (\d+) ms \(half\).* (\d+) ms \(all\)", words)
        line(f"shared state, {nodes} nodes: idle, a neighbour", f"{idle} bit/s", "1000 at 500 nodes")
        line(f"shared state, {nodes} nodes: one changed row", f"{change[1]} B a link",
             f"half know after {change[2]} ms, all after {change[3]} ms; goal 1000")
        line(f"shared state, {nodes} nodes: agreement from nothing", f"{start} s", "")
    for nodes in NODES:
        words = run(program, "faults", "nodes", str(nodes), "minutes", "10")
        after = re.search(r"after faults +([\d.]+) s", words)[1]
        line(f"shared state, {nodes} nodes: agreement after faults", f"{after} s", "")


store(sys.argv[1])
network(sys.argv[2])
