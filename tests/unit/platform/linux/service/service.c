/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/service.h"

#include <errno.h>
#include <signal.h>

#include "../namespace.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "plan/numbers.h"
#include "platform/linux/service/child_process.h"
#include "platform/linux/service/uplink.h"

static struct ip ip_of(const char *text)
{
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	return ip;
}

static struct prefix prefix_of(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return prefix;
}

/* Everything that a node with one cable to the mesh, clients and an uplink asks programs for. */
static struct plan *make_plan(const char *resolver)
{
	static const char *own[] = { "LiMe-abc001", "LiMe-abc001.thisnode.info" };
	static const char *shared[] = { "anygw", "thisnode.info" };
	const char *servers[] = { resolver, "2001:db8::53" };
	struct plan *plan = plan_new();

	plan_add_link(plan, &(struct plan_link){ .name = "br-lan", .kind = PLAN_LINK_BRIDGE });
	plan_add_address(plan, &(struct plan_address){ .ifname = "br-lan",
	                                               .address = prefix_of("10.13.192.1/16") });
	plan_add_dhcp(plan, &(struct plan_dhcp){ .ifname = "anygw",
	                                         .first = ip_of("10.13.0.2"),
	                                         .last = ip_of("10.13.255.254"),
	                                         .netmask = ip_of("255.255.0.0"),
	                                         .lease = 3600,
	                                         .router = ip_of("10.13.0.1"),
	                                         .dns = ip_of("10.13.0.1"),
	                                         .mtu = 1350,
	                                         .domain = "thisnode.info" });
	plan_add_ra(plan, &(struct plan_ra){ .ifname = "anygw",
	                                     .prefix = prefix_of("fd0d:fe46:8ce8::/64"),
	                                     .mtu = 1350,
	                                     .interval = 120,
	                                     .lease = 86400,
	                                     .dns = ip_of("fd0d:fe46:8ce8::1"),
	                                     .domain = "thisnode.info" });
	plan_add_hostname(plan, "LiMe-abc001");
	plan_add_dns(plan, &(struct plan_dns){ .domain = "thisnode.info",
	                                       .servers = { servers, resolver ? 2 : 0 } });
	plan_add_name(plan, &(struct plan_name){ .names = { own, 2 },
	                                         .ipv4 = ip_of("10.13.192.1"),
	                                         .ipv6 = ip_of("fd0d:fe46:8ce8::ab:c001") });
	plan_add_name(plan,
	              &(struct plan_name){ .names = { shared, 2 }, .ipv4 = ip_of("10.13.0.1") });
	plan_add_babel(plan, &(struct plan_babel){ .local_port = PORT_BABELD });
	plan_add_babel_interface(plan, &(struct plan_babel_interface){ .ifname = "eth0_17",
	                                                               .type = "wireless",
	                                                               .hello_interval = 1 });
	plan_add_babel_interface(plan, &(struct plan_babel_interface){ .ifname = "wlan0-mesh_17",
	                                                               .type = "wireless" });
	plan_add_babel_filter(plan, &(struct plan_babel_filter){ .filter = "redistribute",
	                                                         .prefix = prefix_of("fc00::/7") });
	plan_add_babel_filter(plan, &(struct plan_babel_filter){ .filter = "redistribute",
	                                                         .prefix = prefix_of("0.0.0.0/0"),
	                                                         .prefix_le_plus_1 = 1,
	                                                         .protocol = PROTOCOL_GATEWAY_FAIR,
	                                                         .metric = BABEL_METRIC_FAIR });
	plan_add_babel_filter(plan, &(struct plan_babel_filter){ .filter = "redistribute",
	                                                         .local = true,
	                                                         .deny = true });
	plan_add_babel_filter(
		plan, &(struct plan_babel_filter){ .filter = "redistribute", .deny = true });
	plan_add_uplink(plan, &(struct plan_uplink){
				      .ifname = "wan", .method = "dhcp", .table = TABLE_UPLINK });
	plan_add_uplink(plan, &(struct plan_uplink){ .ifname = "eth1",
	                                             .method = "static",
	                                             .table = TABLE_UPLINK + 1 });
	return plan;
}

