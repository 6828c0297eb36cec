/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "network/network.h"
#include "network/who.h"
#include "state/store.h"

/* --- what nodes do --- */

static size_t count_clients(const struct whos *whos, const struct who *who)
{
	const struct row *row = NULL;
	size_t n = 0;

	while ((row = store_next(whos->store, &state_table_leases, row)))
		n += author_equal(row_author(row), row_author(who->row));
	return n;
}

static const struct row *row_by(const struct store *store, const struct state_table *table,
                                const struct author_id *author)
{
	const struct row *row = NULL;

	while ((row = store_next(store, table, row))) {
		if (author_equal(row_author(row), author))
			return row;
	}
	return NULL;
}

/* One of its ways to the Internet: how well it works, in the table's own words. */
static void add_gateway(const struct whos *whos, const struct who *who, struct json *json)
{
	const struct state_table *table = &state_table_gateways;
	const struct row *row = row_by(whos->store, table, row_author(who->row));
	const struct field *health = shape_field(table->shape, "health");
	BUF_AUTO word = { 0 };
	void *object;

	if (!row || !health)
		return;
	object = arena_alloc(whos->arena, table->shape->size);
	if (row_read(row, whos->arena, object) < 0)
		return;
	field_print(health, object, &word);
	json_text(json, "gateway", word.length ? buf_text(&word) : "unknown");
}

/* --- printing --- */

static void add_ip(struct json *json, const char *name, const struct ip *ip)
{
	char text[IP_TEXT_SIZE];

	if (ip->family != IP_NONE)
		json_text(json, name, ip_format(ip, text));
}

static void add_macs(struct json *json, const struct string_list *macs)
{
	json_open(json, "macs", '[');
	for (size_t i = 0; i < macs->count; i++)
		json_text(json, NULL, macs->items[i]);
	json_close(json, ']');
}

static void add_present(const struct whos *whos, const struct who *who, uint64_t now,
                        struct json *json)
{
	const struct node_info_row *info = &who->info;
	bool is_self = author_equal(row_author(who->row), store_self(whos->store));

	json_open(json, NULL, '{');
	json_text(json, "id", who->id);
	json_text(json, "name", who->name);
	json_bool(json, "signed", row_is_signed(who->row));
	json_bool(json, "self", is_self);
	json_text(json, "state", "alive");
	json_number(json, "heard_s", (int64_t)(row_renewed_ms(who->row, now) / 1000));
	json_text(json, "cloud", info->cloud);
	json_text(json, "domain", info->domain);
	add_ip(json, "ipv4", &info->ipv4);
	add_ip(json, "ipv6", &info->ipv6);
	add_macs(json, &info->macs);
	json_text(json, "model", info->board);
	json_text(json, "firmware", info->firmware_version);
	json_text(json, "device", info->device);
	if (who->row->table == &state_table_node_info)
		json_number(json, "uptime_s",
		            (int64_t)(info->uptime_s + row_age_ms(who->row, now) / 1000));
	json_text(json, "latitude", info->latitude);
	json_text(json, "longitude", info->longitude);
	json_number(json, "clients", (int64_t)count_clients(whos, who));
	add_gateway(whos, who, json);
	if (who->same_name)
		json_bool(json, "same_name", true);
	json_close(json, '}');
}

/* Those that are known and not there. */
static void add_absent(const struct whos *whos, uint64_t now, struct json *json)
{
	const struct state_table *table = &state_table_network_nodes;
	const struct row *row = NULL;

	while ((row = store_next(whos->store, table, row))) {
		struct network_node_row node = { 0 };

		if (whos_of_name(whos, row->key) ||
		    store_believe(whos->store, table, row->key, now) != row ||
		    row_read(row, whos->arena, &node) < 0)
			continue;
		json_open(json, NULL, '{');
		json_text(json, "id", row->key);
		json_text(json, "name", row->key);
		json_bool(json, "signed", row_is_signed(row));
		json_bool(json, "self", false);
		json_text(json, "state", node.member ? "gone" : "forgotten");
		add_ip(json, "ipv4", &node.ipv4);
		add_ip(json, "ipv6", &node.ipv6);
		json_text(json, "model", node.board);
		json_text(json, "firmware", node.fw_version);
		json_close(json, '}');
	}
}

/* --- clouds --- */

struct cloud {
	const char *id, *domain;
	size_t n_nodes;
	bool own;
};

static int compare_clouds(const void *a, const void *b)
{
	const struct cloud *left = a, *right = b;

	return left->own != right->own ? right->own - left->own : strcmp(left->id, right->id);
}

static struct cloud *cloud_of(struct cloud *clouds, size_t *count, const char *id)
{
	for (size_t i = 0; i < *count; i++) {
		if (strcmp(clouds[i].id, id) == 0)
			return &clouds[i];
	}
	clouds[*count] = (struct cloud){ .id = id };
	return &clouds[(*count)++];
}

static void add_clouds(const struct whos *whos, struct json *json)
{
	struct cloud *clouds = arena_array_of(whos->arena, struct cloud, whos->count + 1);
	size_t count = 0;

	for (size_t i = 0; i < whos->count; i++) {
		const struct who *who = &whos->all[i];
		struct cloud *cloud;

		if (!who->info.cloud)
			continue;
		cloud = cloud_of(clouds, &count, who->info.cloud);
		cloud->n_nodes++;
		if (!cloud->domain)
			cloud->domain = who->info.domain;
		cloud->own |= author_equal(row_author(who->row), store_self(whos->store));
	}
	if (count)
		qsort(clouds, count, sizeof(*clouds), compare_clouds);
	json_open(json, "clouds", '[');
	for (size_t i = 0; i < count; i++) {
		json_open(json, NULL, '{');
		json_text(json, "id", clouds[i].id);
		json_text(json, "domain", clouds[i].domain);
		json_bool(json, "own", clouds[i].own);
		json_number(json, "nodes", (int64_t)clouds[i].n_nodes);
		json_close(json, '}');
	}
	json_close(json, ']');
}

void network_print_nodes(const struct store *store, uint64_t now, struct buf *out)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct whos whos = whos_read(store, now, arena);
	struct json json = { .out = out };
	char self[AUTHOR_TEXT_SIZE];

	json_open(&json, NULL, '{');
	json_text(&json, "self", author_format(store_self(store), self));
	add_clouds(&whos, &json);
	json_open(&json, "nodes", '[');
	for (size_t i = 0; i < whos.count; i++)
		add_present(&whos, &whos.all[i], now, &json);
	add_absent(&whos, now, &json);
	json_close(&json, ']');
	json_close(&json, '}');
}
