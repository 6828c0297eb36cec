/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/seen.h"

#include <string.h>

#include "base/arena.h"

/* Of what a radio needs to work well, and to work at all. */
#define SIGNAL_BEST  (-50)
#define SIGNAL_WORST (-95)
#define TQ_BEST      255
/* What B.A.T.M.A.N. V measures on a good link of a simple radio. */
#define KBPS_BEST 100000
#define COST_BEST 256 /* Babel's, of a link that loses nothing */
#define COST_NONE 65535

uint32_t seen_channel(uint32_t mhz)
{
	if (mhz == 2484)
		return 14;
	if (mhz >= 2412 && mhz <= 2472)
		return (mhz - 2407) / 5;
	if (mhz >= 5000 && mhz < 5925)
		return (mhz - 5000) / 5;
	if (mhz >= 5955 && mhz <= 7115)
		return (mhz - 5950) / 5;
	return 0;
}

unsigned seen_quality_of_signal(int dbm)
{
	if (dbm >= SIGNAL_BEST)
		return 100;
	if (dbm <= SIGNAL_WORST)
		return 0;
	return (unsigned)(dbm - SIGNAL_WORST) * 100 / (SIGNAL_BEST - SIGNAL_WORST);
}

unsigned seen_quality_of_mesh(uint32_t tq, uint32_t kbps)
{
	if (kbps)
		return kbps >= KBPS_BEST ? 100 : kbps * 100 / KBPS_BEST;
	return tq >= TQ_BEST ? 100 : tq * 100 / TQ_BEST;
}

/* Costs below the usual ones are of cables that were given them. */
unsigned seen_quality_of_babel(uint32_t cost)
{
	if (cost >= COST_NONE)
		return 0;
	return cost <= COST_BEST ? 100 : COST_BEST * 100 / cost;
}

static bool has(const struct string_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++) {
		if (!strcmp(list->items[i], text))
			return true;
	}
	return false;
}

struct string_list seen_macs(const struct seen *seen, bool wireless, size_t most,
                             struct arena *arena)
{
	struct string_list macs = { arena_array_of(arena, const char *, most), 0 };
	char text[MAC_TEXT_SIZE];

	for (size_t i = 0; i < seen->n_devices && macs.count < most; i++) {
		const struct seen_device *device = &seen->devices[i];

		if ((wireless && !device->wireless) || mac_is_zero(&device->mac) ||
		    has(&macs, mac_format(&device->mac, text)))
			continue;
		macs.items[macs.count++] = arena_strdup(arena, text);
	}
	return macs;
}