struct rendered {
	struct arena *arena;
	struct child_spec *specs;
	size_t n_specs;
};

static struct rendered render_as(const struct plan *plan, const char *folder, bool is_new)
{
	struct uplink uplink = { .ifname = "wan", .carrier = true };
	const struct services_context context = {
		.folder = folder, .uplinks = &uplink, .n_uplinks = 1, .is_new = is_new
	};
	AUTO(diag_free) struct diag *diag = diag_new();
	struct rendered rendered = { .arena = arena_new() };
	BUF_AUTO text = { 0 };
	int rc;

	uplink.leases[UPLINK_DHCP].dns[0] = ip_of("192.0.2.53");
	uplink.leases[UPLINK_DHCP].n_dns = 1;
	rc = services_of_plan(plan, &context, rendered.arena, &rendered.specs, &rendered.n_specs,
	                      diag);
	diag_print(diag, &text);
	assert_string_equal(buf_text(&text), "");
	assert_int_equal(rc, 0);
	return rendered;
}

static struct rendered render(const struct plan *plan, const char *folder)
{
	return render_as(plan, folder, false);
}

static const struct child_file *file_of(const struct rendered *rendered, const char *name)
{
	for (size_t i = 0; i < rendered->n_specs; i++) {
		for (size_t k = 0; k < rendered->specs[i].n_files; k++) {
			if (strcmp(rendered->specs[i].files[k].name, name) == 0)
				return &rendered->specs[i].files[k];
		}
	}
	fail_msg("no file %s", name);
	return NULL;
}

