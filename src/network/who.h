/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Who is who: the nodes that are there, by their authors, their names and their devices.  For
 * src/network alone.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/mac.h"
#include "state/tables/tables.h"

struct arena;
struct author_id;
struct row;
struct store;

struct who {
	/* What nobody else has: of a node that signs, its author; else its name. */
	const char *id, *name;
	const struct row *row; /* of node_info, or of coordinates for a node that says no more */
	struct node_info_row info;
	bool same_name; /* another one is called so */
};

struct whos {
	const struct store *store;
	struct arena *arena; /* of all of it */
	struct who *all;     /* by name, then by id */
	size_t count;
};

/* Of two rows about a node that signs nothing the one counts that readers believe. */
struct whos whos_read(const struct store *store, uint64_t now, struct arena *arena);

/* NULL: none.  Who said a row that gives this host name; and whose device a MAC is. */
const struct who *whos_of_row(const struct whos *whos, const struct row *row, const char *host);
const struct who *whos_of_mac(const struct whos *whos, const struct mac *mac);
const struct who *whos_of_name(const struct whos *whos, const char *name);
