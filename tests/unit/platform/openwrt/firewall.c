/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "rendered.h"

extern const struct renderer renderer_firewall;

static void add_network(struct rendered *r, const char *name)
{
	struct uci_document *network = files_make_uci(r->files, "network");

	plan_add_network(r->plan, &(struct plan_network){ .name = name, .proto = "static" });
	uci_add_section(network, "interface", name);
}

static void networks_of_people_stay_inside(void **state)
{
	AUTO(rendered_free) struct rendered *r = rendered_new("");

	(void)state;
	add_network(r, "lm_net_eth0_babeld_if");
	add_network(r, "lm_net_eth0_static");
	assert_string_equal(
		rendered_by(r, &renderer_firewall,
	                    "config zone\n\toption name 'lan'\n"
	                    "\toption network 'lan guests lm_net_old_babeld_if'\n"
	                    "\toption input 'REJECT'\n"
	                    "config zone\n\toption name 'wan'\n\toption network 'wan wan6'\n"),
		"config zone\n\toption name 'lan'\n"
		"\tlist network 'lan'\n\tlist network 'guests'\n"
		"\tlist network 'lm_net_eth0_babeld_if'\n"
		"\toption input 'ACCEPT'\n"
		"\toption output 'ACCEPT'\n\toption forward 'ACCEPT'\n\toption mtu_fix '1'\n"
		"config zone\n\toption name 'wan'\n\toption network 'wan wan6'\n");
}

static void uplinks_are_outside(void **state)
{
	AUTO(rendered_free) struct rendered *r = rendered_new("");
	static const char before[] = "config zone\n\toption name 'wan'\n\tlist network 'wan'\n";
	const char *text;

	(void)state;
	add_network(r, "wan");
	add_network(r, "lm_net_eth2_wan");
	text = arena_strdup(r->arena, rendered_by(r, &renderer_firewall, before));
	assert_string_equal(text, "config zone\n\toption name 'wan'\n\tlist network 'wan'\n"
	                          "\tlist network 'lm_net_eth2_wan'\n"
	                          "\n"
	                          "config rule 'lime_allow_wan_all_link_local'\n"
	                          "\toption name 'lime_allow_wan_all_link_local'\n"
	                          "\toption src 'wan'\n"
	                          "\toption family 'ipv6'\n"
	                          "\toption src_ip 'fe80::/10'\n"
	                          "\toption dest_ip 'fe80::/10'\n"
	                          "\toption target 'ACCEPT'\n\n");
	plan_free(r->plan);
	r->plan = plan_new();
	assert_string_equal(rendered_by(r, &renderer_firewall, text),
	                    "config zone\n\toption name 'wan'\n\tlist network 'wan'\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks_of_people_stay_inside),
		cmocka_unit_test(uplinks_are_outside),
	};

	return RUN(tests);
}
