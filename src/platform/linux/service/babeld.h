/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * babeld(8): its configuration out of a plan, and how it takes over a change.
 *
 * Interfaces stand in a file of their own, and one that comes or goes is told over babeld's local
 * socket: a restart would cost the routes through all the others.  Filters and settings can only be
 * had by a restart; then, and after a crash, the routes of the old babeld are kept in the kernel
 * until the new one knows its neighbours (babel_routes.h).
 *
 * The plan's local port (LibreMesh: 30003) is not opened: babeld has one local socket only, and a
 * port could not say who may write.
 */
#include "base/compiler.h"

#define BABELD_SOCKET "babeld.sock" /* in the run folder */

/*
 * Tells a running babeld what differs between two texts of "interface ..." lines.  -EIO if it
 * refused something, or the error of the socket.
 */
int babeld_tell(const char *folder, const char *old, const char *new) MUST_CHECK;
