/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/value.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "shape/shape.h"
#include "state/bytes.h"
#include "state/table.h"

/* One item of a list is never longer, whatever its field says. */
#define ITEM_MAX  255
#define ITEMS_MAX 64

static bool text_fits(const struct field *field, const char *text, size_t length)
{
	if (field->max && length > field->max)
		return false;
	return length > 0 && !value_check_plain(text) && !(field->check && field->check(text));
}

/* Writing: each gives false if the member is not what its field allows. */

static void write_minimal(struct writer *writer, uint32_t number)
{
	unsigned size = number >> 24 ? 4 : number >> 16 ? 3 : number >> 8 ? 2 : 1;

	put_length(writer, size);
	put_number(writer, number, size);
}

static bool write_uint(const struct field *field, uint32_t number, struct writer *writer)
{
	write_minimal(writer, number);
	return number >= field->min && number <= field->max;
}

static bool write_enum(const struct field *field, unsigned number, struct writer *writer)
{
	unsigned count = 0;

	while (field->names[count])
		count++;
	write_minimal(writer, number);
	return number < count;
}

static bool write_text(const struct field *field, const char *text, struct writer *writer)
{
	put_length(writer, strlen(text));
	put_bytes(writer, text, strlen(text));
	return text_fits(field, text, strlen(text));
}

static bool write_ip(const struct ip *ip, struct writer *writer)
{
	unsigned size = ip_bits(ip) / 8;

	put_length(writer, size);
	put_bytes(writer, ip->byte, size);
	return true;
}

static bool write_prefix(const struct prefix *prefix, struct writer *writer)
{
	unsigned size = ip_bits(&prefix->ip) / 8;

	put_length(writer, size + 1);
	put_bytes(writer, prefix->ip.byte, size);
	put_number(writer, prefix->length, 1);
	return prefix->length <= ip_bits(&prefix->ip);
}

static bool write_list(const struct field *field, const struct string_list *list,
                       struct writer *writer)
{
	size_t size = 0;
	bool good = list->count <= ITEMS_MAX;

	for (size_t i = 0; i < list->count; i++)
		size += 1 + strlen(list->items[i]);
	put_length(writer, size);
	for (size_t i = 0; i < list->count; i++) {
		size_t length = strlen(list->items[i]);

		good = good && length <= ITEM_MAX && text_fits(field, list->items[i], length);
		put_number(writer, length & 0xff, 1);
		put_bytes(writer, list->items[i], length);
	}
	return good;
}

static bool write_member(const struct field *field, const void *member, struct writer *writer)
{
	switch (field->type) {
	case FIELD_TYPE_BOOL:
		put_length(writer, 0);
		return true;
	case FIELD_TYPE_UINT:
		return write_uint(field, *(const uint32_t *)member, writer);
	case FIELD_TYPE_ENUM:
		return write_enum(field, *(const unsigned *)member, writer);
	case FIELD_TYPE_STRING:
		return write_text(field, *(const char *const *)member, writer);
	case FIELD_TYPE_MAC:
		put_length(writer, MAC_SIZE);
		put_bytes(writer, ((const struct mac *)member)->byte, MAC_SIZE);
		return true;
	case FIELD_TYPE_IP:
		return write_ip(member, writer);
	case FIELD_TYPE_PREFIX:
		return write_prefix(member, writer);
	case FIELD_TYPE_LIST:
		return write_list(field, member, writer);
	}
	return false;
}

int value_write(const struct shape *shape, const void *object, uint8_t bytes[ROW_VALUE_MAX],
                size_t *size)
{
	struct writer writer = { 0 };

	writer.at = bytes;
	writer.end = bytes + ROW_VALUE_MAX;
	for (size_t i = 0; i < shape->n_fields; i++) {
		const struct field *field = &shape->fields[i];

		if (!field_is_set(field, object))
			continue;
		put_number(&writer, i + 1, 1);
		if (!write_member(field, (const char *)object + field->at, &writer))
			return -EINVAL;
	}
	if (writer.bad)
		return -E2BIG;
	*size = (size_t)(writer.at - bytes);
	return 0;
}

/* Reading: `member` is NULL where it is only checked. */

static bool read_minimal(struct reader *reader, uint32_t *number)
{
	size_t size = take_left(reader);

	if (size < 1 || size > 4 || *reader->at == 0)
		return false;
	*number = (uint32_t)take_number(reader, (unsigned)size);
	return true;
}

static bool read_uint(const struct field *field, struct reader *reader, uint32_t *member)
{
	uint32_t number;

	if (!read_minimal(reader, &number) || number < field->min || number > field->max)
		return false;
	if (member)
		*member = number;
	return true;
}

