/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/asker.h"

#include <net/if.h>
#include <string.h>

#include "plan/plan.h"
#include "platform/linux/kernel/neighbours.h"

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

/* As the kernel writes it. */
static struct ip plain(const struct ip *address)
{
	struct ip ip = { .family = IP_V4 };

	if (address->family != IP_V6 || memcmp(address->byte, mapped, sizeof(mapped)) != 0)
		return *address;
	memcpy(ip.byte, address->byte + sizeof(mapped), 4);
	return ip;
}

bool asker_find(const struct plan *plan, const struct ip *address, struct mac *mac)
{
	const struct plan_item *item = plan_next(plan, PLAN_ANYCAST, NULL);
	const struct plan_anycast *anycast = item ? item->value : NULL;
	NEIGHBOURS_AUTO neighbours = { 0 };
	struct ip wanted = plain(address);
	int bridge, shared;
	struct nl nl;

	if (!anycast || nl_open(&nl, NETLINK_ROUTE) < 0)
		return false;
	bridge = (int)if_nametoindex(anycast->bridge);
	shared = (int)if_nametoindex(anycast->ifname);
	(void)neighbours_read(&nl, &neighbours);
	nl_close(&nl);
	for (size_t i = 0; i < neighbours.count; i++) {
		const struct neighbour *neighbour = &neighbours.entries[i];

		if ((neighbour->device != bridge && neighbour->device != shared) ||
		    !ip_equal(&neighbour->ip, &wanted))
			continue;
		*mac = neighbour->mac;
		return true;
	}
	return false;
}
