# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""For pytest: the fixture `lab`, fresh for each test file, and what a failed test leaves."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from . import report, standing
from .lab import Lab
from .topology import TopologyError


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


signal.signal(signal.SIGTERM, interrupt)  # as Ctrl-C: what was started is ended


@pytest.fixture(scope="module")
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    try:
        neighbourhood = Lab(request.path.parent)
    except TopologyError as error:
        pytest.fail(str(error), pytrace=False)
    try:
        if "WEFT_LAB_CAPTURE" in os.environ:
            report.capture_all(neighbourhood)
        yield neighbourhood
    finally:
        neighbourhood.stop()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A failed test leaves what the neighbourhood looked like."""
    outcome: Any = yield
    result = outcome.get_result()
    lab = getattr(item, "funcargs", {}).get("lab")
    if result.when == "call" and result.failed and isinstance(lab, Lab):
        folder = report.leave(lab, item.name)
        result.sections.append(("what was left", str(folder)))
        if "WEFT_LAB_STAY" in os.environ:
            print(f"\n{result.longreprtext}\n{item.name} failed; all is left as it is.")
            standing.stay(lab)
