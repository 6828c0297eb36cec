/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/openwrt/peers.h"

#include <stdbool.h>
#include <string.h>

#include "plan/plan.h"

/* "wlan<digits>-peer<digits>", and what hangs on it. */
static bool is_peer(const char *ifname)
{
	const char *rest = ifname;

	if (!ifname || strncmp(ifname, "wlan", 4) != 0)
		return false;
	rest += 4 + strspn(ifname + 4, "0123456789");
	return strncmp(rest, "-peer", 5) == 0 && rest[5] >= '0' && rest[5] <= '9';
}

static const char *device_of(const struct plan_item *item)
{
	if (item->kind == PLAN_LINK)
		return ((const struct plan_link *)item->value)->name;
	if (item->kind == PLAN_ADDRESS)
		return ((const struct plan_address *)item->value)->ifname;
	if (item->kind == PLAN_BABEL_INTERFACE)
		return ((const struct plan_babel_interface *)item->value)->ifname;
	return NULL;
}

static void add_master(struct plan *plan, const struct plan_item *item)
{
	const struct plan_link *link = item->value;
	const struct plan_link master = { .name = link->master, .kind = PLAN_LINK_PORT };

	if (item->kind == PLAN_LINK && link->master && *link->master)
		plan_add_link(plan, &master);
}

struct plan *peers_plan(const struct plan *plan)
{
	struct plan *peers = plan_new();

	for (const struct plan_item *item = plan->items; item; item = item->next) {
		if (!is_peer(device_of(item)))
			continue;
		plan_because(peers, &item->because, item->reason);
		add_master(peers, item);
		plan_add(peers, item->kind, item->name, item->value);
	}
	return peers;
}
