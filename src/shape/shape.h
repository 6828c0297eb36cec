/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A struct described once, by a table of its members: so it can be parsed,
 * defaulted, checked, compared, printed and documented without code of its own.
 *
 *	struct batadv_options { uint32_t orig_interval; };
 *
 *	static const struct field fields[] = {
 *		FIELD_UINT(struct batadv_options, orig_interval, 40, 100000, 2000, "Milliseconds"),
 *	};
 *	static SHAPE(batadv_shape, "batadv", "Layer-2 mesh", struct batadv_options, fields);
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "net/ip.h"
#include "net/mac.h"

struct arena;
struct buf;
struct diag;
struct origin;

/* The types of members, in brackets. */
enum field_type {
	FIELD_TYPE_BOOL,   /* bool: "1", "on", "true", "enabled", "yes", or "0", "off", "false",
	                      "disabled", "no" */
	FIELD_TYPE_UINT,   /* uint32_t, decimal */
	FIELD_TYPE_ENUM,   /* unsigned: an index into `names` */
	FIELD_TYPE_STRING, /* const char *: NULL or in the arena */
	FIELD_TYPE_MAC,    /* struct mac: zero is "not set" */
	FIELD_TYPE_IP,     /* struct ip: IP_NONE is "not set" */
	FIELD_TYPE_PREFIX, /* struct prefix: IP_NONE is "not set" */
	FIELD_TYPE_LIST,   /* struct string_list */
};

struct string_list {
	const char **items;
	size_t count;
};

struct field {
	const char *name; /* of the option, and of the member */
	const char *doc;
	enum field_type type;
	size_t at;
	uint32_t min, max;        /* of a number; of a text's or item's length in bytes (max 0: no
	                             limit) */
	uint32_t def;             /* of a bool, number or enum */
	const char *def_text;     /* of every other type; NULL: not set */
	const char *const *names; /* of an enum, ends with NULL */
	/* A check that does not fit a row, made before the text is parsed: NULL if `text` is
	 * good, else what is wrong with it, to follow the quoted text: "is not ...". */
	const char *(*check)(const char *text);
	/* `check` is about words of somebody else's, who may know more of them. */
	bool is_others;
};

struct shape {
	const char *name, *doc;
	const struct field *fields;
	size_t n_fields;
	size_t size; /* of the struct */
};

/* A row refuses to compile when the member has another type than the row. */
#define FIELD_AT(T_, member_, of_) \
	(offsetof(T_, member_) + 0 * sizeof(&((T_ *)0)->member_ == (of_ *)0))

#define FIELD_BOOL(T_, member_, def_, doc_)                               \
	{                                                                 \
		.name = #member_, .doc = (doc_), .type = FIELD_TYPE_BOOL, \
		.at = FIELD_AT(T_, member_, bool), .def = (def_)          \
	}
#define FIELD_UINT(T_, member_, min_, max_, def_, doc_)                                            \
	{                                                                                          \
		.name = #member_, .doc = (doc_), .type = FIELD_TYPE_UINT,                          \
		.at = FIELD_AT(T_, member_, uint32_t), .min = (min_), .max = (max_), .def = (def_) \
	}
#define FIELD_ENUM(T_, member_, names_, def_, doc_)                                     \
	{                                                                               \
		.name = #member_, .doc = (doc_), .type = FIELD_TYPE_ENUM,               \
		.at = FIELD_AT(T_, member_, unsigned), .names = (names_), .def = (def_) \
	}
#define FIELD_STRING(T_, member_, def_text_, doc_)                                 \
	{                                                                          \
		.name = #member_, .doc = (doc_), .type = FIELD_TYPE_STRING,        \
		.at = FIELD_AT(T_, member_, const char *), .def_text = (def_text_) \
	}
#define FIELD_MAC(T_, member_, def_text_, doc_)                                  \
	{                                                                        \
		.name = #member_, .doc = (doc_), .type = FIELD_TYPE_MAC,         \
		.at = FIELD_AT(T_, member_, struct mac), .def_text = (def_text_) \
	}
#define FIELD_IP(T_, member_, def_text_, doc_)                                  \
	{                                                                       \
		.name = #member_, .doc = (doc_), .type = FIELD_TYPE_IP,         \
		.at = FIELD_AT(T_, member_, struct ip), .def_text = (def_text_) \
	}
#define FIELD_PREFIX(T_, member_, def_text_, doc_)                                  \
	{                                                                           \
		.name = #member_, .doc = (doc_), .type = FIELD_TYPE_PREFIX,         \
		.at = FIELD_AT(T_, member_, struct prefix), .def_text = (def_text_) \
	}
/* def_text: the default items, separated by single spaces. */
#define FIELD_LIST(T_, member_, def_text_, doc_)                                         \
	{                                                                                \
		.name = #member_, .doc = (doc_), .type = FIELD_TYPE_LIST,                \
		.at = FIELD_AT(T_, member_, struct string_list), .def_text = (def_text_) \
	}

/* Constant; whoever writes `const` before it does no harm, hence the typeof. */
#define SHAPE(variable_, name_, doc_, T_, fields_)                               \
	__typeof__(const struct shape) variable_ = { (name_), (doc_), (fields_), \
		                                     ARRAY_LENGTH(fields_), sizeof(T_) }

/* Sets every member to its default, all other bytes to zero.  The object's memory is the caller's.
 */
void shape_default(const struct shape *shape, struct arena *arena, void *object);

/* NULL if there is none of that name. */
const struct field *shape_field(const struct shape *shape, const char *name);

/*
 * Parses a value into its member; texts are copied into the arena.  For a list each
 * call appends; field_clear() first to replace the default.  -EINVAL with a message in `diag`, the
 * member untouched, if it does not fit.
 */
int field_set(const struct field *field, struct arena *arena, void *object, const char *text,
              const struct origin *origin, struct diag *diag) MUST_CHECK;
void field_clear(const struct field *field, void *object);

/* "set": different from zero, empty or NULL; what is not set is not printed. */
bool field_is_set(const struct field *field, const void *object);
bool field_equal(const struct field *field, const void *a, const void *b);
bool shape_equal(const struct shape *shape, const void *a, const void *b);

/* The value as a person writes it (lists: items joined by a space; "" if not set), and as JSON
 * (true or false, number, string, array of strings). */
void field_print(const struct field *field, const void *object, struct buf *out);
void field_print_json(const struct field *field, const void *object, struct buf *out);

/* ' name=value' of each member that is set; texts that are not one printable word as JSON
 * strings. */
void shape_print(const struct shape *shape, const void *object, struct buf *out);
/* '"name":value' of each member that is set, separated by commas, without the braces. */
void shape_print_json(const struct shape *shape, const void *object, struct buf *out);

/* The name closest to `name` if it is close enough to be a slip of the hand, else NULL. */
const char *shape_suggest(const struct shape *shape, const char *name);
