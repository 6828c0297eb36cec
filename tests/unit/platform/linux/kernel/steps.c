/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/steps.h"

#include "../../../test.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "platform/linux/kernel/saved.h"
#include "platform/linux/kernel/wanted.h"

/* A kernel of values, and what is wanted of it. */
struct fixture {
	struct arena *arena;
	struct observed *is;
	struct saved *saved;
	struct plan *plan;
	struct diag *diag;
	struct buf text; /* of the last steps, a line each */
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->arena = arena_new();
	f->is = observed_new(f->arena);
	f->is->hostname = "node";
	f->is->filter.known = true;
	f->saved = saved_new(f->arena);
	f->plan = plan_new();
	f->diag = diag_new();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	plan_free(f->plan);
	diag_free(f->diag);
	arena_free(f->arena);
	buf_done(&f->text);
	free(f);
	return 0;
}

static struct prefix prefix_of(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return prefix;
}

static struct mac mac_of(const char *text)
{
	struct mac mac;

	assert_true(mac_parse(text, &mac));
	return mac;
}

/* The steps, which are left in f->text too.  NULL if the plan is refused. */
static const struct step *steps(struct fixture *f)
{
	const struct observed *wanted = wanted_of(f->plan, f->is, f->saved, f->diag);
	const struct step *steps = wanted ? steps_of(f->is, wanted) : NULL;

	buf_done(&f->text);
	for (const struct step *s = steps; s; s = s->next)
		buf_printf(&f->text, "%s\n", s->text);
	return steps;
}

static const char *errors(struct fixture *f)
{
	buf_done(&f->text);
	diag_print(f->diag, &f->text);
	return buf_text(&f->text);
}

static void is_port(struct fixture *f, const char *name, uint32_t mtu)
{
	observed_add_link(f->is, &(struct kernel_link){ .is = { .name = name, .mtu = mtu },
	                                                .kind = "",
	                                                .mtu_max = 9000 });
}

static void is_made(struct fixture *f, const struct plan_link *link, const char *kind)
{
	observed_add_link(
		f->is,
		&(struct kernel_link){
			.is = *link, .kind = kind, .ours = true, .up = true, .plain = true });
}

static const struct plan_link br_lan = { .name = "br-lan", .kind = PLAN_LINK_BRIDGE, .mtu = 1500 };
static const struct plan_link bat0 = { .name = "bat0",
	                               .kind = PLAN_LINK_BATADV,
	                               .master = "br-lan",
	                               .mtu = 1500,
	                               .orig_interval = 2000,
	                               .bridge_loop_avoidance = true };
static const struct plan_link vlan = { .name = "eth0_29",
	                               .kind = PLAN_LINK_VLAN,
	                               .parent = "eth0",
	                               .master = "bat0",
	                               .vlan_id = 29,
	                               .mtu = 1532 };

static void nothing_wanted_of_an_empty_kernel_is_no_step(void **state)
{
	assert_null(steps(*state));
}

static void links_are_made_after_what_they_need_and_go_up_last(void **state)
{
	struct fixture *f = *state;

	is_port(f, "eth0", 1500);
	/* In the wrong order on purpose. */
	plan_add_link(f->plan, &vlan);
	plan_add_link(f->plan, &bat0);
	plan_add_link(f->plan, &br_lan);
	plan_add_link(f->plan, &(struct plan_link){ .name = "eth0", .mtu = 1536 });
	plan_add_sysctl(f->plan, "net/ipv6/conf/bat0/accept_ra", "0");
	plan_add_address(f->plan, &(struct plan_address){ .ifname = "br-lan",
	                                                  .address = prefix_of("10.13.1.2/16") });
	steps(f);
	assert_string_equal(
		buf_text(&f->text),
		"set mtu of eth0 to 1536 (was 1500)\n"
		"make VLAN eth0_29, 802.1ad 29 on eth0, mtu 1532\n"
		"make batadv bat0, BATMAN_IV, interval 2000 ms, loop avoidance on, ARP table off, "
		"multicast flooded, mtu 1500\n"
		"make bridge br-lan, mtu 1500\n"
		"set sysctl net/ipv6/conf/bat0/accept_ra to 0\n"
		"put eth0_29 into bat0\n"
		"put bat0 into br-lan\n"
		"bring eth0 up\n"
		"bring eth0_29 up\n"
		"bring bat0 up\n"
		"bring br-lan up\n"
		"add address 10.13.1.2/16 to br-lan\n");
}

