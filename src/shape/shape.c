/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "shape/shape.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "base/number.h"

/*
 * Each type of member is one row of `types` below: how it is read, written, compared.  `wrong` of
 * a reader gets what is wrong with the text, in words that follow the quoted text.
 */
struct type {
	bool (*read)(const struct field *field, struct arena *arena, void *member, const char *text,
	             struct buf *wrong);
	void (*print)(const struct field *field, const void *member, struct buf *out);
	bool (*is_set)(const void *member);
	bool (*equal)(const void *a, const void *b);
	size_t size;
	/* NULL: what is printed, as a JSON string. */
	void (*print_json)(const struct field *field, const void *member, struct buf *out);
};

/* bool */

static const char *const words_true[] = { "1", "on", "true", "enabled", "yes", NULL };
static const char *const words_false[] = { "0", "off", "false", "disabled", "no", NULL };

static bool is_among(const char *const *words, const char *text)
{
	for (; *words; words++) {
		if (strcmp(*words, text) == 0)
			return true;
	}
	return false;
}

static void add_words(struct buf *out, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		buf_printf(out, "%s%s", i ? ", " : "", words[i]);
}

static bool read_bool(const struct field *field, struct arena *arena, void *member,
                      const char *text, struct buf *wrong)
{
	bool value = is_among(words_true, text);

	(void)field;
	(void)arena;
	if (!value && !is_among(words_false, text)) {
		buf_add(wrong, "is neither yes (");
		add_words(wrong, words_true);
		buf_add(wrong, ") nor no (");
		add_words(wrong, words_false);
		buf_add(wrong, ")");
		return false;
	}
	*(bool *)member = value;
	return true;
}

static void print_bool(const struct field *field, const void *member, struct buf *out)
{
	(void)field;
	buf_add(out, *(const bool *)member ? "1" : "0");
}

static void print_json_bool(const struct field *field, const void *member, struct buf *out)
{
	(void)field;
	buf_add(out, *(const bool *)member ? "true" : "false");
}

static bool is_set_bool(const void *member)
{
	return *(const bool *)member;
}

static bool equal_bool(const void *a, const void *b)
{
	return *(const bool *)a == *(const bool *)b;
}

/* uint */

static bool read_uint(const struct field *field, struct arena *arena, void *member,
                      const char *text, struct buf *wrong)
{
	(void)arena;
	if (number_parse(text, field->min, field->max, member))
		return true;
	buf_printf(wrong, "is not a number from %u to %u", field->min, field->max);
	return false;
}

static void print_uint(const struct field *field, const void *member, struct buf *out)
{
	(void)field;
	buf_printf(out, "%u", *(const uint32_t *)member);
}

static bool is_set_uint(const void *member)
{
	return *(const uint32_t *)member != 0;
}

static bool equal_uint(const void *a, const void *b)
{
	return *(const uint32_t *)a == *(const uint32_t *)b;
}

/* enum */

static bool read_enum(const struct field *field, struct arena *arena, void *member,
                      const char *text, struct buf *wrong)
{
	(void)arena;
	for (unsigned i = 0; field->names[i]; i++) {
		if (strcmp(field->names[i], text) == 0) {
			*(unsigned *)member = i;
			return true;
		}
	}
	buf_add(wrong, "is not one of ");
	add_words(wrong, field->names);
	return false;
}

static void print_enum(const struct field *field, const void *member, struct buf *out)
{
	buf_add(out, field->names[*(const unsigned *)member]);
}

static bool is_set_enum(const void *member)
{
	return *(const unsigned *)member != 0;
}

static bool equal_enum(const void *a, const void *b)
{
	return *(const unsigned *)a == *(const unsigned *)b;
}

/* string */

static bool length_fits(const struct field *field, const char *text, struct buf *wrong)
{
	size_t length = strlen(text);

	if (length < field->min)
		buf_printf(wrong, "is shorter than %u bytes", field->min);
	else if (field->max && length > field->max)
		buf_printf(wrong, "is longer than %u bytes", field->max);
	else
		return true;
	return false;
}

static bool read_string(const struct field *field, struct arena *arena, void *member,
                        const char *text, struct buf *wrong)
{
	if (!length_fits(field, text, wrong))
		return false;
	*(const char **)member = arena_strdup(arena, text);
	return true;
}

static const char *string_of(const void *member)
{
	const char *text = *(const char *const *)member;

	return text ? text : "";
}

static void print_string(const struct field *field, const void *member, struct buf *out)
{
	(void)field;
	buf_add(out, string_of(member));
}

static bool is_set_string(const void *member)
{
	return *string_of(member) != '\0';
}

static bool equal_string(const void *a, const void *b)
{
	return strcmp(string_of(a), string_of(b)) == 0;
}

/* MAC */

static bool read_mac(const struct field *field, struct arena *arena, void *member, const char *text,
                     struct buf *wrong)
{
	(void)field;
	(void)arena;
	if (mac_parse(text, member))
		return true;
	buf_add(wrong, "is not a MAC address like 02:ab:cd:00:11:22");
	return false;
}

