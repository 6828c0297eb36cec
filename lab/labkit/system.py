# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""What the lab's machine boots: Debian's stock kernel, and an initramfs."""

from __future__ import annotations

import compileall
import lzma
import os
import py_compile
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LAB = Path(__file__).resolve().parent.parent
REPOSITORY = LAB.parent
sys.path.insert(0, str(REPOSITORY / "image"))

import build  # noqa: E402
import debian  # noqa: E402

GUEST = LAB / "guest"
BUILDERS = [REPOSITORY / "image/build.py", REPOSITORY / "image/debian.py", Path(__file__)]

PYTHON = "python3.11"

# Parts of the standard library that the agent and people's scripts do without.
DROP = [
    f"usr/lib/{PYTHON}/{name}"
    for name in ("ensurepip", "idlelib", "lib2to3", "pydoc_data", "test", "tkinter", "unittest")
] + ["usr/share/gcc", "usr/share/perl5", "usr/share/python3", "usr/share/doc-base"]


def read_modules() -> list[str]:
    lines = [line.split("#")[0].split() for line in (GUEST / "modules").read_text().splitlines()]
    return [words[0] for words in lines if words]


def unpack_vmlinux(bzimage: Path, vmlinux: Path) -> None:
    """Takes the ELF out of a bzImage: the machine then starts seconds earlier."""
    data = bzimage.read_bytes()
    at = data.find(b"\xfd7zXZ\0")
    while at >= 0:
        try:
            payload = lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(data[at:])
        except lzma.LZMAError:
            payload = b""
        if payload.startswith(b"\x7fELF"):
            vmlinux.write_bytes(payload)
            return
        at = data.find(b"\xfd7zXZ\0", at + 1)
    raise debian.BuildError(f"{bzimage}: no xz-compressed kernel inside")


def module_files(tree: Path, version: str) -> list[Path]:
    """The wanted modules and all they need, as modprobe sees it."""
    subprocess.run(["/sbin/depmod", "-b", tree, version], check=True)
    found: dict[Path, None] = {}
    for name in read_modules():
        listing = subprocess.run(
            ["/sbin/modprobe", "-C", "/nonexistent", "-d", tree, "-S", version]
            + ["--show-depends", name],
            capture_output=True,
            text=True,
            env={"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        )
        if listing.returncode != 0:
            raise debian.BuildError(f"lab/guest/modules: {name}: {listing.stderr.strip()}")
        for line in listing.stdout.splitlines():
            if line.startswith("insmod "):
                found[Path(line.split()[1])] = None
    return list(found)


def make_kernel(folder: Path) -> None:
    """Leaves vmlinux and modules/lib/modules/VERSION in `folder`."""
    cache = build.cache_folder()
    apt = debian.Apt(cache / "apt")
    with build.lock(cache / "apt/.lock"):
        debs = apt.fetch([apt.newest_kernel()])
    tree = folder / "unpacked"
    tree.mkdir()
    debian.unpack(debs, tree)
    version = next((tree / "lib/modules").iterdir()).name
    unpack_vmlinux(tree / f"boot/vmlinuz-{version}", folder / "vmlinux")
    target = folder / "modules"
    for path in module_files(tree, version):
        copy = target / path.relative_to(
            tree.resolve() if path.is_relative_to(tree.resolve()) else tree
        )
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    modules = target / "lib/modules" / version
    for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        shutil.copy(tree / "lib/modules" / version / name, modules / name)
    subprocess.run(["/sbin/depmod", "-b", target, version], check=True)
    shutil.rmtree(tree)


def kernel() -> Path:
    key = build.hash_of(*BUILDERS, GUEST / "modules")
    return build.once(
        build.cache_folder() / "kernel" / key, "fetching and unpacking Debian's kernel", make_kernel
    )


def host_tree() -> Path:
    """The root of the machine itself."""
    key = build.hash_of(*BUILDERS, GUEST / "packages", REPOSITORY / "image/files")

    def make(root: Path) -> None:
        build.make_tree(root, GUEST / "packages", REPOSITORY / "image/files", DROP)
        # Clients and internet hosts boot this; they start nothing by themselves.
        (root / "etc/inittab").write_text("# nothing\n")
        compile_python(root / "usr/lib/python3")
        compile_python(root / f"usr/lib/{PYTHON}")

    return build.once(build.cache_folder() / "host" / key, "building the machine's root", make)


def compile_python(folder: Path) -> None:
    """Compiles ahead: in the emulated machine it would take seconds.

    If this machine's Python is another than Debian 12's, the result is ignored there.
    """
    if folder.exists():
        compileall.compile_dir(
            folder, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
        )


def key() -> str:
    """Names everything that is in the machine before the host speaks to it, and QEMU itself."""
    qemu = shutil.which("qemu-system-x86_64")
    if not qemu:
        raise debian.BuildError("there is no qemu-system-x86_64: run tools/setup")
    status = os.stat(qemu)
    version = f"{status.st_size} {status.st_mtime}"
    return build.hash_of(build.image_key(), version, *BUILDERS, LAB / "labkit/machine.py", GUEST)


def make_initramfs(path: Path) -> None:
    cpio = build.Cpio(path)
    cpio.add_tree(host_tree())
    cpio.add("image", 0o040755)
    cpio.add_tree(build.image_tree(), "image")
    modules = kernel() / "modules/lib/modules"
    cpio.add("usr/lib/modules", 0o040755)
    cpio.add_tree(modules, "usr/lib/modules")
    cpio.add("lab", 0o040755)
    with tempfile.TemporaryDirectory() as draft:
        guest = Path(draft) / "lab"
        shutil.copytree(GUEST, guest, ignore=shutil.ignore_patterns("__pycache__"))
        compile_python(guest)
        cpio.add_tree(guest, "lab")
    cpio.add("init", 0o100755, (GUEST / "init").read_bytes())
    # The kernel opens the console before the first program can make it.
    cpio.add("dev/console", 0o020600, device=(5, 1))
    cpio.close()
