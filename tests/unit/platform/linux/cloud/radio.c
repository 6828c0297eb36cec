/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/cloud/radio.h"

#include <linux/genetlink.h>
#include <linux/nl80211.h>

#include "../../../test.h"

static const struct mac own = { { 2, 0, 0, 0, 0, 1 } }, other = { { 2, 0, 0, 0, 0, 2 } };

static void begin(struct nl_message *message)
{
	nl_message_init(message, 16, 0);
	(void)nl_body_of(message, struct genlmsghdr);
}

static void an_interface_of_the_mesh_is_told_from_others(void **state)
{
	static const struct {
		uint32_t type;
		bool mesh;
	} types[] = { { NL80211_IFTYPE_MESH_POINT, true },
		      { NL80211_IFTYPE_ADHOC, true },
		      { NL80211_IFTYPE_AP_VLAN, true },
		      { NL80211_IFTYPE_AP, false },
		      { NL80211_IFTYPE_STATION, false } };
	struct radio_interface interface;
	struct nl_message m;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(types); i++) {
		begin(&m);
		nl_put_u32(&m, NL80211_ATTR_IFINDEX, 4);
		nl_put_u32(&m, NL80211_ATTR_IFTYPE, types[i].type);
		nl_put_mac(&m, NL80211_ATTR_MAC, &own);
		nl_put_u32(&m, NL80211_ATTR_WIPHY_FREQ, 2412);
		assert_true(radio_parse_interface(&m.header, &interface));
		assert_int_equal(interface.mesh, types[i].mesh);
		assert_int_equal(interface.index, 4);
		assert_int_equal(interface.mhz, 2412);
		assert_true(mac_equal(&interface.mac, &own));
	}
}

static void a_station_has_signal_chains_and_rates(void **state)
{
	struct radio_station station;
	struct nlattr *info, *nest;
	struct nl_message m;

	(void)state;
	begin(&m);
	nl_put_mac(&m, NL80211_ATTR_MAC, &other);
	info = nl_nest(&m, NL80211_ATTR_STA_INFO);
	nl_put_u8(&m, NL80211_STA_INFO_SIGNAL, (uint8_t)-35);
	nest = nl_nest(&m, NL80211_STA_INFO_CHAIN_SIGNAL);
	nl_put_u8(&m, 0, (uint8_t)-37);
	nl_put_u8(&m, 1, (uint8_t)-39);
	nl_nest_end(&m, nest);
	nest = nl_nest(&m, NL80211_STA_INFO_RX_BITRATE);
	nl_put_u16(&m, NL80211_RATE_INFO_BITRATE, 2700);
	nl_nest_end(&m, nest);
	nest = nl_nest(&m, NL80211_STA_INFO_TX_BITRATE);
	nl_put_u16(&m, NL80211_RATE_INFO_BITRATE, 0xffff);
	nl_put_u32(&m, NL80211_RATE_INFO_BITRATE32, 96078);
	nl_nest_end(&m, nest);
	nl_nest_end(&m, info);
	assert_true(radio_parse_station(&m.header, &station));
	assert_true(mac_equal(&station.mac, &other));
	assert_int_equal(station.signal, -35);
	assert_int_equal(station.n_chains, 2);
	assert_int_equal(station.chains[1], -39);
	assert_int_equal(station.rx_kbps, 270000);
	assert_int_equal(station.tx_kbps, 9607800);
}

static void what_is_missing_or_short_is_not_there(void **state)
{
	struct radio_station station;
	struct radio_interface interface;
	struct nl_message m;

	(void)state;
	begin(&m);
	assert_false(radio_parse_station(&m.header, &station));
	assert_false(radio_parse_interface(&m.header, &interface));
	nl_put(&m, NL80211_ATTR_MAC, "abc", 3);
	assert_false(radio_parse_station(&m.header, &station));
	begin(&m);
	nl_put_mac(&m, NL80211_ATTR_MAC, &other);
	nl_put(&m, NL80211_ATTR_STA_INFO, "xyz", 3);
	assert_true(radio_parse_station(&m.header, &station));
	assert_int_equal(station.signal, 0);
	assert_int_equal(station.n_chains, 0);
	m.header.nlmsg_len = NLMSG_HDRLEN + 2;
	assert_false(radio_parse_station(&m.header, &station));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interface_of_the_mesh_is_told_from_others),
		cmocka_unit_test(a_station_has_signal_chains_and_rates),
		cmocka_unit_test(what_is_missing_or_short_is_not_there),
	};

	return RUN(tests);
}
