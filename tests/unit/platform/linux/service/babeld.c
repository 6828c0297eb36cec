/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* The real babeld, in a network of its own. */
#include "platform/linux/service/babeld.h"

#include <errno.h>
#include <event2/event.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <signal.h>

#include "../namespace.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "plan/numbers.h"
#include "platform/linux/service/babel_monitor.h"
#include "platform/linux/service/babel_routes.h"
#include "platform/linux/service/babel_socket.h"
#include "platform/linux/service/child_process.h"
#include "platform/linux/service/children.h"
#include "platform/linux/service/service.h"
#include "stop.h"

static char folder[64], socket_path[128];
static struct event_base *base;

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/weft-babeld-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(socket_path, sizeof(socket_path), "%s/" BABELD_SOCKET, folder);
	base = event_base_new();
	return 0;
}

static int remove_folder(void **state)
{
	char path[128];

	(void)state;
	event_base_free(base);
	snprintf(path, sizeof(path), "%s/babeld.state", folder);
	unlink(path);
	assert_int_equal(rmdir(folder), 0);
	return 0;
}

static void up(const char *name)
{
	struct nl_message m;
	struct ifinfomsg *body;

	nl_message_init(&m, RTM_NEWLINK, 0);
	body = nl_body_of(&m, struct ifinfomsg);
	body->ifi_flags = body->ifi_change = IFF_UP;
	nl_put_text(&m, IFLA_IFNAME, name);
	namespace_send(&m);
}

/* Runs the babeld of a plan with these interfaces, NULL or two. */
static size_t run(struct children *children, const char *first, const char *second, bool deny)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	AUTO(plan_free) struct plan *plan = plan_new();
	AUTO(diag_free) struct diag *diag = diag_new();
	const struct services_context context = { .folder = folder };
	const char *ifnames[] = { first, second };
	struct plan_babel_filter filter = { .filter = "redistribute", .deny = deny };
	struct child_spec *specs;
	size_t n_specs, n_changes;

	plan_add_babel_filter(plan, &filter);
	for (size_t i = 0; i < 2; i++) {
		if (ifnames[i])
			plan_add_babel_interface(
				plan, &(struct plan_babel_interface){ .ifname = ifnames[i],
			                                              .type = "wireless",
			                                              .hello_interval = 1 });
	}
	assert_int_equal(services_of_plan(plan, &context, arena, &specs, &n_specs, diag), 0);
	assert_int_equal(children_sync(children, specs, n_specs, diag, NULL, &n_changes), 0);
	return n_changes;
}

static pid_t pid_of_babeld(const struct children *children)
{
	struct child_status status;

	return children_status(children, 0, &status) && status.state == CHILD_RUNNING ? status.pid
	                                                                              : 0;
}

static void turn(int ms)
{
	const struct timeval moment = { .tv_usec = ms * 1000 };

	event_base_loopexit(base, &moment);
	event_base_dispatch(base);
}

/* What it says of itself once it answers. */
static void dump(struct babel_state *state)
{
	int64_t end = process_now_ms() + 10000;
	int rc = -EAGAIN;

	while (rc < 0 && process_now_ms() < end) {
		turn(20);
		babel_state_done(state);
		rc = babel_socket_ask(socket_path, "dump\n", state, BABEL_SOCKET_TIMEOUT_MS);
	}
	assert_int_equal(rc, 0);
	assert_int_equal(state->n_refused, 0);
}

static void interfaces_come_and_go_without_a_restart(void **state)
{
	AUTO(children_free) struct children *children = children_new(base, folder, NULL, NULL);
	struct babel_state said = { 0 };
	pid_t pid;

	(void)state;
	assert_int_equal(run(children, "a1", NULL, true), 1);
	dump(&said);
	assert_int_equal(said.n_interfaces, 1);
	assert_string_equal(said.interfaces[0].name, "a1");
	assert_int_equal(strlen(said.router), BABEL_ID_SIZE - 1);
	pid = pid_of_babeld(children);

	assert_int_equal(run(children, "a1", "b1", true), 1);
	dump(&said);
	assert_int_equal(said.n_interfaces, 2);
	assert_int_equal(run(children, "a1", "b1", true), 0);

	assert_int_equal(run(children, "b1", NULL, true), 1);
	dump(&said);
	assert_int_equal(said.n_interfaces, 1);
	assert_string_equal(said.interfaces[0].name, "b1");
	assert_int_equal(pid_of_babeld(children), pid);

	/* Filters cannot be told. */
	assert_int_equal(run(children, "b1", NULL, false), 1);
	dump(&said);
	assert_int_not_equal(pid_of_babeld(children), pid);
	babel_state_done(&said);
	assert_int_equal(stop(children, 5000), 0);
}

