/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "http/bundle.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"

#define MAGIC       "weftweb1"
#define HASH_LENGTH 8 /* letters in a name that come from the content */

struct head {
	char magic[8];
	uint32_t count, padding;
};

struct place {
	uint32_t at, size;
};

struct entry {
	char name[BUNDLE_NAME_MAX];
	struct place plain, zipped;
	uint64_t tag;
};

/* FNV-1a: tells one content from another; nobody is hurt by somebody who finds two alike. */
static uint64_t hash(uint64_t value, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		value = (value ^ (unsigned char)bytes[i]) * 1099511628211U;
	return value;
}

static struct place put(struct place *free_from, size_t size)
{
	struct place place = { size ? free_from->at : 0, (uint32_t)size };

	free_from->at += (uint32_t)size;
	return place;
}

int bundle_print(const struct bundle_file *files, size_t count, struct buf *out)
{
	struct head head = { .count = (uint32_t)count };
	size_t total = sizeof(head) + count * sizeof(struct entry);
	struct place free_from = { .at = (uint32_t)total };

	if (count > BUNDLE_FILES_MAX)
		return -E2BIG;
	for (size_t i = 0; i < count; i++) {
		if (files[i].plain_size > BUNDLE_SIZE_MAX || files[i].zipped_size > BUNDLE_SIZE_MAX)
			return -E2BIG;
		total += files[i].plain_size + files[i].zipped_size;
		if (total > BUNDLE_SIZE_MAX)
			return -E2BIG;
	}
	memcpy(head.magic, MAGIC, sizeof(head.magic));
	buf_add_bytes(out, &head, sizeof(head));
	for (size_t i = 0; i < count; i++) {
		const struct bundle_file *file = &files[i];
		struct entry entry = { .tag = 14695981039346656037U };
		size_t length = strlen(file->name);

		if (length >= sizeof(entry.name))
			return -E2BIG;
		memcpy(entry.name, file->name, length);
		entry.plain = put(&free_from, file->plain_size);
		entry.zipped = put(&free_from, file->zipped_size);
		entry.tag = hash(entry.tag, file->plain, file->plain_size);
		entry.tag = hash(entry.tag, file->zipped, file->zipped_size);
		buf_add_bytes(out, &entry, sizeof(entry));
	}
	for (size_t i = 0; i < count; i++) {
		buf_add_bytes(out, files[i].plain, files[i].plain_size);
		buf_add_bytes(out, files[i].zipped, files[i].zipped_size);
	}
	return 0;
}

static bool is_inside(const struct bundle *bundle, struct place place)
{
	return place.at <= bundle->size && place.size <= bundle->size - place.at;
}

static struct entry entry_of(const struct bundle *bundle, uint32_t i)
{
	struct entry entry;

	memcpy(&entry, bundle->bytes + sizeof(struct head) + i * sizeof(entry), sizeof(entry));
	return entry;
}

int bundle_open(const void *bytes, size_t size, struct bundle *bundle)
{
	struct bundle opened = { .bytes = bytes, .size = size };
	struct head head;

	if (size < sizeof(head))
		return -EINVAL;
	memcpy(&head, bytes, sizeof(head));
	if (memcmp(head.magic, MAGIC, sizeof(head.magic)) != 0 || head.count > BUNDLE_FILES_MAX ||
	    size < sizeof(head) + head.count * sizeof(struct entry))
		return -EINVAL;
	opened.count = head.count;
	for (uint32_t i = 0; i < head.count; i++) {
		struct entry entry = entry_of(&opened, i);

		if (!memchr(entry.name, 0, sizeof(entry.name)) ||
		    !is_inside(&opened, entry.plain) || !is_inside(&opened, entry.zipped))
			return -EINVAL;
	}
	*bundle = opened;
	return 0;
}

bool bundle_find(const struct bundle *bundle, const char *name, struct bundle_file *file)
{
	for (uint32_t i = 0; bundle->bytes && i < bundle->count; i++) {
		const char *at = bundle->bytes + sizeof(struct head) + i * sizeof(struct entry);
		struct entry entry = entry_of(bundle, i);

		if (strcmp(entry.name, name) != 0)
			continue;
		*file = (struct bundle_file){ .name = at,
			                      .plain = bundle->bytes + entry.plain.at,
			                      .plain_size = entry.plain.size,
			                      .zipped = bundle->bytes + entry.zipped.at,
			                      .zipped_size = entry.zipped.size,
			                      .tag = entry.tag };
		return true;
	}
	return false;
}

const char *bundle_type(const char *name)
{
	static const char *const types[][2] = {
		{ ".html", "text/html; charset=utf-8" },
		{ ".css", "text/css; charset=utf-8" },
		{ ".js", "text/javascript; charset=utf-8" },
		{ ".mjs", "text/javascript; charset=utf-8" },
		{ ".json", "application/json" },
		{ ".webmanifest", "application/manifest+json" },
		{ ".svg", "image/svg+xml" },
		{ ".png", "image/png" },
		{ ".jpg", "image/jpeg" },
		{ ".webp", "image/webp" },
		{ ".ico", "image/x-icon" },
		{ ".woff2", "font/woff2" },
		{ ".wasm", "application/wasm" },
		{ ".txt", "text/plain; charset=utf-8" },
	};
	const char *suffix = strrchr(name, '.');

	for (size_t i = 0; suffix && i < sizeof(types) / sizeof(types[0]); i++) {
		if (!strcmp(types[i][0], suffix))
			return types[i][1];
	}
	return "application/octet-stream";
}

bool bundle_is_immutable(const char *name)
{
	const char *base = strrchr(name, '/'), *end = strrchr(name, '.');

	/* A hash may have a dash of its own: it is where eight letters before the dot begin. */
	return base && end && end - base > HASH_LENGTH + 2 && end[-HASH_LENGTH - 1] == '-';
}
