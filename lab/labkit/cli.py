# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The command `lab/lab`."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import machine, standing, terminal
from .box import Box
from .channel import AgentError
from .lab import Lab
from .machine import MachineError, die_with_parent
from .product import ProductError
from .system import LAB, debian
from .topology import TopologyError

SCENARIOS = LAB / "scenarios"
PYTHON = "/usr/bin/python3"
children: list[subprocess.Popen[str]] = []  # the tests that run now


class UsageError(Exception):
    """A sentence for the person at the keyboard."""


def scenario(name: str) -> Path:
    path = Path(name) if "/" in name else SCENARIOS / name
    if not (path / "topology").exists():
        raise UsageError(f"there is no scenario {name}; lab/lab list names them")
    return path.resolve()


def summary(folder: Path) -> str:
    """What the first comment of a topology says."""
    first = (folder / "topology").read_text().split("\n", 1)[0]
    return first.lstrip("# ") if first.startswith("#") else ""


def do_list(arguments: argparse.Namespace) -> int:
    for path in sorted(SCENARIOS.glob("*/topology")):
        print(f"{path.parent.name:20} {summary(path.parent)}")
    return 0


def do_build(arguments: argparse.Namespace) -> int:
    """Makes all that the machine needs, ahead of time."""
    print(machine.saved_machine())
    return 0


def run_one(folder: Path, options: list[str], quiet: bool) -> int:
    """Runs one scenario's tests; `quiet` keeps its output together for the end."""
    command = [PYTHON, "-m", "pytest", "-q", f"--rootdir={LAB}"]
    command += ["-p", "no:cacheprovider", "-p", "labkit.plugin"]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(LAB)}
    child = subprocess.Popen(
        [*command, *options, folder],
        cwd=LAB,
        env=environment,
        preexec_fn=die_with_parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
    )
    children.append(child)
    said, _ = child.communicate()
    if quiet:
        print(f"-- {folder.name}\n{said}", flush=True)
    return child.returncode


def do_run(arguments: argparse.Namespace) -> int:
    folders = [scenario(name) for name in arguments.names] or [
        path.parent for path in sorted(SCENARIOS.glob("*/topology"))
    ]
    options = list(arguments.pytest)
    options += ["-v", "-s"] if arguments.verbose else []
    options += ["-k", arguments.keyword] if arguments.keyword else []
    if arguments.stay:
        os.environ["WEFT_LAB_STAY"] = "yes"
        options += ["-s", "-x"]
    if arguments.capture:
        os.environ["WEFT_LAB_CAPTURE"] = "yes"
    machine.saved_machine()

    def run(folder: Path) -> int:
        report = []
        if arguments.reports:
            report = [f"--junitxml={arguments.reports.resolve()}/{folder.name}.xml"]
        return run_one(folder, options + report, quiet=arguments.jobs > 1)

    with ThreadPoolExecutor(arguments.jobs) as pool:
        try:
            statuses = list(pool.map(run, folders))
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in children:
                child.terminate()
            raise
    failed = [folder.name for folder, status in zip(folders, statuses) if status != 0]
    if failed:
        print(f"failed: {' '.join(failed)}", file=sys.stderr)
    return bool(failed)


def do_up(arguments: argparse.Namespace) -> int:
    lab = Lab(scenario(arguments.name))
    try:
        print(f"{lab.scenario.name} is up after {lab.times['nodes running']:.1f} s:")
        standing.stay(lab)
    except KeyboardInterrupt:
        print()
    finally:
        lab.stop()
    return 0


def do_shell(arguments: argparse.Namespace) -> int:
    with standing.connected() as channel:
        return terminal.run(channel, arguments.node, ["/bin/sh", "-i"])


def do_forward(arguments: argparse.Namespace) -> int:
    """Until Ctrl-C."""
    address, _, port = arguments.target.partition(":")
    with standing.connected() as channel:
        door = Box(channel, arguments.box).forward(address, int(port or 80), arguments.here)
        print(f"http://{door.address}/ leads there; Ctrl-C ends it", flush=True)
        while not channel.closed:
            time.sleep(0.5)
    return 0


def do_exec(arguments: argparse.Namespace) -> int:
    with standing.connected() as channel:
        if sys.stdin.isatty() and sys.stdout.isatty():
            return terminal.run(channel, arguments.node, arguments.command)
        load = b"" if sys.stdin.isatty() or not arguments.stdin else sys.stdin.buffer.read()
        request = {"box": arguments.node, "argv": arguments.command}
        answer, said = channel.call("run", load, within=3600, **request)
        sys.stdout.buffer.write(said[: answer["out"]])
        sys.stderr.buffer.write(said[answer["out"] :])
        return int(answer["rc"])


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="lab/lab", description="Real nodes in an emulated machine.")
    verbs = top.add_subparsers(dest="verb", required=True)

    def add(
        name: str, do: Callable[[argparse.Namespace], int], help: str
    ) -> argparse.ArgumentParser:
        verb = verbs.add_parser(name, help=help, description=help)
        verb.set_defaults(do=do)
        return verb

    add("list", do_list, "name the scenarios")
    add("build", do_build, "fetch, build, boot and save the machine, if it is missing")
    run = add("run", do_run, "run scenarios as tests; all of them without a name")
    run.add_argument("names", nargs="*", metavar="NAME")
    run.add_argument("-j", dest="jobs", type=int, default=1, help="so many at once")
    run.add_argument("-k", dest="keyword", help="only tests whose name has this")
    run.add_argument("-v", dest="verbose", action="store_true", help="show what tests print")
    run.add_argument("--stay", action="store_true", help="stay up where a test has failed")
    run.add_argument(
        "--capture",
        action="store_true",
        help="capture on every cable; a failed test leaves the end",
    )
    run.add_argument("--reports", type=Path, metavar="DIR", help="leave NAME.xml (JUnit) there")
    run.add_argument("--pytest", action="append", default=[], help="an option for pytest")
    up = add("up", do_up, "keep a scenario's neighbourhood up until Ctrl-C")
    up.add_argument("name", metavar="NAME")
    shell = add("shell", do_shell, "a shell in a node (or client) of what is up")
    shell.add_argument("node", metavar="NODE")
    forward = add("forward", do_forward, "a port of this host that leads to a page in what is up")
    forward.add_argument("--here", type=int, default=0, metavar="PORT", help="this one")
    forward.add_argument("box", metavar="CLIENT", help="who visits it")
    forward.add_argument("target", metavar="ADDRESS[:PORT]", help="an IPv4 address of a node")
    run_in = add("exec", do_exec, "run a command in a node of what is up")
    run_in.add_argument("-i", dest="stdin", action="store_true", help="pass standard input on")
    run_in.add_argument("node", metavar="NODE")
    run_in.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND")
    return top


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main(argv: list[str]) -> int:
    arguments = parser().parse_args(argv)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        return int(arguments.do(arguments))
    except KeyboardInterrupt:
        return 130
    except (
        UsageError,
        TopologyError,
        MachineError,
        ProductError,
        AgentError,
        standing.NothingUp,
        debian.BuildError,
    ) as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1
