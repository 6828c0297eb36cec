/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What people say about the network, which outlives a reboot: how it was when they were content
 * with it, and which nodes are gone for good.
 */
#include "base/compiler.h"

struct buf;
struct diag;
struct own_rows;

/*
 * What this node says now of itself and of its links becomes its reference, in the tables of these
 * names with _ref behind; `table` NULL: all of them.  Appends {"rows":{"TABLE":COUNT,...}}.
 * -ENOENT: there is no such table, or none with a reference; in `diag`.
 */
int reference_set(struct own_rows *rows, const char *table, struct diag *diag,
                  struct buf *json) MUST_CHECK;

/* Says that a node is gone for good; -EINVAL if that is no name of another node. */
int reference_forget_node(struct own_rows *rows, const char *self, const char *hostname,
                          struct diag *diag) MUST_CHECK;
