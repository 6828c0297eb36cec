/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/uplink_address.h"

#include <errno.h>
#include <net/if.h>

#include "net/ip.h"
#include "plan/plan.h"
#include "platform/linux/kernel/nl.h"
#include "platform/linux/kernel/routing.h"

static int ask(struct nl *nl, unsigned index, const struct prefix *address)
{
	const struct plan_address gone = { .address = *address };
	struct nl_message message;
	int r;

	address_build_remove(&message, &gone, (int)index);
	r = nl_request(nl, &message);
	return r == -EADDRNOTAVAIL ? 0 : r;
}

int uplink_address_remove(const char *ifname, const struct prefix *address)
{
	unsigned index = if_nametoindex(ifname);
	struct nl nl;
	int r;

	if (!index)
		return 0;
	r = nl_open(&nl, NETLINK_ROUTE);
	if (r == 0)
		r = ask(&nl, index, address);
	nl_close(&nl);
	return r;
}
