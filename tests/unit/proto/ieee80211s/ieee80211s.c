/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "../fixture.h"

static const char *const nothing[] = { NULL };

static void its_interface_has_room_for_vlans_and_no_other_has(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(nothing);
	static const char *const others[] = { "eth0", "wlan0", "wlan0-ap", "wlan0-meshx",
		                              "wlan-mesh" };
	struct proto_port port = fixture_port(f, "wlan10-mesh", false);

	(void)state;
	fixture_plan_port(f, "ieee80211s", &port);
	for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
		struct proto_port other = fixture_port(f, others[i], true);

		fixture_plan_port(f, "ieee80211s", &other);
	}
	assert_no_mistake(f);
	assert_item(f, PLAN_LINK, "wlan10-mesh", " name=wlan10-mesh mtu=1536");
	assert_int_equal(fixture_count(f, PLAN_LINK), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_interface_has_room_for_vlans_and_no_other_has),
	};

	return RUN(tests);
}
