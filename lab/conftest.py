# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Lets tests import labkit.  `lab/lab run` also gives them labkit/plugin.py: the fixture `lab`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