static bool is_set_mac(const void *member)
{
	return !mac_is_zero(member);
}

static void print_mac(const struct field *field, const void *member, struct buf *out)
{
	char text[MAC_TEXT_SIZE];

	(void)field;
	if (is_set_mac(member))
		buf_add(out, mac_format(member, text));
}

static bool equal_mac(const void *a, const void *b)
{
	return mac_equal(a, b);
}

/* address */

static bool read_ip(const struct field *field, struct arena *arena, void *member, const char *text,
                    struct buf *wrong)
{
	(void)field;
	(void)arena;
	if (ip_parse(text, member))
		return true;
	buf_add(wrong, "is not an IP address like 10.13.0.1 or fd0d:fe46:8ce8::1");
	return false;
}

static void print_ip(const struct field *field, const void *member, struct buf *out)
{
	char text[IP_TEXT_SIZE];

	(void)field;
	buf_add(out, ip_format(member, text));
}

static bool is_set_ip(const void *member)
{
	return ((const struct ip *)member)->family != IP_NONE;
}

static bool equal_ip(const void *a, const void *b)
{
	return ip_equal(a, b);
}

/* prefix */

static bool read_prefix(const struct field *field, struct arena *arena, void *member,
                        const char *text, struct buf *wrong)
{
	(void)field;
	(void)arena;
	if (prefix_parse(text, member))
		return true;
	buf_add(wrong, "is not an IP prefix like 10.13.0.0/16 or fd0d:fe46:8ce8::/64");
	return false;
}

static void print_prefix(const struct field *field, const void *member, struct buf *out)
{
	char text[PREFIX_TEXT_SIZE];

	(void)field;
	buf_add(out, prefix_format(member, text));
}

static bool is_set_prefix(const void *member)
{
	return ((const struct prefix *)member)->ip.family != IP_NONE;
}

static bool equal_prefix(const void *a, const void *b)
{
	return prefix_equal(a, b);
}

/* list */

static bool read_list(const struct field *field, struct arena *arena, void *member,
                      const char *text, struct buf *wrong)
{
	struct string_list *list = member;
	const char **items;

	if (!length_fits(field, text, wrong))
		return false;
	items = arena_array_of(arena, const char *, list->count + 1);
	if (list->count)
		memcpy(items, list->items, list->count * sizeof(*items));
	items[list->count] = arena_strdup(arena, text);
	list->items = items;
	list->count++;
	return true;
}

static void print_list(const struct field *field, const void *member, struct buf *out)
{
	const struct string_list *list = member;

	(void)field;
	for (size_t i = 0; i < list->count; i++)
		buf_printf(out, "%s%s", i ? " " : "", list->items[i]);
}

static void print_json_list(const struct field *field, const void *member, struct buf *out)
{
	const struct string_list *list = member;

	(void)field;
	buf_add(out, "[");
	for (size_t i = 0; i < list->count; i++) {
		if (i)
			buf_add(out, ",");
		buf_add_json(out, list->items[i]);
	}
	buf_add(out, "]");
}

static bool is_set_list(const void *member)
{
	return ((const struct string_list *)member)->count != 0;
}

static bool equal_list(const void *a, const void *b)
{
	const struct string_list *x = a, *y = b;

	if (x->count != y->count)
		return false;
	for (size_t i = 0; i < x->count; i++) {
		if (strcmp(x->items[i], y->items[i]) != 0)
			return false;
	}
	return true;
}

static const struct type types[] = {
	[FIELD_TYPE_BOOL] = { read_bool, print_bool, is_set_bool, equal_bool, sizeof(bool),
	                      print_json_bool },
	[FIELD_TYPE_UINT] = { read_uint, print_uint, is_set_uint, equal_uint, sizeof(uint32_t),
	                      print_uint },
	[FIELD_TYPE_ENUM] = { read_enum, print_enum, is_set_enum, equal_enum, sizeof(unsigned) },
	[FIELD_TYPE_STRING] = { read_string, print_string, is_set_string, equal_string,
	                        sizeof(const char *) },
	[FIELD_TYPE_MAC] = { read_mac, print_mac, is_set_mac, equal_mac, sizeof(struct mac) },
	[FIELD_TYPE_IP] = { read_ip, print_ip, is_set_ip, equal_ip, sizeof(struct ip) },
	[FIELD_TYPE_PREFIX] = { read_prefix, print_prefix, is_set_prefix, equal_prefix,
	                        sizeof(struct prefix) },
	[FIELD_TYPE_LIST] = { read_list, print_list, is_set_list, equal_list,
	                      sizeof(struct string_list), print_json_list },
};

static void *member_of(const struct field *field, void *object)
{
	return (char *)object + field->at;
}

static const void *const_member_of(const struct field *field, const void *object)
{
	return (const char *)object + field->at;
}

