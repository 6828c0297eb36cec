/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/collect.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "state/row.h"
#include "state/table.h"
#include "state/value.h"

/* Points of a hundred. */
#define QUALITY_MUCH   20
#define QUALITY_LITTLE 5

struct said {
	const struct state_table *table;
	char key[ROW_KEY_MAX + 1];
	uint8_t *value;
	size_t size;
	uint64_t said_ms;
	bool seen; /* in this look */
};

struct collector {
	collector_say_fn *say;
	void *data;
	struct said *rows;
	size_t n_rows, room;
};

struct collecting {
	struct collector *collector;
	const struct state_table *table;
	struct arena *arena;
	uint64_t now, next;
	size_t n_rows; /* of this table */
};

struct collector *collector_new(collector_say_fn *say, void *data)
{
	struct collector *collector = calloc(1, sizeof(*collector));

	assert(collector);
	collector->say = say;
	collector->data = data;
	return collector;
}

void collector_free(struct collector *collector)
{
	if (!collector)
		return;
	for (size_t i = 0; i < collector->n_rows; i++)
		free(collector->rows[i].value);
	free(collector->rows);
	free(collector);
}

static struct said *find(const struct collector *collector, const struct state_table *table,
                         const char *key)
{
	for (size_t i = 0; i < collector->n_rows; i++) {
		struct said *said = &collector->rows[i];

		if (said->table == table && !strcmp(said->key, key))
			return said;
	}
	return NULL;
}

static struct said *append(struct collector *collector, const struct state_table *table,
                           const char *key)
{
	struct said *said;

	if (collector->n_rows == collector->room) {
		collector->room = collector->room ? 2 * collector->room : 16;
		collector->rows = realloc(collector->rows,
		                          collector->room * sizeof(*collector->rows));
		assert(collector->rows);
	}
	said = &collector->rows[collector->n_rows++];
	*said = (struct said){ .table = table };
	memcpy(said->key, key, strlen(key) + 1);
	return said;
}

static void say(struct collecting *collecting, struct said *said, const uint8_t *value, size_t size)
{
	const struct collector *collector = collecting->collector;

	free(said->value);
	said->value = malloc(size + 1);
	assert(said->value);
	memcpy(said->value, value, size);
	said->size = size;
	said->said_ms = collecting->now;
	collector->say(collector->data, said->table, said->key, value, size);
}

static enum collect_change compare(const struct collecting *collecting, const struct said *said,
                                   const void *is, const uint8_t *value, size_t size)
{
	const struct state_table *table = said->table;
	void *was;

	if (said->size == size && (!size || memcmp(said->value, value, size) == 0))
		return COLLECT_NONE;
	was = arena_alloc(collecting->arena, table->shape->size);
	if (!table->change ||
	    value_read(table->shape, said->value, said->size, collecting->arena, was) < 0)
		return COLLECT_MUCH;
	return table->change(was, is);
}

/* Whether it may be said now; else when. */
static bool is_due(struct collecting *collecting, const struct said *said,
                   enum collect_change change)
{
	uint64_t wait = change == COLLECT_MUCH ? COLLECT_MUCH_MS
	                                       : (uint64_t)said->table->interval_s * 1000;
	uint64_t due = said->said_ms + wait;

	if (collecting->now >= due)
		return true;
	if (due < collecting->next)
		collecting->next = due;
	return false;
}

void collecting_add(struct collecting *collecting, const char *key, const void *object)
{
	const struct state_table *table = collecting->table;
	uint8_t value[ROW_VALUE_MAX];
	enum collect_change change;
	struct said *said;
	size_t size;

	if (!*key || strlen(key) > ROW_KEY_MAX || (table->key_check && !table->key_check(key)) ||
	    collecting->n_rows == table->max_rows ||
	    value_write(table->shape, object, value, &size) < 0 || size > table->max_value)
		return;
	said = find(collecting->collector, table, key);
	if (said && said->seen)
		return; /* twice the same key: the first */
	collecting->n_rows++;
	if (!said) {
		said = append(collecting->collector, table, key);
		say(collecting, said, value, size);
	} else {
		change = compare(collecting, said, object, value, size);
		if (change != COLLECT_NONE && is_due(collecting, said, change))
			say(collecting, said, value, size);
	}
	said->seen = true;
}

struct arena *collecting_arena(struct collecting *collecting)
{
	return collecting->arena;
}

const char *collect_link_key(struct arena *arena, const char *own, const char *other)
{
	bool own_first = strcmp(own, other) <= 0;
	const char *parts[] = { own_first ? own : other, own_first ? other : own };
	char *key = arena_alloc(arena, strlen(own) + strlen(other) + 1);
	size_t n = 0;

	for (size_t i = 0; i < 2; i++) {
		for (const char *c = parts[i]; *c; c++) {
			if (*c != ':')
				key[n++] = *c;
		}
	}
	key[n] = '\0';
	return key;
}

enum collect_change collect_change_of(unsigned was, unsigned is)
{
	unsigned by = was > is ? was - is : is - was;

	/* A link that comes to life or dies is never a little. */
	if (by >= QUALITY_MUCH || !was != !is)
		return COLLECT_MUCH;
	return by >= QUALITY_LITTLE ? COLLECT_LITTLE : COLLECT_NONE;
}

/* What is not seen any more: of a row that was just said only later, for it may come back. */
static void withdraw(struct collecting *collecting)
{
	struct collector *collector = collecting->collector;
	size_t kept = 0;

	for (size_t i = 0; i < collector->n_rows; i++) {
		struct said *said = &collector->rows[i];
		bool gone = !said->seen && is_due(collecting, said, COLLECT_MUCH);

		if (gone) {
			collector->say(collector->data, said->table, said->key, NULL, 0);
			free(said->value);
		} else {
			collector->rows[kept++] = *said;
		}
	}
	collector->n_rows = kept;
}

uint64_t collector_look(struct collector *collector, const struct seen *seen, uint64_t now)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct collecting collecting = {
		.collector = collector, .arena = arena, .now = now, .next = UINT64_MAX
	};

	for (size_t i = 0; i < collector->n_rows; i++)
		collector->rows[i].seen = false;
	for (size_t i = 0; state_tables[i]; i++) {
		collecting.table = state_tables[i];
		collecting.n_rows = 0;
		if (collecting.table->collect)
			collecting.table->collect(seen, &collecting);
	}
	withdraw(&collecting);
	return collecting.next;
}
