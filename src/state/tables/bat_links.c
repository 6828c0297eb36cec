/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <string.h>

#include "state/seen.h"
#include "state/tables/tables.h"

static const struct field fields[] = {
	FIELD_TEXT(struct bat_link_row, host, 63, value_check_name, "Who sees it"),
	FIELD_MAC(struct bat_link_row, src_mac, NULL, "Own MAC"),
	FIELD_MAC(struct bat_link_row, dst_mac, NULL, "MAC of the other end"),
	FIELD_TEXT(struct bat_link_row, iface, 15, value_check_ifname, "Device"),
	FIELD_UINT(struct bat_link_row, tq, 0, 255, 0, "Quality, up to 255"),
	FIELD_UINT(struct bat_link_row, last_seen_msecs, 0, UINT32_MAX, 0,
	           "Milliseconds since it was heard"),
	FIELD_UINT(struct bat_link_row, kbps, 0, UINT32_MAX, 0, "Rate in kbit/s, where measured"),
};
SHAPE(bat_link_shape, "bat_links", "Links of batman-adv as each end sees them", struct bat_link_row,
      fields);

static void collect(const struct seen *seen, struct collecting *rows)
{
	for (size_t i = 0; i < seen->n_mesh; i++) {
		const struct seen_mesh *link = &seen->mesh[i];
		struct bat_link_row row = { .host = seen->hostname,
			                    .src_mac = link->own,
			                    .dst_mac = link->other,
			                    .iface = link->port,
			                    .tq = link->tq,
			                    .kbps = link->kbps,
			                    .last_seen_msecs = link->seen_ms };
		char own[MAC_TEXT_SIZE], other[MAC_TEXT_SIZE];

		collecting_add(rows,
		               collect_link_key(collecting_arena(rows), mac_format(&link->own, own),
		                                mac_format(&link->other, other)),
		               &row);
	}
}

static enum collect_change change(const void *was, const void *is)
{
	const struct bat_link_row *before = was, *now = is;

	if (strcmp(before->host, now->host) != 0 || strcmp(before->iface, now->iface) != 0)
		return COLLECT_MUCH;
	return collect_change_of(seen_quality_of_mesh(before->tq, before->kbps),
	                         seen_quality_of_mesh(now->tq, now->kbps));
}

const struct state_table state_table_bat_links = {
	.name = "bat_links",
	.doc = "Links of batman-adv as each end sees them",
	.id = 8,
	.shape = &bat_link_shape,
	.key_check = key_is_hex,
	.lifetime_s = 4200,
	.max_rows = 64,
	.max_value = 200,
	.interval_s = 1800,
	.collect = collect,
	.change = change,
};
