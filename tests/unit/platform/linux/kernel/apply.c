/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * On the kernel of this machine, in a network of the test's own.  It need not have VLANs or
 * batman-adv: those are tried in the lab.
 */
#include "platform/linux/kernel/apply.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/mount.h>
#include <sys/syscall.h>

#include "../namespace.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "plan/numbers.h"
#include "plan/plan.h"
#include "platform/linux/kernel/kernel.h"
#include "platform/linux/kernel/observe.h"
#include "platform/linux/kernel/saved.h"
#include "platform/linux/kernel/steps.h"

static char folder[] = "/tmp/weft-apply-XXXXXX";

static void assert_has(const char *text, const char *part)
{
	if (!text || !strstr(text, part))
		fail_msg("'%s' is not in: %s", part, text);
}

static void assert_has_not(const char *text, const char *part)
{
	if (text && strstr(text, part))
		fail_msg("'%s' is in: %s", part, text);
}

/* What one apply said and did. */
struct result {
	int rc;
	size_t n_steps;
	struct buf report, diag;
};

static void result_done(struct result *result)
{
	buf_done(&result->report);
	buf_done(&result->diag);
}

#define RESULT_AUTO __attribute__((cleanup(result_done))) struct result

static struct result apply(const struct plan *plan)
{
	struct backend *backend = kernel_backend_new(folder);
	AUTO(diag_free) struct diag *diag = diag_new();
	struct result r = { 0 };

	r.rc = backend->ops->apply(backend, plan, diag, &r.report, &r.n_steps);
	diag_print(diag, &r.diag);
	backend->ops->free(backend);
	return r;
}

static struct result down(void)
{
	struct backend *backend = kernel_backend_new(folder);
	AUTO(diag_free) struct diag *diag = diag_new();
	struct result r = { 0 };

	r.rc = backend->ops->down(backend, diag, &r.report);
	diag_print(diag, &r.diag);
	backend->ops->free(backend);
	return r;
}

static struct prefix prefix_of(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return prefix;
}

static struct ip ip_of(const char *text)
{
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	return ip;
}

static struct mac mac_of(const char *text)
{
	struct mac mac;

	assert_true(mac_parse(text, &mac));
	return mac;
}

static void add_links(struct plan *plan)
{
	plan_add_link(plan, &(struct plan_link){ .name = "br-lan",
	                                         .kind = PLAN_LINK_BRIDGE,
	                                         .mtu = 1500,
	                                         .mac = mac_of("02:11:22:33:44:55") });
	plan_add_link(plan, &(struct plan_link){ .name = "lan1",
	                                         .kind = PLAN_LINK_PORT,
	                                         .mtu = 1560,
	                                         .master = "br-lan" });
	plan_add_link(plan, &(struct plan_link){ .name = "wan", .kind = PLAN_LINK_PORT });
	plan_add_link(plan, &(struct plan_link){ .name = "anygw",
	                                         .kind = PLAN_LINK_MACVLAN,
	                                         .parent = "br-lan",
	                                         .mac = mac_of("aa:aa:aa:00:01:aa") });
}

static void add_addresses(struct plan *plan)
{
	plan_add_address(plan, &(struct plan_address){ .ifname = "br-lan",
	                                               .address = prefix_of("10.13.1.2/16") });
	plan_add_address(plan, &(struct plan_address){ .ifname = "br-lan",
	                                               .address = prefix_of("fd0d::2/64") });
	plan_add_address(plan, &(struct plan_address){ .ifname = "anygw",
	                                               .address = prefix_of("10.13.0.1/16"),
	                                               .no_prefix_route = true });
	plan_add_address(plan, &(struct plan_address){ .ifname = "anygw",
	                                               .address = prefix_of("fd0d::1/64"),
	                                               .no_prefix_route = true,
	                                               .no_dad = true });
}

