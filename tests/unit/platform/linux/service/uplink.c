/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/uplink.h"

#include <errno.h>

#include "../../../test.h"
#include "base/buf.h"
#include "base/diag.h"
#include "plan/numbers.h"

/* What dhcpcd 9.4.1 put into the environment, but for what we do not read. */
static const char *const bound[] = { "interface=wan",
	                             "reason=BOUND",
	                             "protocol=dhcp",
	                             "new_dhcp_lease_time=120",
	                             "new_domain_name=isp.example",
	                             "new_domain_name_servers=192.168.77.1 192.0.2.53",
	                             "new_ip_address=192.168.77.139",
	                             "new_routers=192.168.77.1",
	                             "new_subnet_cidr=24" };
#define ADVERTISED_SERVERS "nd1_rdnss1_servers=fe80::5c1d:f1ff:fea4:7143%wan 2001:db8:77::53"

static const char *const advertised[] = { "interface=wan",
	                                  "reason=ROUTERADVERT",
	                                  "protocol=ra",
	                                  "nd1_addr1=2001:db8:77:0:a0d8:f5ff:fe45:f6b0/64",
	                                  "nd1_from=fe80::5c1d:f1ff:fea4:7143",
	                                  "nd1_lifetime=1800",
	                                  ADVERTISED_SERVERS };
static const char *const no_carrier[] = { "interface=wan", "reason=NOCARRIER", "protocol=link" };
static const char *const no_routers[] = { "interface=wan", "reason=ROUTERADVERT", "protocol=ra" };

static struct uplink_event parse_good(const char *const *variables, size_t n)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	struct uplink_event event;

	assert_int_equal(uplink_event_parse(variables, n, &event, diag), 0);
	assert_false(diag_has_errors(diag));
	return event;
}

static bool apply(struct uplink *uplink, const char *const *variables, size_t n)
{
	struct uplink_event event = parse_good(variables, n);

	return uplink_apply(uplink, &event);
}
#define APPLY(uplink_, variables_) apply((uplink_), (variables_), ARRAY_LENGTH(variables_))

/* "destination via gateway table metric protocol" of each route, a line each. */
static void assert_routes(const struct uplink *uplink, bool healthy, const char *expected)
{
	const struct plan_uplink plan = { .ifname = "wan", .table = TABLE_UPLINK };
	struct plan_route routes[UPLINK_ROUTES_MAX];
	size_t n = uplink_routes(uplink, &plan, healthy ? 7 : 0, healthy ? 78 : 0, routes);
	char prefix[PREFIX_TEXT_SIZE], ip[IP_TEXT_SIZE];
	BUF_AUTO text = { 0 };

	for (size_t i = 0; i < n; i++) {
		assert_string_equal(routes[i].ifname, "wan");
		buf_printf(&text, "%s via %s %u %u %u\n",
		           prefix_format(&routes[i].destination, prefix),
		           routes[i].via.family ? ip_format(&routes[i].via, ip) : "-",
		           routes[i].table, routes[i].metric, routes[i].protocol);
	}
	assert_string_equal(buf_text(&text), expected);
}

static void a_lease_becomes_default_routes(void **state)
{
	struct uplink uplink = { 0 };

	(void)state;
	assert_routes(&uplink, true, "");
	assert_true(APPLY(&uplink, bound));
	assert_false(APPLY(&uplink, bound));
	assert_true(uplink_is_up(&uplink));
	assert_routes(&uplink, true,
	              "0.0.0.0/0 via 192.168.77.1 171 0 0\n"
	              "0.0.0.0/0 via 192.168.77.1 254 10 7\n");
	assert_routes(&uplink, false,
	              "0.0.0.0/0 via 192.168.77.1 171 0 0\n"
	              "0.0.0.0/0 via 192.168.77.1 254 84831 0\n");
	assert_string_equal(uplink.domain, "isp.example");
	assert_int_equal(uplink.leases[UPLINK_DHCP].n_dns, 2);
	assert_int_equal(uplink.leases[UPLINK_DHCP].seconds, 120);
}

static const char *const delegated[] = { "interface=wan", "reason=BOUND6", "protocol=dhcp6",
	                                 "new_dhcp6_ia_pd1_prefix1=2001:db8:100:ff00::",
	                                 "new_dhcp6_ia_pd1_prefix1_length=56" };

