/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * The file of what people said (/etc/weft/said): whatever is in it, what is taken from it is rows
 * that their tables allow, each once, and is said to net in messages that net takes.
 */
#include <assert.h>
#include <event2/event.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "daemon/net/message.h"
#include "daemon/net/own_rows.h"
#include "fuzz.h"
#include "state/table.h"

#define SIZE_MAX_OF_INPUT 16384

static void count(void *data, const struct net_message *message)
{
	size_t *n = data;

	assert(message->kind == NET_ROW && message->size <= NET_BODY_MAX);
	++*n;
}

/* Those of all tables. */
static size_t look(const struct own_rows *rows)
{
	size_t n = 0;

	for (size_t i = 0; state_tables[i]; i++) {
		struct own_row row, other;
		size_t at = 0;

		while (own_rows_next(rows, state_tables[i], &at, &row)) {
			size_t later = at;

			assert(*row.key && row.size <= state_tables[i]->max_value);
			while (own_rows_next(rows, state_tables[i], &later, &other))
				assert(strcmp(row.key, other.key) != 0);
			n++;
		}
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct event_base *base;
	struct own_rows *rows;
	size_t n_told = 0;
	char path[32];
	int fd;

	if (size > SIZE_MAX_OF_INPUT)
		return 0;
	if (!base)
		base = event_base_new();
	fd = memfd_create("said", MFD_CLOEXEC);
	assert(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	rows = own_rows_new(base, path, count, &n_told);
	own_rows_repeat(rows);
	assert(look(rows) == n_told && n_told <= OWN_ROWS_MAX);
	own_rows_free(rows);
	close(fd);
	return 0;
}
