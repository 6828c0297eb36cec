/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * Values of options: each line of the input is NAME=VALUE.  What was taken is printed, and read
 * again as the same; its JSON is JSON.
 */
#include "shape/shape.h"

#include <assert.h>
#include <json-c/json.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "fuzz.h"

struct thing {
	bool flag;
	uint32_t number;
	unsigned choice;
	const char *text;
	struct mac mac;
	struct ip ip;
	struct prefix prefix;
	struct string_list list;
};

static const char *const choices[] = { "one", "two", "2", NULL };

static const struct field fields[] = {
	FIELD_BOOL(struct thing, flag, true, ""),
	FIELD_UINT(struct thing, number, 3, 70000, 5, ""),
	FIELD_ENUM(struct thing, choice, choices, 1, ""),
	FIELD_STRING(struct thing, text, "some text", ""),
	FIELD_MAC(struct thing, mac, "02:00:00:00:00:01", ""),
	FIELD_IP(struct thing, ip, NULL, ""),
	FIELD_PREFIX(struct thing, prefix, "fd00::/8", ""),
	FIELD_LIST(struct thing, list, "a b c", ""),
};
static SHAPE(thing_shape, "thing", "", struct thing, fields);

static void set(struct arena *arena, struct thing *thing, char *line, struct diag *diag)
{
	char *equals = strchr(line, '=');
	const struct field *field;
	struct thing before = *thing;

	if (equals)
		*equals = '\0';
	field = shape_field(&thing_shape, line);
	if (!field)
		(void)shape_suggest(&thing_shape, line);
	else if (field_set(field, arena, thing, equals ? equals + 1 : "", NULL, diag) < 0)
		assert(shape_equal(&thing_shape, thing, &before));
}

static void read_again(struct arena *arena, const struct thing *thing)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	struct thing again = *thing;

	for (size_t i = 0; i < thing_shape.n_fields; i++) {
		BUF_AUTO text = { 0 };
		int rc = 0;

		if (fields[i].type == FIELD_TYPE_LIST || !field_is_set(&fields[i], thing))
			continue;
		field_clear(&fields[i], &again);
		field_print(&fields[i], thing, &text);
		rc = field_set(&fields[i], arena, &again, buf_text(&text), NULL, diag);
		assert(rc == 0);
	}
	assert(shape_equal(&thing_shape, thing, &again));
}

static void check_json(const struct thing *thing)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *object;
	BUF_AUTO json = { 0 };

	buf_add_char(&json, '{');
	shape_print_json(&thing_shape, thing, &json);
	buf_add_char(&json, '}');
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(tokener, json.text, (int)json.length);
	assert(object && json_object_is_type(object, json_type_object));
	json_object_put(object);
	json_tokener_free(tokener);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	AUTO(diag_free) struct diag *diag = diag_new();
	char *rest = arena_strndup(arena, (const char *)bytes, size), *line;
	BUF_AUTO printed = { 0 };
	struct thing thing;

	shape_default(&thing_shape, arena, &thing);
	while ((line = strsep(&rest, "\n")))
		set(arena, &thing, line, diag);
	shape_print(&thing_shape, &thing, &printed);
	for (const char *c = buf_text(&printed); *c; c++)
		assert((unsigned char)*c >= ' ' && *c != 0x7f);
	read_again(arena, &thing);
	check_json(&thing);
	return 0;
}
