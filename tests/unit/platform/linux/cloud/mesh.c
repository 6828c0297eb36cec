/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/cloud/mesh.h"

#include <linux/batman_adv.h>
#include <linux/genetlink.h>

#include "../../../test.h"

static const struct mac node = { { 2, 0, 0, 0, 0, 1 } }, near = { { 2, 0, 0, 0, 0, 2 } },
			client = { { 2, 0, 0, 0, 0, 3 } };

static void begin(struct nl_message *message)
{
	nl_message_init(message, 16, 0);
	(void)nl_body_of(message, struct genlmsghdr);
}

static void an_originator_is_a_node_with_a_way_to_it(void **state)
{
	struct nl_message m;
	struct mesh_row row;

	(void)state;
	begin(&m);
	nl_put_mac(&m, BATADV_ATTR_ORIG_ADDRESS, &node);
	nl_put_mac(&m, BATADV_ATTR_NEIGH_ADDRESS, &near);
	nl_put_u32(&m, BATADV_ATTR_HARD_IFINDEX, 7);
	nl_put_u8(&m, BATADV_ATTR_TQ, 200);
	nl_put_u32(&m, BATADV_ATTR_LAST_SEEN_MSECS, 150);
	assert_true(mesh_parse(&m.header, &row));
	assert_true(mac_equal(&row.node, &node));
	assert_true(mac_equal(&row.neighbour, &near));
	assert_int_equal(row.port, 7);
	assert_int_equal(row.tq, 200);
	assert_int_equal(row.seen_ms, 150);
	assert_false(row.best);
	nl_put(&m, BATADV_ATTR_FLAG_BEST, "", 0);
	assert_true(mesh_parse(&m.header, &row));
	assert_true(row.best);
}

static void a_client_is_here_leaving_or_of_a_vlan(void **state)
{
	struct nl_message m;
	struct mesh_row row;

	(void)state;
	begin(&m);
	nl_put_mac(&m, BATADV_ATTR_TT_ADDRESS, &client);
	nl_put_u32(&m, BATADV_ATTR_TT_FLAGS, BATADV_TT_CLIENT_PENDING);
	nl_put_u16(&m, BATADV_ATTR_TT_VID, 0x8005);
	assert_true(mesh_parse(&m.header, &row));
	assert_true(mac_equal(&row.client, &client));
	assert_true(row.leaving && row.tagged && !row.pinned);
}

static void an_address_belongs_to_a_client(void **state)
{
	const struct ip ip = { IP_V4, { 10, 1, 1, 7 } };
	struct nl_message m;
	struct mesh_row row;

	(void)state;
	begin(&m);
	nl_put_ip(&m, BATADV_ATTR_DAT_CACHE_IP4ADDRESS, &ip);
	nl_put_mac(&m, BATADV_ATTR_DAT_CACHE_HWADDRESS, &client);
	nl_put_u16(&m, BATADV_ATTR_DAT_CACHE_VID, 0);
	assert_true(mesh_parse(&m.header, &row));
	assert_true(mac_equal(&row.client, &client));
	assert_true(ip_equal(&row.address, &ip));
	assert_false(row.tagged);
	begin(&m);
	nl_put_u16(&m, BATADV_ATTR_DAT_CACHE_VID, 0x8005);
	assert_true(mesh_parse(&m.header, &row));
	assert_true(row.tagged);
}

static void what_has_no_body_is_no_row(void **state)
{
	struct nl_message m;
	struct mesh_row row;

	(void)state;
	nl_message_init(&m, 16, 0);
	assert_false(mesh_parse(&m.header, &row));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_originator_is_a_node_with_a_way_to_it),
		cmocka_unit_test(a_client_is_here_leaving_or_of_a_vlan),
		cmocka_unit_test(an_address_belongs_to_a_client),
		cmocka_unit_test(what_has_no_body_is_no_row),
	};

	return RUN(tests);
}
