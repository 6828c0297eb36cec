# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The text file that tells what a neighbourhood is made of.

    cloud norte ssid=norte.example
        node n1 n2 n3
    cloud sur
        node s1
        node s2 mac=02:ca:fe:00:99:01
    link n1 n2 rate=100mbit delay=2ms jitter=1ms loss=0.5%
    link n2 s1
    segment patio n2 n3 mesh=yes
    client ana n1
    client luz patio
    internet n1 rate=20mbit delay=10ms

A line is a word, names, then options.  Everything after # is a comment.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

NAME = re.compile(r"[a-z][a-z0-9-]{0,8}")
RESERVED = {"lab", "internet", "core", "air"}
UNITS_RATE = {"kbit": 1, "mbit": 1000, "gbit": 1000000}


class TopologyError(Exception):
    """Everything that is wrong with a file, a line each: FILE:LINE: what."""


class Wrong(Exception):
    """What is wrong with one line."""


@dataclass(frozen=True)
class Quality:
    """What a cable does to the frames that cross it, in each direction."""

    rate_kbps: int = 0
    delay_ms: float = 0
    jitter_ms: float = 0
    loss: float = 0


@dataclass
class Node:
    name: str
    number: int
    cloud: str
    mac: str
    bare: bool = False  # no daemon: the scenario configures it by hand
    debian: bool = False  # a plain Debian router, on which the scenario installs the package
    ports: list[Port] = field(default_factory=list)


@dataclass
class Port:
    """A socket of a node: its interface and the protocols it speaks."""

    name: str
    mac: str
    mtu: int
    protocols: list[str]


@dataclass
class Cloud:
    name: str
    ssid: str
    nodes: list[str] = field(default_factory=list)


@dataclass
class Link:
    """A cable between two nodes: (node, port) at each end."""

    a: tuple[str, str]
    b: tuple[str, str]
    quality: Quality


@dataclass
class Segment:
    """One cable with several nodes and clients on it."""

    name: str
    members: list[tuple[str, str]]


@dataclass
class Client:
    name: str
    number: int
    mac: str
    at: str  # a node or a segment


@dataclass
class Uplink:
    """A node's way to the Internet."""

    node: str
    number: int
    quality: Quality


@dataclass
class Topology:
    clouds: dict[str, Cloud] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    segments: dict[str, Segment] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    uplinks: dict[str, Uplink] = field(default_factory=dict)

    def names(self) -> set[str]:
        return set(self.nodes) | set(self.segments) | set(self.clients) | RESERVED


MESH = ["batadv:%N1", "babeld:17"]
MTU_MESH = 1560
MTU_LAN = 1500


def read_rate(text: str) -> int:
    match = re.fullmatch(r"([0-9.]+)(kbit|mbit|gbit)", text)
    if not match:
        raise Wrong(f"'{text}' is not a rate such as 100mbit")
    return round(float(match[1]) * UNITS_RATE[match[2]])


def read_time(text: str) -> float:
    match = re.fullmatch(r"([0-9.]+)(ms|s)", text)
    if not match:
        raise Wrong(f"'{text}' is not a time such as 2ms")
    return float(match[1]) * (1000 if match[2] == "s" else 1)


def read_loss(text: str) -> float:
    match = re.fullmatch(r"([0-9.]+)%?", text)
    if not match or float(match[1]) > 100:
        raise Wrong(f"'{text}' is not a loss such as 0.5%")
    return float(match[1])


def read_mac(text: str) -> str:
    if not re.fullmatch(r"([0-9a-f]{2}:){5}[0-9a-f]{2}", text):
        raise Wrong(f"'{text}' is not a MAC address such as 02:ca:fe:00:07:01")
    return text


def read_yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise Wrong(f"'{text}' is neither yes nor no")
    return text == "yes"


QUALITY: dict[str, Callable[[str], Any]] = {
    "rate": read_rate,
    "delay": read_time,
    "jitter": read_time,
    "loss": read_loss,
}


def read_quality(options: dict[str, Any]) -> Quality:
    return Quality(
        rate_kbps=options.get("rate", 0),
        delay_ms=options.get("delay", 0),
        jitter_ms=options.get("jitter", 0),
        loss=options.get("loss", 0),
    )


def node_mac(number: int, port: int) -> str:
    """02:ca:fe:00:NODE:PORT; the addresses that come of port 1 are 10.x.NODE.1."""
    return f"02:ca:fe:{number >> 8:02x}:{number & 255:02x}:{port:02x}"


def client_mac(number: int) -> str:
    return f"02:c1:1e:00:00:{number:02x}"


