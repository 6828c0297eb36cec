/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

#include "base/compiler.h"

struct daemon;
struct diag;

/* Starts the machine again in a moment, so that who asked gets an answer.  -EOPNOTSUPP where the
 * daemon's files are not the machine's own. */
int reboot_soon(struct daemon *daemon, struct diag *diag) MUST_CHECK;
