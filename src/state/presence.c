/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/presence.h"

#include "state/bytes.h"

/*
 * One byte of flags, then numbers, of seven bits a byte, the upper bit saying that more follow.
 * They go down from the row's own sequence: so many void, so many live, so many void, ...  Below
 * the last one all is void (ONLY_THESE) or not spoken of.
 */
#define ONLY_THESE 1

static void write_count(struct writer *writer, uint32_t count)
{
	for (; count > 127; count >>= 7)
		put_number(writer, (count & 127) | 128, 1);
	put_number(writer, count, 1);
}

/* Bad if there is none, if it is too large, or if it ends with zeros. */
static uint32_t read_count(struct reader *reader)
{
	uint64_t count = 0;

	for (unsigned shift = 0; shift < 35; shift += 7) {
		uint64_t byte = take_number(reader, 1);

		count |= (byte & 127) << shift;
		if (byte & 128)
			continue;
		reader->bad = reader->bad || count > UINT32_MAX || (shift && !byte);
		return reader->bad ? 0 : (uint32_t)count;
	}
	reader->bad = true;
	return 0;
}

/* How many of live[0..n) at the end follow each other. */
static size_t run_length(const uint32_t *live, size_t n)
{
	size_t run = 1;

	while (run < n && live[n - run - 1] + 1 == live[n - run])
		run++;
	return run;
}

size_t presence_write(const struct row_version *version, const uint32_t *live, size_t n_live,
                      bool only_these, uint8_t bytes[ROW_VALUE_MAX])
{
	struct writer writer = { .at = bytes, .end = bytes + ROW_VALUE_MAX };
	uint32_t next = version->sequence; /* above all that is still to be written */

	put_number(&writer, only_these, 1);
	while (n_live) {
		struct writer before = writer;
		size_t run = run_length(live, n_live);

		write_count(&writer, next - 1 - live[n_live - 1]);
		write_count(&writer, (uint32_t)run);
		if (writer.bad) {
			writer = before;
			bytes[0] = 0;
			break;
		}
		next = live[n_live - run];
		n_live -= run;
	}
	return (size_t)(writer.at - bytes);
}

/* Walks down the runs; `about` may be NULL. */
static enum presence_word walk(struct reader *reader, uint32_t next, const uint32_t *about)
{
	unsigned flags = (unsigned)take_number(reader, 1);
	enum presence_word word = PRESENCE_VOID;
	bool found = false;

	reader->bad = reader->bad || flags > ONLY_THESE;
	while (!reader->bad && take_left(reader)) {
		uint32_t n_void = read_count(reader);
		uint32_t n_live = read_count(reader);

		if (reader->bad || n_live == 0 || (uint64_t)n_void + n_live > next) {
			reader->bad = true;
			break;
		}
		next -= n_void;
		found = found || (about && *about >= next);
		next -= n_live;
		if (about && !found && *about >= next) {
			found = true;
			word = PRESENCE_LIVE;
		}
	}
	if (found)
		return word;
	return flags & ONLY_THESE ? PRESENCE_VOID : PRESENCE_UNKNOWN;
}

bool presence_is_valid(const uint8_t *bytes, size_t size, const struct row_version *version)
{
	struct reader reader = { .at = bytes, .end = bytes + size };

	(void)walk(&reader, version->sequence, NULL);
	return !reader.bad;
}

enum presence_word presence_says(const uint8_t *bytes, size_t size, const struct row_version *said,
                                 const struct row_version *about)
{
	struct reader reader = { .at = bytes, .end = bytes + size };

	if (row_version_compare(about, said) >= 0)
		return PRESENCE_UNKNOWN;
	if (about->epoch < said->epoch)
		return bytes[0] & ONLY_THESE ? PRESENCE_VOID : PRESENCE_UNKNOWN;
	return walk(&reader, said->sequence, &about->sequence);
}
