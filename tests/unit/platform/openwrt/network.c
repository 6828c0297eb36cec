/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/openwrt/network.h"

#include "rendered.h"

extern const struct renderer renderer_network;

static const char fresh[] = "config globals 'globals'\n"
			    "\toption ula_prefix 'fd5e::/48'\n"
			    "\n"
			    "# the ports of this house\n"
			    "config device\n"
			    "\toption name 'br-lan'\n"
			    "\toption type 'bridge'\n"
			    "\tlist ports 'lan1'\n"
			    "\n"
			    "config interface 'lan'\n"
			    "\toption device 'br-lan'\n"
			    "\toption proto 'dhcp'\n"
			    "\toption ip6assign '60'\n"
			    "\n"
			    "config interface 'guests'\n"
			    "\toption proto 'static' # mine\n"
			    "\n"
			    "config interface 'wan'\n"
			    "\toption device 'wan'\n"
			    "\toption proto 'dhcp'\n"
			    "\n"
			    "config interface 'wan6'\n"
			    "\toption proto 'dhcpv6'\n";

static void plan_lan(struct rendered *r)
{
	plan_add_link(r->plan, &(struct plan_link){ .name = "lan1", .master = "br-lan" });
	plan_add_network(r->plan, &(struct plan_network){
					  .name = "lan",
					  .ifname = "br-lan",
					  .proto = "static",
					  .ipv4 = rendered_prefix("10.13.1.2/16"),
					  .ipv6 = rendered_prefix("fd0d::2/64"),
					  .mtu = 1500,
				  });
}

static void plan_mesh(struct rendered *r)
{
	plan_add_link(r->plan, &(struct plan_link){ .name = "bat0",
	                                            .kind = PLAN_LINK_BATADV,
	                                            .master = "br-lan",
	                                            .orig_interval = 2000 });
	plan_add_link(r->plan, &(struct plan_link){ .name = "wlan0-mesh_29",
	                                            .kind = PLAN_LINK_VLAN,
	                                            .parent = "wlan0-mesh",
	                                            .master = "bat0",
	                                            .vlan_id = 29,
	                                            .mtu = 1532 });
	plan_add_network(r->plan, &(struct plan_network){ .name = "bat0", .proto = "batadv" });
	plan_add_network(r->plan, &(struct plan_network){ .name = "lm_net_wlan0_mesh_batadv_if",
	                                                  .device = "lm_net_wlan0_mesh_batadv_dev",
	                                                  .ifname = "wlan0-mesh_29",
	                                                  .proto = "batadv_hardif",
	                                                  .master = "bat0" });
}

static void what_people_wrote_stays(void **state)
{
	AUTO(rendered_free) struct rendered *r = rendered_new("");

	(void)state;
	plan_lan(r);
	assert_string_equal(rendered_by(r, &renderer_network, fresh),
	                    "config globals 'globals'\n"
	                    "\n"
	                    "# the ports of this house\n"
	                    "config device\n"
	                    "\toption name 'br-lan'\n"
	                    "\toption type 'bridge'\n"
	                    "\tlist ports 'lan1'\n"
	                    "\n"
	                    "config interface 'lan'\n"
	                    "\toption device 'br-lan'\n"
	                    "\toption proto 'static'\n"
	                    "\toption ip6assign '60'\n"
	                    "\toption ipaddr '10.13.1.2'\n"
	                    "\toption netmask '255.255.0.0'\n"
	                    "\toption ip6addr 'fd0d::2/64'\n"
	                    "\toption mtu '1500'\n"
	                    "\n"
	                    "config interface 'guests'\n"
	                    "\toption proto 'static' # mine\n"
	                    "\n"
	                    "config interface 'wan'\n"
	                    "\toption device 'wan'\n"
	                    "\toption proto 'none'\n"
	                    "\n"
	                    "config interface 'wan6'\n"
	                    "\toption proto 'none'\n");
}

static void the_mesh_comes_and_goes(void **state)
{
	AUTO(rendered_free) struct rendered *with = rendered_new("");
	AUTO(rendered_free) struct rendered *without = rendered_new("");
	const char *text;

	(void)state;
	plan_lan(with);
	plan_mesh(with);
	plan_lan(without);
	text = rendered_by(with, &renderer_network, fresh);
	assert_non_null(strstr(text, "\tlist ports 'bat0'\n\tlist ports 'lan1'\n"));
	assert_non_null(strstr(text, "\nconfig device 'lm_net_wlan0_mesh_batadv_dev'\n"
	                             "\toption type '8021ad'\n"
	                             "\toption name 'wlan0-mesh_29'\n"
	                             "\toption ifname '@lm_net_wlan0_mesh'\n"
	                             "\toption vid '29'\n"
	                             "\toption mtu '1532'\n"
	                             "\n"
	                             "config interface 'lm_net_wlan0_mesh_batadv_if'\n"
	                             "\toption proto 'batadv_hardif'\n"
	                             "\toption auto '1'\n"
	                             "\toption device 'wlan0-mesh_29'\n"
	                             "\toption master 'bat0'\n"));
	text = rendered_by(without, &renderer_network, text);
	assert_null(strstr(text, "lm_net_"));
	assert_null(strstr(text, "bat0"));
	assert_null(strstr(text, "\n\n\n"));
}