/* It is of use with a way out, and while that is used. */
static void a_delegated_network_leaves_by_its_uplink(void **state)
{
	struct uplink uplink = { 0 };
	struct prefix network;

	(void)state;
	assert_true(APPLY(&uplink, delegated));
	network = uplink_delegated(&uplink);
	assert_int_equal(network.length, 64);
	assert_routes(&uplink, true, "");
	assert_true(APPLY(&uplink, advertised));
	assert_routes(&uplink, true,
	              "::/0 via fe80::5c1d:f1ff:fea4:7143 171 0 0\n"
	              "::/0 via fe80::5c1d:f1ff:fea4:7143 254 90 78\n"
	              "::/0 via fe80::5c1d:f1ff:fea4:7143 254 90 78\n");
	assert_routes(&uplink, false,
	              "::/0 via fe80::5c1d:f1ff:fea4:7143 171 0 0\n"
	              "::/0 via fe80::5c1d:f1ff:fea4:7143 254 84831 0\n");
}

static void nonsense_is_no_delegated_network(void **state)
{
	static const char *const bad[][2] = { { "fd00::", "48" },     { "2001:db8::", "65" },
		                              { "2001:db8::", "0" },  { "2001:db8::", "" },
		                              { "10.0.0.0", "24" },   { "::", "56" },
		                              { "2001:db8::", "-1" }, { "fe80::", "64" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		char address[128], length[128];
		const char *const variables[] = { "interface=wan", "reason=BOUND6", address,
			                          length };
		struct uplink uplink = { 0 };

		snprintf(address, sizeof(address), "new_dhcp6_ia_pd1_prefix1=%s", bad[i][0]);
		snprintf(length, sizeof(length), "new_dhcp6_ia_pd1_prefix1_length=%s", bad[i][1]);
		(void)APPLY(&uplink, variables);
		assert_int_equal(uplink_delegated(&uplink).length, 0);
	}
}

/* The owner's wish first, then the order in the configuration; a poor one behind all others. */
static void the_preferred_uplink_has_the_lowest_metric(void **state)
{
	static const struct {
		uint32_t priority, table, protocol;
	} order[] = { { 0, TABLE_UPLINK, 7 },
		      { 0, TABLE_UPLINK + 1, 77 },
		      { 2, TABLE_UPLINK, 7 },
		      { PLAN_UPLINK_PRIORITY_MAX, TABLE_UPLINK + PLAN_UPLINKS_MAX - 1, 7 },
		      { 0, TABLE_UPLINK, 78 },
		      { 1, TABLE_UPLINK, 78 } };
	uint32_t last = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(order); i++) {
		const struct plan_uplink plan = { .ifname = "wan",
			                          .priority = order[i].priority,
			                          .table = order[i].table };
		struct plan_route routes[UPLINK_ROUTES_MAX];
		struct uplink uplink = { 0 };

		assert_true(APPLY(&uplink, bound));
		assert_int_equal(uplink_routes(&uplink, &plan, order[i].protocol, 0, routes), 2);
		assert_true(routes[1].metric > last);
		last = routes[1].metric;
	}
	assert_true(last < METRIC_BABEL);
}

static void both_families_are_kept_apart(void **state)
{
	static const char *const expired[] = { "interface=wan", "reason=EXPIRE" };
	static const char *const silent[] = { "interface=wan", "reason=ROUTERADVERT" };
	struct uplink uplink = { 0 };

	(void)state;
	assert_true(APPLY(&uplink, bound));
	assert_true(APPLY(&uplink, advertised));
	assert_int_equal(uplink.leases[UPLINK_RA].n_dns, 1);
	assert_routes(&uplink, false,
	              "0.0.0.0/0 via 192.168.77.1 171 0 0\n"
	              "0.0.0.0/0 via 192.168.77.1 254 84831 0\n"
	              "::/0 via fe80::5c1d:f1ff:fea4:7143 171 0 0\n"
	              "::/0 via fe80::5c1d:f1ff:fea4:7143 254 84831 0\n");
	assert_true(APPLY(&uplink, expired));
	assert_routes(&uplink, true,
	              "::/0 via fe80::5c1d:f1ff:fea4:7143 171 0 0\n"
	              "::/0 via fe80::5c1d:f1ff:fea4:7143 254 90 78\n");
	/* No router is left: it is told by their absence. */
	assert_true(APPLY(&uplink, silent));
	assert_false(uplink_is_up(&uplink));
	assert_routes(&uplink, true, "");
}

