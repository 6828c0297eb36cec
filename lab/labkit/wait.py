# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Waiting: always until something is true, and at most so long."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class LabTimeout(AssertionError):
    """Something did not come true in time."""


def wait_until(
    condition: Callable[[], T], at_most: float = 30, every: float = 0.1, what: str = ""
) -> T:
    """Gives the condition's first true value.  A failed assertion inside means: not yet."""
    limit = time.monotonic() + at_most
    last: Any = None
    while True:
        try:
            last = condition()
            if last:
                return last
        except AssertionError as problem:
            last = problem
        if time.monotonic() > limit:
            what = what or getattr(condition, "__name__", "the condition")
            raise LabTimeout(f"{what} did not come true within {at_most} s; last: {last!r}")
        time.sleep(every)
