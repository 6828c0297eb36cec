# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Who lives in a neighbourhood: nodes and clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .box import Box
from .cable import Cable
from .channel import AgentError
from .topology import Client as ClientLine
from .topology import Node as NodeLine
from .topology import Quality
from .wait import wait_until

if TYPE_CHECKING:
    from .lab import Lab


class Node(Box):
    """A router."""

    def __init__(self, lab: Lab, line: NodeLine) -> None:
        super().__init__(lab.channel, line.name)
        self.lab = lab
        self.line = line
        self.mac = line.mac
        self.cloud = line.cloud

    def weft(self, *argv: str, check: bool = True) -> str:
        """Runs the product's command line."""
        return self.run("weft", *argv, check=check).out

    def log(self) -> str:
        """What the daemon has said, and what its init has."""
        return self.read("/var/log/console.log")

    def power_off(self) -> None:
        """From one moment to the next: no goodbye, neighbours lose the carrier."""
        self.channel.call("stop", box=self.name)
        self._far_ends("down")

    def power_on(self) -> None:
        """Boots again, with what was written to its flash."""
        self.channel.call("start", box=self.name)
        self._far_ends("up")

    def _far_ends(self, verb: str) -> None:
        mine = {f"{self.name}.{port.name}" for port in self.line.ports}
        steps = []
        for cable in self.lab.cables.values():
            if mine & set(cable.ends):
                steps += [["lab", verb, end] for end in cable.ends if end not in mine]
        self.channel.call("net", steps=steps)


class Client(Box):
    """A phone or a laptop: one interface, eth0, that knows nothing of meshes."""

    def __init__(self, lab: Lab, line: ClientLine) -> None:
        super().__init__(lab.channel, line.name)
        self.lab = lab
        self.mac = line.mac
        self.at = line.at

    def dhcp(self, at_most: float = 30) -> str:
        """Asks for an address as a phone does, keeps renewing it, and gives it."""
        argv = [
            "busybox",
            "udhcpc",
            "-i",
            "eth0",
            "-s",
            "/lab/udhcpc.script",
            "-t",
            "20",
            "-T",
            "1",
        ]
        argv += ["-A", "1", "-p", "/run/udhcpc.pid", "-x", f"hostname:{self.name}", "-O", "mtu"]
        self.release()
        self.run(*argv, "-b", timeout=at_most)
        return wait_until(self.leased, at_most, what=f"a lease for {self.name}")

    def release(self) -> None:
        """Stops asking, and forgets the address."""
        self.sh("read pid </run/udhcpc.pid && kill $pid || true; ip -4 addr flush dev eth0")

    def leased(self) -> str:
        """The address that DHCP gave, or nothing."""
        return self.lease().get("ip", "")

    def lease(self) -> dict[str, str]:
        """All that the DHCP server said."""
        try:
            text = self.read("/run/lease")
        except AgentError:
            return {}
        pairs = (line.partition("=") for line in text.splitlines())
        return {key: value.strip("'") for key, _, value in pairs}

    def addresses(self, version: int = 6) -> list[str]:
        """Its addresses, without link-local ones."""
        out = self.run("ip", "-o", f"-{version}", "address", "show", "dev", "eth0").out
        found = [
            line.split()[3].split("/")[0] for line in out.splitlines() if "tentative" not in line
        ]
        return [address for address in found if not address.startswith("fe80:")]

    def move_to(self, place: Box | str) -> None:
        """Walks to another node (or segment).  Its radio notices nothing: no carrier is lost."""
        place = place.name if isinstance(place, Box) else place
        step = ["lab", "master", f"{self.name}.eth0", f"air.{place}"]
        self.channel.call("net", steps=[step])
        self.at = place

    def leave(self) -> None:
        """Walks out of reach of everybody."""
        self.channel.call("net", steps=[["lab", "master", f"{self.name}.eth0", None]])
        self.at = ""

    def radio(self) -> Cable:
        """What is between the client and its node; set() acts on what goes to the client."""
        return Cable(self.channel, [f"{self.name}.eth0"], Quality())