static void add_routes(struct plan *plan)
{
	plan_add_route(plan, &(struct plan_route){ .destination = prefix_of("10.13.0.0/16"),
	                                           .ifname = "anygw",
	                                           .table = 170 });
	plan_add_route(plan, &(struct plan_route){ .destination = prefix_of("fd0d::/64"),
	                                           .ifname = "anygw",
	                                           .table = 170 });
	plan_add_route(plan, &(struct plan_route){ .destination = prefix_of("0.0.0.0/0"),
	                                           .via = ip_of("10.13.9.9"),
	                                           .ifname = "br-lan",
	                                           .metric = 10,
	                                           .protocol = 7 });
	plan_add_route(plan, &(struct plan_route){ .destination = prefix_of("10.99.0.0/16"),
	                                           .via = ip_of("fd0d::9"),
	                                           .ifname = "br-lan" });
	plan_add_rule(plan, &(struct plan_rule){ .from = prefix_of("10.13.0.1/32"),
	                                         .table = 170,
	                                         .priority = 1700 });
	plan_add_rule(plan, &(struct plan_rule){ .fwmark = 0x10000000,
	                                         .fwmark_mask = 0xff000000,
	                                         .oif = "wan",
	                                         .table = 171,
	                                         .priority = 1710 });
}

static void add_chain(struct plan *plan, const char *family, const char *chain, const char *type,
                      const char *hook)
{
	plan_add_chain(plan, &(struct plan_chain){ .family = family,
	                                           .chain = chain,
	                                           .type = type,
	                                           .hook = hook,
	                                           .priority = "0",
	                                           .policy = "accept" });
}

static void add_filters(struct plan *plan)
{
	add_chain(plan, "bridge", "forward", "filter", "forward");
	plan_add_filter(plan, "bridge", "forward",
	                "oifname \"bat0\" ether daddr aa:aa:aa:00:01:aa counter drop");
	add_chain(plan, "inet", "postrouting", "nat", "postrouting");
	plan_add_filter(plan, "inet", "postrouting", "oifname \"wan\" masquerade");
}

/* A node as they are, as far as this kernel can. */
static struct plan *node_plan(void)
{
	struct plan *plan = plan_new();

	plan_because(plan, &(struct origin){ .file = "lime-community", .line = 12 }, NULL);
	plan_add_hostname(plan, "casa-ana");
	add_links(plan);
	plan_add_sysctl(plan, "net/ipv4/conf/all/arp_ignore", "1");
	plan_add_sysctl(plan, "net/ipv4/ip_forward", "1");
	plan_add_sysctl(plan, "net/ipv6/conf/anygw/accept_dad", "0");
	add_addresses(plan);
	add_routes(plan);
	add_filters(plan);
	return plan;
}

static void print_links(const struct observed *o, struct buf *out)
{
	char mac[MAC_TEXT_SIZE];

	for (const struct kernel_link *l = o->links; l; l = l->next)
		buf_printf(out, "%s %s mtu %u mac %s master %s parent %s%s%s\n", l->is.name,
		           l->kind, l->is.mtu, mac_format(&l->is.mac, mac),
		           l->is.master ? l->is.master : "-", l->is.parent ? l->is.parent : "-",
		           l->up ? " up" : "", l->ours ? " ours" : "");
}

/* Packets come and go by themselves. */
static void add_without_counts(const char *text, struct buf *out)
{
	unsigned long long packets, bytes;
	int length;

	while (*text) {
		length = 0;
		if (sscanf(text, "packets %llu bytes %llu%n", &packets, &bytes, &length) == 2)
			text += length;
		else
			buf_add_char(out, *text++);
	}
}

/* The kernel gives these to a device a while after it is up. */
static bool is_link_local(const struct prefix *address)
{
	return address->ip.family == IP_V6 && address->ip.byte[0] == 0xfe;
}

/* All that is there and stays as it is, as text. */
static void snapshot(struct buf *out)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	AUTO(plan_free) struct plan *plan = node_plan();
	AUTO(diag_free) struct diag *diag = diag_new();
	char prefix[PREFIX_TEXT_SIZE];
	const struct observed *o;
	struct kernel kernel;

	assert_int_equal(kernel_open(&kernel, folder), 0);
	o = observe(&kernel, arena, plan, saved_new(arena), diag);
	assert_non_null(o);
	print_links(o, out);
	for (const struct kernel_address *a = o->addresses; a; a = a->next) {
		if (!is_link_local(&a->is.address))
			buf_printf(out, "%s %s\n", a->is.ifname,
			           prefix_format(&a->is.address, prefix));
	}
	for (const struct kernel_route *r = o->routes; r; r = r->next)
		buf_printf(out, "route %s\n", prefix_format(&r->is.destination, prefix));
	for (const struct kernel_rule *r = o->rules; r; r = r->next)
		buf_printf(out, "rule %u\n", r->is.priority);
	for (const struct kernel_sysctl *s = o->sysctls; s; s = s->next)
		buf_printf(out, "%s=%s\n", s->path, s->value ? s->value : "-");
	buf_printf(out, "host %s\n", o->hostname);
	add_without_counts(o->filter.restore, out);
	kernel_close(&kernel);
}

