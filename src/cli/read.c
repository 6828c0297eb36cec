/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "cli/read.h"

#include <json-c/json.h>

#include "base/buf.h"

struct json_object *read_parse(const char *text)
{
	return json_tokener_parse(text);
}

void read_free(struct json_object *object)
{
	json_object_put(object);
}

void read_print(struct json_object *object, struct buf *out)
{
	buf_add(out, json_object_to_json_string_ext(
			     object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

struct json_object *read_member(struct json_object *object, const char *name)
{
	struct json_object *member = NULL;

	if (json_object_is_type(object, json_type_object))
		(void)json_object_object_get_ex(object, name, &member);
	return member;
}

static const char *text_of(struct json_object *value)
{
	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

const char *read_text(struct json_object *object, const char *name)
{
	return text_of(read_member(object, name));
}

int64_t read_number(struct json_object *object, const char *name)
{
	return json_object_get_int64(read_member(object, name));
}

bool read_bool(struct json_object *object, const char *name)
{
	return json_object_get_boolean(read_member(object, name));
}

size_t read_count(struct json_object *object, const char *name)
{
	struct json_object *list = read_member(object, name);

	return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

struct json_object *read_element(struct json_object *object, const char *name, size_t index)
{
	if (index >= read_count(object, name))
		return NULL;
	return json_object_array_get_idx(read_member(object, name), index);
}

int64_t read_number_at(struct json_object *object, const char *name, size_t index, int64_t absent)
{
	struct json_object *element = read_element(object, name, index);

	return json_object_is_type(element, json_type_int) ? json_object_get_int64(element)
	                                                   : absent;
}

const char *read_line(struct json_object *object, const char *name, size_t index)
{
	return text_of(read_element(object, name, index));
}