static void a_plan_becomes_the_files_of_its_programs(void **state)
{
	AUTO(plan_free) struct plan *plan = make_plan("192.0.2.1");
	struct rendered rendered = render(plan, "/run/weft");

	(void)state;
	assert_int_equal(rendered.n_specs, 3);
	assert_string_equal(file_of(&rendered, "babeld.conf")->content,
	                    "local-path-readwrite /run/weft/babeld.sock\n"
	                    "state-file /run/weft/babeld.state\n"
	                    "pid-file \"\"\n"
	                    "kernel-priority 2000\n"
	                    "random-id true\n"
	                    "skip-kernel-setup true\n"
	                    "redistribute ip 0.0.0.0/0 ge 1 if wan deny\n"
	                    "redistribute ip ::/0 ge 1 if wan deny\n"
	                    "redistribute ip 0.0.0.0/0 ge 1 if eth1 deny\n"
	                    "redistribute ip ::/0 ge 1 if eth1 deny\n"
	                    "redistribute ip fc00::/7 allow\n"
	                    "redistribute ip 0.0.0.0/0 le 0 proto 77 metric 512\n"
	                    "redistribute local deny\n"
	                    "redistribute deny\n");
	assert_string_equal(file_of(&rendered, "babeld-interfaces.conf")->content,
	                    "interface eth0_17 type wireless hello-interval 1\n"
	                    "interface wlan0-mesh_17 type wireless\n");
	assert_string_equal(file_of(&rendered, "dnsmasq.conf")->content,
	                    "log-facility=-\n"
	                    "no-resolv\n"
	                    "no-hosts\n"
	                    "bind-dynamic\n"
	                    "pid-file=\n"
	                    "interface=anygw\n"
	                    "interface=anygw\n"
	                    "interface=br-lan\n"
	                    "no-dhcp-interface=br-lan\n"
	                    "interface=eth0_17\n"
	                    "no-dhcp-interface=eth0_17\n"
	                    "interface=wlan0-mesh_17\n"
	                    "no-dhcp-interface=wlan0-mesh_17\n"
	                    "domain-needed\n"
	                    "bogus-priv\n"
	                    "expand-hosts\n"
	                    "cache-size=1000\n"
	                    "domain=thisnode.info\n"
	                    "local=/thisnode.info/\n"
	                    "servers-file=/run/weft/dnsmasq.servers\n"
	                    "hostsdir=/run/weft/hosts.d\n"
	                    "host-record=LiMe-abc001,LiMe-abc001.thisnode.info,10.13.192.1,"
	                    "fd0d:fe46:8ce8::ab:c001\n"
	                    "host-record=anygw,thisnode.info,10.13.0.1\n"
	                    "ptr-record=node.weft.internal,LiMe-abc001\n"
	                    "dhcp-authoritative\n"
	                    "dhcp-leasefile=/run/weft/dnsmasq.leases\n"
	                    "dhcp-hostsdir=/run/weft/dhcp-hosts.d\n"
	                    "dhcp-host=id:weft-node,10.13.192.1\n"
	                    "dhcp-range=10.13.192.0,10.13.192.255,255.255.0.0,3600\n"
	                    "dhcp-range=10.13.0.2,10.13.255.254,255.255.0.0,3600\n"
	                    "dhcp-option=tag:anygw,option:router,10.13.0.1\n"
	                    "dhcp-option=tag:anygw,option:dns-server,10.13.0.1\n"
	                    "dhcp-option-force=tag:anygw,option:mtu,1350\n"
	                    "dhcp-option=tag:anygw,option:domain-name,thisnode.info\n"
	                    "enable-ra\n"
	                    "dhcp-range=fd0d:fe46:8ce8::,slaac,ra-stateless,ra-names,64,86400\n"
	                    "ra-param=anygw,mtu:1350,120\n"
	                    "dhcp-option=tag:anygw,option6:dns-server,[fd0d:fe46:8ce8::1]\n"
	                    "dhcp-option=tag:anygw,option6:domain-search,thisnode.info\n");
	assert_string_equal(file_of(&rendered, "dnsmasq.servers")->content,
	                    "server=192.0.2.1\nserver=2001:db8::53\n");
	assert_string_equal(file_of(&rendered, "dhcpcd-wan.conf")->content,
	                    "nogateway\n"
	                    "noipv4ll\n"
	                    "nodelay\n"
	                    "persistent\n"
	                    "option domain_name_servers, domain_name\n"
	                    "script /run/weft/uplink-event\n");
	arena_free(rendered.arena);
}

static void a_new_node_leads_phones_to_its_page(void **state)
{
	AUTO(plan_free) struct plan *plan = make_plan(NULL);
	struct rendered usual = render(plan, "/run/weft");
	struct rendered rendered = render_as(plan, "/run/weft", true);
	const char *text = file_of(&rendered, "dnsmasq.conf")->content;

	(void)state;
	assert_non_null(strstr(text, "\naddress=/captive.apple.com/10.13.0.1\n"));
	assert_non_null(strstr(text, "\naddress=/connectivitycheck.gstatic.com/10.13.0.1\n"));
	assert_non_null(strstr(text, "\ndhcp-option=tag:anygw,114,"
	                             "http://thisnode.info/captive-portal\n"));
	assert_null(strstr(file_of(&usual, "dnsmasq.conf")->content, "address=/"));
	assert_null(strstr(file_of(&usual, "dnsmasq.conf")->content, ",114,"));
	arena_free(usual.arena);
	arena_free(rendered.arena);
}

static void resolvers_of_the_uplink_are_asked_only_where_nobody_chose_any(void **state)
{
	AUTO(plan_free) struct plan *plan = make_plan(NULL);
	struct rendered rendered = render(plan, "/run/weft");

	(void)state;
	assert_string_equal(file_of(&rendered, "dnsmasq.servers")->content, "server=192.0.2.53\n");
	assert_int_equal(file_of(&rendered, "dnsmasq.servers")->change, CHILD_CHANGE_SIGNAL);
	arena_free(rendered.arena);
}