static void the_same_again_changes_nothing(void **state)
{
	AUTO(rendered_free) struct rendered *r = rendered_new("");
	const char *once, *twice;

	(void)state;
	plan_lan(r);
	plan_mesh(r);
	once = arena_strdup(r->arena, rendered_by(r, &renderer_network, fresh));
	twice = rendered_by(r, &renderer_network, once);
	assert_string_equal(once, twice);
}

static void a_modem_stays(void **state)
{
	AUTO(rendered_free) struct rendered *r = rendered_new("");

	(void)state;
	plan_add_network(r->plan, &(struct plan_network){
					  .name = "wan", .ifname = "eth1", .proto = "dhcp" });
	assert_string_equal(rendered_by(r, &renderer_network,
	                                "config interface 'wan'\n\toption proto 'pppoe'\n"
	                                "\toption device 'eth2'\n"),
	                    "config interface 'wan'\n\toption proto 'pppoe'\n"
	                    "\toption device 'eth2'\n");
}

static void a_bridge_of_wan_ports_stays_the_wan(void **state)
{
	AUTO(rendered_free) struct rendered *r = rendered_new("");

	(void)state;
	plan_add_network(r->plan, &(struct plan_network){
					  .name = "wan", .ifname = "wan1", .proto = "dhcp" });
	plan_add_network(r->plan, &(struct plan_network){ .name = "lm_net_wan2_wan",
	                                                  .ifname = "wan2",
	                                                  .proto = "dhcp" });
	assert_string_equal(rendered_by(r, &renderer_network,
	                                "config device\n\toption name 'br-wan'\n"
	                                "\tlist ports 'wan1'\n\tlist ports 'wan2'\n"
	                                "config interface 'wan'\n\toption device 'br-wan'\n"
	                                "\toption proto 'none'\n"),
	                    "config device\n\toption name 'br-wan'\n"
	                    "\tlist ports 'wan1'\n\tlist ports 'wan2'\n"
	                    "config interface 'wan'\n\toption device 'br-wan'\n"
	                    "\toption proto 'dhcp'\n");
}

static void unknown_boards_keep_their_ports(void **state)
{
	AUTO(rendered_free) struct rendered *r =
		rendered_new("config net mine\n\toption linux_name enp2s0\n");

	(void)state;
	plan_add_network(r->plan, &(struct plan_network){ .name = "lan",
	                                                  .ifname = "br-lan",
	                                                  .proto = "static",
	                                                  .ipv4 = rendered_prefix("10.0.0.1/8"),
	                                                  .mtu = 1500 });
	assert_non_null(strstr(rendered_by(r, &renderer_network,
	                                   "config device\n\toption name 'br-lan'\n"
	                                   "\toption type 'bridge'\n"
	                                   "\toption ports 'enp1s0 enp2s0'\n"),
	                       "\tlist ports 'enp1s0'\n"));
	assert_null(strstr(buf_text(&r->text), "enp2s0"));
	assert_int_equal(diag_count(r->diag, DIAG_WARNING), 1);
}

static void a_bridge_is_made_where_there_is_none(void **state)
{
	AUTO(rendered_free) struct rendered *r = rendered_new("");

	(void)state;
	plan_lan(r);
	assert_string_equal(rendered_by(r, &renderer_network,
	                                "config interface 'lan'\n\toption type 'bridge'\n"
	                                "\toption ifname 'eth0'\n\toption proto 'static'\n"),
	                    "config interface 'lan'\n"
	                    "\toption proto 'static'\n"
	                    "\toption device 'br-lan'\n"
	                    "\toption ipaddr '10.13.1.2'\n"
	                    "\toption netmask '255.255.0.0'\n"
	                    "\toption ip6addr 'fd0d::2/64'\n"
	                    "\toption mtu '1500'\n"
	                    "\nconfig device\n"
	                    "\toption name 'br-lan'\n"
	                    "\toption type 'bridge'\n"
	                    "\tlist ports 'lan1'\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_people_wrote_stays),
		cmocka_unit_test(the_mesh_comes_and_goes),
		cmocka_unit_test(the_same_again_changes_nothing),
		cmocka_unit_test(a_modem_stays),
		cmocka_unit_test(a_bridge_of_wan_ports_stays_the_wan),
		cmocka_unit_test(unknown_boards_keep_their_ports),
		cmocka_unit_test(a_bridge_is_made_where_there_is_none),
	};

	return RUN(tests);
}
