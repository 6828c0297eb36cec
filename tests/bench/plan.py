#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Measures the way from the text of the layers to the finished plan: plan.py PROGRAM

Time depends on the machine and on what else it does; instructions do not, so they
are what to compare between two versions.  Nothing here fails because it is slow.
"""
import pathlib
import re
import subprocess
import sys

RUNS = 300
COUNTED_RUNS = 20
BUDGET_MS = 5.0

here = pathlib.Path(__file__).resolve().parent
root = here.parent.parent
layers = [
    root / "packaging/files/etc/config/lime-defaults",
    here / "two-radio-dsa/lime-community",
    here / "two-radio-dsa/lime-node",
]


def run(program: str, runs: int, prefix: list[str]) -> subprocess.CompletedProcess:
    command = [*prefix, program, *map(str, layers), str(runs)]
    done = subprocess.run(command, check=False, text=True, capture_output=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done


def figures(program: str) -> dict[str, float]:
    lines = run(program, RUNS, []).stdout.splitlines()
    return {name: float(value) for name, value in map(str.split, lines)}


def counted(program: str, runs: int) -> int:
    """All instructions of the program when it makes so many runs."""
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    words = run(program, runs, valgrind).stderr
    return int(re.search(r"Collected\s*:\s*(\d+)", words)[1])


def instructions(program: str) -> int:
    """Of one run: what twice as many runs cost more, so that start and end do not count."""
    more = counted(program, 2 * COUNTED_RUNS) - counted(program, COUNTED_RUNS)
    return more // COUNTED_RUNS


def main(program: str) -> None:
    seen = figures(program)
    ms = seen["median_us"] / 1000
    verdict = "kept" if ms <= BUDGET_MS else "NOT KEPT"
    print(f"from layers to plan: two radios, a switch of five ports, {seen['items']:.0f} items")
    print(f"  time          {ms:.3f} ms (median of {RUNS}; best {seen['best_us'] / 1000:.3f})"
          f"; budget {BUDGET_MS:.0f} ms: {verdict}")
    print(f"  instructions  {instructions(program):,}")
    print(f"  memory        {seen['peak_kb'] / 1024:.1f} MB resident at the peak, program and all")


if __name__ == "__main__":
    main(sys.argv[1])