static void a_plan_that_asks_for_nothing_runs_nothing(void **state)
{
	AUTO(plan_free) struct plan *plan = plan_new();
	struct rendered rendered;

	(void)state;
	plan_add_babel(plan, &(struct plan_babel){ .local_port = PORT_BABELD });
	plan_add_dns(plan, &(struct plan_dns){ .domain = "lan" });
	rendered = render(plan, "/run/weft");
	assert_int_equal(rendered.n_specs, 0);
	arena_free(rendered.arena);
}

/* Adds one item that has `text` where a person may have written it. */
typedef void adder(struct plan *plan, const char *text);

static void add_bad_domain(struct plan *plan, const char *text)
{
	plan_add_link(plan, &(struct plan_link){ .name = "br-lan", .kind = PLAN_LINK_BRIDGE });
	plan_add_dns(plan, &(struct plan_dns){ .domain = text });
}

static void add_bad_name(struct plan *plan, const char *text)
{
	const char *names[] = { "good", text };

	add_bad_domain(plan, "lan");
	plan_add_name(plan,
	              &(struct plan_name){ .names = { names, 2 }, .ipv4 = ip_of("10.0.0.1") });
}

static void add_bad_babel_interface(struct plan *plan, const char *text)
{
	plan_add_babel_interface(plan,
	                         &(struct plan_babel_interface){ .ifname = text, .type = "wired" });
}

static void add_bad_babel_type(struct plan *plan, const char *text)
{
	plan_add_babel_interface(plan,
	                         &(struct plan_babel_interface){ .ifname = "eth0", .type = text });
}

static void add_bad_filter(struct plan *plan, const char *text)
{
	add_bad_babel_interface(plan, "eth0");
	plan_add_babel_filter(plan, &(struct plan_babel_filter){ .filter = text });
}

static void add_bad_uplink(struct plan *plan, const char *text)
{
	plan_add_uplink(plan, &(struct plan_uplink){ .ifname = text, .method = "dhcp" });
}

static void add_bad_resolver(struct plan *plan, const char *text)
{
	const char *servers[] = { text };

	plan_add_link(plan, &(struct plan_link){ .name = "br-lan", .kind = PLAN_LINK_BRIDGE });
	plan_add_dns(plan, &(struct plan_dns){ .domain = "lan", .servers = { servers, 1 } });
}

static void add_bad_bridge(struct plan *plan, const char *text)
{
	plan_add_link(plan, &(struct plan_link){ .name = text, .kind = PLAN_LINK_BRIDGE });
	plan_add_dns(plan, &(struct plan_dns){ .domain = "lan" });
}

static void no_text_can_say_more_than_it_is(void **state)
{
	static const char *const texts[] = { "a\nb", "a b", "a#b",      "a,b",  "\"a\"", "-a",
		                             ".a",   "a/b", "\xc3\xa9", "$(a)", "a\tb" };
	static adder *const adders[] = { add_bad_domain,     add_bad_name,           add_bad_bridge,
		                         add_bad_babel_type, add_bad_filter,         add_bad_uplink,
		                         add_bad_resolver,   add_bad_babel_interface };
	const struct services_context context = { .folder = "/run/weft" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(adders) * ARRAY_LENGTH(texts); i++) {
		AUTO(arena_free) struct arena *arena = arena_new();
		AUTO(plan_free) struct plan *plan = plan_new();
		AUTO(diag_free) struct diag *diag = diag_new();
		struct child_spec *specs;
		size_t n_specs;

		adders[i / ARRAY_LENGTH(texts)](plan, texts[i % ARRAY_LENGTH(texts)]);
		assert_int_equal(services_of_plan(plan, &context, arena, &specs, &n_specs, diag),
		                 -EINVAL);
		assert_true(diag_has_errors(diag));
	}
}

