#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""What a hundred phones cost a node that serves its page to all of them: page.py WEFT [VIEWERS].

A real daemon in a network of its own; each viewer keeps the event stream open.  Prints the memory of the daemon's
processes before and with them, how soon all of them have the status, and how long calls take and how many are
answered in a second meanwhile.
"""

from __future__ import annotations

import pathlib
import socket
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "web"))
from node import HOST, case, main, rpc  # noqa: E402

VIEWERS = int(sys.argv.pop()) if len(sys.argv) > 2 else 100
SECONDS = 5
AT_ONCE = 8


def pss_kb() -> int:
    """Memory of all processes of this network, shared pages divided among those who share them."""
    found = subprocess.run(["pgrep", "-f", "weft"], capture_output=True, text=True, check=True).stdout.split()
    here = pathlib.Path("/proc/self/ns/net").readlink()
    total = 0
    for pid in found:
        process = pathlib.Path("/proc") / pid
        try:
            if process.joinpath("ns/net").readlink() == here and "python" not in process.joinpath("exe").readlink().name:
                text = process.joinpath("smaps_rollup").read_text()
                total += int(text.split("Pss:")[1].split()[0])
        except OSError:
            continue
    return total


class Viewer:
    """A phone with the page open."""

    def __init__(self, number: int) -> None:
        # Each phone has an address of its own, as at a real node: one address gets a few connections only.
        self.link = socket.create_connection((HOST, 80), source_address=(f"127.0.1.{number + 1}", 0))
        self.link.sendall(b"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n")
        self.size = 0

    def read(self) -> None:
        while piece := self.link.recv(65536):
            self.size += len(piece)


def burst() -> tuple[float, float, float]:
    """Calls as fast as eight phones can: how many in a second, the usual and a slow one in milliseconds."""
    took: list[float] = []
    end = time.monotonic() + SECONDS

    def ask() -> None:
        while time.monotonic() < end:
            began = time.monotonic()
            assert "result" in rpc("status")
            took.append(time.monotonic() - began)

    threads = [threading.Thread(target=ask) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took.sort()
    return len(took) / SECONDS, 1000 * statistics.median(took), 1000 * took[int(len(took) * 0.95)]


@case
def viewers() -> None:
    before = pss_kb()
    alone = burst()
    warm = pss_kb()
    began = time.monotonic()
    all_viewers = [Viewer(number) for number in range(VIEWERS)]
    for viewer in all_viewers:
        threading.Thread(target=viewer.read, daemon=True).start()
    deadline = time.monotonic() + 30
    while not all(viewer.size for viewer in all_viewers):
        assert time.monotonic() < deadline, "not all viewers were served"
        time.sleep(0.05)
    served = time.monotonic() - began
    held = pss_kb()
    together = burst()
    print(f"memory: {before} KB idle, {warm} KB after calls, {held} KB with {VIEWERS} viewers")
    for words, (rate, usual, slow) in (("nobody else", alone), (f"{VIEWERS} viewers", together)):
        print(f"status, {words}: {rate:.0f} answers/s, {usual:.1f} ms usually, {slow:.1f} ms one of twenty")
    print(f"the last of {VIEWERS} viewers had the status after {served:.2f} s; {all_viewers[0].size} bytes each so far")


if __name__ == "__main__":
    main()
