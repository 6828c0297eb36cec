/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/web/near.h"

#include <net/if.h>

#include "plan/plan.h"
#include "platform/linux/cloud/fdb.h"

bool near_is(const struct plan *plan, const struct mac *mac)
{
	const struct plan_item *item = plan ? plan_next(plan, PLAN_ANYCAST, NULL) : NULL;
	const struct plan_anycast *anycast = item ? item->value : NULL;
	struct fdb fdb = { 0 };
	bool near = false;
	int cloud;
	struct nl nl;

	if (!anycast || nl_open(&nl, NETLINK_ROUTE) < 0)
		return false;
	cloud = *anycast->cloud ? (int)if_nametoindex(anycast->cloud) : 0;
	(void)fdb_read(&nl, (int)if_nametoindex(anycast->bridge), &fdb);
	nl_close(&nl);
	for (size_t i = 0; i < fdb.count; i++) {
		const struct fdb_entry *entry = &fdb.entries[i];

		near = near ||
		       (!entry->fixed && entry->port != cloud && mac_equal(&entry->mac, mac));
	}
	fdb_done(&fdb);
	return near;
}
