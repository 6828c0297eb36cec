/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <string.h>

#include "base/arena.h"
#include "state/seen.h"
#include "state/tables/tables.h"

static const struct field fields[] = {
	FIELD_TEXT(struct wifi_link_row, host, 63, value_check_name, "Who sees it"),
	FIELD_MAC(struct wifi_link_row, src_mac, NULL, "Own MAC"),
	FIELD_MAC(struct wifi_link_row, dst_mac, NULL, "MAC of the other end"),
	FIELD_TEXT(struct wifi_link_row, iface, 15, value_check_ifname, "Device"),
	FIELD_UINT(struct wifi_link_row, signal, 0, 255, 0, "dBm below zero"),
	FIELD_TEXTS(struct wifi_link_row, chains, 8, value_check_decimal, "dBm of each antenna"),
	FIELD_UINT(struct wifi_link_row, rx_rate, 0, UINT32_MAX, 0, "kbit/s received"),
	FIELD_UINT(struct wifi_link_row, tx_rate, 0, UINT32_MAX, 0, "kbit/s sent"),
	FIELD_UINT(struct wifi_link_row, freq, 0, UINT32_MAX, 0, "MHz"),
	FIELD_UINT(struct wifi_link_row, channel, 0, 1024, 0, "Channel"),
};
SHAPE(wifi_link_shape, "wifi_links", "Radio links as each end sees them", struct wifi_link_row,
      fields);

static struct string_list chains_of(const struct seen_station *station, struct arena *arena)
{
	struct string_list chains = { arena_array_of(arena, const char *, SEEN_CHAINS_MAX), 0 };

	for (size_t i = 0; i < station->n_chains; i++)
		chains.items[chains.count++] = arena_printf(arena, "%d", station->chains[i]);
	return chains;
}

static void collect(const struct seen *seen, struct collecting *rows)
{
	for (size_t i = 0; i < seen->n_stations; i++) {
		const struct seen_station *station = &seen->stations[i];
		struct wifi_link_row row = { .host = seen->hostname,
			                     .src_mac = station->own,
			                     .dst_mac = station->other,
			                     .iface = station->port,
			                     .rx_rate = station->rx_kbps,
			                     .tx_rate = station->tx_kbps,
			                     .freq = station->mhz,
			                     .channel = seen_channel(station->mhz) };
		char own[MAC_TEXT_SIZE], other[MAC_TEXT_SIZE];

		row.signal = station->signal < 0 ? (uint32_t)-station->signal : 0;
		row.chains = chains_of(station, collecting_arena(rows));
		collecting_add(rows,
		               collect_link_key(collecting_arena(rows),
		                                mac_format(&station->own, own),
		                                mac_format(&station->other, other)),
		               &row);
	}
}

/* Rates go up and down with every packet. */
static enum collect_change change(const void *was, const void *is)
{
	const struct wifi_link_row *before = was, *now = is;

	if (strcmp(before->host, now->host) != 0 || strcmp(before->iface, now->iface) != 0 ||
	    before->freq != now->freq)
		return COLLECT_MUCH;
	return collect_change_of(seen_quality_of_signal(-(int)before->signal),
	                         seen_quality_of_signal(-(int)now->signal));
}

const struct state_table state_table_wifi_links = {
	.name = "wifi_links",
	.doc = "Radio links as each end sees them",
	.id = 7,
	.shape = &wifi_link_shape,
	.key_check = key_is_hex,
	.lifetime_s = 4200,
	.max_rows = 64,
	.max_value = 200,
	.interval_s = 1800,
	.collect = collect,
	.change = change,
};