/* A word of a later weft counts as not set. */
static bool read_enum(const struct field *field, struct reader *reader, unsigned *member)
{
	uint32_t number;
	unsigned count = 0;

	while (field->names[count])
		count++;
	if (!read_minimal(reader, &number))
		return false;
	if (member)
		*member = number < count ? number : 0;
	return true;
}

static bool read_text(const struct field *field, struct reader *reader, size_t length,
                      struct arena *arena, const char **member)
{
	char text[ROW_VALUE_MAX + 1];
	const uint8_t *bytes = take_bytes(reader, length);

	if (!bytes || length >= sizeof(text) || memchr(bytes, 0, length))
		return false;
	memcpy(text, bytes, length);
	text[length] = '\0';
	if (!text_fits(field, text, length))
		return false;
	if (member)
		*member = arena_strndup(arena, text, length);
	return true;
}

static bool read_mac(struct reader *reader, struct mac *member)
{
	struct mac mac;

	if (take_left(reader) != MAC_SIZE)
		return false;
	memcpy(mac.byte, take_bytes(reader, MAC_SIZE), MAC_SIZE);
	if (member)
		*member = mac;
	return !mac_is_zero(&mac);
}

static bool read_ip(struct reader *reader, size_t size, struct ip *member)
{
	if (size != 4 && size != 16)
		return false;
	if (member) {
		*member = (struct ip){ .family = size == 4 ? IP_V4 : IP_V6 };
		memcpy(member->byte, reader->at, size);
	}
	return take_bytes(reader, size) != NULL;
}

static bool read_prefix(struct reader *reader, struct prefix *member)
{
	size_t size = take_left(reader);
	unsigned length;

	if (size < 1 || !read_ip(reader, size - 1, member ? &member->ip : NULL))
		return false;
	length = (unsigned)take_number(reader, 1);
	if (member)
		member->length = (uint8_t)length;
	return length <= (size - 1) * 8;
}

static bool read_list(const struct field *field, struct reader *reader, struct arena *arena,
                      struct string_list *member)
{
	const char *items[ITEMS_MAX];
	size_t count = 0;

	while (take_left(reader)) {
		size_t length = (size_t)take_number(reader, 1);

		if (count == ITEMS_MAX || reader->bad ||
		    !read_text(field, reader, length, arena, member ? &items[count] : NULL))
			return false;
		count++;
	}
	if (member && count) {
		member->items = arena_array_of(arena, const char *, count);
		memcpy(member->items, items, count * sizeof(items[0]));
		member->count = count;
	}
	return count > 0;
}

static bool read_member(const struct field *field, struct reader *reader, struct arena *arena,
                        void *member)
{
	switch (field->type) {
	case FIELD_TYPE_BOOL:
		if (member)
			*(bool *)member = true;
		return true;
	case FIELD_TYPE_UINT:
		return read_uint(field, reader, member);
	case FIELD_TYPE_ENUM:
		return read_enum(field, reader, member);
	case FIELD_TYPE_STRING:
		return read_text(field, reader, take_left(reader), arena, member);
	case FIELD_TYPE_MAC:
		return read_mac(reader, member);
	case FIELD_TYPE_IP:
		return read_ip(reader, take_left(reader), member);
	case FIELD_TYPE_PREFIX:
		return read_prefix(reader, member);
	case FIELD_TYPE_LIST:
		return read_list(field, reader, arena, member);
	}
	return false;
}

static bool read_field(const struct shape *shape, unsigned tag, struct reader *reader,
                       struct arena *arena, void *object)
{
	size_t size = take_length(reader);
	const uint8_t *bytes = take_bytes(reader, size);
	struct reader inner = { .at = bytes };
	const struct field *field;

	if (!bytes)
		return false;
	inner.end = bytes + size;
	if (tag > shape->n_fields)
		return true;
	field = &shape->fields[tag - 1];
	return read_member(field, &inner, arena, object ? (char *)object + field->at : NULL) &&
	       take_left(&inner) == 0;
}

int value_read(const struct shape *shape, const uint8_t *bytes, size_t size, struct arena *arena,
               void *object)
{
	struct reader reader = { .at = bytes, .end = bytes + size };
	unsigned last = 0;

	if (object)
		memset(object, 0, shape->size);
	while (take_left(&reader)) {
		unsigned tag = (unsigned)take_number(&reader, 1);

		if (tag <= last || !read_field(shape, tag, &reader, arena, object))
			return -EINVAL;
		last = tag;
	}
	return 0;
}