/* A default that its own row refuses is a mistake of the program. */
static void set_default(const struct field *field, struct arena *arena, void *member,
                        const char *text)
{
	BUF_AUTO wrong = { 0 };
	bool fits = types[field->type].read(field, arena, member, text, &wrong);

	assert(fits);
	(void)fits;
}

static void set_default_list(const struct field *field, struct arena *arena, void *member)
{
	for (const char *next = field->def_text; next && *next;) {
		size_t length = strcspn(next, " ");

		set_default(field, arena, member, arena_strndup(arena, next, length));
		next += length + (next[length] == ' ');
	}
}

static void default_field(const struct field *field, struct arena *arena, void *object)
{
	void *member = member_of(field, object);

	switch (field->type) {
	case FIELD_TYPE_BOOL:
		*(bool *)member = field->def != 0;
		break;
	case FIELD_TYPE_UINT:
		*(uint32_t *)member = field->def;
		break;
	case FIELD_TYPE_ENUM:
		*(unsigned *)member = field->def;
		break;
	case FIELD_TYPE_LIST:
		set_default_list(field, arena, member);
		break;
	case FIELD_TYPE_STRING:
	case FIELD_TYPE_MAC:
	case FIELD_TYPE_IP:
	case FIELD_TYPE_PREFIX:
		if (field->def_text)
			set_default(field, arena, member, field->def_text);
		break;
	}
}

void shape_default(const struct shape *shape, struct arena *arena, void *object)
{
	memset(object, 0, shape->size);
	for (size_t i = 0; i < shape->n_fields; i++)
		default_field(&shape->fields[i], arena, object);
}

const struct field *shape_field(const struct shape *shape, const char *name)
{
	for (size_t i = 0; i < shape->n_fields; i++) {
		if (strcmp(shape->fields[i].name, name) == 0)
			return &shape->fields[i];
	}
	return NULL;
}

int field_set(const struct field *field, struct arena *arena, void *object, const char *text,
              const struct origin *origin, struct diag *diag)
{
	const char *problem = field->check ? field->check(text) : NULL;
	BUF_AUTO wrong = { 0 };

	if (problem)
		buf_add(&wrong, problem);
	else if (types[field->type].read(field, arena, member_of(field, object), text, &wrong))
		return 0;
	diag_add(diag, DIAG_ERROR, origin, "'%s' %s", text, buf_text(&wrong));
	return -EINVAL;
}

void field_clear(const struct field *field, void *object)
{
	memset(member_of(field, object), 0, types[field->type].size);
}

bool field_is_set(const struct field *field, const void *object)
{
	return types[field->type].is_set(const_member_of(field, object));
}

bool field_equal(const struct field *field, const void *a, const void *b)
{
	return types[field->type].equal(const_member_of(field, a), const_member_of(field, b));
}

bool shape_equal(const struct shape *shape, const void *a, const void *b)
{
	for (size_t i = 0; i < shape->n_fields; i++) {
		if (!field_equal(&shape->fields[i], a, b))
			return false;
	}
	return true;
}

void field_print(const struct field *field, const void *object, struct buf *out)
{
	types[field->type].print(field, const_member_of(field, object), out);
}

void field_print_json(const struct field *field, const void *object, struct buf *out)
{
	BUF_AUTO text = { 0 };

	if (types[field->type].print_json) {
		types[field->type].print_json(field, const_member_of(field, object), out);
		return;
	}
	field_print(field, object, &text);
	buf_add_json(out, buf_text(&text));
}

/* As it is if it is one word of printable letters, else in quotes. */
static void add_word(struct buf *out, const struct buf *text)
{
	BUF_AUTO quoted = { 0 };

	buf_add_json(&quoted, buf_text(text));
	if (quoted.length == text->length + 2 && !strchr(buf_text(text), ' '))
		buf_add(out, buf_text(text));
	else
		buf_add(out, buf_text(&quoted));
}

void shape_print(const struct shape *shape, const void *object, struct buf *out)
{
	for (size_t i = 0; i < shape->n_fields; i++) {
		const struct field *field = &shape->fields[i];
		BUF_AUTO text = { 0 };

		if (!field_is_set(field, object))
			continue;
		field_print(field, object, &text);
		buf_printf(out, " %s=", field->name);
		add_word(out, &text);
	}
}

void shape_print_json(const struct shape *shape, const void *object, struct buf *out)
{
	const char *comma = "";

	for (size_t i = 0; i < shape->n_fields; i++) {
		const struct field *field = &shape->fields[i];

		if (!field_is_set(field, object))
			continue;
		buf_add(out, comma);
		buf_add_json(out, field->name);
		buf_add(out, ":");
		field_print_json(field, object, out);
		comma = ",";
	}
}

const char *shape_suggest(const struct shape *shape, const char *name)
{
	struct nearest nearest = { .word = name };

	for (size_t i = 0; i < shape->n_fields; i++)
		nearest_offer(&nearest, shape->fields[i].name);
	return nearest_result(&nearest);
}
