# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The neighbourhood that `lab/lab up` keeps, and how others find and enter it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from .channel import Channel, connect
from .machine import CONNECTIONS
from .system import REPOSITORY, build

if TYPE_CHECKING:
    from .lab import Lab


class NothingUp(Exception):
    """There is no neighbourhood to look into."""


def note() -> Path:
    """Where the running one is written down; each checkout has its own."""
    return build.cache_folder() / f"up-{build.hash_of(str(REPOSITORY))}"


@contextlib.contextmanager
def announced(lab: Lab) -> Iterator[None]:
    path = note()
    path.write_text(json.dumps({"folder": str(lab.folder), "pid": os.getpid()}))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def stay(lab: Lab) -> None:
    """Keeps it for people to look into, until Ctrl-C (which is raised on)."""
    with announced(lab):
        print("  nodes   " + " ".join(node.name for node in lab.nodes))
        print("  clients " + " ".join(client.name for client in lab.clients))
        print("Look inside from another terminal; Ctrl-C here ends it.")
        print("  lab/lab shell NODE")
        print("  lab/lab exec NODE COMMAND...", flush=True)
        while True:
            lab.machine.check_alive()
            time.sleep(0.5)


@contextlib.contextmanager
def connected() -> Iterator[Channel]:
    """A connection of one's own to what is up."""
    if not note().exists():
        raise NothingUp("nothing is up; start it with: lab/lab up NAME")
    folder = Path(json.loads(note().read_text())["folder"])
    for number in range(1, CONNECTIONS):
        with contextlib.suppress(BlockingIOError, FileNotFoundError):
            with open(folder / f"agent{number}.lock", "w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                channel = Channel(connect(folder / f"agent{number}"))
                try:
                    yield channel
                finally:
                    channel.close()
                return
    if not folder.exists():
        note().unlink(missing_ok=True)
        raise NothingUp("what was up has ended; start it again with: lab/lab up NAME")
    raise NothingUp(f"{CONNECTIONS - 1} shells are open already")