/* A node with a port, a VLAN on it, a mesh and a bridge, all as planned. */
static void is_a_node(struct fixture *f)
{
	is_port(f, "eth0", 1536);
	f->is->links->up = true;
	is_made(f, &vlan, "vlan");
	is_made(f, &bat0, "batadv");
	is_made(f, &br_lan, "bridge");
	observed_add_address(
		f->is, &(struct kernel_address){
			       .is = { .ifname = "br-lan", .address = prefix_of("10.13.1.2/16") },
			       .ours = true });
	plan_add_link(f->plan, &(struct plan_link){ .name = "eth0", .mtu = 1536 });
	plan_add_address(f->plan, &(struct plan_address){ .ifname = "br-lan",
	                                                  .address = prefix_of("10.13.1.2/16") });
}

static void a_node_as_planned_is_left_alone(void **state)
{
	struct fixture *f = *state;

	is_a_node(f);
	plan_add_link(f->plan, &vlan);
	plan_add_link(f->plan, &bat0);
	plan_add_link(f->plan, &br_lan);
	assert_null(steps(f));
}

static void another_vlan_id_makes_only_that_vlan_anew(void **state)
{
	struct fixture *f = *state;
	struct plan_link other = vlan;

	is_a_node(f);
	other.vlan_id = 57;
	plan_add_link(f->plan, &other);
	plan_add_link(f->plan, &bat0);
	plan_add_link(f->plan, &br_lan);
	steps(f);
	assert_string_equal(buf_text(&f->text), "remove VLAN eth0_29\n"
	                                        "make VLAN eth0_29, 802.1ad 57 on eth0, mtu 1532\n"
	                                        "put eth0_29 into bat0\n"
	                                        "bring eth0_29 up\n");
}

static void settings_change_in_place(void **state)
{
	struct fixture *f = *state;
	struct plan_link mesh = bat0, bridge = br_lan;

	is_a_node(f);
	mesh.orig_interval = 5000;
	mesh.bridge_loop_avoidance = false;
	bridge.mac = mac_of("02:00:00:00:00:01");
	bridge.mtu = 1400;
	plan_add_link(f->plan, &vlan);
	plan_add_link(f->plan, &mesh);
	plan_add_link(f->plan, &bridge);
	steps(f);
	assert_string_equal(
		buf_text(&f->text),
		"set of bat0 interval to 5000 ms (was 2000), bridge loop avoidance off\n"
		"set mtu of br-lan to 1400 (was 1500)\n"
		"set mac of br-lan to 02:00:00:00:00:01 (was 00:00:00:00:00:00)\n");
}

static void another_algorithm_makes_the_mesh_anew(void **state)
{
	struct fixture *f = *state;
	struct plan_link mesh = bat0;

	is_a_node(f);
	mesh.routing_algo = PLAN_BATADV_V;
	plan_add_link(f->plan, &vlan);
	plan_add_link(f->plan, &mesh);
	plan_add_link(f->plan, &br_lan);
	steps(f);
	assert_string_equal(
		buf_text(&f->text),
		"take eth0_29 out of bat0\n"
		"remove batadv bat0\n"
		"make batadv bat0, BATMAN_V, interval 2000 ms, loop avoidance on, ARP table off, "
		"multicast flooded, mtu 1500\n"
		"put eth0_29 into bat0\n"
		"put bat0 into br-lan\n"
		"bring bat0 up\n");
}

