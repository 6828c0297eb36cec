/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What others may say on a shared cable, and when: the input is a list of (milliseconds, port, a
 * hello of 24 bytes).
 */
#include <assert.h>
#include <string.h>

#include "fuzz.h"
#include "platform/linux/cloud/segment.h"

#define ENTRY_SIZE 26

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const int ports[] = { 1, 2, 3 };
	struct segment_hello self = { .node = { { 2, 0, 0, 0, 0, 5 } } }, hello;
	AUTO(segment_free) struct segment *segment = segment_new(&self);
	int64_t now = 0;

	(void)segment_hello_read(bytes, size, &hello);
	segment_set_ports(segment, ports, 3, now);
	for (; size >= ENTRY_SIZE; bytes += ENTRY_SIZE, size -= ENTRY_SIZE) {
		unsigned sent = 0;

		now += bytes[0] * 16;
		if (segment_hello_read(bytes + 2, ENTRY_SIZE - 2, &hello))
			segment_hear(segment, bytes[1] & 7, &hello, now);
		(void)segment_decide(segment, now);
		while (segment_next_hello(segment, now, &hello))
			sent++;
		/* However much is heard, a port says at most one hello at a time. */
		assert(sent <= 3);
		while (segment_next_takeover(segment, now))
			;
		assert(segment_due(segment, now) > now);
	}
	return 0;
}
