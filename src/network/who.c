/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "network/who.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "state/store.h"

static const char *id_of(const struct row *row, struct arena *arena)
{
	char text[AUTHOR_TEXT_SIZE];

	if (!row_is_signed(row))
		return arena_strdup(arena, row->key);
	return arena_strdup(arena, author_format(row_author(row), text));
}

static int compare(const void *a, const void *b)
{
	const struct who *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	return order ? order : strcmp(left->id, right->id);
}

/* What a node without a signature is said to be, several may say. */
static bool counts(const struct store *store, const struct row *row, uint64_t now)
{
	return row_is_signed(row) || store_believe(store, row->table, row->key, now) == row;
}

static size_t count_rows(const struct store *store, const struct state_table *table)
{
	const struct row *row = NULL;
	size_t n = 0;

	while ((row = store_next(store, table, row)))
		n++;
	return n;
}

static void add(struct whos *whos, const struct row *row)
{
	struct who *who = &whos->all[whos->count++];

	who->row = row;
	who->name = arena_strdup(whos->arena, row->key);
	who->id = id_of(row, whos->arena);
}

/* Nodes of LibreMesh without its newer protocol tell where they are and whom they hear. */
static void add_places(struct whos *whos, uint64_t now)
{
	const struct row *row = NULL;
	struct coordinates_row place;

	while ((row = store_next(whos->store, &state_table_coordinates, row))) {
		struct who *who = &whos->all[whos->count];

		if (whos_of_name(whos, row->key) || !counts(whos->store, row, now) ||
		    row_read(row, whos->arena, &place) < 0)
			continue;
		add(whos, row);
		who->info = (struct node_info_row){ .hostname = who->name,
			                            .latitude = place.latitude,
			                            .longitude = place.longitude,
			                            .macs = place.macs };
	}
}

struct whos whos_read(const struct store *store, uint64_t now, struct arena *arena)
{
	size_t room = count_rows(store, &state_table_node_info) +
	              count_rows(store, &state_table_coordinates) + 1;
	struct whos whos = { store, arena, arena_array_of(arena, struct who, room), 0 };
	const struct row *row = NULL;

	while ((row = store_next(store, &state_table_node_info, row))) {
		if (counts(store, row, now) &&
		    row_read(row, arena, &whos.all[whos.count].info) == 0)
			add(&whos, row);
	}
	add_places(&whos, now);
	if (whos.count)
		qsort(whos.all, whos.count, sizeof(*whos.all), compare);
	for (size_t i = 1; i < whos.count; i++) {
		if (strcmp(whos.all[i - 1].name, whos.all[i].name) == 0)
			whos.all[i - 1].same_name = whos.all[i].same_name = true;
	}
	return whos;
}

const struct who *whos_of_name(const struct whos *whos, const char *name)
{
	for (size_t i = 0; i < whos->count; i++) {
		if (strcmp(whos->all[i].name, name) == 0)
			return &whos->all[i];
	}
	return NULL;
}

const struct who *whos_of_row(const struct whos *whos, const struct row *row, const char *host)
{
	for (size_t i = 0; i < whos->count && row_is_signed(row); i++) {
		const struct row *own = whos->all[i].row;

		if (row_is_signed(own) && author_equal(row_author(own), row_author(row)))
			return &whos->all[i];
	}
	return host && !row_is_signed(row) ? whos_of_name(whos, host) : NULL;
}

static bool has_mac(const struct who *who, const char *mac)
{
	for (size_t i = 0; i < who->info.macs.count; i++) {
		if (strcmp(who->info.macs.items[i], mac) == 0)
			return true;
	}
	return false;
}

const struct who *whos_of_mac(const struct whos *whos, const struct mac *mac)
{
	char text[MAC_TEXT_SIZE];

	(void)mac_format(mac, text);
	for (size_t i = 0; i < whos->count; i++) {
		if (has_mac(&whos->all[i], text))
			return &whos->all[i];
	}
	return NULL;
}