static void what_hangs_on_a_link_that_is_made_anew_is_made_anew(void **state)
{
	struct fixture *f = *state;
	struct plan_link stacked = {
		.name = "any", .kind = PLAN_LINK_MACVLAN, .parent = "eth0_29", .mtu = 1500
	};
	struct plan_link other = vlan;
	struct plan_route route = { .destination = prefix_of("10.0.0.0/8"),
		                    .ifname = "any",
		                    .table = 170,
		                    .protocol = 79 };

	is_port(f, "eth0", 1536);
	f->is->links->up = true;
	is_made(f, &vlan, "vlan");
	is_made(f, &stacked, "macvlan");
	is_made(f, &bat0, "batadv");
	is_made(f, &br_lan, "bridge");
	observed_add_route(f->is, &(struct kernel_route){ .is = route });
	other.vlan_protocol = PLAN_VLAN_8021Q;
	plan_add_link(f->plan, &(struct plan_link){ .name = "eth0", .mtu = 1536 });
	plan_add_link(f->plan, &bat0);
	plan_add_link(f->plan, &br_lan);
	plan_add_link(f->plan, &stacked);
	plan_add_link(f->plan, &other);
	plan_add_route(f->plan, &route);
	steps(f);
	assert_string_equal(buf_text(&f->text),
	                    "remove route 10.0.0.0/8 dev any table 170 proto 79\n"
	                    "remove macvlan any\n"
	                    "remove VLAN eth0_29\n"
	                    "make VLAN eth0_29, 802.1q 29 on eth0, mtu 1532\n"
	                    "make macvlan any on eth0_29, mtu 1500\n"
	                    "put eth0_29 into bat0\n"
	                    "bring eth0_29 up\n"
	                    "bring any up\n"
	                    "add route 10.0.0.0/8 dev any table 170 proto 79\n");
}

static void without_a_plan_all_of_ours_goes_and_the_port_is_put_back(void **state)
{
	struct fixture *f = *state;
	struct saved_link *eth0 = saved_link_make(f->saved, "eth0");

	eth0->has_mtu = true;
	eth0->mtu = 1500;
	eth0->has_up = true;
	f->saved->hostname = "debian";
	is_a_node(f);
	plan_free(f->plan);
	f->plan = plan_new();
	steps(f);
	assert_string_equal(buf_text(&f->text), "remove address 10.13.1.2/16 from br-lan\n"
	                                        "remove VLAN eth0_29\n"
	                                        "remove batadv bat0\n"
	                                        "remove bridge br-lan\n"
	                                        "set mtu of eth0 to 1500 (was 1536)\n"
	                                        "bring eth0 down\n"
	                                        "set host name to debian (was node)\n");
}

static void what_others_made_is_never_removed(void **state)
{
	struct fixture *f = *state;

	observed_add_link(
		f->is, &(struct kernel_link){ .is = { .name = "docker0", .kind = PLAN_LINK_BRIDGE },
	                                      .kind = "bridge" });
	observed_add_address(
		f->is, &(struct kernel_address){ .is = { "docker0", prefix_of("172.17.0.1/16") } });
	assert_null(steps(f));
}

static void a_name_that_others_have_is_refused(void **state)
{
	struct fixture *f = *state;

	plan_because(f->plan, &(struct origin){ .file = "lime-node", .line = 7 }, NULL);
	plan_add_link(f->plan, &br_lan);
	observed_add_link(
		f->is, &(struct kernel_link){ .is = { .name = "br-lan", .kind = PLAN_LINK_BRIDGE },
	                                      .kind = "bridge" });
	assert_null(steps(f));
	assert_string_equal(errors(f),
	                    "lime-node:7: error: br-lan is there already and was not made by weft "
	                    "(a bridge): remove or rename it\n");
}

static void an_address_that_others_set_is_refused(void **state)
{
	struct fixture *f = *state;

	is_port(f, "eth0", 1500);
	observed_add_address(f->is,
	                     &(struct kernel_address){ .is = { "eth0", prefix_of("10.0.0.1/8") } });
	plan_add_address(f->plan, &(struct plan_address){ "eth0", prefix_of("10.0.0.1/8") });
	assert_null(steps(f));
	assert_non_null(strstr(errors(f), "was not set by weft"));
}