static void a_run_folder_that_cannot_be_written_into_a_file_is_refused(void **state)
{
	const struct services_context context = { .folder = "/run/we ft" };
	AUTO(arena_free) struct arena *arena = arena_new();
	AUTO(plan_free) struct plan *plan = plan_new();
	AUTO(diag_free) struct diag *diag = diag_new();
	struct child_spec *specs;
	size_t n_specs;

	(void)state;
	assert_int_equal(services_of_plan(plan, &context, arena, &specs, &n_specs, diag), -EINVAL);
}

/* --- the real programs --- */

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/weft-service-XXXXXX");
	assert_non_null(mkdtemp(folder));
	return 0;
}

static const char *path_in(const char *name, char path[160])
{
	snprintf(path, 160, "%s/%s", folder, name);
	return path;
}

static void write_all(const struct rendered *rendered)
{
	char path[160];

	for (size_t i = 0; i < rendered->n_specs; i++) {
		const struct child_spec *spec = &rendered->specs[i];

		for (size_t k = 0; k < spec->n_files; k++)
			assert_int_equal(file_write(path_in(spec->files[k].name, path),
			                            spec->files[k].content,
			                            strlen(spec->files[k].content), 0644),
			                 0);
		for (size_t k = 0; k < CHILD_FOLDERS_MAX && spec->folders[k]; k++)
			assert_int_equal(file_make_folder(path_in(spec->folders[k], path), 0755),
			                 0);
	}
}

static void remove_all(const struct rendered *rendered)
{
	char path[160];

	for (size_t i = 0; i < rendered->n_specs; i++) {
		const struct child_spec *spec = &rendered->specs[i];

		for (size_t k = 0; k < spec->n_files; k++)
			unlink(path_in(spec->files[k].name, path));
		for (size_t k = 0; k < CHILD_FOLDERS_MAX && spec->folders[k]; k++)
			rmdir(path_in(spec->folders[k], path));
	}
	assert_int_equal(rmdir(folder), 0);
}

/* What a program prints, with its exit status; for at most a second. */
static int run_program(const char *const *argv, struct buf *out)
{
	int ends[2], status;
	char program[PATH_MAX], block[512];
	union {
		const char *const *in;
		char *const *out;
	} words = { .in = argv };
	ssize_t n;
	pid_t pid;

	assert_int_equal(process_find_program(argv[0], program), 0);
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		alarm(2);
		execv(program, words.out);
		_exit(127);
	}
	close(ends[1]);
	while ((n = read(ends[0], block, sizeof(block))) > 0)
		buf_add_bytes(out, block, (size_t)n);
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void dnsmasq_accepts_what_is_written_for_it(void **state)
{
	AUTO(plan_free) struct plan *plan = make_plan("192.0.2.1");
	struct rendered rendered = render(plan, folder);
	BUF_AUTO out = { 0 };
	char path[160];
	const char *const argv[] = { "dnsmasq", "--test", "-C", path, NULL };

	(void)state;
	write_all(&rendered);
	path_in("dnsmasq.conf", path);
	assert_int_equal(run_program(argv, &out), 0);
	assert_string_equal(buf_text(&out), "dnsmasq: syntax check OK.\n");
	remove_all(&rendered);
	arena_free(rendered.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_becomes_the_files_of_its_programs),
		cmocka_unit_test(a_new_node_leads_phones_to_its_page),
		cmocka_unit_test(resolvers_of_the_uplink_are_asked_only_where_nobody_chose_any),
		cmocka_unit_test(a_plan_that_asks_for_nothing_runs_nothing),
		cmocka_unit_test(no_text_can_say_more_than_it_is),
		cmocka_unit_test(a_run_folder_that_cannot_be_written_into_a_file_is_refused),
		cmocka_unit_test_setup(dnsmasq_accepts_what_is_written_for_it, make_folder),
	};

	namespace_enter();
	return RUN(tests);
}
