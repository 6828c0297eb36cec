/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/openwrt/peers.h"

#include "../../test.h"
#include "plan/plan.h"

static void only_what_is_about_peers_is_taken(void **state)
{
	AUTO(plan_free) struct plan *plan = plan_new();
	AUTO(plan_free) struct plan *peers = NULL;
	const struct plan_item *item;
	size_t n = 0;

	(void)state;
	plan_add_link(plan, &(struct plan_link){ .name = "bat0", .kind = PLAN_LINK_BATADV });
	plan_add_link(plan, &(struct plan_link){ .name = "wlan0-peer1" });
	plan_add_link(plan, &(struct plan_link){ .name = "wlan0-peer1_29",
	                                         .kind = PLAN_LINK_VLAN,
	                                         .parent = "wlan0-peer1",
	                                         .master = "bat0",
	                                         .vlan_id = 29 });
	plan_add_link(plan, &(struct plan_link){ .name = "wlan0-mesh_29",
	                                         .kind = PLAN_LINK_VLAN,
	                                         .parent = "wlan0-mesh",
	                                         .master = "bat0",
	                                         .vlan_id = 29 });
	plan_add_hostname(plan, "here");
	plan_add_babel_interface(plan,
	                         &(struct plan_babel_interface){ "wlan0-peer1_17", "wireless", 0 });
	peers = peers_plan(plan);
	for (item = peers->items; item; item = item->next)
		n++;
	assert_int_equal(n, 4);
	/* Somebody else makes it. */
	assert_int_equal(plan_link(peers, "bat0")->kind, PLAN_LINK_PORT);
	assert_string_equal(plan_link(peers, "wlan0-peer1_29")->master, "bat0");
	assert_non_null(plan_find(peers, PLAN_BABEL_INTERFACE, "wlan0-peer1_17"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_about_peers_is_taken),
	};

	return RUN(tests);
}
