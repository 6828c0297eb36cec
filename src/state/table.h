/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A table of the shared state: what its rows say, how long, how much, and whom readers believe.
 * One file each, src/state/tables/NAME.c with `const struct state_table state_table_NAME`; the
 * name is in the list of src/state/meson.build.
 */
#include <stdbool.h>
#include <stdint.h>

#include "shape/shape.h"
#include "state/collect.h"

struct collecting;
struct row;
struct seen;

struct state_table {
	const char *name, *doc;
	uint8_t id; /* on the wire, from 1: never changed, never used twice */
	const struct shape *shape;
	/* What a key is, NULL: any text that row keys may be. */
	bool (*key_check)(const char *key);
	uint32_t lifetime_s; /* of a row whose author is heard no more; no row may say more */
	uint32_t max_rows;   /* of one author; of more the newest stay */
	uint32_t max_value;  /* bytes of one encoded value, up to ROW_VALUE_MAX */
	/* A collector writes a row whose figures moved a little no more often than this. */
	uint32_t interval_s;
	/* A change is passed on at once; of other tables within seconds, with less effort. */
	bool urgent;
	/* What an author said before it restarted stands until it says otherwise. */
	bool survives_restart;
	/* What this node says in it, from what it sees: state/collect.h.  NULL: it comes from
	 * events, or from people. */
	void (*collect)(const struct seen *seen, struct collecting *rows);
	/* How much two rows differ; NULL: always much. */
	enum collect_change (*change)(const void *was, const void *is);
	/*
	 * Of two live rows with one key by two authors: whether to believe `a` rather than `b`.
	 * NULL: state_prefer().
	 */
	bool (*prefer)(const struct row *a, const struct row *b, uint64_t now);
};

/* Ends with NULL; made from the list in src/state/meson.build. */
extern const struct state_table *const state_tables[];

/* NULL if there is none. */
const struct state_table *state_table_find(const char *name);
const struct state_table *state_table_by_id(unsigned id);

/* Signed before unsigned, then the younger words, then the smaller author. */
bool state_prefer(const struct row *a, const struct row *b, uint64_t now);

/* Rows of a field table with limits: the longest text in bytes, and a check or NULL. */
#define FIELD_TEXT(T_, member_, max_, check_, doc_)                                         \
	{                                                                                   \
		.name = #member_, .doc = (doc_), .type = FIELD_TYPE_STRING,                 \
		.at = FIELD_AT(T_, member_, const char *), .max = (max_), .check = (check_) \
	}
#define FIELD_TEXTS(T_, member_, max_, check_, doc_)                                              \
	{                                                                                         \
		.name = #member_, .doc = (doc_), .type = FIELD_TYPE_LIST,                         \
		.at = FIELD_AT(T_, member_, struct string_list), .max = (max_), .check = (check_) \
	}

/* Checks for fields: NULL, or what is wrong. */
const char *value_check_name(const char *text);  /* a host name; "*" too */
const char *value_check_plain(const char *text); /* one line of UTF-8, no control characters */
const char *value_check_mac(const char *text);
const char *value_check_ip(const char *text);
const char *value_check_ifname(const char *text);
const char *value_check_decimal(const char *text); /* -12.5 */

/* Checks for keys. */
bool key_is_mac(const char *key);    /* lower case */
bool key_is_name(const char *key);   /* a host name */
bool key_is_domain(const char *key); /* host names joined by dots */
bool key_is_hex(const char *key);    /* lower case, colons allowed: of a link, of a router */
