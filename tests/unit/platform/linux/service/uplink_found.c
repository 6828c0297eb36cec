/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/uplink_found.h"

#include "../../../test.h"
#include "plan/numbers.h"

static struct default_route route(const char *ifname, const char *via, uint8_t protocol,
                                  uint32_t metric)
{
	struct default_route route = { .table = TABLE_MAIN,
		                       .metric = metric,
		                       .protocol = protocol };

	snprintf(route.ifname, sizeof(route.ifname), "%s", ifname);
	assert_true(ip_parse(via, &route.via));
	route.family = route.via.family;
	return route;
}

static const char *gateway(const struct uplink *uplink, enum uplink_source source)
{
	static char text[IP_TEXT_SIZE];

	return ip_format(&uplink->leases[source].gateway, text);
}

static void a_default_route_of_somebody_else_is_an_uplink(void **state)
{
	const struct default_route routes[] = {
		route("wan", "192.0.2.1", 4, 0),
		route("wan", "fe80::1", 4, 512),
		route("pppoe-wan", "198.51.100.1", 3, 20),
	};
	struct uplink found[4];

	(void)state;
	assert_int_equal(uplinks_found(routes, 3, found, 4), 2);
	assert_string_equal(found[0].ifname, "wan");
	assert_string_equal(gateway(&found[0], UPLINK_DHCP), "192.0.2.1");
	assert_string_equal(gateway(&found[0], UPLINK_RA), "fe80::1");
	assert_true(uplink_is_up_in(&found[0], IP_V4) && uplink_is_up_in(&found[0], IP_V6));
	assert_string_equal(found[1].ifname, "pppoe-wan");
	assert_false(uplink_is_up_in(&found[1], IP_V6));
}

static void ours_and_babels_are_none(void **state)
{
	struct default_route routes[] = {
		route("wan", "192.0.2.1", PROTOCOL_GATEWAY_GOOD, METRIC_GATEWAY),
		route("wlan0-mesh_17", "10.1.2.3", PROTOCOL_BABELD, 0),
		route("wan", "fe80::1", 9, 1024), /* of an advertisement: the kernel's own */
		route("wan", "192.0.2.1", 4, 0),
	};
	struct uplink found[4];

	(void)state;
	routes[3].table = TABLE_UPLINK;
	assert_int_equal(uplinks_found(routes, 4, found, 4), 0);
}

static void the_gateway_that_the_kernel_takes_counts(void **state)
{
	const struct default_route better[] = {
		route("wan", "192.0.2.2", 4, 5),
		route("wan", "192.0.2.1", 4, 0),
	};
	struct uplink found[1];

	(void)state;
	assert_int_equal(uplinks_found(better, 2, found, 1), 1);
	assert_string_equal(gateway(&found[0], UPLINK_DHCP), "192.0.2.1");
}

static void more_than_there_is_room_for_are_left_alone(void **state)
{
	const struct default_route routes[] = {
		route("a", "192.0.2.1", 4, 0),
		route("b", "192.0.2.2", 4, 0),
		route("a", "fe80::1", 4, 0),
	};
	struct uplink found[1];

	(void)state;
	assert_int_equal(uplinks_found(routes, 3, found, 1), 1);
	assert_string_equal(found[0].ifname, "a");
	assert_true(uplink_is_up_in(&found[0], IP_V6));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_default_route_of_somebody_else_is_an_uplink),
		cmocka_unit_test(ours_and_babels_are_none),
		cmocka_unit_test(the_gateway_that_the_kernel_takes_counts),
		cmocka_unit_test(more_than_there_is_room_for_are_left_alone),
	};

	return RUN(tests);
}