static bool run_has(const char *path)
{
	char file[128];

	snprintf(file, sizeof(file), "%s/%s", folder, path);
	return access(file, F_OK) == 0;
}

/* Applies what must work. */
static size_t apply_good(const struct plan *plan)
{
	RESULT_AUTO r = apply(plan);

	if (r.rc < 0)
		fail_msg("%s", buf_text(&r.diag));
	return r.n_steps;
}

static void down_good(void)
{
	RESULT_AUTO r = down();

	if (r.rc < 0 || r.diag.length)
		fail_msg("%s", buf_text(&r.diag));
	assert_false(run_has("before.json"));
	assert_false(run_has("filter.json"));
}

static void run_nft(const char *commands)
{
	struct kernel kernel;
	struct step step = { .kind = STEP_FILTER,
		             .after = &(struct filter_change){ .commands = commands } };

	/* In a folder of its own, so that ours has nothing to notice by. */
	assert_int_equal(kernel_open(&kernel, "/nonexistent"), 0);
	if (kernel_step(&kernel, &step) < 0)
		fail_msg("%s", kernel.words);
	kernel_close(&kernel);
}

static void applying_twice_is_applying_once_and_down_puts_all_back(void **state)
{
	AUTO(plan_free) struct plan *plan = node_plan();
	BUF_AUTO before = { 0 }, applied = { 0 }, again = { 0 }, after = { 0 };

	(void)state;
	snapshot(&before);
	assert_in_range(apply_good(plan), 20, 40);
	snapshot(&applied);
	assert_int_equal(apply_good(plan), 0);
	snapshot(&again);
	assert_string_equal(buf_text(&applied), buf_text(&again));
	assert_has(applied.text, "lan1 veth mtu 1560");
	assert_has(applied.text, "br-lan bridge mtu 1500 mac 02:11:22:33:44:55");
	assert_has(applied.text, "anygw fd0d::1/64");
	assert_has(applied.text, "host casa-ana");
	down_good();
	snapshot(&after);
	assert_string_equal(buf_text(&before), buf_text(&after));
}

static void what_the_plan_drops_goes_and_the_rest_is_not_touched(void **state)
{
	AUTO(plan_free) struct plan *plan = node_plan();
	AUTO(plan_free) struct plan *less = plan_new();
	BUF_AUTO now = { 0 };

	(void)state;
	apply_good(plan);
	plan_add_hostname(less, "casa-ana");
	plan_add_link(less, plan_link(plan, "br-lan"));
	plan_add_link(less, plan_link(plan, "lan1"));
	plan_add_address(less, &(struct plan_address){ .ifname = "br-lan",
	                                               .address = prefix_of("10.13.1.2/16") });
	RESULT_AUTO r = apply(less);
	assert_int_equal(r.rc, 0);
	assert_has_not(r.report.text, "remove bridge br-lan");
	assert_has_not(r.report.text, "10.13.1.2/16");
	assert_has_not(r.report.text, "lan1");
	assert_has(r.report.text, "bring wan down");
	assert_int_equal(apply_good(less), 0);
	snapshot(&now);
	assert_has_not(now.text, "anygw macvlan");
	assert_has_not(now.text, "masquerade");
	assert_has_not(now.text, "rule 1700");
	assert_has(now.text, "ip_forward=0");
	down_good();
}

static void a_failing_step_undoes_those_before_it(void **state)
{
	AUTO(plan_free) struct plan *plan = node_plan();
	BUF_AUTO before = { 0 }, after = { 0 };

	(void)state;
	snapshot(&before);
	plan_because(plan, &(struct origin){ .file = "lime-node", .line = 3 }, NULL);
	plan_add_route(plan, &(struct plan_route){ .destination = prefix_of("10.98.0.0/16"),
	                                           .via = ip_of("192.168.77.1"),
	                                           .ifname = "br-lan" });
	RESULT_AUTO r = apply(plan);
	assert_true(r.rc < 0);
	assert_int_equal(r.n_steps, 0);
	assert_string_equal(
		buf_text(&r.diag),
		"lime-node:3: error: cannot add route 10.98.0.0/16 via 192.168.77.1 dev "
		"br-lan proto 79: Nexthop has invalid gateway (Network is "
		"unreachable)\n");
	assert_has(r.report.text, "undo: make bridge br-lan");
	snapshot(&after);
	assert_string_equal(buf_text(&before), buf_text(&after));
	assert_false(run_has("before.json"));
}