class Reader:
    """Reads one file; collects what is wrong with it."""

    def __init__(self) -> None:
        self.topology = Topology()
        self.cloud: Cloud | None = None

    def node(self, name: str) -> Node:
        if name not in self.topology.nodes:
            raise Wrong(f"there is no node {name}")
        return self.topology.nodes[name]

    def new_name(self, name: str) -> str:
        if not NAME.fullmatch(name):
            raise Wrong(f"'{name}' is no name: a-z, 0-9 and -, at most 9, a letter first")
        if name in self.topology.names():
            raise Wrong(f"the name {name} is taken")
        return name

    def new_port(self, node: Node, kind: str, protocols: list[str], mtu: int) -> str:
        number = sum(port.name.startswith(kind) for port in node.ports)
        name = f"{kind}{number}"
        first = {"lan": 0x02, "mesh": 0x10, "wan": 0x80}[kind]
        prefix = node.mac[:-2]
        node.ports.append(Port(name, f"{prefix}{first + number:02x}", mtu, protocols))
        return name

    def read_cloud(self, names: list[str], options: dict[str, Any]) -> None:
        (name,) = one(names)
        if name in self.topology.clouds:
            raise Wrong(f"there is already a cloud {name}")
        ssid = options.get("ssid", name)
        for other in self.topology.clouds.values():
            if other.ssid != ssid and first_byte(other.ssid) == first_byte(ssid):
                raise Wrong(f"the SSIDs {ssid} and {other.ssid} give the same VLAN: choose another")
        self.cloud = self.topology.clouds[name] = Cloud(name, ssid)

    def read_node(self, names: list[str], options: dict[str, Any]) -> None:
        if not self.cloud:
            raise Wrong("a node needs a cloud: there is no cloud line above")
        if not names or ("mac" in options and len(names) > 1):
            raise Wrong("name one node" if names else "name at least one node")
        for name in names:
            number = len(self.topology.nodes) + 1
            mac = options.get("mac", node_mac(number, 1))
            node = Node(
                self.new_name(name),
                number,
                self.cloud.name,
                mac,
                bare=options.get("bare", False),
                debian=options.get("debian", False),
            )
            node.ports.append(Port("eth0", mac, MTU_LAN, ["manual"]))
            self.new_port(node, "lan", ["lan"], MTU_LAN)
            self.topology.nodes[name] = node
            self.cloud.nodes.append(name)

    def read_link(self, names: list[str], options: dict[str, Any]) -> None:
        if len(names) != 2 or names[0] == names[1]:
            raise Wrong("a link joins two nodes")
        ends = [(n, self.new_port(self.node(n), "mesh", MESH, MTU_MESH)) for n in names]
        self.topology.links.append(Link(ends[0], ends[1], read_quality(options)))

    def read_segment(self, names: list[str], options: dict[str, Any]) -> None:
        if not names:
            raise Wrong("a segment needs a name, then the nodes on it")
        name, *members = names
        mesh = options.get("mesh", False)
        protocols, mtu = (["lan", *MESH], MTU_MESH) if mesh else (["lan"], MTU_LAN)
        ends = [(n, self.new_port(self.node(n), "lan", protocols, mtu)) for n in members]
        self.topology.segments[self.new_name(name)] = Segment(name, ends)

    def read_client(self, names: list[str], options: dict[str, Any]) -> None:
        if len(names) != 2:
            raise Wrong("a client has a name and a place: client NAME NODE-OR-SEGMENT")
        name, at = names
        if at not in self.topology.nodes and at not in self.topology.segments:
            raise Wrong(f"there is no node or segment {at}")
        number = len(self.topology.clients) + 1
        mac = options.get("mac", client_mac(number))
        self.topology.clients[self.new_name(name)] = Client(name, number, mac, at)

    def read_internet(self, names: list[str], options: dict[str, Any]) -> None:
        (name,) = one(names)
        node = self.node(name)
        if name in self.topology.uplinks:
            raise Wrong(f"{name} has the Internet already")
        self.new_port(node, "wan", ["wan"], MTU_LAN)
        number = len(self.topology.uplinks) + 1
        self.topology.uplinks[name] = Uplink(name, number, read_quality(options))


WORDS: dict[str, tuple[Callable[..., None], dict[str, Callable[[str], Any]]]] = {
    "cloud": (Reader.read_cloud, {"ssid": str}),
    "node": (Reader.read_node, {"mac": read_mac, "bare": read_yes, "debian": read_yes}),
    "link": (Reader.read_link, QUALITY),
    "segment": (Reader.read_segment, {"mesh": read_yes}),
    "client": (Reader.read_client, {"mac": read_mac}),
    "internet": (Reader.read_internet, QUALITY),
}


def one(names: list[str]) -> list[str]:
    if len(names) != 1:
        raise Wrong("name exactly one")
    return names


def first_byte(ssid: str) -> int:
    """Decides the VLAN of a cloud (the network id is the MD5 of the SSID and a newline)."""
    return hashlib.md5(ssid.encode() + b"\n").digest()[0]


def read_line(reader: Reader, line: str) -> None:
    words = line.split()
    if words[0] not in WORDS:
        raise Wrong(f"unknown word '{words[0]}'; known: {' '.join(WORDS)}")
    read, known = WORDS[words[0]]
    names, options = [], {}
    for word in words[1:]:
        key, equals, value = word.partition("=")
        if not equals:
            names.append(word)
        elif key not in known:
            raise Wrong(f"unknown option '{key}'; known here: {' '.join(known) or 'none'}")
        else:
            options[key] = known[key](value)
    read(reader, names, options)


def parse(text: str, file: str) -> Topology:
    """Reads a topology; `file` is its name in messages."""
    reader = Reader()
    wrong = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        try:
            read_line(reader, line)
        except Wrong as problem:
            wrong.append(f"{file}:{number}: {problem}")
    if wrong:
        raise TopologyError("\n".join(wrong))
    return reader.topology
