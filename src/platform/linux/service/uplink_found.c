/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/uplink_found.h"

#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "plan/numbers.h"

/* Of somebody who is neither weft, nor babeld, nor the kernel (which hears advertisements also from
 * the mesh). */
static bool is_of_others(uint8_t protocol)
{
	return protocol != PROTOCOL_GATEWAY_GOOD && protocol != PROTOCOL_GATEWAY_FAIR &&
	       protocol != PROTOCOL_GATEWAY_POOR && protocol != PROTOCOL_WEFT &&
	       protocol != PROTOCOL_STEER && protocol != PROTOCOL_BABELD && protocol != RTPROT_RA &&
	       protocol != RTPROT_KERNEL;
}

static bool is_uplink(const struct default_route *route)
{
	return route->table == TABLE_MAIN && is_of_others(route->protocol) &&
	       route->via.family == route->family;
}

static struct uplink *uplink_named(struct uplink *uplinks, size_t n, const char *ifname)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(uplinks[i].ifname, ifname) == 0)
			return &uplinks[i];
	}
	return NULL;
}

static bool is_better(const struct default_route *routes, size_t n, const struct default_route *one)
{
	for (size_t i = 0; i < n; i++) {
		const struct default_route *other = &routes[i];

		if (other != one && is_uplink(other) && other->family == one->family &&
		    strcmp(other->ifname, one->ifname) == 0 &&
		    (other->metric < one->metric || (other->metric == one->metric && other < one)))
			return false;
	}
	return true;
}

static void add_gateway(struct uplink *uplink, const struct default_route *route)
{
	/* Where it came from does not matter; each source has one gateway. */
	struct uplink_lease *lease =
		&uplink->leases[route->family == IP_V4 ? UPLINK_DHCP : UPLINK_RA];

	lease->gateway = route->via;
	lease->address = (struct prefix){ route->via, ip_bits(&route->via) };
}

size_t uplinks_found(const struct default_route *routes, size_t n_routes, struct uplink *uplinks,
                     size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < n_routes; i++) {
		struct uplink *uplink = uplink_named(uplinks, n, routes[i].ifname);

		if (!is_uplink(&routes[i]) || !is_better(routes, n_routes, &routes[i]))
			continue;
		if (!uplink && n == max)
			continue;
		if (!uplink) {
			uplink = &uplinks[n++];
			*uplink = (struct uplink){ .carrier = true };
			snprintf(uplink->ifname, sizeof(uplink->ifname), "%s", routes[i].ifname);
		}
		add_gateway(uplink, &routes[i]);
	}
	return n;
}
