/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 *	weft journal 1 COUNT
 *	KIND MODE USER GROUP PATH-LENGTH SIZE
 *	PATHBYTES		for each change; numbers are decimal, the mode is octal
 *	MD5			of all that stands before it
 */
#include "platform/openwrt/journal.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/md5.h"

#define HEADER    "weft journal 1 %zu\n"
#define ENTRY     "%u %o %" PRIu32 " %" PRIu32 " %zu %zu\n"
#define LINE_SIZE 128
#define COUNT_MAX 4096
#define SUM_SIZE  (2 * MD5_SIZE + 1) /* hexadecimal, and an end of line */

static void print_sum(const char *text, size_t size, char sum[SUM_SIZE + 1])
{
	uint8_t digest[MD5_SIZE];

	md5(text, size, digest);
	for (size_t i = 0; i < MD5_SIZE; i++)
		snprintf(sum + 2 * i, 3, "%02x", digest[i]);
	memcpy(sum + 2 * MD5_SIZE, "\n", 2);
}

void journal_print(const struct journal *journal, struct buf *out)
{
	char sum[SUM_SIZE + 1];

	buf_printf(out, HEADER, journal->count);
	for (size_t i = 0; i < journal->count; i++) {
		const struct file_change *change = &journal->entries[i].change;
		const struct disk_status *status = &journal->entries[i].status;

		buf_printf(out, ENTRY, change->kind, status->mode, status->user, status->group,
		           strlen(change->path), change->size);
		buf_add(out, change->path);
		buf_add_bytes(out, change->after, change->size);
		buf_add_char(out, '\n');
	}
	print_sum(buf_text(out), out->length, sum);
	buf_add(out, sum);
}

/* What is left to read. */
struct reader {
	const char *at;
	size_t left;
	struct arena *arena;
};

/* A copy with a zero behind it; NULL if there is not so much. */
static char *read_bytes(struct reader *reader, size_t size)
{
	char *copy;

	if (size > reader->left)
		return NULL;
	copy = arena_alloc(reader->arena, size + 1);
	memcpy(copy, reader->at, size);
	reader->at += size;
	reader->left -= size;
	return copy;
}

static const char *read_line(struct reader *reader)
{
	const char *end = memchr(reader->at, '\n', reader->left);

	return end && end - reader->at < LINE_SIZE
	               ? read_bytes(reader, (size_t)(end - reader->at) + 1)
	               : NULL;
}

static bool is_path(const char *path, size_t length)
{
	return path && path[0] && path[0] != '/' && strlen(path) == length && length < PATH_MAX;
}

static int read_entry(struct reader *reader, struct journal_entry *entry)
{
	const char *line = read_line(reader);
	struct file_change *change = &entry->change;
	struct disk_status *status = &entry->status;
	size_t path_length;
	unsigned kind;
	const char *end;

	if (!line || sscanf(line, ENTRY, &kind, &status->mode, &status->user, &status->group,
	                    &path_length, &change->size) != 6)
		return -EINVAL;
	change->kind = kind;
	change->path = read_bytes(reader, path_length);
	change->after = read_bytes(reader, change->size);
	end = read_bytes(reader, 1);
	return kind <= FILE_CHANGE_REMOVE && is_path(change->path, path_length) && change->after &&
	                       end && *end == '\n'
	               ? 0
	               : -EINVAL;
}

static bool has_sum(const char *text, size_t size)
{
	char sum[SUM_SIZE + 1];

	if (size < SUM_SIZE)
		return false;
	print_sum(text, size - SUM_SIZE, sum);
	return memcmp(text + size - SUM_SIZE, sum, SUM_SIZE) == 0;
}

int journal_parse(const char *text, size_t size, struct arena *arena, struct journal *journal)
{
	struct reader reader = { text, size - SUM_SIZE, arena };
	struct journal_entry *entries;
	const char *line;
	size_t count;

	if (!has_sum(text, size))
		return -EINVAL;
	line = read_line(&reader);
	if (!line || sscanf(line, HEADER, &count) != 1 || count > COUNT_MAX)
		return -EINVAL;
	entries = arena_array_of(arena, struct journal_entry, count);
	for (size_t i = 0; i < count; i++) {
		int rc = read_entry(&reader, &entries[i]);

		if (rc < 0)
			return rc;
	}
	*journal = (struct journal){ entries, count };
	return reader.left ? -EINVAL : 0;
}