/* A lease may ask for what cannot be: that is no reason to do nothing. */
static void a_route_that_was_learnt_may_fail(void **state)
{
	AUTO(plan_free) struct plan *plan = node_plan();

	(void)state;
	plan_add_route(plan, &(struct plan_route){ .destination = prefix_of("10.98.0.0/16"),
	                                           .via = ip_of("192.168.77.1"),
	                                           .ifname = "br-lan",
	                                           .learnt = true });
	RESULT_AUTO r = apply(plan);
	assert_int_equal(r.rc, 0);
	assert_has(r.diag.text, "warning: cannot add route 10.98.0.0/16 via 192.168.77.1");
	assert_has_not(r.report.text, "undo");
	assert_int_equal(apply_good(plan), 0);
	down_good();
}

static void a_failing_change_leaves_what_ran(void **state)
{
	AUTO(plan_free) struct plan *plan = node_plan();
	AUTO(plan_free) struct plan *worse = plan_new();
	BUF_AUTO before = { 0 }, after = { 0 };

	(void)state;
	apply_good(plan);
	snapshot(&before);
	plan_add_link(worse, &(struct plan_link){
				     .name = "br-lan", .kind = PLAN_LINK_BRIDGE, .mtu = 1400 });
	plan_add_sysctl(worse, "net/ipv4/ip_forward", "nonsense");
	RESULT_AUTO r = apply(worse);
	assert_true(r.rc < 0);
	assert_has(r.diag.text, "cannot set sysctl net/ipv4/ip_forward to nonsense "
	                        "(was 1): /proc/sys/net/ipv4/ip_forward: Invalid");
	snapshot(&after);
	assert_string_equal(buf_text(&before), buf_text(&after));
	assert_int_equal(apply_good(plan), 0);
	down_good();
}

static void a_setting_that_does_not_exist_is_named(void **state)
{
	AUTO(plan_free) struct plan *plan = plan_new();

	(void)state;
	plan_add_sysctl(plan, "net/ipv4/no_such_thing", "1");
	RESULT_AUTO r = apply(plan);
	assert_int_equal(r.rc, -ENOENT);
	assert_string_equal(r.diag.text, "error: cannot set sysctl net/ipv4/no_such_thing to 1: "
	                                 "/proc/sys/net/ipv4/no_such_thing: No such file or "
	                                 "directory\n");
}

static void a_port_that_comes_back_is_taken(void **state)
{
	AUTO(plan_free) struct plan *plan = plan_new();

	(void)state;
	add_links(plan);
	plan_add_link(plan, &(struct plan_link){
				    .name = "usb0", .kind = PLAN_LINK_PORT, .master = "br-lan" });
	RESULT_AUTO r = apply(plan);
	assert_int_equal(r.rc, 0);
	assert_has(r.diag.text, "warning: there is no usb0");
	namespace_add_cable("usb0", "usb1");
	RESULT_AUTO again = apply(plan);
	assert_string_equal(again.report.text, "put usb0 into br-lan\nbring usb0 up\n");
	down_good();
	namespace_remove("usb0");
}

static void a_bridge_of_somebody_else_stops_everything(void **state)
{
	AUTO(plan_free) struct plan *plan = node_plan();
	BUF_AUTO before = { 0 }, after = { 0 };

	(void)state;
	namespace_add_bridge("br-lan", 0);
	snapshot(&before);
	RESULT_AUTO r = apply(plan);
	assert_int_equal(r.rc, -EEXIST);
	assert_has(r.diag.text, "not made by weft (a bridge)");
	snapshot(&after);
	assert_string_equal(buf_text(&before), buf_text(&after));
	namespace_remove("br-lan");
}

static void a_bridge_that_a_killed_weft_left_half_made_is_taken_over(void **state)
{
	AUTO(plan_free) struct plan *plan = node_plan();

	(void)state;
	namespace_add_bridge("br-lan", LINK_GROUP_NEW);
	RESULT_AUTO r = apply(plan);
	assert_int_equal(r.rc, 0);
	assert_has(r.report.text, "make bridge br-lan forward at once and flood multicast");
	assert_int_equal(apply_good(plan), 0);
	down_good();
	namespace_add_bridge("br-lan", LINK_GROUP_NEW);
	down_good();
}

