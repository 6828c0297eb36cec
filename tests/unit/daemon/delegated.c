/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/delegated.h"

#include "../test.h"
#include "base/buf.h"
#include "plan/numbers.h"
#include "plan/plan.h"
#include "platform/linux/service/babel_monitor.h"

static struct prefix prefix_of(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return prefix;
}

/* A node of the cloud fd0d:fe46:8e00::/64. */
static struct plan *node(bool takes_them)
{
	struct plan *plan = plan_new();
	struct plan_anycast anycast = { .ifname = "anygw", .bridge = "br-lan", .cloud = "bat0" };
	struct plan_ra ra = { .ifname = "anygw", .delegated = takes_them };
	struct plan_address address = { .ifname = "br-lan" };

	anycast.ipv6 = prefix_of("fd0d:fe46:8e00::1/64").ip;
	address.address = prefix_of("fd0d:fe46:8e00::ca:fe00:201/64");
	ra.prefix = prefix_of("fd0d:fe46:8e00::/64");
	assert_non_null(plan_add_anycast(plan, &anycast));
	assert_non_null(plan_add_ra(plan, &ra));
	assert_non_null(plan_add_address(plan, &address));
	return plan;
}

static struct babel_route route(const char *prefix, const char *from)
{
	return (struct babel_route){ .prefix = prefix_of(prefix),
		                     .from = prefix_of(from),
		                     .installed = true,
		                     .metric = 300 };
}

static size_t hear(const struct plan *plan, const struct babel_route *one, struct delegated *heard)
{
	struct babel_route routes[] = { *one };
	const struct babel_state babel = { .routes = routes, .n_routes = 1 };

	delegated_hear(plan, &babel, heard);
	return heard->count;
}

static void what_is_for_this_cloud_is_heard(void **state)
{
	AUTO(plan_free) struct plan *plan = node(true);
	AUTO(plan_free) struct plan *deaf = node(false);
	const struct babel_route ours = route("fd0d:fe46:8e00::/128", "2001:db8:1:2::/64");
	struct babel_route other = ours;
	struct delegated heard;

	(void)state;
	assert_int_equal(hear(plan, &ours, &heard), 1);
	assert_true(prefix_equal(&heard.networks[0], &ours.from));
	assert_int_equal(hear(deaf, &ours, &heard), 0);
	assert_int_equal(hear(NULL, &ours, &heard), 0);
	other = route("fd0d:fe46:8e01::/128", "2001:db8:1:2::/64"); /* another cloud's */
	assert_int_equal(hear(plan, &other, &heard), 0);
	other = route("fd0d:fe46:8e00::/64", "2001:db8:1:2::/64");
	assert_int_equal(hear(plan, &other, &heard), 0);
	other = ours;
	other.metric = BABEL_INFINITY;
	assert_int_equal(hear(plan, &other, &heard), 0);
	delegated_hear(plan, NULL, &heard);
	assert_int_equal(heard.count, 0);
}

static void only_networks_of_hosts_are_taken(void **state)
{
	static const char *const bad[] = { "::/0",      "fd00:1::/64",         "2001:db8::/56",
		                           "fe80::/64", "2001:db8:1:2::/65",   "ff02::/64",
		                           "::1/128",   "2001:db8:1:2::1/128", "64:ff9b::/64" };
	AUTO(plan_free) struct plan *plan = node(true);
	struct delegated heard;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		const struct babel_route one = route("fd0d:fe46:8e00::/128", bad[i]);

		assert_int_equal(hear(plan, &one, &heard), 0);
	}
}

/* However many there are, and whatever their order: a few, sorted, each once. */
static void many_are_a_few(void **state)
{
	AUTO(plan_free) struct plan *plan = node(true);
	struct babel_route routes[20];
	struct babel_route turned[20];
	struct babel_state babel = { .routes = routes, .n_routes = 4 };
	struct delegated a, b;

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		char text[PREFIX_TEXT_SIZE];

		snprintf(text, sizeof(text), "2001:db8:1:%x::/64", i % 4);
		routes[i] = turned[19 - i] = route("fd0d:fe46:8e00::/128", text);
	}
	delegated_hear(plan, &babel, &a);
	babel = (struct babel_state){ .routes = turned, .n_routes = 20 };
	delegated_hear(plan, &babel, &b);
	assert_int_equal(a.count, DELEGATED_MAX);
	assert_true(delegated_equal(&a, &b));
}

static void print(const struct plan *plan, struct buf *out)
{
	plan_print(plan, out);
}

static void a_network_brings_addresses(void **state)
{
	AUTO(plan_free) struct plan *plan = node(true);
	struct delegated heard = { { prefix_of("2001:db8:1:2::/64") }, 1 };
	BUF_AUTO text = { 0 };

	(void)state;
	delegated_add(plan, &heard);
	print(plan, &text);
	assert_non_null(strstr(text.text, "2001:db8:1:2:0:ca:fe00:201/64 dev br-lan"));
	assert_non_null(strstr(text.text, "2001:db8:1:2::1/64 dev anygw"));
	assert_null(strstr(text.text, "fd0d:fe46:8e00::/128"));
}

/* The node whose uplink has it says so to the others of its cloud. */
static void an_own_network_is_told(void **state)
{
	AUTO(plan_free) struct plan *plan = node(true);
	const struct delegated none = { 0 };
	struct plan_route way = { .destination = prefix_of("::/0"),
		                  .from = prefix_of("2001:db8:1:2::/64"),
		                  .ifname = "wan0",
		                  .table = TABLE_MAIN,
		                  .protocol = PROTOCOL_GATEWAY_GOOD };
	BUF_AUTO text = { 0 };

	(void)state;
	assert_non_null(plan_add_route(plan, &way));
	delegated_add(plan, &none);
	print(plan, &text);
	assert_non_null(
		strstr(text.text, "fd0d:fe46:8e00::/128 from 2001:db8:1:2::/64 dev br-lan"));
	assert_non_null(strstr(text.text, "2001:db8:1:2::1/64 dev anygw"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_for_this_cloud_is_heard),
		cmocka_unit_test(only_networks_of_hosts_are_taken),
		cmocka_unit_test(many_are_a_few),
		cmocka_unit_test(a_network_brings_addresses),
		cmocka_unit_test(an_own_network_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