static void a_killed_babeld_is_followed_by_one_that_answers(void **state)
{
	AUTO(children_free) struct children *children = children_new(base, folder, NULL, NULL);
	struct babel_state said = { 0 };
	pid_t pid;

	(void)state;
	run(children, "a1", NULL, true);
	dump(&said);
	pid = pid_of_babeld(children);
	kill(pid, SIGKILL);
	while (pid_of_babeld(children) == pid)
		turn(5);
	dump(&said);
	assert_int_equal(said.n_interfaces, 1);
	babel_state_done(&said);
	assert_int_equal(stop(children, 5000), 0);
}

static void who_is_not_there_is_told_nothing(void **state)
{
	(void)state;
	assert_int_equal(babeld_tell(folder, "", "interface a1 type wired\n"), -ENOENT);
}

/* --- routes --- */

static void add_route(unsigned char protocol, unsigned char network, uint32_t metric)
{
	const uint8_t destination[] = { 10, network, 0, 0 };
	struct nl_message m;
	struct rtmsg *body;

	nl_message_init(&m, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
	body = nl_body_of(&m, struct rtmsg);
	body->rtm_family = AF_INET;
	body->rtm_dst_len = 16;
	body->rtm_table = RT_TABLE_MAIN;
	body->rtm_protocol = protocol;
	body->rtm_scope = RT_SCOPE_LINK;
	body->rtm_type = RTN_UNICAST;
	nl_put(&m, RTA_DST, destination, sizeof(destination));
	nl_put_u32(&m, RTA_OIF, if_nametoindex("a1"));
	nl_put_u32(&m, RTA_PRIORITY, metric);
	namespace_send(&m);
}

/* "protocol/network/metric " of each IPv4 route in the main table. */
static int print_route(const struct nlmsghdr *reply, void *data)
{
	const struct rtmsg *body = nl_body_get(reply, sizeof(*body));
	const struct nlattr *attributes[RTA_MAX + 1];
	struct ip ip;

	nl_attributes(reply, sizeof(*body), attributes, RTA_MAX + 1);
	if (body->rtm_table == RT_TABLE_MAIN && nl_ip(attributes[RTA_DST], &ip))
		buf_printf(data, "%u/%u/%u ", body->rtm_protocol, ip.byte[1],
		           nl_u32(attributes[RTA_PRIORITY], 0));
	return 0;
}

static void assert_routes(const char *expected)
{
	struct nl_message m;
	BUF_AUTO routes = { 0 };
	struct nl nl;

	assert_int_equal(nl_open(&nl, NETLINK_ROUTE), 0);
	nl_message_init(&m, RTM_GETROUTE, NLM_F_DUMP);
	nl_body_of(&m, struct rtmsg)->rtm_family = AF_INET;
	assert_int_equal(nl_dump(&nl, &m, print_route, &routes), 0);
	nl_close(&nl);
	assert_string_equal(buf_text(&routes), expected);
}

static void routes_of_a_dead_babeld_are_parked_and_then_swept(void **state)
{
	(void)state;
	add_route(PROTOCOL_BABELD, 1, METRIC_BABEL);
	add_route(PROTOCOL_BABELD, 2, METRIC_BABEL);
	add_route(PROTOCOL_WEFT, 3, METRIC_BABEL);
	assert_int_equal(babel_routes_park(), 0);
	assert_routes("42/1/2001 42/2/2001 79/3/2000 ");
	assert_int_equal(babel_routes_park(), 0);
	assert_routes("42/1/2001 42/2/2001 79/3/2000 ");
	/* The next babeld learns one of the two again, and dies too. */
	add_route(PROTOCOL_BABELD, 1, METRIC_BABEL);
	assert_routes("42/1/2000 42/1/2001 42/2/2001 79/3/2000 ");
	assert_int_equal(babel_routes_park(), 0);
	assert_routes("42/1/2001 42/2/2001 79/3/2000 ");
	add_route(PROTOCOL_BABELD, 1, METRIC_BABEL);
	assert_int_equal(babel_routes_sweep(), 0);
	assert_routes("42/1/2000 79/3/2000 ");
	/* At the end all of ours go; a babeld of somebody else's has other metrics. */
	add_route(PROTOCOL_BABELD, 2, METRIC_BABEL);
	assert_int_equal(babel_routes_park(), 0);
	add_route(PROTOCOL_BABELD, 1, METRIC_BABEL);
	add_route(PROTOCOL_BABELD, 4, METRIC_BABEL + 10);
	assert_int_equal(babel_routes_remove(), 0);
	assert_routes("79/3/2000 42/4/2010 ");
}

int main(void)
{
#define IN_FOLDER(test_) cmocka_unit_test_setup_teardown(test_, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(interfaces_come_and_go_without_a_restart),
		IN_FOLDER(a_killed_babeld_is_followed_by_one_that_answers),
		IN_FOLDER(who_is_not_there_is_told_nothing),
		cmocka_unit_test(routes_of_a_dead_babeld_are_parked_and_then_swept),
	};

	namespace_enter();
	namespace_add_cable("a1", "a2");
	namespace_add_cable("b1", "b2");
	up("a1");
	up("a2");
	up("b1");
	up("b2");
	return RUN(tests);
}
