#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Measures lime-config on a router with two radios and a switch: openwrt.py WEFT

The whole program: it starts, reads the box, plans, renders, compares and ends.  That is `-n`, which
writes nothing, because writing waits for the disk; what a first run that writes takes is told too.
LibreMesh's needed 202 ms and 194 processes on a PC.
"""
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 200
WRITING_RUNS = 10
BUDGET_MS = 5.0

golden = pathlib.Path(__file__).resolve().parents[1] / "golden"
CASE = golden / "cases/003-defaults-dsa/input"


def make_root(folder):
    subprocess.run([golden / "make-root", CASE, folder], check=True)
    return folder


def run(weft, root, *words):
    """(milliseconds on the clock, of a processor)"""
    start = time.perf_counter()
    pid = os.posix_spawn(weft, [weft, "--root", root, "lime-config", *words], os.environ, file_actions=[
        (os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_WRONLY, 0) for fd in (1, 2)])
    _, status, usage = os.wait4(pid, 0)
    spent = (time.perf_counter() - start) * 1000
    if status:
        sys.exit(f"lime-config ended with {os.waitstatus_to_exitcode(status)}")
    return spent, (usage.ru_utime + usage.ru_stime) * 1000


def peak_kb(weft, root):
    """Of the program alone; our own child would begin with the memory of Python."""
    words = subprocess.run(["/usr/bin/time", "-f", "%M", weft, "--root", root, "lime-config", "-n"], check=True,
                           capture_output=True, text=True).stderr
    return int(words.split()[-1])


def instructions(weft, root):
    words = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", weft, "--root", root, "lime-config", "-n"],
        check=True, capture_output=True, text=True).stderr
    return int(re.search(r"Collected\s*:\s*(\d+)", words)[1])


def main(weft):
    with tempfile.TemporaryDirectory() as folder:
        root = make_root(folder)
        runs = [run(weft, root, "-n") for _ in range(RUNS)]
        counted = instructions(weft, root)
        peak = peak_kb(weft, root)
    writing = []
    for _ in range(WRITING_RUNS):
        with tempfile.TemporaryDirectory() as folder:
            writing.append(run(weft, make_root(folder))[0])
    ms, cpu_ms = (statistics.median(column) for column in zip(*runs))
    verdict = "kept" if ms <= BUDGET_MS else "NOT KEPT"
    print("from a box's files to OpenWrt's: two radios, a switch of five ports, one process")
    print(f"  time          {ms:.3f} ms (median of {RUNS}; best {min(runs)[0]:.3f}; {cpu_ms:.3f} of a processor)"
          f"; budget {BUDGET_MS:.0f} ms: {verdict}")
    print(f"  with writing  {statistics.median(writing):.3f} ms (median of {WRITING_RUNS})")
    print(f"  instructions  {counted:,} with the start of the program")
    print(f"  memory        {peak / 1024:.1f} MB resident at the peak")


if __name__ == "__main__":
    main(sys.argv[1])
