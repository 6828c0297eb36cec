/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/defaults.h"

#include "../namespace.h"

#define TABLE 171

static struct ip ip_of(const char *text)
{
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	return ip;
}

static void add_address(const char *text, uint8_t length)
{
	struct ip ip = ip_of(text);
	struct ifaddrmsg *body;
	struct nl_message m;

	nl_message_init(&m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	body = nl_body_of(&m, struct ifaddrmsg);
	body->ifa_family = ip.family == IP_V6 ? AF_INET6 : AF_INET;
	body->ifa_prefixlen = length;
	body->ifa_index = if_nametoindex("one");
	body->ifa_flags = IFA_F_NODAD;
	nl_put_ip(&m, IFA_LOCAL, &ip);
	namespace_send(&m);
}

struct way {
	const char *destination, *via; /* NULL: the default route; on link */
	uint8_t length, type, protocol;
	uint32_t table, metric;
	bool six;
};

static void add_route(const struct way *way)
{
	struct rtmsg *body;
	struct nl_message m;
	struct ip ip;

	nl_message_init(&m, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
	body = nl_body_of(&m, struct rtmsg);
	body->rtm_family = way->six ? AF_INET6 : AF_INET;
	body->rtm_dst_len = way->length;
	body->rtm_table = RT_TABLE_UNSPEC;
	body->rtm_type = way->type;
	body->rtm_protocol = way->protocol;
	body->rtm_scope = way->via || way->six ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	nl_put_u32(&m, RTA_TABLE, way->table);
	nl_put_u32(&m, RTA_PRIORITY, way->metric);
	if (way->destination) {
		ip = ip_of(way->destination);
		nl_put_ip(&m, RTA_DST, &ip);
	}
	if (way->via) {
		ip = ip_of(way->via);
		nl_put_ip(&m, RTA_GATEWAY, &ip);
	}
	if (way->type == RTN_UNICAST)
		nl_put_u32(&m, RTA_OIF, if_nametoindex("one"));
	namespace_send(&m);
}

static const struct default_route *find(const struct default_route *routes, int n_routes,
                                        enum ip_family family, uint32_t table, uint32_t metric)
{
	for (int i = 0; i < n_routes; i++) {
		if (routes[i].family == family && routes[i].table == table &&
		    routes[i].metric == metric)
			return &routes[i];
	}
	return NULL;
}

static void check(const struct default_route *route, const char *via, uint8_t protocol)
{
	char text[IP_TEXT_SIZE];

	assert_non_null(route);
	assert_string_equal(ip_format(&route->via, text), via);
	assert_string_equal(route->ifname, "one");
	assert_int_equal(route->protocol, protocol);
}

static void without_any_there_are_none(void **state)
{
	struct default_route routes[DEFAULTS_MAX];

	(void)state;
	assert_int_equal(defaults_read(routes), 0);
}

static void those_of_both_families_and_all_tables_are_read(void **state)
{
	static const struct way ways[] = {
		{ NULL, "10.1.1.1", 0, RTN_UNICAST, 7, RT_TABLE_MAIN, 10, false },
		{ NULL, "10.1.1.2", 0, RTN_UNICAST, 42, RT_TABLE_MAIN, 2000, false },
		{ NULL, NULL, 0, RTN_UNICAST, 79, TABLE, 5, false },
		{ NULL, "fd00::1", 0, RTN_UNICAST, 79, TABLE, 1024, true },
		{ NULL, "fe80::1", 0, RTN_UNICAST, 42, 1000, 7, true },
	};
	struct default_route routes[DEFAULTS_MAX];
	int n;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(ways); i++)
		add_route(&ways[i]);
	n = defaults_read(routes);
	assert_int_equal(n, ARRAY_LENGTH(ways));
	check(find(routes, n, IP_V4, RT_TABLE_MAIN, 10), "10.1.1.1", 7);
	check(find(routes, n, IP_V4, RT_TABLE_MAIN, 2000), "10.1.1.2", 42);
	check(find(routes, n, IP_V4, TABLE, 5), "", 79);
	check(find(routes, n, IP_V6, TABLE, 1024), "fd00::1", 79);
	check(find(routes, n, IP_V6, 1000, 7), "fe80::1", 42);
}

static void what_is_no_default_route_is_left_out(void **state)
{
	static const struct way ways[] = {
		{ "0.0.0.0", "10.1.1.1", 1, RTN_UNICAST, 7, 2000, 10, false },
		{ "192.0.2.0", "10.1.1.1", 24, RTN_UNICAST, 7, 2000, 10, false },
		{ NULL, NULL, 0, RTN_UNREACHABLE, 7, 2000, 10, false },
		{ "::", "fd00::1", 1, RTN_UNICAST, 7, 2000, 10, true },
	};
	struct default_route routes[DEFAULTS_MAX];
	int before = defaults_read(routes);

	(void)state;
	assert_true(before >= 0);
	for (size_t i = 0; i < ARRAY_LENGTH(ways); i++)
		add_route(&ways[i]);
	assert_int_equal(defaults_read(routes), before);
}

static void no_more_are_given_than_there_is_room_for(void **state)
{
	struct default_route routes[DEFAULTS_MAX];

	(void)state;
	for (uint32_t i = 0; i < DEFAULTS_MAX + 8; i++)
		add_route(&(struct way){ NULL, "10.1.1.1", 0, RTN_UNICAST, 79, 5000, 100 + i,
		                         false });
	assert_int_equal(defaults_read(routes), DEFAULTS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_any_there_are_none),
		cmocka_unit_test(those_of_both_families_and_all_tables_are_read),
		cmocka_unit_test(what_is_no_default_route_is_left_out),
		cmocka_unit_test(no_more_are_given_than_there_is_room_for),
	};

	namespace_enter();
	namespace_add_cable("one", "two");
	namespace_up("one");
	namespace_up("two");
	add_address("10.1.1.9", 24);
	add_address("fd00::9", 64);
	return RUN(tests);
}
