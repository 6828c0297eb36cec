# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Cables and what they do to frames."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .channel import Channel
from .topology import Quality


class Cable:
    """A cable between two sockets, by the names of its ends in the lab."""

    def __init__(self, channel: Channel, ends: list[str], quality: Quality) -> None:
        self.channel = channel
        self.ends = ends
        self.quality = quality

    def _steps(self, *steps: list[Any]) -> None:
        self.channel.call("net", steps=list(steps))

    def netem_steps(self) -> list[list[Any]]:
        q = self.quality
        return [
            ["lab", "netem", end, q.delay_ms, q.jitter_ms, q.loss, q.rate_kbps] for end in self.ends
        ]

    def set(self, **changes: float) -> None:
        """Changes rate_kbps, delay_ms, jitter_ms or loss (percent), in both directions."""
        self.quality = replace(self.quality, **changes)
        self._steps(*self.netem_steps())

    def down(self) -> None:
        """Pulls the cable: both sides lose the carrier."""
        self._steps(*(["lab", "down", end] for end in self.ends))

    def up(self) -> None:
        self._steps(*(["lab", "up", end] for end in self.ends))
