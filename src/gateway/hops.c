/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "gateway/hops.h"

#define BEYOND     3  /* silent ones that are asked behind the last that answers */
#define MEMORY     20 /* questions after which old ones count half */
#define SMOOTHING  4
#define FIRST_ONES 8 /* asked in the first round */

unsigned hops_wanted(const struct hops *hops)
{
	unsigned last = 0;

	for (unsigned i = 0; i < HOPS_MAX; i++) {
		if (hops->hop[i].arrived)
			return i + 1;
		if (hops->hop[i].address.family != IP_NONE)
			last = i + 1;
	}
	if (!hops->rounds && last == 0)
		return FIRST_ONES;
	return last + BEYOND < HOPS_MAX ? last + BEYOND : HOPS_MAX;
}

/* Figures of long ago count less. */
static void age(struct hop *hop)
{
	if (hop->sent < MEMORY)
		return;
	hop->sent /= 2;
	hop->answered /= 2;
}

void hops_round(struct hops *hops)
{
	hops->rounds++;
	for (unsigned i = 0; i < HOPS_MAX; i++) {
		if (hops->hop[i].asked_us)
			hops->hop[i].silent++;
		hops->hop[i].asked_us = 0;
		age(&hops->hop[i]);
	}
}

void hops_asked(struct hops *hops, unsigned n, uint16_t id, int64_t now_us)
{
	struct hop *hop = &hops->hop[n];

	hop->sent++;
	hop->id = id;
	hop->asked_us = now_us;
}

/* The way is another one from here on. */
static void forget_from(struct hops *hops, unsigned n)
{
	for (unsigned i = n; i < HOPS_MAX; i++) {
		struct hop *hop = &hops->hop[i];
		bool waits = hop->asked_us != 0;

		*hop = (struct hop){ .asked_us = hop->asked_us, .id = hop->id, .sent = waits };
	}
}

void hops_answered(struct hops *hops, unsigned n, uint16_t id, const struct ip *from, bool arrived,
                   int64_t now_us)
{
	struct hop *hop = &hops->hop[n];
	uint32_t delay;

	if (!hop->asked_us || (id && id != hop->id))
		return;
	delay = (uint32_t)(now_us - hop->asked_us);
	if (hop->answered && (!ip_equal(&hop->address, from) || hop->arrived != arrived))
		forget_from(hops, n);
	hop->asked_us = 0;
	hop->silent = 0;
	hop->address = *from;
	hop->arrived = arrived;
	hop->delay_us = hop->answered ? (hop->delay_us * (SMOOTHING - 1) + delay) / SMOOTHING
	                              : delay;
	hop->answered++;
}

int hops_loss_percent(const struct hop *hop)
{
	uint32_t over = hop->sent - (hop->asked_us ? 1 : 0);

	if (!hop->answered || !over || hop->answered > over)
		return hop->answered ? 0 : -1;
	return (int)((over - hop->answered) * 100 / over);
}