static void without_a_cable_nothing_holds(void **state)
{
	struct uplink uplink = { 0 };

	(void)state;
	APPLY(&uplink, bound);
	APPLY(&uplink, advertised);
	assert_true(APPLY(&uplink, no_carrier));
	assert_false(uplink_is_up(&uplink));
	assert_routes(&uplink, true, "");
	assert_int_equal(uplink.leases[UPLINK_DHCP].n_dns, 0);
	assert_false(APPLY(&uplink, no_carrier));
	/* dhcpcd's last words about routers come after that. */
	assert_false(APPLY(&uplink, no_routers));
	assert_false(uplink.carrier);
	assert_true(APPLY(&uplink, advertised));
	assert_true(uplink.carrier);
}

static void a_gateway_outside_of_its_network_gets_a_way(void **state)
{
	static const char *const single[] = { "interface=wan", "reason=BOUND",
		                              "new_ip_address=203.0.113.7", "new_subnet_cidr=32",
		                              "new_routers=198.51.100.1" };
	struct uplink uplink = { 0 };

	(void)state;
	APPLY(&uplink, single);
	assert_routes(&uplink, false,
	              "198.51.100.1/32 via - 254 0 0\n"
	              "0.0.0.0/0 via 198.51.100.1 171 0 0\n"
	              "0.0.0.0/0 via 198.51.100.1 254 84831 0\n");
}

static void a_router_that_is_no_way_out_is_passed_over(void **state)
{
	static const char *const two[] = {
		"interface=wan",   "reason=ROUTERADVERT",      "nd1_from=fe80::1",
		"nd1_lifetime=0",  "nd1_addr1=2001:db8::5/64", "nd2_from=fe80::2",
		"nd2_lifetime=300"
	};
	struct uplink uplink = { 0 };

	(void)state;
	APPLY(&uplink, two);
	assert_routes(&uplink, false,
	              "::/0 via fe80::2 171 0 0\n"
	              "::/0 via fe80::2 254 84831 0\n");
	assert_int_equal(uplink.leases[UPLINK_RA].address.length, 64);
}

static void what_nobody_can_use_is_left_out(void **state)
{
	static const char *const odd[] = {
		"interface=wan",
		"reason=BOUND",
		"new_ip_address=192.0.2.7",
		"new_subnet_cidr=24",
		"new_routers=0.0.0.0 224.0.0.1 192.0.2.7 nonsense 2001:db8::1",
		("new_domain_name_servers=127.0.0.1 x 255.255.255.255 ::1 1.1.1.1 1.1.1.2 1.1.1.3 "
		 "1.1.1.4 1.1.1.5"),
		"new_domain_name=a b; rm",
		"new_dhcp_lease_time=99999999999",
	};
	struct uplink uplink = { 0 };
	char text[IP_TEXT_SIZE];

	(void)state;
	APPLY(&uplink, odd);
	assert_int_equal(uplink.leases[UPLINK_DHCP].gateway.family, IP_NONE);
	assert_int_equal(uplink.leases[UPLINK_DHCP].n_dns, UPLINK_DNS_MAX);
	assert_string_equal(ip_format(&uplink.leases[UPLINK_DHCP].dns[3], text), "1.1.1.4");
	assert_string_equal(uplink.domain, "");
	assert_false(uplink_is_up(&uplink));
}

static void an_event_without_a_meaning_is_refused(void **state)
{
	static const char *const bad[][3] = {
		{ "interface=wan", "protocol=dhcp", "x=" },
		{ "reason=BOUND", "new_ip_address=192.0.2.7", "x=" },
		{ "interface=../x", "reason=BOUND", "new_ip_address=192.0.2.7" },
		{ "interface=wan\n", "reason=BOUND", "new_ip_address=192.0.2.7" },
		{ "interface=sixteen-letters-", "reason=BOUND", "new_ip_address=192.0.2.7" },
		{ "interface=wan", "reason=BOUND", "new_ip_address=" },
		{ "interface=wan", "reason=BOUND", "new_ip_address=127.0.0.1" },
		{ "interface=wan", "reason=BOUND", "new_ip_address=2001:db8::1" },
		{ "interface=wan", "reason=BOUND6", "new_dhcp6_ia_na1_ia_addr1=10.0.0.1" },
		{ "interface=wan", "reason=BO UND", "new_ip_address=192.0.2.7" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		AUTO(diag_free) struct diag *diag = diag_new();
		struct uplink_event event;

		assert_int_equal(uplink_event_parse(bad[i], 3, &event, diag), -EINVAL);
		assert_true(diag_has_errors(diag));
	}
}

static void too_much_is_refused(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	const char *many[UPLINK_VARIABLES_MAX + 1];
	char large[UPLINK_VARIABLE_SIZE + 1];
	const char *one[] = { large };
	struct uplink_event event;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(many); i++)
		many[i] = "interface=wan";
	assert_int_equal(uplink_event_parse(many, ARRAY_LENGTH(many), &event, diag), -E2BIG);
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	assert_int_equal(uplink_event_parse(one, 1, &event, diag), -E2BIG);
}

