/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "../fixture.h"

static const char *const nothing[] = { NULL };

struct setting {
	const char *option, *value;
};

#define SETTINGS_MAX 4

/* A port whose section says this, a line each from line 1. */
static struct proto_port port_with(struct fixture *f, const char *ifname,
                                   const struct setting *settings)
{
	const struct shape *shape = proto_find("static")->port_options;
	struct proto_port port = fixture_port(f, ifname, true);
	struct origin *origins = arena_array_of(f->arena, struct origin, SETTINGS_MAX);
	void *object = arena_alloc(f->arena, shape->size);

	shape_default(shape, f->arena, object);
	for (size_t i = 0; settings[i].option; i++) {
		const struct field *field = shape_field(shape,
		                                        settings[i].option + strlen("static_"));

		assert_int_equal(
			field_set(field, f->arena, object, settings[i].value, NULL, f->diag), 0);
		origins[i] = (struct origin){
			.file = "lime-node",
			.line = (unsigned)i + 1,
			.where = arena_printf(f->arena, "section.%s", settings[i].option),
		};
		port.origins.count++;
	}
	port.origins.list = origins;
	port.written = true;
	port.options = object;
	return port;
}

static void the_port_has_its_addresses(void **state)
{
	static const struct setting settings[] = {
		{ "static_ipv4", "203.0.113.7/24" },
		{ "static_ipv6", "2001:db8::7/64" },
		{ 0 },
	};
	AUTO(fixture_free) struct fixture *f = fixture_new(nothing);
	struct proto_port eth1 = port_with(f, "eth1", settings);

	(void)state;
	fixture_plan_port(f, "static", &eth1);
	assert_no_mistake(f);
	assert_item(f, PLAN_ADDRESS, "203.0.113.7/24 dev eth1",
	            " ifname=eth1 address=203.0.113.7/24");
	assert_item(f, PLAN_ADDRESS, "2001:db8::7/64 dev eth1",
	            " ifname=eth1 address=2001:db8::7/64");
	assert_int_equal(fixture_count(f, PLAN_UPLINK), 0);
	assert_int_equal(fixture_count(f, PLAN_FILTER), 0);
}

static void with_a_gateway_it_is_an_uplink(void **state)
{
	static const struct setting settings[] = {
		{ "static_ipv4", "203.0.113.7/24" },
		{ "static_gateway_ipv4", "203.0.113.1" },
		{ 0 },
	};
	AUTO(fixture_free) struct fixture *f = fixture_new(nothing);
	struct proto_port eth1 = port_with(f, "eth1", settings);

	(void)state;
	fixture_plan_port(f, "static", &eth1);
	assert_no_mistake(f);
	assert_item(f, PLAN_UPLINK, "eth1",
	            " ifname=eth1 method=static table=171 gateway4=203.0.113.1");
	assert_item(f, PLAN_ROUTE, "0.0.0.0/0 dev eth1 table 171",
	            " destination=0.0.0.0/0 via=203.0.113.1 ifname=eth1 table=171");
	assert_non_null(fixture_item(f, PLAN_FILTER, "inet uplink_input iifname \"eth1\" drop"));
}

static void a_gateway_may_be_the_other_end_of_a_cable(void **state)
{
	static const struct setting four[] = {
		{ "static_ipv4", "203.0.113.6/31" },
		{ "static_gateway_ipv4", "203.0.113.7" },
		{ 0 },
	};
	static const struct setting six[] = {
		{ "static_ipv6", "2001:db8::7/128" },
		{ "static_gateway_ipv6", "fe80::1" },
		{ 0 },
	};
	AUTO(fixture_free) struct fixture *f = fixture_new(nothing);
	struct proto_port eth1 = port_with(f, "eth1", four);
	struct proto_port eth2 = port_with(f, "eth2", six);

	(void)state;
	fixture_plan_port(f, "static", &eth1);
	fixture_plan_port(f, "static", &eth2);
	assert_no_mistake(f);
	assert_int_equal(fixture_count(f, PLAN_UPLINK), 2);
}

static void what_makes_no_sense_is_a_mistake_at_its_option(void **state)
{
	static const struct {
		struct setting settings[SETTINGS_MAX];
		const char *words;
		unsigned line;
	} cases[] = {
		{ { { "static_ipv4", "2001:db8::7/64" } }, "has to be an IPv4 address", 1 },
		{ { { "static_ipv6", "203.0.113.7/24" } }, "has to be an IPv6 address", 1 },
		{ { { "static_ipv4", "203.0.113.7/24" }, { "static_gateway_ipv4", "2001:db8::1" } },
		  "has to be an IPv4 address",
		  2 },
		{ { { "static_ipv4", "203.0.113.7/24" }, { "static_gateway_ipv6", "2001:db8::1" } },
		  "a gateway without an address",
		  2 },
		{ { { "static_ipv4", "224.0.0.5/24" } }, "no device can have this address", 1 },
		{ { { "static_ipv4", "203.0.113.7/1" } }, "larger than /8", 1 },
		{ { { "static_ipv6", "::1/128" } }, "no device can have this address", 1 },
		{ { { "static_ipv4", "203.0.113.7/24" }, { "static_gateway_ipv4", "203.0.113.7" } },
		  "address of the node itself",
		  2 },
		{ { { "static_ipv4", "203.0.113.7/24" }, { "static_gateway_ipv4", "203.0.114.1" } },
		  "not in the network",
		  2 },
		{ { { "static_ipv4", "203.0.113.7/24" }, { "static_gateway_ipv4", "203.0.113.0" } },
		  "the address of the network",
		  2 },
		{ { { "static_ipv4", "203.0.113.7/24" },
		    { "static_gateway_ipv4", "203.0.113.255" } },
		  "the address of the network",
		  2 },
		{ { { 0 } }, "needs static_ipv4 or static_ipv6", 7 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		AUTO(fixture_free) struct fixture *f = fixture_new(nothing);
		struct proto_port eth1 = port_with(f, "eth1", cases[i].settings);

		fixture_plan_port(f, "static", &eth1);
		assert_mistake(f, cases[i].words, cases[i].line);
	}
}

static void a_port_of_clients_has_no_addresses_of_its_own(void **state)
{
	static const char *const lan[] = { "lan", NULL };
	static const struct setting settings[] = { { "static_ipv4", "203.0.113.7/24" }, { 0 } };
	AUTO(fixture_free) struct fixture *f = fixture_new(lan);
	struct proto_port eth1 = port_with(f, "eth1", settings);

	(void)state;
	fixture_plan_node(f);
	fixture_plan_port(f, "lan", &eth1);
	fixture_plan_port(f, "static", &eth1);
	assert_mistake(f, "eth1 cannot have addresses of its own", 7);
}

static void without_a_section_there_is_nothing_to_do(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(nothing);
	struct proto_port eth1 = fixture_port(f, "eth1", false);

	(void)state;
	fixture_plan_port(f, "static", &eth1);
	assert_no_mistake(f);
	assert_int_equal(fixture_count(f, PLAN_LINK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_port_has_its_addresses),
		cmocka_unit_test(with_a_gateway_it_is_an_uplink),
		cmocka_unit_test(a_gateway_may_be_the_other_end_of_a_cable),
		cmocka_unit_test(what_makes_no_sense_is_a_mistake_at_its_option),
		cmocka_unit_test(a_port_of_clients_has_no_addresses_of_its_own),
		cmocka_unit_test(without_a_section_there_is_nothing_to_do),
	};

	return RUN(tests);
}
