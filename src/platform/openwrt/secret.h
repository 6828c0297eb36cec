/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

struct arena;

/* What /etc/shadow says of a password that nobody knows, in the form of crypt(3).  NULL if the
 * system has no randomness. */
const char *secret_random(struct arena *arena);
