# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Builds root trees out of Debian packages, each once: a tree is named by what went into it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import debian  # noqa: E402

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent


def cache_folder() -> Path:
    """Where built things are kept: .cache in the checkout; worktrees share that of the main one."""
    if "WEFT_CACHE" in os.environ:
        return Path(os.environ["WEFT_CACHE"])
    link = REPOSITORY / ".git"
    if link.is_file():
        # gitdir: /the/main/checkout/.git/worktrees/NAME
        folder = Path(link.read_text().split(":", 1)[1].strip())
        if folder.parent.name == "worktrees":
            return folder.parent.parent.parent / ".cache"
    return REPOSITORY / ".cache"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def hash_of(*sources: Path | str) -> str:
    """A short name for the contents of files and folders, and for texts."""
    digest = hashlib.sha256()
    for source in sources:
        if isinstance(source, str):
            digest.update(source.encode() + b"\0")
            continue
        paths = sorted(source.rglob("*")) if source.is_dir() else [source]
        for path in paths:
            if path.is_file() and "__pycache__" not in path.parts:
                mode = "x" if path.stat().st_mode & 0o100 else "-"
                digest.update(f"{path.relative_to(source.parent)}\0{mode}\0".encode())
                digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def lock(path: Path) -> Iterator[None]:
    """One builder at a time; the others wait and find the work done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def once(folder: Path, what: str, make: Callable[[Path], None]) -> Path:
    """Gives `folder`; if it is missing, `make` fills it first, all or nothing."""
    if not folder.exists():
        with lock(folder.parent / f".{folder.name}.lock"):
            if not folder.exists():
                say(f"{what} (once)")
                draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
                try:
                    make(draft)
                    draft.chmod(0o755)
                    draft.rename(folder)
                except BaseException:
                    shutil.rmtree(draft, ignore_errors=True)
                    raise
    os.utime(folder)
    return folder


def prune(folder: Path, keep: int, unused_s: float = 3600) -> None:
    """Removes what has not been used for longest, but nothing that was used just now."""
    entries = [path for path in folder.iterdir() if not path.name.startswith(".")]
    used = {path: path.stat().st_mtime for path in entries}
    for path in sorted(entries, key=lambda path: used[path])[:-keep]:
        if used[path] < time.time() - unused_s:
            shutil.rmtree(path, ignore_errors=True)


def copy_over(source: Path, root: Path) -> None:
    """Lays the repository's own files over a tree."""
    shutil.copytree(source, root, symlinks=True, dirs_exist_ok=True)


def make_tree(root: Path, package_list: Path, files: Path | None, drop: Iterable[str]) -> None:
    cache = cache_folder()
    apt = debian.Apt(cache / "apt")
    wanted, left_out = debian.read_list(package_list)
    with lock(cache / "apt/.lock"):
        debs = apt.fetch(apt.resolve(wanted, left_out))
    debian.unpack(debs, root)
    debian.slim(root, drop)
    debian.link_busybox(root)
    debian.link_regdb(root)
    for name in ("dev", "proc", "sys", "run", "tmp", "root", "mnt", "var/log", "var/lib/misc"):
        (root / name).mkdir(parents=True, exist_ok=True)
    for name, target in (("var/run", "/run"), ("var/lock", "/run/lock")):
        if not (root / name).is_symlink():
            (root / name).symlink_to(target)
    if files:
        copy_over(files, root)


def image_key() -> str:
    return hash_of(HERE)


def image_tree() -> Path:
    """The root that every node boots."""

    def make(root: Path) -> None:
        make_tree(root, HERE / "packages", HERE / "files", ["usr/share/gcc", "usr/share/perl5"])

    return once(cache_folder() / "image" / image_key(), "building the image's root", make)


class Cpio:
    """Writes an initramfs: everything belongs to root, no privileges needed."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("wb")
        self.inode = 0

    def add(
        self, name: str, mode: int, load: bytes = b"", device: tuple[int, int] = (0, 0)
    ) -> None:
        self.inode += 1
        encoded = name.encode() + b"\0"
        fields = [self.inode, mode, 0, 0, 1, 0, len(load), 0, 0, *device, len(encoded), 0]
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + encoded
        self.file.write(head + bytes(-len(head) % 4) + load + bytes(-len(load) % 4))

    def add_tree(self, tree: Path, prefix: str = "") -> None:
        """Adds a folder's contents below `prefix`; links between names become copies."""
        for folder, folders, files in os.walk(tree):
            folders.sort()
            here = Path(folder)
            inside = Path(prefix) / here.relative_to(tree)
            for name in sorted(folders + files):
                path = here / name
                status = path.lstat()
                target = str(inside / name)
                if stat.S_ISLNK(status.st_mode):
                    self.add(target, status.st_mode, os.readlink(path).encode())
                elif stat.S_ISDIR(status.st_mode):
                    self.add(target, status.st_mode)
                elif stat.S_ISREG(status.st_mode):
                    self.add(target, status.st_mode, path.read_bytes())

    def close(self) -> None:
        self.add("TRAILER!!!", 0)
        self.file.close()


if __name__ == "__main__":
    try:
        print(image_tree())
    except debian.BuildError as error:
        sys.exit(f"image: {error}")
