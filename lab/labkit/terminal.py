# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""A program in the lab on the terminal of the person at the keyboard."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import sys
import termios
import threading
import tty
from collections.abc import Iterator
from typing import Any

from .channel import Channel


@contextlib.contextmanager
def raw_keyboard() -> Iterator[None]:
    """Every key goes to the program, Ctrl-C included."""
    if not sys.stdin.isatty():
        yield
        return
    before = termios.tcgetattr(0)
    tty.setraw(0)
    try:
        yield
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)


def size() -> list[int]:
    columns, lines = shutil.get_terminal_size()
    return [lines, columns]


def run(channel: Channel, box: str, argv: list[str]) -> int:
    """Runs it and gives its status."""
    ended = threading.Event()
    status = [255]
    wake_read, wake_write = os.pipe()

    def said(message: dict[str, Any], load: bytes) -> None:
        while load:
            load = load[os.write(1, load) :]
        if "rc" in message:
            status[0] = message["rc"]
            ended.set()
            os.write(wake_write, b".")

    channel.on_terminal = said
    number = channel.call("terminal", box=box, argv=argv, size_of=size())[0]["terminal"]
    signal.signal(
        signal.SIGWINCH, lambda *_: channel.send("typed", terminal=number, size_of=size())
    )
    watched = [0, wake_read]
    with raw_keyboard():
        while not ended.is_set():
            ready, _, _ = select.select(watched, [], [], 1)
            if channel.closed:
                break
            if 0 in ready:
                typed = os.read(0, 4096)
                if typed:
                    channel.send("typed", typed, terminal=number)
                else:
                    watched.remove(0)
    return status[0]
