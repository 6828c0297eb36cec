/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What a JSON value looks like, said in the words of TypeScript, so that one text is the check, the
 * page's type and the documentation:
 *
 *	{ name: string; ports?: { up: boolean; role: "lan" | "mesh" }[]; age_s: number | null }
 *
 * Known are string, number, boolean, null, unknown, "literals", T[], A | B, (A | B)[], objects,
 * Record<string, T> and names of a table.  An object has no members but these.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

struct arena;
struct buf;
struct type;

struct type_name {
	const char *name, *text;
};

/* NULL with what is wrong in `error`.  The text has to live as long as the type. */
const struct type *type_parse(const char *text, struct arena *arena, struct buf *error) MUST_CHECK;

/* The names that a type uses must be in the table, which ends with a row without a name.  What does
 * not fit first is in `error`: "nodes[2].name: is no string". */
bool type_fits(const struct type *type, const struct type_name *names, const char *json,
               size_t size, struct buf *error) MUST_CHECK;
