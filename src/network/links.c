/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "network/network.h"
#include "network/who.h"
#include "state/seen.h"
#include "state/store.h"

/* Points of quality that a link may lose and still be as it was. */
#define WORSE 20

enum kind {
	KIND_WIFI,
	KIND_BATMAN,
	KIND_BABEL,
	N_KINDS
};

/* A link as one of its ends says it, whatever the kind. */
struct end {
	const struct row *row;
	const struct who *who;
	const char *host, *port;
	const char *own, *other; /* addresses */
	const struct who *whom;  /* the other end, if that can be told */
	unsigned quality;
	enum kind kind;
	const void *object;
	bool is_reference;
};

struct ends {
	const struct whos *whos;
	struct end *all;
	size_t count, room;
};

static const char *mac_text(const struct whos *whos, const struct mac *mac)
{
	char text[MAC_TEXT_SIZE];

	return arena_strdup(whos->arena, mac_format(mac, text));
}

static const char *ip_text(const struct whos *whos, const struct ip *ip)
{
	char text[IP_TEXT_SIZE];

	return arena_strdup(whos->arena, ip_format(ip, text));
}

/* --- reading --- */

static void read_wifi(const struct whos *whos, struct end *end)
{
	const struct wifi_link_row *link = end->object;

	end->host = link->host;
	end->port = link->iface;
	end->own = mac_text(whos, &link->src_mac);
	end->other = mac_text(whos, &link->dst_mac);
	end->whom = whos_of_mac(whos, &link->dst_mac);
	end->quality = seen_quality_of_signal(-(int)(link->signal & 0xff));
}

static void read_batman(const struct whos *whos, struct end *end)
{
	const struct bat_link_row *link = end->object;

	end->host = link->host;
	end->port = link->iface;
	end->own = mac_text(whos, &link->src_mac);
	end->other = mac_text(whos, &link->dst_mac);
	end->whom = whos_of_mac(whos, &link->dst_mac);
	end->quality = seen_quality_of_mesh(link->tq, link->kbps);
}

static void read_babel(const struct whos *whos, struct end *end)
{
	const struct babel_link_row *link = end->object;

	end->host = link->host;
	end->port = link->iface;
	end->own = ip_text(whos, &link->src_ip);
	end->other = ip_text(whos, &link->dst_ip);
	/* LibreMesh's rows do not tell the cost: that there is a link is all that is known. */
	end->quality = seen_quality_of_babel(link->cost);
}

static const struct {
	const char *name;
	const struct state_table *table, *reference;
	void (*read)(const struct whos *whos, struct end *end);
} kinds[N_KINDS] = {
	[KIND_WIFI] = { "wifi", &state_table_wifi_links, &state_table_wifi_links_ref, read_wifi },
	[KIND_BATMAN] = { "batman", &state_table_bat_links, &state_table_bat_links_ref,
	                  read_batman },
	[KIND_BABEL] = { "babel", &state_table_babel_links, &state_table_babel_links_ref,
	                 read_babel },
};

static struct end *append(struct ends *ends)
{
	if (ends->count == ends->room) {
		struct end *larger = arena_array_of(ends->whos->arena, struct end,
		                                    ends->room ? 2 * ends->room : 64);

		if (ends->count)
			memcpy(larger, ends->all, ends->count * sizeof(*larger));
		ends->all = larger;
		ends->room = ends->room ? 2 * ends->room : 64;
	}
	return &ends->all[ends->count++];
}

static void read_table(struct ends *ends, enum kind kind, bool is_reference)
{
	const struct state_table *table = is_reference ? kinds[kind].reference : kinds[kind].table;
	const struct whos *whos = ends->whos;
	const struct row *row = NULL;

	while ((row = store_next(whos->store, table, row))) {
		void *object = arena_alloc(whos->arena, table->shape->size);
		struct end *end;

		if (row_read(row, whos->arena, object) < 0)
			continue;
		end = append(ends);
		*end = (struct end){
			.row = row, .kind = kind, .object = object, .is_reference = is_reference
		};
		kinds[kind].read(whos, end);
		end->who = whos_of_row(whos, row, end->host);
	}
}

/* The ends of one link beside each other, what is said now before the reference. */
static int compare(const void *a, const void *b)
{
	const struct end *left = a, *right = b;
	int order = (int)left->kind - (int)right->kind;

	if (!order)
		order = strcmp(left->row->key, right->row->key);
	if (!order)
		order = strcmp(left->own, right->own);
	if (!order)
		order = left->is_reference - right->is_reference;
	/* Of two that claim to be one end the one that signs. */
	return order ? order : row_is_signed(right->row) - row_is_signed(left->row);
}

/* --- printing --- */

static void add_batman(const struct end *end, struct json *json)
{
	const struct bat_link_row *link = end->object;

	if (link->kbps)
		json_number(json, "kbps", link->kbps);
	else
		json_number(json, "tq", link->tq);
	json_number(json, "seen_ms", link->last_seen_msecs);
}

