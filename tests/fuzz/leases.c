/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* dnsmasq's file of leases, in which clients choose the names. */
#include "platform/linux/service/leases.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "fuzz.h"

static void check(const struct leases *leases)
{
	for (size_t i = 0; i < leases->count; i++) {
		assert(leases->items[i].ip.family != IP_NONE);
		assert(memchr(leases->items[i].name, '\0', LEASE_NAME_SIZE));
		assert(!strpbrk(leases->items[i].name, " \t\n<>\"'"));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct leases leases = leases_parse((const char *)bytes, size, arena);

	check(&leases);
	leases = leases_parse_reservations((const char *)bytes, size, arena);
	check(&leases);
	return 0;
}