static void news_without_consequences_change_nothing(void **state)
{
	static const char *const words[] = { "reason=PREINIT", "reason=STOPPED", "reason=CARRIER" };
	struct uplink uplink = { 0 };

	(void)state;
	APPLY(&uplink, bound);
	for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
		const char *const variables[] = { "interface=wan", words[i] };

		assert_false(APPLY(&uplink, variables));
	}
	assert_true(uplink_is_up(&uplink));
}

static void only_what_is_read_is_wanted(void **state)
{
	(void)state;
	assert_true(uplink_variable_wanted("new_routers=1", 11));
	assert_true(uplink_variable_wanted("nd4_from", 8));
	assert_false(uplink_variable_wanted("nd5_from", 8));
	assert_false(uplink_variable_wanted("new_router", 10));
	assert_false(uplink_variable_wanted("PATH", 4));
	assert_false(uplink_variable_wanted("", 0));
}

static void what_was_kept_is_read_in_an_order_that_tells_the_truth(void **state)
{
	static const char *const *const files[] = { bound, advertised, NULL, no_carrier };
	static const size_t sizes[] = { ARRAY_LENGTH(bound), ARRAY_LENGTH(advertised), 0,
		                        ARRAY_LENGTH(no_carrier) };
	struct uplink_event event;
	BUF_AUTO path = { 0 };

	(void)state;
	for (size_t i = 0; uplink_part(i); i++) {
		if (!files[i])
			continue;
		event = parse_good(files[i], sizes[i]);
		assert_string_equal(uplink_part_of(&event), uplink_part(i));
	}
	uplink_path("/run/weft", "wan", uplink_part(0), &path);
	assert_string_equal(buf_text(&path), "/run/weft/uplink-wan.dhcp");
}

static void a_person_and_a_program_can_read_it(void **state)
{
	struct uplink uplink = { 0 };
	BUF_AUTO text = { 0 };
	BUF_AUTO json = { 0 };

	(void)state;
	APPLY(&uplink, bound);
	uplink_print(&uplink, &text);
	assert_string_equal(buf_text(&text), "wan: has a way out (isp.example)\n"
	                                     "  dhcp: 192.168.77.139/24 via 192.168.77.1 dns "
	                                     "192.168.77.1 192.0.2.53\n");
	uplink_print_json(&uplink, &json);
	assert_string_equal(
		buf_text(&json),
		"\"interface\":\"wan\",\"carrier\":true,\"up\":true,"
		"\"domain\":\"isp.example\",\"dhcp\":{\"address\":\"192.168.77.139/24\","
		"\"gateway\":\"192.168.77.1\",\"dns\":[\"192.168.77.1\",\"192.0.2.53\"]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lease_becomes_default_routes),
		cmocka_unit_test(both_families_are_kept_apart),
		cmocka_unit_test(a_delegated_network_leaves_by_its_uplink),
		cmocka_unit_test(nonsense_is_no_delegated_network),
		cmocka_unit_test(the_preferred_uplink_has_the_lowest_metric),
		cmocka_unit_test(without_a_cable_nothing_holds),
		cmocka_unit_test(a_gateway_outside_of_its_network_gets_a_way),
		cmocka_unit_test(a_router_that_is_no_way_out_is_passed_over),
		cmocka_unit_test(what_nobody_can_use_is_left_out),
		cmocka_unit_test(an_event_without_a_meaning_is_refused),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(news_without_consequences_change_nothing),
		cmocka_unit_test(only_what_is_read_is_wanted),
		cmocka_unit_test(what_was_kept_is_read_in_an_order_that_tells_the_truth),
		cmocka_unit_test(a_person_and_a_program_can_read_it),
	};

	return RUN(tests);
}
