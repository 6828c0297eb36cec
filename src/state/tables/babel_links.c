/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <string.h>

#include "state/seen.h"
#include "state/tables/tables.h"

static const struct field fields[] = {
	FIELD_TEXT(struct babel_link_row, host, 63, value_check_name, "Who sees it"),
	FIELD_IP(struct babel_link_row, src_ip, NULL, "Own address"),
	FIELD_IP(struct babel_link_row, dst_ip, NULL, "Address of the other end"),
	FIELD_TEXT(struct babel_link_row, iface, 15, value_check_ifname, "Device"),
	FIELD_UINT(struct babel_link_row, cost, 0, 65535, 0,
	           "What the link costs; 65535: it fails"),
	FIELD_UINT(struct babel_link_row, rxcost, 0, 65535, 0, "The part of receiving"),
	FIELD_UINT(struct babel_link_row, txcost, 0, 65535, 0, "The part of sending"),
};
SHAPE(babel_link_shape, "babel_links", "Links of Babel as each end sees them",
      struct babel_link_row, fields);

static void collect(const struct seen *seen, struct collecting *rows)
{
	for (size_t i = 0; i < seen->n_babel; i++) {
		const struct seen_babel *link = &seen->babel[i];
		struct babel_link_row row = { .host = seen->hostname,
			                      .src_ip = link->own,
			                      .dst_ip = link->other,
			                      .iface = link->port,
			                      .cost = link->cost,
			                      .rxcost = link->rxcost,
			                      .txcost = link->txcost };
		char own[IP_TEXT_SIZE], other[IP_TEXT_SIZE];

		collecting_add(rows,
		               collect_link_key(collecting_arena(rows), ip_format(&link->own, own),
		                                ip_format(&link->other, other)),
		               &row);
	}
}

static enum collect_change change(const void *was, const void *is)
{
	const struct babel_link_row *before = was, *now = is;

	if (strcmp(before->host, now->host) != 0 || strcmp(before->iface, now->iface) != 0 ||
	    !ip_equal(&before->src_ip, &now->src_ip) || !ip_equal(&before->dst_ip, &now->dst_ip))
		return COLLECT_MUCH;
	return collect_change_of(seen_quality_of_babel(before->cost),
	                         seen_quality_of_babel(now->cost));
}

const struct state_table state_table_babel_links = {
	.name = "babel_links",
	.doc = "Links of Babel as each end sees them",
	.id = 9,
	.shape = &babel_link_shape,
	.key_check = key_is_hex,
	.lifetime_s = 4200,
	.max_rows = 64,
	.max_value = 200,
	.interval_s = 1800,
	.collect = collect,
	.change = change,
};
