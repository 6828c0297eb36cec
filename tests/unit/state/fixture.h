/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Stores to test with, and rows for every table. */
#include "../test.h"
#include "base/arena.h"
#include "sim/crypto.h"
#include "state/codec.h"
#include "state/digest.h"
#include "state/merge.h"
#include "state/store.h"
#include "state/tables/tables.h"

#define HOUR UINT64_C(3600000)

struct party {
	struct sim_key key;
	struct store *store;
};

static inline void party_init(struct party *party, uint64_t number)
{
	struct store_options options = { .epoch = 1 };

	sim_key_init(&party->key, number, 0);
	options.crypto = sim_crypto(&party->key);
	memcpy(options.key, party->key.key, sizeof(options.key));
	party->store = store_new(&options);
}

static inline void party_done(struct party *party)
{
	store_free(party->store);
}

/* One statement as it goes over the wire. */
struct packet {
	uint8_t bytes[RECORD_MAX];
	size_t size;
};

static inline struct packet packet_of(const struct row *row, uint64_t now)
{
	struct packet packet;

	packet.size = record_write(row, now, packet.bytes);
	return packet;
}

static inline enum merge_result packet_merge(struct store *store, const struct packet *packet,
                                             uint64_t now)
{
	struct record record;
	size_t size = packet->size;

	assert_int_equal(record_read(packet->bytes, &size, &record), 0);
	assert_int_equal(size, packet->size);
	return store_merge(store, &record, now);
}

/* All rows of a store, withdrawn ones too. */
static inline size_t packets_of(const struct store *store, uint64_t now, struct packet *packets,
                                size_t room)
{
	size_t n = 0;

	for (unsigned leaf = 0; leaf < DIGEST_LEAVES; leaf++) {
		const struct row *row = NULL;

		while ((row = digest_next(store, leaf, row))) {
			assert_true(n < room);
			packets[n++] = packet_of(row, now);
		}
	}
	return n;
}

static inline uint32_t random_next(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33);
}

/* Texts of which at least one pleases any check of a field or a key. */
static const char *const words[] = {
	"10.13.7.9",
	"fd00::7",
	"phone",
	"a-node_2",
	"wlan0-mesh",
	"-31.25",
	"*",
	"02:00:5e:10:00:ff",
	"aabbccddee",
	"cloud.mesh",
	"-",
	"node",
	"08:00-22:00",
	"some words",
	"Caf\xc3\xa9",
	"12",
	"16:cc:20:ff:fe:da:4e:ac",
};

static inline const char *word_for(const char *(*check)(const char *), uint32_t random)
{
	for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
		const char *word = words[(random + i) % ARRAY_LENGTH(words)];

		if (!check || !check(word))
			return word;
	}
	fail_msg("no word pleases the check");
	return NULL;
}

static inline void random_member(const struct field *field, uint64_t *seed, struct arena *arena,
                                 char *member)
{
	uint32_t random = random_next(seed), names = 0;
	struct string_list *list = (void *)member;

	switch (field->type) {
	case FIELD_TYPE_BOOL:
		*(bool *)member = random & 1;
		break;
	case FIELD_TYPE_UINT:
		*(uint32_t *)(void *)member =
			field->min + (uint32_t)(random % ((uint64_t)field->max - field->min + 1));
		break;
	case FIELD_TYPE_ENUM:
		while (field->names[names])
			names++;
		*(unsigned *)(void *)member = random % names;
		break;
	case FIELD_TYPE_STRING:
		*(const char **)(void *)member = word_for(field->check, random);
		break;
	case FIELD_TYPE_MAC:
		memcpy(member, &random, 4);
		member[4] = 1;
		break;
	case FIELD_TYPE_IP:
	case FIELD_TYPE_PREFIX:
		((struct ip *)(void *)member)->family = random & 1 ? IP_V4 : IP_V6;
		memcpy(((struct ip *)(void *)member)->byte, &random, 4);
		break;
	case FIELD_TYPE_LIST:
		list->count = random % 4;
		list->items = arena_array_of(arena, const char *, 4);
		for (size_t i = 0; i < list->count; i++)
			list->items[i] = word_for(field->check, random_next(seed));
		break;
	}
}

/* What the field allows, every third member not set. */
static inline void *random_object(const struct shape *shape, uint64_t *seed, struct arena *arena)
{
	char *object = arena_alloc(arena, shape->size);

	for (size_t i = 0; i < shape->n_fields; i++) {
		if (random_next(seed) % 3)
			random_member(&shape->fields[i], seed, arena, object + shape->fields[i].at);
	}
	return object;
}

/* One of `n` keys that the table allows. */
static inline const char *random_key(const struct state_table *table, uint64_t *seed, uint32_t n,
                                     struct arena *arena)
{
	uint32_t number = random_next(seed) % n;
	const char *forms[] = { "02:00:00:00:00:%02x", "ab%02x", "host-%02x", "d%02x.mesh" };

	for (size_t i = 0; i < ARRAY_LENGTH(forms); i++) {
		char key[ROW_KEY_MAX];

		switch (i) {
		case 0:
			snprintf(key, sizeof(key), "02:00:00:00:00:%02x", number);
			break;
		case 1:
			snprintf(key, sizeof(key), "ab%02x", number);
			break;
		default:
			snprintf(key, sizeof(key), "host-%02x", number);
			break;
		}
		if (!table->key_check || table->key_check(key))
			return arena_printf(arena, "%s", key);
	}
	return table->name;
}
