/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The kernel's routes of a babeld that has died.
 *
 * They are still the best there is to know, so they stay while the next one gets to know its
 * neighbours.  But they must not stand where the next one wants to put its own: babeld takes "is
 * there already" for "is as I want it".  So they are parked: given a metric that is one worse
 * (METRIC_BABEL_PARKED), where they serve what has no better route yet.  When the new one has had
 * its time, what is parked is removed: what is true was learnt again, the rest was not true any
 * more.
 */
#include "base/compiler.h"

/* In this network namespace's main table.  0, or the first error; the rest is done all the same. */
int babel_routes_park(void);
int babel_routes_sweep(void);
/* All of a babeld that weft ran and that could not remove them itself. */
int babel_routes_remove(void);
