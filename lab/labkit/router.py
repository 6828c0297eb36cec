# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""A plain Debian router with systemd and apt: what the Debian package is installed on."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections.abc import Iterable
from pathlib import Path

from .system import BUILDERS, LAB, build, debian

PACKAGES = LAB / "router/packages"

# Documentation, and what a container has no use for.
DROP = [
    "usr/share/doc",
    "usr/share/man",
    "usr/share/info",
    "usr/share/locale",
    "usr/share/lintian",
    "usr/share/bash-completion",
    "usr/share/zsh",
    "usr/share/bug",
    "usr/share/zoneinfo",
    "usr/lib/x86_64-linux-gnu/gconv",
    "usr/lib/udev/hwdb.d",
    "var/cache/apt",
]

# Nothing here can be reached, or nobody logs in.
MASKED = [
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "console-getty.service",
    "getty.target",
    "systemd-logind.service",
]

# Made by scripts of packages, which are not run: NAME NUMBER.
USERS = {"dnsmasq": 110, "dhcpcd": 111}


def archive() -> Path:
    """The root of such a router, its packages known to dpkg, as a tar file to be sent."""
    key = build.hash_of(*BUILDERS, PACKAGES, Path(__file__))
    folder = build.cache_folder() / "router" / key
    build.once(folder, "building a Debian router's root", make_archive)
    build.prune(folder.parent, keep=3)
    return folder / "root.tar.gz"


def make_archive(folder: Path) -> None:
    root = folder / "root"
    root.mkdir()
    make(root)
    with tarfile.open(folder / "root.tar.gz", "w:gz", compresslevel=6) as tar:
        tar.add(root, ".", filter=as_root)
    shutil.rmtree(root)


def as_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


def make(root: Path) -> None:
    cache = build.cache_folder()
    apt = debian.Apt(cache / "apt")
    wanted, left_out = debian.read_list(PACKAGES)
    with build.lock(cache / "apt/.lock"):
        debs = apt.fetch(apt.resolve(wanted, left_out))
    debian.unpack(debs, root)
    debian.remove(root, DROP)
    for name in ("dev", "proc", "sys", "run", "tmp", "root", "var/cache/apt/archives/partial"):
        (root / name).mkdir(parents=True, exist_ok=True)
    tell_dpkg(root, debs)
    configure(root)


def output(*argv: str | Path) -> str:
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def tell_dpkg(root: Path, debs: Iterable[Path]) -> None:
    """Writes dpkg's records, as if it had installed all of them."""
    records = []
    info = root / "var/lib/dpkg/info"
    for deb in debs:
        control = output("dpkg-deb", "--field", deb)
        fields = dict(line.split(": ", 1) for line in control.splitlines() if ": " in line)
        name = fields["Package"]
        records.append(f"{control.rstrip()}\nStatus: install ok installed\n")
        if fields.get("Multi-Arch") == "same":
            name += f":{fields['Architecture']}"
        files = [line.split(None, 5)[5] for line in output("dpkg-deb", "-c", deb).splitlines()]
        paths = [file.split(" -> ")[0].rstrip("/")[1:] or "/." for file in files]
        (info / f"{name}.list").write_text("\n".join(paths) + "\n")
    (root / "var/lib/dpkg/status").write_text("\n".join(records))
    (root / "var/lib/dpkg/available").touch()


def configure(root: Path) -> None:
    """What the packages' scripts and the installer would have done, as far as it matters."""
    etc, base = root / "etc", root / "usr/share/base-passwd"
    users = "".join(f"{u}:x:{n}:65534::/nonexistent:/usr/sbin/nologin\n" for u, n in USERS.items())
    passwd = (base / "passwd.master").read_text().replace(":*:", ":x:") + users
    group = (base / "group.master").read_text().replace(":*:", ":x:")
    (etc / "passwd").write_text(passwd)
    (etc / "group").write_text(group)
    for name, text in (("shadow", passwd), ("gshadow", group)):
        rest = ":19000:0:99999:7:::" if name == "shadow" else "::"
        lines = [f"{line.split(':')[0]}:*{rest}\n" for line in text.splitlines()]
        (etc / name).write_text("".join(lines))
    (etc / "nsswitch.conf").write_text("passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n")
    (etc / "machine-id").write_text("0123456789abcdef0123456789abcdef\n")
    (etc / "fstab").write_text("")
    (etc / "apt/sources.list").write_text("")
    for kind in ("auth", "account", "password", "session"):
        (etc / f"pam.d/common-{kind}").write_text(f"{kind} required pam_permit.so\n")
    (root / "usr/bin/awk").symlink_to("mawk")
    for name, target in (("run", "/run"), ("lock", "/run/lock")):
        shutil.rmtree(root / "var" / name, ignore_errors=True)
        (root / "var" / name).symlink_to(target)
    units = etc / "systemd/system"
    units.mkdir(parents=True, exist_ok=True)
    for unit in MASKED:
        (units / unit).symlink_to("/dev/null")
    (units / "default.target").symlink_to("/lib/systemd/system/multi-user.target")
