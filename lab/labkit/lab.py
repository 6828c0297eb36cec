# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""A neighbourhood: built from a scenario's folder inside a restored machine."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from . import config, internet, machine, product, router, runs
from .actors import Client, Node
from .box import Box
from .cable import Cable
from .channel import AgentError, Answer
from .topology import MTU_LAN, Quality, Topology, TopologyError, parse
from .topology import Client as ClientLine
from .topology import Link as LinkLine
from .topology import Node as NodeLine
from .wait import wait_until

IMAGE_INIT = ["/sbin/init"]
CLIENT_INIT = ["/bin/busybox", "init"]


class Lab:
    """Everything in one place: lab['n1'], lab.link('n1', 'n2'), lab.wait_until(...)."""

    wait_until = staticmethod(wait_until)

    def __init__(self, scenario: Path, progress: Callable[[str], None] = lambda step: None) -> None:
        """Builds everything and boots every node.

        `progress` is told what was done, in a few words.  The machine ends with the thread
        that called this.
        """
        self.progress = progress
        self.scenario = scenario
        self.topology = read_topology(scenario)
        self.times: dict[str, float] = {}
        self.started = time.monotonic()
        self.folder = runs.new_folder()
        self.boxes: dict[str, Box] = {}
        self.cables: dict[str, Cable] = {}
        self._answers: list[Future[Answer]] = []
        try:
            binary = product.binary() if self.has_product() else None
            self.mark("weft built")
            self.machine = machine.restore(self.folder)
        except BaseException:
            shutil.rmtree(self.folder)
            raise
        try:
            assert self.machine.channel
            self.channel = self.machine.channel
            self.lab = Box(self.channel, "lab")
            self.mark("machine restored")
            self._build(binary)
            self.mark("nodes running")
        except BaseException:
            self.stop()
            raise

    def mark(self, what: str) -> None:
        self.times[what] = time.monotonic() - self.started
        self.progress(f"{what} ({self.times[what]:.1f} s)")

    def has_product(self) -> bool:
        return any(not node.bare and not node.debian for node in self.topology.nodes.values())

    def __getitem__(self, name: str) -> Box:
        return self.boxes[name]

    @property
    def nodes(self) -> list[Node]:
        return [box for box in self.boxes.values() if isinstance(box, Node)]

    @property
    def clients(self) -> list[Client]:
        return [box for box in self.boxes.values() if isinstance(box, Client)]

    def node(self, name: str) -> Node:
        box = self.boxes[name]
        assert isinstance(box, Node)
        return box

    def client(self, name: str) -> Client:
        box = self.boxes[name]
        assert isinstance(box, Client)
        return box

    def link(self, a: str, b: str) -> Cable:
        """The cable between two nodes, or of a node to its 'internet'."""
        cable = self.cables.get(f"{a} {b}") or self.cables.get(f"{b} {a}")
        if not cable:
            raise KeyError(f"no link {a} {b}")
        return cable

    def stop(self) -> None:
        self.machine.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # Building: everything is sent at once; the answers are looked at in the end.

    def _build(self, binary: Path | None) -> None:
        if binary:
            self.put("lab", "/image/usr/sbin/weft", binary.read_bytes(), 0o755)
            self.put("lab", "/image/etc/config/lime-defaults", product.defaults())
            for name, text in product.page().items():
                self.put("lab", f"/image/usr/share/weft/www/{name}", text)
        if any(node.debian for node in self.topology.nodes.values()):
            self._send_router()
        for node in self.topology.nodes.values():
            self._add_node(node)
        self._add_cables()
        for client in self.topology.clients.values():
            self._add_client(client)
        internet.add(self)
        for name in self.boxes:
            self.send("start", box=name)
        for name in self.topology.clients:
            self.steps([name, "up", "eth0"])
        internet.start(self)
        for future in self._answers:
            answer, load = future.result(120)
            if answer.get("rc"):
                raise AgentError(load.decode(errors="replace"))
        self._answers.clear()

    def send(self, do: str, load: bytes = b"", **request: Any) -> None:
        self._answers.append(self.channel.send(do, load, **request))

    def put(self, box: str, path: str, text: str | bytes, mode: int = 0o644) -> None:
        load = text.encode() if isinstance(text, str) else text
        self.send("write", load, box=box, path=path, mode=mode)

    def steps(self, *steps: list[Any]) -> None:
        self.send("net", steps=list(steps))

    def add_box(self, box: Box, root: str, init: list[str]) -> None:
        self.boxes[box.name] = box
        self.send("box", name=box.name, root=root, init=init)

    def add_port(self, box: str, port: str, mac: str, mtu: int = MTU_LAN) -> str:
        """Gives a box a socket; what it gives back is the name of the lab's end."""
        end = f"{box}.{port}"
        self.steps([box, "port", {"name": port, "mac": mac, "mtu": mtu}, end])
        return end

    def add_cable(self, name: str, a: str, b: str, quality: Quality) -> None:
        cable = self.cables[name] = Cable(self.channel, [a, b], quality)
        self.steps(["lab", "join", a, b])
        if quality != Quality():
            self.steps(*cable.netem_steps())

    def _send_router(self) -> None:
        """It is not in the saved machine: few scenarios want it."""
        self.lab.run("mkdir", "-p", "/router")
        archive = router.archive().read_bytes()
        self.lab.run("tar", "-xzf", "-", "-C", "/router", input=archive, timeout=300)
        self.mark("Debian router there")

    def _add_node(self, line: NodeLine) -> None:
        self.add_box(Node(self, line), "router" if line.debian else "image", IMAGE_INIT)
        for port in line.ports:
            if port.name == "eth0":
                self.steps([line.name, "dummy", {"name": "eth0", "mac": port.mac}])
            else:
                self.add_port(line.name, port.name, port.mac, port.mtu)
        air = f"air.{line.name}"
        self.steps(["lab", "bridge", air], ["lab", "master", f"{line.name}.lan0", air])
        if not line.debian:
            for name, text in self.files(line).items():
                self.put(line.name, name, text)

    def files(self, line: NodeLine) -> dict[str, str]:
        """What a node has in its root before it boots."""
        if line.bare:
            return {"/etc/inittab": "# nothing\n"}
        cloud = self.topology.clouds[line.cloud]
        files = {
            "/etc/config/lime-community": config.lime_community(
                cloud, self._own("community", cloud.name)
            ),
            "/etc/config/lime-node": config.lime_node(line, self._own("node", line.name)),
        }
        board = self.scenario / f"board-{line.name}.json"
        if board.exists():
            files["/etc/board.json"] = board.read_text()
        return files

    def _own(self, kind: str, name: str) -> str:
        """What the scenario itself says: one file for all, or one by name."""
        for path in (self.scenario / f"{kind}-{name}", self.scenario / kind):
            if path.exists():
                return path.read_text()
        return ""

    def _add_cables(self) -> None:
        for link in self.topology.links:
            self._add_link(link)
        for segment in self.topology.segments.values():
            air = f"air.{segment.name}"
            self.steps(["lab", "bridge", air])
            for node, port in segment.members:
                self.steps(["lab", "master", f"{node}.{port}", air])

    def _add_link(self, link: LinkLine) -> None:
        name = f"{link.a[0]} {link.b[0]}"
        self.add_cable(name, ".".join(link.a), ".".join(link.b), link.quality)

    def _add_client(self, line: ClientLine) -> None:
        self.add_box(Client(self, line), "host", CLIENT_INIT)
        end = self.add_port(line.name, "eth0", line.mac)
        self.steps(["lab", "master", end, f"air.{line.at}"])


def read_topology(scenario: Path) -> Topology:
    path = scenario / "topology"
    if not path.exists():
        raise TopologyError(f"{path}: there is no such file")
    return parse(path.read_text(), os.path.relpath(path))
