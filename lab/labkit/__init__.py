# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The virtual neighbourhood.

The modules have a direction: topology and config are pure; system builds what
the machine boots; channel and machine run it; box, node and client are what is
inside; lab is the whole; report, run and cli are for people.
"""