static void what_hangs_on_a_missing_port_waits(void **state)
{
	struct fixture *f = *state;

	plan_add_link(f->plan, &(struct plan_link){ .name = "eth0", .mtu = 1536 });
	plan_add_link(f->plan, &bat0);
	plan_add_link(f->plan, &vlan);
	plan_add_address(f->plan, &(struct plan_address){ "eth0_29", prefix_of("10.13.1.2/32") });
	plan_add_route(f->plan, &(struct plan_route){ .destination = prefix_of("10.0.0.0/8"),
	                                              .ifname = "eth0_29" });
	plan_add_sysctl(f->plan, "net/ipv4/conf/eth0_29/rp_filter", "0");
	plan_add_sysctl(f->plan, "net/ipv4/conf/all/rp_filter", "0");
	plan_add_link(f->plan, &br_lan);
	steps(f);
	assert_null(strstr(buf_text(&f->text), "eth0"));
	assert_non_null(strstr(buf_text(&f->text), "conf/all/rp_filter"));
	assert_non_null(strstr(buf_text(&f->text), "make batadv bat0"));
	assert_string_equal(errors(f),
	                    "warning: there is no eth0; what needs it waits until it appears\n");
}

static void a_port_takes_what_mtu_it_can_and_never_less_than_it_has(void **state)
{
	struct fixture *f = *state;

	is_port(f, "eth0", 1500);
	is_port(f, "eth1", 9000);
	f->is->links->mtu_max = 1520;
	plan_add_link(f->plan, &(struct plan_link){ .name = "eth0", .mtu = 1536 });
	plan_add_link(f->plan, &(struct plan_link){ .name = "eth1", .mtu = 1536 });
	assert_true(steps(f)->optional);
	assert_string_equal(buf_text(&f->text), "set mtu of eth0 to 1520 (was 1500)\n"
	                                        "bring eth0 up\nbring eth1 up\n");
}

static void a_setting_the_plan_drops_is_put_back(void **state)
{
	struct fixture *f = *state;
	const char *path = "net/ipv4/ip_forward", *ours = "net/ipv6/conf/br-lan/accept_ra";

	saved_sysctl_make(f->saved, path)->value = "0";
	saved_sysctl_make(f->saved, ours);
	observed_add_sysctl(f->is, &(struct kernel_sysctl){ .path = path, .value = "1\n" });
	observed_add_sysctl(f->is, &(struct kernel_sysctl){ .path = ours, .value = "2\n" });
	steps(f);
	assert_string_equal(buf_text(&f->text), "set sysctl net/ipv4/ip_forward to 0 (was 1)\n");
}

static void white_space_in_a_setting_does_not_count(void **state)
{
	struct fixture *f = *state;
	const char *path = "net/ipv4/tcp_rmem";

	observed_add_sysctl(
		f->is, &(struct kernel_sysctl){ .path = path, .value = "4096\t131072\t6291456\n" });
	plan_add_sysctl(f->plan, path, "4096 131072  6291456");
	assert_null(steps(f));
}

static void a_route_with_another_protocol_is_exchanged_at_once(void **state)
{
	struct fixture *f = *state;
	struct plan_route route = { .destination = prefix_of("0.0.0.0/0"),
		                    .ifname = "eth0",
		                    .table = 254,
		                    .metric = 10,
		                    .protocol = 7 };

	is_port(f, "eth0", 1500);
	observed_add_route(f->is, &(struct kernel_route){ .is = route });
	route.protocol = 77;
	plan_add_route(f->plan, &route);
	steps(f);
	assert_string_equal(buf_text(&f->text),
	                    "change route 0.0.0.0/0 dev eth0 metric 10 proto 7 to dev eth0 metric "
	                    "10 proto 77\n");
}

static void routes_say_what_the_kernel_would_fill_in(void **state)
{
	struct fixture *f = *state;

	is_port(f, "eth0", 1500);
	observed_add_route(f->is, &(struct kernel_route){ .is = { .destination = prefix_of("::/0"),
	                                                          .ifname = "eth0",
	                                                          .table = 254,
	                                                          .metric = 1024,
	                                                          .protocol = 79 } });
	plan_add_route(f->plan,
	               &(struct plan_route){ .destination = prefix_of("::/0"), .ifname = "eth0" });
	assert_null(steps(f));
}

