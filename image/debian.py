# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Debian packages as building material: resolve, fetch, unpack.

Nothing is installed on this machine and no root is needed.  apt resolves
against an empty list of installed packages, so the result does not depend on
what this machine has; it uses the machine's own sources and package lists.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

# Folders of a package that nothing reads at run time.
USELESS = [
    "etc/init.d",
    "etc/systemd",
    "usr/include",
    "usr/lib/systemd",
    "usr/lib/x86_64-linux-gnu/gconv",
    "usr/share/bash-completion",
    "usr/share/bug",
    "usr/share/doc",
    "usr/share/doc-base",
    "usr/share/info",
    "usr/share/lintian",
    "usr/share/locale",
    "usr/share/man",
    "usr/share/pixmaps",
    "usr/share/zsh",
    "var/cache",
    "var/lib/dpkg",
]


class BuildError(Exception):
    """A sentence for the person who ran the build."""


def read_list(path: Path) -> tuple[list[str], set[str]]:
    """Reads a package list: the wanted ones, and those to leave out ("-name")."""
    wanted: list[str] = []
    left_out: set[str] = set()
    for line in path.read_text().splitlines():
        name = line.split("#")[0].strip()
        if name.startswith("-"):
            left_out.add(name[1:])
        elif name:
            wanted.append(name)
    return wanted, left_out


class Apt:
    """apt with a state of its own below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.debs = folder / "debs"
        self.own_lists = folder / "lists"
        self.debs.mkdir(parents=True, exist_ok=True)
        (folder / "cache/archives/partial").mkdir(parents=True, exist_ok=True)
        (folder / "status").write_text("")

    def _run(self, *args: str) -> subprocess.CompletedProcess[str]:
        options = {
            "Dir::State::status": f"{self.folder}/status",
            "Dir::Cache": f"{self.folder}/cache",
            "APT::Install-Recommends": "0",
            "APT::Sandbox::User": "root" if os.getuid() == 0 else "",
            "Debug::NoLocking": "1",
        }
        if self.own_lists.exists():
            options["Dir::State::lists"] = str(self.own_lists)
        command = [args[0]]
        for key, value in options.items():
            command += ["-o", f"{key}={value}"]
        return subprocess.run(
            command + list(args[1:]),
            cwd=self.debs,
            env=os.environ | {"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    def run(self, *args: str) -> str:
        """Runs an apt command.  If that fails, package lists of its own are fetched first."""
        done = self._run(*args)
        if done.returncode != 0:
            shutil.rmtree(self.own_lists, ignore_errors=True)
            (self.own_lists / "partial").mkdir(parents=True)
            self._run("apt-get", "update")
            done = self._run(*args)
        if done.returncode != 0:
            raise BuildError(f"{' '.join(args)[:200]}:\n{done.stderr.strip()}")
        return done.stdout

    def resolve(self, wanted: Iterable[str], left_out: set[str]) -> list[str]:
        """Gives every package that is needed, as apt takes it: NAME=VERSION."""
        plan = self.run("apt-get", "-s", "install", *wanted)
        found = re.findall(r"^Inst (\S+) \((\S+) ", plan, re.M)
        unknown = left_out - {name for name, _ in found}
        if unknown:
            raise BuildError(f"left out, but nothing wants it: {' '.join(sorted(unknown))}")
        return [f"{name}={version}" for name, version in found if name not in left_out]

    def newest_kernel(self, meta: str = "linux-image-amd64") -> str:
        """Gives the package behind a kernel metapackage, NAME=VERSION."""
        found = re.findall(r"Depends: (linux-image-\S+)", self.run("apt-cache", "depends", meta))
        if not found:
            raise BuildError(f"{meta} depends on no kernel: is Debian among the apt sources?")
        version = re.search(r"Candidate: (\S+)", self.run("apt-cache", "policy", found[0]))
        assert version
        return f"{found[0]}={version[1]}"

    def fetch(self, packages: Iterable[str]) -> list[Path]:
        """Downloads what is not here yet; gives the .deb files."""
        wanted = {package: self._find(package) for package in packages}
        missing = [package for package, path in wanted.items() if path is None]
        if missing:
            self.run("apt-get", "download", *missing)
        paths = [path or self._find(package) for package, path in wanted.items()]
        gone = [p for p, path in zip(wanted, paths) if path is None]
        if gone:
            raise BuildError(f"apt-get downloaded no file for {' '.join(gone)}")
        return [path for path in paths if path]

    def _find(self, package: str) -> Path | None:
        name, version = package.split("=")
        stem = f"{name}_{version.replace(':', '%3a')}"
        for arch in ("amd64", "all"):
            path = self.debs / f"{stem}_{arch}.deb"
            if path.exists():
                return path
        return None


def unpack(debs: Iterable[Path], root: Path) -> None:
    """Unpacks packages into one tree in which /bin, /lib and /sbin are in /usr."""
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / "usr" / name).mkdir(parents=True, exist_ok=True)
        if not (root / name).is_symlink():
            (root / name).symlink_to(f"usr/{name}")
    for deb in debs:
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as tar:
            subprocess.run(
                ["tar", "-x", "--keep-directory-symlink", "--no-same-owner", "-C", root],
                stdin=tar.stdout,
                check=True,
            )
        if tar.returncode != 0:
            raise BuildError(f"{deb}: dpkg-deb could not read it")


def slim(root: Path, more: Iterable[str] = ()) -> None:
    """Drops documentation and what else no program reads."""
    remove(root, [*USELESS, *more])


def remove(root: Path, names: Iterable[str]) -> None:
    for name in names:
        path = root / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()


def link_busybox(root: Path) -> None:
    """Links each of busybox's programs whose name no other package took."""
    listing = subprocess.run(
        [root / "bin/busybox", "--list-full"], capture_output=True, text=True, check=True
    )
    folders = [root / "usr/bin", root / "usr/sbin"]
    for line in listing.stdout.split():
        path = Path(line)
        if any(
            (folder / path.name).is_symlink() or (folder / path.name).exists() for folder in folders
        ):
            continue
        folder = root / ("usr/sbin" if path.parent.name == "sbin" else "usr/bin")
        (folder / path.name).symlink_to("/bin/busybox")


def link_regdb(root: Path) -> None:
    """Does what update-alternatives would: the kernel asks for regulatory.db."""
    for path in (root / "lib/firmware").glob("regulatory.db*-debian"):
        path.with_name(path.name.removesuffix("-debian")).symlink_to(path.name)
