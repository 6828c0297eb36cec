# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The fixture `lab`: the neighbourhood of the scenario's folder, fresh for each test file."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from labkit import report  # noqa: E402
from labkit.lab import Lab  # noqa: E402
from labkit.topology import TopologyError  # noqa: E402


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
