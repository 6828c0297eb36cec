/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "plan/numbers.h"
#include "rendered.h"

extern const struct renderer renderer_babeld;

static void plan_babel(struct rendered *r)
{
	plan_add_babel(r->plan, &(struct plan_babel){ .local_port = 30003 });
	plan_add_babel_filter(r->plan,
	                      &(struct plan_babel_filter){ .filter = "redistribute",
	                                                   .prefix = rendered_prefix("0.0.0.0/0"),
	                                                   .prefix_le_plus_1 = 1,
	                                                   .protocol = PROTOCOL_GATEWAY_GOOD });
	plan_add_babel_filter(r->plan,
	                      &(struct plan_babel_filter){ .filter = "redistribute",
	                                                   .prefix = rendered_prefix("0.0.0.0/0"),
	                                                   .prefix_le_plus_1 = 1,
	                                                   .protocol = PROTOCOL_GATEWAY_FAIR,
	                                                   .metric = 512 });
	plan_add_babel_filter(
		r->plan, &(struct plan_babel_filter){ .filter = "redistribute", .deny = true });
	plan_add_babel_interface(r->plan, &(struct plan_babel_interface){ .ifname = "eth0_17",
	                                                                  .type = "wireless",
	                                                                  .hello_interval = 1 });
	plan_add_network(r->plan, &(struct plan_network){ .name = "lm_net_eth0_babeld_if",
	                                                  .ifname = "eth0_17",
	                                                  .babel = "eth0_17",
	                                                  .proto = "static" });
}

#define EXPECTED                                       \
	"\nconfig general 'general'\n"                 \
	"\toption local_port '30003'\n"                \
	"\toption ubus_bindings 'true'\n"              \
	"\nconfig filter 'default4'\n"                 \
	"\toption type 'redistribute'\n"               \
	"\toption ip '0.0.0.0/0'\n"                    \
	"\toption le '0'\n"                            \
	"\toption action 'allow'\n"                    \
	"\toption proto '7'\n"                         \
	"\nconfig filter 'denyany'\n"                  \
	"\toption type 'redistribute'\n"               \
	"\toption action 'deny'\n"                     \
	"\nconfig interface 'lm_net_eth0_babeld_if'\n" \
	"\toption ifname 'eth0_17'\n"                  \
	"\toption type 'wireless'\n\n"

static void libremesh_knows_one_class_of_gateways(void **state)
{
	AUTO(rendered_free) struct rendered *r = rendered_new("");
	AUTO(rendered_free) struct rendered *classes =
		rendered_new("config lime network\n\toption gateway_classes 1\n");

	(void)state;
	plan_babel(r);
	plan_babel(classes);
	assert_string_equal(rendered_by(r, &renderer_babeld, ""), EXPECTED);
	assert_non_null(strstr(rendered_by(classes, &renderer_babeld, EXPECTED),
	                       "config filter 'default4_fair'\n"
	                       "\toption type 'redistribute'\n"
	                       "\toption ip '0.0.0.0/0'\n"
	                       "\toption le '0'\n"
	                       "\toption action 'metric 512'\n"
	                       "\toption proto '77'\n"
	                       "\nconfig filter 'denyany'\n"));
}

static void sections_of_people_stay(void **state)
{
	AUTO(rendered_free) struct rendered *r = rendered_new("");
	const char *text;

	(void)state;
	plan_babel(r);
	text = arena_strdup(r->arena,
	                    rendered_by(r, &renderer_babeld,
	                                "config interface 'mine'\n\toption ifname 'tun0'\n"
	                                "config filter\n\toption ignore '1'\n"));
	assert_string_equal(text, "config interface 'mine'\n\toption ifname 'tun0'\n" EXPECTED);
	assert_string_equal(rendered_by(r, &renderer_babeld, text), text);
}

static void interfaces_go_with_the_protocol(void **state)
{
	AUTO(rendered_free) struct rendered *r = rendered_new("");

	(void)state;
	assert_null(strstr(rendered_by(r, &renderer_babeld, EXPECTED), "lm_net_"));
	assert_string_equal(
		rendered_by(r, &renderer_babeld, "config filter\n\toption ignore '1'\n"),
		"config filter\n\toption ignore '1'\n");
	assert_false(renderer_babeld.makes_file(&(struct render){ .plan = r->plan }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libremesh_knows_one_class_of_gateways),
		cmocka_unit_test(sections_of_people_stay),
		cmocka_unit_test(interfaces_go_with_the_protocol),
	};

	return RUN(tests);
}
