# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Configuration of a node, as texts: what the scenario says first, then what follows from the topology."""

from __future__ import annotations

import re

from .topology import Cloud, Node


def option_given(text: str, option: str) -> bool:
    return bool(re.search(rf"^\s*option\s+['\"]?{option}['\"]?\s", text, re.M))


def join(*parts: str) -> str:
    return "\n".join(part.strip("\n") + "\n" for part in parts if part.strip())


def lime_community(cloud: Cloud, own: str) -> str:
    """A cloud is its SSID."""
    if option_given(own, "ap_ssid"):
        return own
    return join(own, f"config lime 'wifi'\n\toption ap_ssid '{cloud.ssid}'\n")


def lime_node(node: Node, own: str) -> str:
    """A node has its name, and each of its ports the protocols of what it is plugged into."""
    parts = [own]
    if not option_given(own, "hostname"):
        parts.append(f"config lime 'system'\n\toption hostname '{node.name}'\n")
    for port in node.ports:
        if re.search(rf"option\s+['\"]?linux_name['\"]?\s+['\"]?{port.name}\b", own):
            continue
        lines = [f"config net 'lab_{port.name}'", f"\toption linux_name '{port.name}'"]
        lines += [f"\tlist protocols '{protocol}'" for protocol in port.protocols]
        parts.append("\n".join(lines))
    return join(*parts)
