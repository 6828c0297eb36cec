/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/ways.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "daemon/log.h"
#include "state/store.h"
#include "state/tables/tables.h"

#define KEY_OF_NODE "node" /* of choices: whoever is at the author's node and has not chosen */
/* Rows that root is told of; more than that is somebody's mischief. */
#define CHOICES_MAX 4096

struct ways {
	struct store *store;
	void (*say)(void *data, const struct net_message *message);
	void *data;
	char name[GATEWAY_NAME_SIZE]; /* under which this node's own row stands; "": there is none
	                               */
	uint64_t told_gateways, told_choices; /* serials, plus 1; 0: never */
};

struct ways *ways_new(struct store *store,
                      void (*say)(void *data, const struct net_message *message), void *data)
{
	struct ways *ways = calloc(1, sizeof(*ways));

	assert(ways);
	*ways = (struct ways){ .store = store, .say = say, .data = data };
	return ways;
}

void ways_free(struct ways *ways)
{
	free(ways);
}

/* --- what this node says --- */

static const char *text_or_null(const char *text)
{
	return *text ? text : NULL;
}

void ways_set_own(struct ways *ways, const struct net_gateway *gateway, uint64_t now)
{
	const struct gateway_facts *facts = &gateway->facts;
	const struct gateway_side *four = &facts->sides[0], *six = &facts->sides[1];
	struct gateway_row row = {
		.hostname = facts->name,
		.ipv4 = facts->ipv4,
		.ipv6 = facts->ipv6,
		.words = text_or_null(facts->words),
		.hours = text_or_null(facts->hours),
		.offer = facts->offer,
		.limit_kbps = facts->limit_kbps,
		.health4 = four->health,
		.health6 = six->health,
		.delay4_ms = four->delay_ms,
		.delay6_ms = six->delay_ms,
		.loss4_percent = four->loss_percent,
		.loss6_percent = six->loss_percent,
		.down_kbps = facts->down_kbps,
		.up_kbps = facts->up_kbps,
		.load_kbps = facts->load_kbps,
		.since_s = facts->since_s,
		.router = text_or_null(facts->router),
	};

	if (*ways->name && (!gateway->there || strcmp(ways->name, facts->name) != 0)) {
		(void)store_remove(ways->store, &state_table_gateways, ways->name, now);
		*ways->name = 0;
	}
	if (!gateway->there)
		return;
	if (store_put(ways->store, &state_table_gateways, facts->name, &row, 0, now) < 0) {
		log_line(LOG_PRIORITY_ERROR, "net: cannot tell of this node's gateway");
		return;
	}
	memcpy(ways->name, facts->name, sizeof(ways->name));
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

static void key_format(const uint8_t key[GATEWAY_KEY_SIZE], char text[2 * GATEWAY_KEY_SIZE + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < GATEWAY_KEY_SIZE; i++) {
		text[2 * i] = digits[key[i] >> 4];
		text[2 * i + 1] = digits[key[i] & 15];
	}
	text[2 * GATEWAY_KEY_SIZE] = 0;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool key_parse(const char *text, uint8_t key[GATEWAY_KEY_SIZE])
{
	if (strlen(text) != 2 * GATEWAY_KEY_SIZE)
		return false;
	for (size_t i = 0; i < GATEWAY_KEY_SIZE; i++) {
		int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		key[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

void ways_choose(struct ways *ways, const struct net_choice *choice, uint64_t now)
{
	char key[2 * GATEWAY_KEY_SIZE + 1], mac[MAC_TEXT_SIZE];
	bool chosen = !is_zero(choice->key, sizeof(choice->key));
	struct choice_row row = {
		.gateway = chosen ? key : NULL,
		.name = chosen ? text_or_null(choice->name) : NULL,
		.by = text_or_null(choice->by),
	};
	const char *about = mac_is_zero(&choice->client) ? KEY_OF_NODE
	                                                 : mac_format(&choice->client, mac);
	int r;

	key_format(choice->key, key);
	r = store_put(ways->store, &state_table_choices, about, &row, 0, now);
	if (r < 0)
		log_line(LOG_PRIORITY_ERROR, "net: cannot tell of a choice: %s", strerror(-r));
}

/* --- what root is told --- */

static void copy_text(char *to, size_t size, const char *from)
{
	if (from)
		strncpy(to, from, size - 1);
}

static uint32_t since_s(const struct row *row, uint32_t then, uint64_t now)
{
	uint64_t since = then + row_age_ms(row, now) / 1000;

	return since > UINT32_MAX ? UINT32_MAX : (uint32_t)since;
}

/* False for one that nobody can be steered to. */
static bool read_gateway(const struct row *row, struct arena *arena, uint64_t now,
                         struct gateway_facts *facts)
{
	const struct author_id *author = row_author(row);
	struct gateway_row read;

	memset(facts, 0, sizeof(*facts));
	if (author->kind != AUTHOR_KEY || row_read(row, arena, &read) < 0 || !read.hostname ||
	    strcmp(read.hostname, row->key) != 0 || read.ipv6.family != IP_V6 ||
	    ip_reserved(&read.ipv6) || ip_is_link_local(&read.ipv6))
		return false;
	memcpy(facts->key, author->byte, sizeof(facts->key));
	copy_text(facts->name, sizeof(facts->name), read.hostname);
	copy_text(facts->words, sizeof(facts->words), read.words);
	copy_text(facts->hours, sizeof(facts->hours), read.hours);
	copy_text(facts->router, sizeof(facts->router), read.router);
	facts->ipv4 = read.ipv4.family == IP_V4 ? read.ipv4 : (struct ip){ 0 };
	facts->ipv6 = read.ipv6;
	facts->sides[0] = (struct gateway_side){ read.health4, read.delay4_ms, read.loss4_percent };
	facts->sides[1] = (struct gateway_side){ read.health6, read.delay6_ms, read.loss6_percent };
	facts->down_kbps = read.down_kbps;
	facts->up_kbps = read.up_kbps;
	facts->load_kbps = read.load_kbps;
	facts->since_s = since_s(row, read.since_s, now);
	facts->offer = read.offer;
	facts->limit_kbps = read.limit_kbps;
	return true;
}

/* One an author: what it says under another name too is old or a trick; the last word counts. */
static struct gateway_facts *place_of(struct net_gateways *all, const struct gateway_facts *facts)
{
	for (size_t i = 0; i < all->n; i++) {
		if (!memcmp(all->items[i].key, facts->key, sizeof(facts->key)))
			return &all->items[i];
	}
	return all->n < GATEWAYS_MAX ? &all->items[all->n++] : NULL;
}

static void tell_gateways(struct ways *ways, uint64_t now)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct net_gateways *all = calloc(1, sizeof(*all) + GATEWAYS_MAX * sizeof(all->items[0]));
	const struct row *row = NULL;

	assert(all);
	while ((row = store_next(ways->store, &state_table_gateways, row))) {
		struct gateway_facts facts, *place;

		if (!read_gateway(row, arena, now, &facts))
			continue;
		place = place_of(all, &facts);
		if (place)
			*place = facts;
	}
	ways->say(ways->data,
	          &(struct net_message){ .kind = NET_GATEWAYS,
	                                 .body = all,
	                                 .size = sizeof(*all) + all->n * sizeof(all->items[0]) });
	free(all);
}

struct telling {
	struct ways *ways;
	struct net_choices *part;
	size_t n_told;
};

static void tell_part(struct telling *telling, bool last)
{
	struct net_choices *part = telling->part;

	part->first = telling->n_told == 0;
	part->last = last;
	telling->ways->say(
		telling->ways->data,
		&(struct net_message){ .kind = NET_CHOICES,
	                               .body = part,
	                               .size = sizeof(*part) + part->n * sizeof(part->items[0]) });
	telling->n_told += part->n;
	part->n = 0;
}

/* Whether this row is what counts about its key; of the node that is its own word. */
static bool counts(const struct ways *ways, const struct row *row, bool own, uint64_t now)
{
	if (!strcmp(row->key, KEY_OF_NODE))
		return own;
	return row_is_signed(row) &&
	       store_believe(ways->store, &state_table_choices, row->key, now) == row;
}

static void add_choice(struct telling *telling, struct arena *arena, const struct row *row,
                       bool own)
{
	struct net_choice *choice = &telling->part->items[telling->part->n];
	struct choice_row read;

	memset(choice, 0, sizeof(*choice));
	choice->own = own;
	if (strcmp(row->key, KEY_OF_NODE) != 0 && !mac_parse(row->key, &choice->client))
		return;
	if (row_read(row, arena, &read) < 0 ||
	    (read.gateway && !key_parse(read.gateway, choice->key)))
		return;
	copy_text(choice->name, sizeof(choice->name), read.name);
	copy_text(choice->by, sizeof(choice->by), read.by);
	if (++telling->part->n == NET_CHOICES_PART)
		tell_part(telling, false);
}

static void tell_choices(struct ways *ways, uint64_t now)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct telling telling = { .ways = ways };
	const struct author_id *self = store_self(ways->store);
	const struct row *row = NULL;

	telling.part = calloc(1, sizeof(*telling.part) +
	                                 NET_CHOICES_PART * sizeof(telling.part->items[0]));
	assert(telling.part);
	while (telling.n_told + telling.part->n < CHOICES_MAX &&
	       (row = store_next(ways->store, &state_table_choices, row))) {
		bool own = author_equal(row_author(row), self);

		if (counts(ways, row, own, now))
			add_choice(&telling, arena, row, own);
	}
	tell_part(&telling, true);
	free(telling.part);
}

/* What others have said since about the same client is what counts. */
static const struct row *find_outdated(const struct ways *ways, uint64_t now)
{
	const struct author_id *self = store_self(ways->store);
	const struct row *row = NULL;

	while ((row = store_next(ways->store, &state_table_choices, row))) {
		if (author_equal(row_author(row), self) && !counts(ways, row, true, now))
			return row;
	}
	return NULL;
}

static void withdraw_outdated(struct ways *ways, uint64_t now)
{
	const struct row *row;

	while ((row = find_outdated(ways, now))) {
		char key[ROW_KEY_MAX + 1];

		strncpy(key, row->key, sizeof(key) - 1);
		key[sizeof(key) - 1] = 0;
		if (store_remove(ways->store, &state_table_choices, key, now) < 0)
			return;
	}
}

void ways_tick(struct ways *ways, uint64_t now)
{
	uint64_t gateways = store_serial(ways->store, &state_table_gateways) + 1;

	if (store_serial(ways->store, &state_table_choices) + 1 != ways->told_choices)
		withdraw_outdated(ways, now);
	if (gateways != ways->told_gateways)
		tell_gateways(ways, now);
	ways->told_gateways = gateways;
	if (store_serial(ways->store, &state_table_choices) + 1 != ways->told_choices)
		tell_choices(ways, now);
	ways->told_choices = store_serial(ways->store, &state_table_choices) + 1;
}
