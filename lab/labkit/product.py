# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The program under test: built, or given by WEFT_BINARY."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .system import REPOSITORY, build

BUILD = REPOSITORY / "build-lab"
DEFAULTS = REPOSITORY / "packaging/files/etc/config/lime-defaults"


class ProductError(Exception):
    """weft could not be built."""


def run(*argv: str | Path) -> None:
    done = subprocess.run(argv, cwd=REPOSITORY, capture_output=True, text=True)
    if done.returncode != 0:
        raise ProductError(
            f"{' '.join(map(str, argv))}\n{chr(10).join((done.stdout + done.stderr).splitlines()[-40:])}"
        )


def binary() -> Path:
    """Builds weft as it is shipped (optimized, stripped) and gives its path."""
    if "WEFT_BINARY" in os.environ:
        return Path(os.environ["WEFT_BINARY"])
    with build.lock(REPOSITORY / ".cache/build-lab.lock"):  # scenarios run side by side
        if not (BUILD / "build.ninja").exists():
            run("meson", "setup", BUILD, "-Dtests=disabled", "-Doptimization=2", "-Ddebug=true")
        run("ninja", "-C", BUILD, "src/weft")
        built, stripped = BUILD / "src/weft", BUILD / "weft.stripped"
        if not stripped.exists() or stripped.stat().st_mtime < built.stat().st_mtime:
            run("strip", "-o", stripped, built)
    return stripped


def package() -> Path:
    """Builds the Debian package, unless the one that is there was made of the same files."""
    folder = REPOSITORY / "build-deb"
    page = ("web/src", "web/public", "web/index.html", "web/vite.config.ts", "web/package-lock.json")
    sources = [REPOSITORY / name for name in ("src", "packaging", "meson.build", "tools", *page)]
    key, made_of = build.hash_of(*sources), folder / "made-of"
    with build.lock(REPOSITORY / "build-lab/.package.lock"):
        if not made_of.exists() or made_of.read_text() != key:
            run("tools/deb", "--quick")
            made_of.write_text(key)
    (found,) = folder.glob("weft_*.deb")
    return found


def page() -> dict[str, bytes]:
    """Builds the phone page and gives its files by name."""
    run("tools/web")
    folder = REPOSITORY / "build-web/www"
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def defaults() -> str:
    return DEFAULTS.read_text()
