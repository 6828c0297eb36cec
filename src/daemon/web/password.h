/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The passwords of this node: one of its own, one of its community.  Only what they are made into
 * by Argon2id (4 MiB) is kept, in ROOT/etc/weft/passwords (mode 0600).  There is none by default.
 */
#include <stdbool.h>

#include "base/compiler.h"

struct diag;

#define PASSWORD_MIN 10  /* bytes */
#define PASSWORD_MAX 128 /* bytes */

enum password_which {
	PASSWORD_NODE,
	PASSWORD_COMMUNITY,
	PASSWORD_N,
};

/* Whether there is any. */
bool password_is_set(const char *root);
bool password_has(const char *root, enum password_which which);
/* Which one it is; PASSWORD_N: none.  Takes as long as it takes to make guessing dear. */
enum password_which password_check(const char *root, const char *password);
/* -EINVAL with what is wrong with it in `diag`. */
int password_set(const char *root, enum password_which which, const char *password,
                 struct diag *diag) MUST_CHECK;