static void a_default_route_changes_its_class_in_place(void **state)
{
	static const char *const places[][2] = { { "0.0.0.0/0", "10.13.9.9" },
		                                 { "::/0", "fd0d::9" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(places); i++) {
		AUTO(plan_free) struct plan *plan = plan_new();
		struct plan_route *route;

		add_links(plan);
		add_addresses(plan);
		route = plan_add_route(plan,
		                       &(struct plan_route){ .destination = prefix_of(places[i][0]),
		                                             .via = ip_of(places[i][1]),
		                                             .ifname = "br-lan",
		                                             .metric = 10,
		                                             .protocol = 7 });
		apply_good(plan);
		route->protocol = 78;
		RESULT_AUTO r = apply(plan);
		assert_int_equal(r.rc, 0);
		assert_int_equal(r.n_steps, 1);
		assert_has(r.report.text, "change route");
		assert_int_equal(apply_good(plan), 0);
		route->protocol = 7;
		assert_int_equal(apply_good(plan), 1);
		assert_int_equal(apply_good(plan), 0);
	}
	down_good();
}

static void what_a_link_is_changes_in_place(void **state)
{
	AUTO(plan_free) struct plan *plan = node_plan();

	(void)state;
	apply_good(plan);
	plan_link(plan, "anygw")->mac = mac_of("aa:aa:aa:00:02:aa");
	plan_link(plan, "br-lan")->mtu = 1400;
	plan_link(plan, "wan")->mac = mac_of("02:00:00:00:00:77");
	plan_link(plan, "lan1")->master = "";
	RESULT_AUTO r = apply(plan);
	assert_int_equal(r.rc, 0);
	assert_has_not(r.report.text, "make ");
	assert_has_not(r.report.text, "address fd0d");
	assert_has(r.report.text, "set mtu of br-lan to 1400 (was 1500)");
	assert_has(r.report.text, "set mac of anygw to aa:aa:aa:00:02:aa");
	assert_has(r.report.text, "set mac of wan to 02:00:00:00:00:77");
	assert_has(r.report.text, "take lan1 out of br-lan");
	assert_int_equal(apply_good(plan), 0);
	down_good();
}

static void a_filter_rule_that_nft_refuses_is_quoted_with_its_cause(void **state)
{
	AUTO(plan_free) struct plan *plan = plan_new();

	(void)state;
	add_filters(plan);
	plan_because(plan, &(struct origin){ .file = "lime-node", .line = 9 }, NULL);
	plan_add_filter(plan, "bridge", "forward", "ether colour red drop");
	RESULT_AUTO r = apply(plan);
	assert_true(r.rc < 0);
	assert_has(r.diag.text, "lime-node:9: error: cannot change filter");
	assert_has(r.diag.text, "in: add rule bridge weft forward ether colour red drop");
}

static void only_the_chain_that_differs_is_told_to_nft(void **state)
{
	AUTO(plan_free) struct plan *plan = plan_new();
	BUF_AUTO now = { 0 };

	(void)state;
	add_filters(plan);
	apply_good(plan);
	plan_add_filter(plan, "inet", "postrouting", "oifname \"wan2\" masquerade");
	RESULT_AUTO r = apply(plan);
	assert_string_equal(r.report.text, "change filter: set inet postrouting\n");
	assert_int_equal(apply_good(plan), 0);
	snapshot(&now);
	assert_has(now.text, "wan2");
	down_good();
}

static void tables_that_somebody_else_changed_are_made_anew(void **state)
{
	AUTO(plan_free) struct plan *plan = plan_new();
	BUF_AUTO before = { 0 }, after = { 0 };

	(void)state;
	add_filters(plan);
	apply_good(plan);
	snapshot(&before);
	run_nft("flush chain bridge weft forward\n");
	assert_int_equal(apply_good(plan), 1);
	run_nft("delete table inet weft\n");
	assert_int_equal(apply_good(plan), 1);
	run_nft("add rule inet weft postrouting oifname \"x\" accept\n");
	assert_int_equal(apply_good(plan), 1);
	snapshot(&after);
	assert_string_equal(buf_text(&before), buf_text(&after));
	run_nft("add table inet other\n");
	assert_int_equal(apply_good(plan), 0);
	down_good();
	run_nft("delete table inet other\n");
}

static void a_preview_changes_nothing(void **state)
{
	struct backend *backend = kernel_backend_new(folder);
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(plan_free) struct plan *plan = node_plan();
	BUF_AUTO before = { 0 }, after = { 0 }, report = { 0 };
	size_t n_steps;

	(void)state;
	snapshot(&before);
	assert_int_equal(kernel_backend_preview(backend, plan, diag, &report, &n_steps), 0);
	assert_in_range(n_steps, 20, 40);
	assert_has(report.text, "make bridge br-lan");
	snapshot(&after);
	assert_string_equal(buf_text(&before), buf_text(&after));
	backend->ops->free(backend);
}

static void a_broken_record_of_what_was_before_is_not_written_over(void **state)
{
	AUTO(plan_free) struct plan *plan = node_plan();
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/before.json", folder);
	assert_int_equal(file_write(path, "{", 1, 0600), 0);
	RESULT_AUTO r = apply(plan);
	assert_int_equal(r.rc, -EBADMSG);
	assert_has(r.diag.text, path);
	assert_int_equal(unlink(path), 0);
}

static void write_setting(const char *path, const char *value)
{
	char file[128];

	snprintf(file, sizeof(file), "/proc/sys/%s", path);
	namespace_write(file, value);
}

static char read_setting(const char *path)
{
	BUF_AUTO text = { 0 };
	char file[128];

	snprintf(file, sizeof(file), "/proc/sys/%s", path);
	assert_int_equal(file_read(file, 64, &text), 0);
	return *buf_text(&text);
}

/* Forwarding of the whole machine takes that of each interface with it. */
static void forwarding_of_each_interface_is_put_back(void **state)
{
	static const char *const paths[] = { "net/ipv4/conf/lan1/forwarding",
		                             "net/ipv6/conf/lan1/forwarding" };
	AUTO(plan_free) struct plan *plan = node_plan();
	AUTO(plan_free) struct plan *refused = node_plan();

	(void)state;
	plan_add_sysctl(plan, "net/ipv6/conf/all/forwarding", "1");
	plan_add_sysctl(refused, "net/ipv6/conf/all/forwarding", "1");
	plan_add_sysctl(refused, "net/ipv4/no_such_thing", "1");
	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++)
		write_setting(paths[i], "1");
	write_setting("net/ipv4/conf/all/accept_redirects", "0");
	apply_good(plan);
	assert_int_equal(read_setting("net/ipv4/conf/wan/forwarding"), '1');
	assert_int_equal(apply_good(plan), 0);
	down_good();
	RESULT_AUTO r = apply(refused);
	assert_true(r.rc < 0);
	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
		assert_int_equal(read_setting(paths[i]), '1');
		write_setting(paths[i], "0");
	}
	assert_int_equal(read_setting("net/ipv4/conf/all/accept_redirects"), '0');
	write_setting("net/ipv4/conf/all/accept_redirects", "1");
	assert_int_equal(read_setting("net/ipv4/conf/wan/forwarding"), '0');
	assert_int_equal(read_setting("net/ipv4/conf/default/forwarding"), '0');
}