static void add_wifi(const struct end *end, struct json *json)
{
	const struct wifi_link_row *link = end->object;

	json_number(json, "signal", -(int64_t)link->signal);
	json_open(json, "chains", '[');
	for (size_t i = 0; i < link->chains.count; i++)
		json_number(json, NULL, strtol(link->chains.items[i], NULL, 10));
	json_close(json, ']');
	json_number(json, "rx_kbps", link->rx_rate);
	json_number(json, "tx_kbps", link->tx_rate);
	json_number(json, "mhz", link->freq);
	json_number(json, "channel", link->channel);
}

static void add_babel(const struct end *end, struct json *json)
{
	const struct babel_link_row *link = end->object;

	if (!link->cost)
		return;
	json_number(json, "cost", link->cost);
	json_number(json, "rxcost", link->rxcost);
	json_number(json, "txcost", link->txcost);
}

static void add_end(const struct end *end, uint64_t now, struct json *json)
{
	static void (*const adds[N_KINDS])(const struct end *end, struct json *json) = {
		[KIND_WIFI] = add_wifi, [KIND_BATMAN] = add_batman, [KIND_BABEL] = add_babel
	};

	json_open(json, NULL, '{');
	json_text(json, "node", end->who ? end->who->id : end->host);
	json_text(json, "name", end->who ? end->who->name : end->host);
	json_text(json, "port", end->port);
	json_text(json, "address", end->own);
	json_number(json, "quality", end->quality);
	adds[end->kind](end, json);
	json_number(json, "age_s", (int64_t)(row_age_ms(end->row, now) / 1000));
	json_close(json, '}');
}

/* The end that says nothing, as the other one sees it. */
static void add_silent(const struct end *end, struct json *json)
{
	json_open(json, NULL, '{');
	if (end->whom) {
		json_text(json, "node", end->whom->id);
		json_text(json, "name", end->whom->name);
	}
	json_text(json, "address", end->other);
	json_close(json, '}');
}

/* The rows of one link. */
struct link {
	const struct end *ends[2];       /* what they say now */
	const struct end *references[2]; /* and said when people were content */
	size_t n_ends, n_references;
};

static void gather(const struct end *ends, size_t count, struct link *link)
{
	*link = (struct link){ 0 };
	for (size_t i = 0; i < count; i++) {
		const struct end **to = ends[i].is_reference ? link->references : link->ends;
		size_t *n = ends[i].is_reference ? &link->n_references : &link->n_ends;

		/* A third one, or the same once more. */
		if (*n < 2 && (!*n || strcmp(to[*n - 1]->own, ends[i].own) != 0))
			to[(*n)++] = &ends[i];
	}
}

static unsigned worst(const struct end *const *ends, size_t count)
{
	unsigned quality = 100;

	for (size_t i = 0; i < count; i++) {
		if (ends[i]->quality < quality)
			quality = ends[i]->quality;
	}
	return quality;
}

static bool has_reference(const struct ends *all, const struct link *link)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct end *end = &all->all[i];

		if (end->is_reference && end->kind == link->ends[0]->kind &&
		    author_equal(row_author(end->row), row_author(link->ends[0]->row)))
			return true;
	}
	return false;
}

static const char *compare_with_reference(const struct ends *all, const struct link *link)
{
	if (!link->n_ends)
		return "down";
	if (!link->n_references)
		return has_reference(all, link) ? "new" : NULL;
	return worst(link->ends, link->n_ends) + WORSE < worst(link->references, link->n_references)
	               ? "worse"
	               : "ok";
}

static void add_link(const struct ends *all, const struct link *link, uint64_t now,
                     struct json *json)
{
	const struct end *const *ends = link->n_ends ? link->ends : link->references;
	size_t count = link->n_ends ? link->n_ends : link->n_references;

	json_open(json, NULL, '{');
	json_text(json, "kind", kinds[ends[0]->kind].name);
	json_text(json, "key", ends[0]->row->key);
	json_number(json, "quality", link->n_ends ? worst(ends, count) : 0);
	json_text(json, "reference", compare_with_reference(all, link));
	json_open(json, "ends", '[');
	for (size_t i = 0; i < count; i++)
		add_end(ends[i], now, json);
	if (count == 1)
		add_silent(ends[0], json);
	json_close(json, ']');
	json_close(json, '}');
}

void network_print_links(const struct store *store, uint64_t now, struct buf *out)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct whos whos = whos_read(store, now, arena);
	struct ends ends = { .whos = &whos };
	struct json json = { .out = out };

	for (unsigned kind = 0; kind < N_KINDS; kind++) {
		read_table(&ends, (enum kind)kind, false);
		read_table(&ends, (enum kind)kind, true);
	}
	if (ends.count)
		qsort(ends.all, ends.count, sizeof(*ends.all), compare);
	json_open(&json, NULL, '{');
	json_open(&json, "links", '[');
	for (size_t i = 0, next; i < ends.count; i = next) {
		struct link link;

		for (next = i + 1; next < ends.count && ends.all[next].kind == ends.all[i].kind &&
		                   strcmp(ends.all[next].row->key, ends.all[i].row->key) == 0;
		     next++)
			continue;
		gather(&ends.all[i], next - i, &link);
		add_link(&ends, &link, now, &json);
	}
	json_close(&json, ']');
	json_close(&json, '}');
}