static void a_rule_without_addresses_is_one_in_each_family(void **state)
{
	struct fixture *f = *state;

	plan_add_rule(f->plan,
	              &(struct plan_rule){ .fwmark = 0x10000000, .table = 171, .priority = 1710 });
	steps(f);
	assert_string_equal(buf_text(&f->text),
	                    "add IPv4 rule 1710: fwmark 0x10000000/0xffffffff lookup 171\n"
	                    "add IPv6 rule 1710: fwmark 0x10000000/0xffffffff lookup 171\n");
}

static void what_was_there_is_saved_once_and_what_is_ours_never(void **state)
{
	struct fixture *f = *state;
	const struct step *all;

	is_a_node(f);
	f->is->links->is.mtu = 1500;
	observed_add_sysctl(f->is, &(struct kernel_sysctl){ .path = "a", .value = "1" });
	plan_add_sysctl(f->plan, "a", "2");
	plan_add_hostname(f->plan, "other");
	all = steps(f);
	steps_save(all, f->saved);
	f->is->links->is.mtu = 1400;
	steps_save(steps(f), f->saved);
	assert_string_equal(f->saved->hostname, "node");
	assert_string_equal(saved_sysctl(f->saved, "a")->value, "1");
	assert_int_equal(saved_link(f->saved, "eth0")->mtu, 1500);
	assert_null(saved_link(f->saved, "br-lan"));
}

static void what_the_plan_sets_no_more_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct saved_link *link = saved_link_make(f->saved, "eth0");

	*link = (struct saved_link){ .name = "eth0", .has_mtu = true, .has_up = true };
	saved_sysctl_make(f->saved, "a");
	saved_sysctl_make(f->saved, "b");
	f->saved->hostname = "node";
	plan_add_link(f->plan, &(struct plan_link){ .name = "eth0" });
	plan_add_sysctl(f->plan, "a", "2");
	wanted_forget(f->saved, f->plan);
	assert_true(link->has_up);
	assert_false(link->has_mtu);
	assert_non_null(saved_sysctl(f->saved, "a"));
	assert_null(saved_sysctl(f->saved, "b"));
	assert_null(f->saved->hostname);
}

static void a_step_and_its_inverse_exchange_before_and_after(void **state)
{
	struct fixture *f = *state;
	const struct step *step;
	struct step inverse;

	is_port(f, "eth0", 1500);
	plan_add_link(f->plan, &(struct plan_link){ .name = "eth0", .mtu = 1536 });
	step = steps(f);
	inverse = step_inverse(step);
	assert_int_equal(inverse.kind, STEP_MTU);
	assert_int_equal(((const struct kernel_link *)inverse.after)->is.mtu, 1500);
	assert_int_equal(((const struct kernel_link *)inverse.before)->is.mtu, 1536);
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_wanted_of_an_empty_kernel_is_no_step),
		TEST(links_are_made_after_what_they_need_and_go_up_last),
		TEST(a_node_as_planned_is_left_alone),
		TEST(another_vlan_id_makes_only_that_vlan_anew),
		TEST(settings_change_in_place),
		TEST(another_algorithm_makes_the_mesh_anew),
		TEST(what_hangs_on_a_link_that_is_made_anew_is_made_anew),
		TEST(without_a_plan_all_of_ours_goes_and_the_port_is_put_back),
		TEST(what_others_made_is_never_removed),
		TEST(a_name_that_others_have_is_refused),
		TEST(an_address_that_others_set_is_refused),
		TEST(what_hangs_on_a_missing_port_waits),
		TEST(a_port_takes_what_mtu_it_can_and_never_less_than_it_has),
		TEST(a_setting_the_plan_drops_is_put_back),
		TEST(white_space_in_a_setting_does_not_count),
		TEST(a_route_with_another_protocol_is_exchanged_at_once),
		TEST(routes_say_what_the_kernel_would_fill_in),
		TEST(a_rule_without_addresses_is_one_in_each_family),
		TEST(what_was_there_is_saved_once_and_what_is_ours_never),
		TEST(what_the_plan_sets_no_more_is_forgotten),
		TEST(a_step_and_its_inverse_exchange_before_and_after),
	};

	return RUN(tests);
}