/* Makes a setting of this machine one that nobody can write. */
static void seal(const char *path, bool sealed)
{
	unsigned long flags = MS_REMOUNT | MS_BIND | (sealed ? MS_RDONLY : 0);
	char file[128];

	snprintf(file, sizeof(file), "/proc/sys/%s", path);
	if (!sealed) {
		assert_int_equal(umount(file), 0);
		return;
	}
	assert_int_equal(mount(file, file, NULL, MS_BIND, NULL), 0);
	assert_int_equal(mount(NULL, file, NULL, flags, NULL), 0);
}

static void down_goes_on_past_what_fails_and_can_be_tried_again(void **state)
{
	AUTO(plan_free) struct plan *plan = node_plan();
	BUF_AUTO before = { 0 }, after = { 0 };

	(void)state;
	snapshot(&before);
	apply_good(plan);
	seal("net/ipv4/conf/all/arp_ignore", true);
	RESULT_AUTO r = down();
	seal("net/ipv4/conf/all/arp_ignore", false);
	assert_int_equal(r.rc, -EROFS);
	assert_string_equal(r.diag.text,
	                    "error: cannot set sysctl net/ipv4/conf/all/arp_ignore to 0 (was 1): "
	                    "/proc/sys/net/ipv4/conf/all/arp_ignore: Read-only file system\n");
	assert_has(r.report.text, "remove bridge br-lan");
	assert_has(r.report.text, "set sysctl net/ipv4/ip_forward to 0");
	assert_has_not(r.report.text, "undo");
	assert_true(run_has("before.json"));
	RESULT_AUTO again = down();
	assert_int_equal(again.rc, 0);
	assert_string_equal(again.report.text,
	                    "set sysctl net/ipv4/conf/all/arp_ignore to 0 (was 1)\n");
	assert_false(run_has("before.json"));
	snapshot(&after);
	assert_string_equal(buf_text(&before), buf_text(&after));
}

