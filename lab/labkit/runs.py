# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Folders of running machines.  Those of programs that were killed are swept."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "weft-lab-"


def new_folder() -> Path:
    """A folder for the sockets of one machine; its path is short, as sockets need it."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    (folder / "pid").write_text(str(os.getpid()))
    return folder


def sweep() -> None:
    for pid_file in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/pid"):
        try:
            text = pid_file.read_text()
            if text and not Path("/proc", text).exists():
                shutil.rmtree(pid_file.parent, ignore_errors=True)
        except OSError:
            pass  # somebody else's, or just gone
