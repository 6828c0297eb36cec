/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The types of LibreMesh's shared state, and which table of ours says the same.
 *
 * What a peer says of a type becomes an object of the table's shape member by member, each checked
 * by its field: what is no address never becomes one.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compat/peer.h"

struct arena;
struct buf;
struct state_table;

enum compat_form {
	COMPAT_FORM_OBJECT, /* an entry is a row, the members of its data are fields */
	COMPAT_FORM_TEXT,   /* an entry is a row, its data is the text of the only field */
	COMPAT_FORM_LINKS,  /* an entry is a node: each of its links is a row */
	COMPAT_FORM_LEASE, /* an entry is a row, but its key is the address and the MAC is inside */
	COMPAT_FORM_DOCUMENT, /* an entry is a row "TYPE:KEY", its data is kept as it is */
	COMPAT_FORM_HOSTS,    /* "ADDRESS NAME": true; a row has all addresses of a name */
};

enum compat_member_form {
	COMPAT_MEMBER_PLAIN,   /* as the field is: a text, a number, an array of texts */
	COMPAT_MEMBER_NEGATED, /* a number below zero that the field has without its sign */
	COMPAT_MEMBER_NUMBERS, /* an array of numbers that the field has as texts */
};

struct compat_member {
	const char *path; /* "board", or "coordinates.lat" of a member inside of a member */
	const char *field;
	enum compat_member_form form;
	const char *absent; /* what is said of a text that is not set; NULL: nothing */
};

struct compat_type {
	const char *name;
	unsigned protocols;  /* enum compat_protocol, a bit mask */
	uint32_t ttl_s;      /* of life after each publication */
	uint32_t interval_s; /* between two exchanges */
	enum compat_form form;
	const struct state_table *table;
	const struct compat_member *members;
	size_t n_members;
};

extern const struct compat_type compat_types[];
extern const size_t n_compat_types;

/* NULL if there is none of this name in this protocol. */
const struct compat_type *compat_type_find(const char *name, enum compat_protocol protocol);

/*
 * Reads an object of the type's table; texts go to the arena.  A member that is not what its field
 * allows is left out, as is one that nobody knows.  False if `data` is no JSON object.
 */
bool compat_read_object(const struct compat_type *type, const char *data, size_t size,
                        struct arena *arena, void *object);

/* '"name":value' of each member that is set, with commas and without braces. */
void compat_print_members(const struct compat_type *type, const void *object, struct buf *out);