static void down_without_a_readable_record_takes_away_what_is_ours(void **state)
{
	AUTO(plan_free) struct plan *plan = node_plan();
	BUF_AUTO record = { 0 }, now = { 0 };
	char path[64];

	(void)state;
	apply_good(plan);
	snprintf(path, sizeof(path), "%s/before.json", folder);
	assert_int_equal(file_read(path, 65536, &record), 0);
	assert_int_equal(file_write(path, "{", 1, 0600), 0);
	RESULT_AUTO r = down();
	assert_int_equal(r.rc, -EBADMSG);
	assert_has(r.diag.text, path);
	assert_true(run_has("before.json"));
	snapshot(&now);
	assert_has_not(now.text, "br-lan bridge");
	assert_has_not(now.text, "masquerade");
	assert_has(now.text, "ip_forward=1");
	assert_int_equal(file_write(path, record.text, record.length, 0600), 0);
	down_good();
}

static void drop_privileges(void)
{
	const struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };

	if (syscall(SYS_capset, &header, none) < 0)
		_exit(2);
}

/* Tables that cannot be listed are not tables that are not there. */
static void a_kernel_that_does_not_list_its_tables_is_no_empty_one(void **state)
{
	AUTO(plan_free) struct plan *plan = node_plan();
	int status;
	pid_t pid;

	(void)state;
	apply_good(plan);
	pid = fork();
	if (pid == 0) {
		struct backend *backend = kernel_backend_new(folder);
		AUTO(diag_free) struct diag *diag = diag_new();
		BUF_AUTO report = { 0 }, said = { 0 };
		size_t n_steps;
		int rc;

		drop_privileges();
		rc = kernel_backend_preview(backend, plan, diag, &report, &n_steps);
		diag_print(diag, &said);
		fputs(buf_text(&said), stderr);
		_exit(rc == -EIO && strstr(buf_text(&said), "nftables") &&
		                      strstr(buf_text(&said), "not permitted")
		              ? 0
		              : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	down_good();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(applying_twice_is_applying_once_and_down_puts_all_back),
		cmocka_unit_test(what_the_plan_drops_goes_and_the_rest_is_not_touched),
		cmocka_unit_test(a_failing_step_undoes_those_before_it),
		cmocka_unit_test(a_route_that_was_learnt_may_fail),
		cmocka_unit_test(a_failing_change_leaves_what_ran),
		cmocka_unit_test(a_setting_that_does_not_exist_is_named),
		cmocka_unit_test(a_port_that_comes_back_is_taken),
		cmocka_unit_test(a_bridge_of_somebody_else_stops_everything),
		cmocka_unit_test(a_bridge_that_a_killed_weft_left_half_made_is_taken_over),
		cmocka_unit_test(a_default_route_changes_its_class_in_place),
		cmocka_unit_test(what_a_link_is_changes_in_place),
		cmocka_unit_test(a_filter_rule_that_nft_refuses_is_quoted_with_its_cause),
		cmocka_unit_test(only_the_chain_that_differs_is_told_to_nft),
		cmocka_unit_test(tables_that_somebody_else_changed_are_made_anew),
		cmocka_unit_test(a_preview_changes_nothing),
		cmocka_unit_test(forwarding_of_each_interface_is_put_back),
		cmocka_unit_test(down_goes_on_past_what_fails_and_can_be_tried_again),
		cmocka_unit_test(down_without_a_readable_record_takes_away_what_is_ours),
		cmocka_unit_test(a_kernel_that_does_not_list_its_tables_is_no_empty_one),
		cmocka_unit_test(a_broken_record_of_what_was_before_is_not_written_over),
	};
	int rc;

	namespace_enter();
	namespace_add_cable("lan1", "lan1-end");
	namespace_add_cable("wan", "wan-end");
	if (!mkdtemp(folder))
		return 1;
	rc = RUN(tests);
	(void)rmdir(folder);
	return rc;
}
