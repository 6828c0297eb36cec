/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* The real program with its sockets, in a network of its own. */
#include "daemon/net/root.h"

#include <event2/event.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "../../platform/linux/namespace.h"
#include "../../remove.h"
#include "api/method.h"
#include "api/request.h"
#include "base/arena.h"
#include "base/buf.h"
#include "daemon/net/questions.h"
#include "net/identity.h"
#include "plan/numbers.h"
#include "plan/plan.h"

struct fixture {
	char folder[64];
	struct event_base *base;
	struct net_root *root;
	struct plan *plan;
	struct identity identity;
};

static void run(struct fixture *f, int ms)
{
	struct timeval turn = { ms / 1000, (ms % 1000) * 1000 };

	event_base_loopexit(f->base, &turn);
	event_base_dispatch(f->base);
}

static int start(void **state)
{
	struct fixture *f;

	/* Without it this test itself would be started as `net`, and start itself, and so on. */
	if (!getenv("WEFT"))
		fail_msg("WEFT names the program");
	f = calloc(1, sizeof(*f));
	snprintf(f->folder, sizeof(f->folder), "/tmp/weft-root-XXXXXX");
	if (!mkdtemp(f->folder) || chmod(f->folder, 0755) < 0)
		return -1;
	f->base = event_base_new();
	f->root = net_root_new(f->base, &(struct net_root_options){ .root = f->folder,
	                                                            .folder = f->folder,
	                                                            .program = getenv("WEFT") });
	f->plan = plan_new();
	f->identity.hostname = "casa";
	*state = f;
	return f->root ? 0 : -1;
}

static int stop(void **state)
{
	struct fixture *f = *state;

	net_root_free(f->root);
	event_base_free(f->base);
	plan_free(f->plan);
	remove_all(f->folder);
	free(f);
	return 0;
}

/* How many sockets the process that serves has. */
static int n_sockets(const struct fixture *f)
{
	int n = 0;

	for (int fd = 0; fd < 64; fd++) {
		char path[64], target[64] = "";

		snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)net_root_pid(f->root), fd);
		if (readlink(path, target, sizeof(target) - 1) > 0)
			n += !strncmp(target, "socket:", 7);
	}
	return n;
}

static void expect_sockets(struct fixture *f, int n)
{
	for (int i = 0; i < 500 && n_sockets(f) != n; i++)
		run(f, 10);
	assert_int_equal(n_sockets(f), n);
}

static void add_babel(struct fixture *f, const char *name)
{
	assert_non_null(plan_add_babel_interface(
		f->plan, &(struct plan_babel_interface){ .ifname = name, .type = "wireless" }));
}

static void it_is_handed_its_sockets(void **state)
{
	struct fixture *f = *state;

	namespace_add_cable("mesh0", "mesh1");
	add_babel(f, "mesh0");
	add_babel(f, "notthere");
	net_root_update(f->root, f->plan, &f->identity);
	assert_int_equal(net_root_n_links(f->root), 1);
	/* To root, for two services, and two on the link. */
	expect_sockets(f, 5);

	/* A device that goes takes its sockets with it. */
	namespace_remove("mesh0");
	net_root_update(f->root, f->plan, &f->identity);
	assert_int_equal(net_root_n_links(f->root), 0);
	expect_sockets(f, 3);

	/* One of the same name is another one. */
	namespace_add_cable("mesh0", "mesh1");
	net_root_update(f->root, f->plan, &f->identity);
	expect_sockets(f, 5);
	namespace_remove("mesh0");
}

static void a_new_one_has_the_same(void **state)
{
	struct fixture *f = *state;

	namespace_add_cable("mesh0", "mesh1");
	add_babel(f, "mesh0");
	net_root_update(f->root, f->plan, &f->identity);
	expect_sockets(f, 5);
	assert_int_equal(kill(net_root_pid(f->root), SIGKILL), 0);
	while (net_root_restarts(f->root) == 0)
		run(f, 10);
	expect_sockets(f, 5);
	namespace_remove("mesh0");
}

static void batadv_counts_where_there_is_no_babel(void **state)
{
	struct fixture *f = *state;

	namespace_add_cable("lan1_29", "peer1");
	namespace_add_cable("lan2_29", "peer2");
	namespace_add_cable("lan2_17", "peer3");
	plan_add_link(f->plan, &(struct plan_link){ .name = "bat0", .kind = PLAN_LINK_BATADV });
	for (int i = 1; i <= 2; i++) {
		char name[16], port[16];

		snprintf(port, sizeof(port), "lan%d", i);
		snprintf(name, sizeof(name), "lan%d_29", i);
		plan_add_link(f->plan, &(struct plan_link){ .name = name,
		                                            .kind = PLAN_LINK_VLAN,
		                                            .parent = port,
		                                            .master = "bat0" });
	}
	plan_add_link(
		f->plan,
		&(struct plan_link){ .name = "lan2_17", .kind = PLAN_LINK_VLAN, .parent = "lan2" });
	add_babel(f, "lan2_17");
	net_root_update(f->root, f->plan, &f->identity);
	assert_int_equal(net_root_n_links(f->root), 2);
	namespace_remove("lan1_29");
	namespace_remove("lan2_29");
	namespace_remove("lan2_17");
}

/* --- questions about the state --- */

static struct buf heard;

static void on_answered(struct request *request, int status)
{
	assert_int_equal(status, 0);
	buf_add(&heard, request->result.text);
	request_free(request);
}

static void on_said(struct request *request, const char *json)
{
	(void)request;
	buf_add(&heard, json);
	buf_add_char(&heard, '\n');
}

static struct request *ask(struct fixture *f, const char *method, const struct net_query *query)
{
	BUF_AUTO question = { 0 };
	struct request *request;

	buf_printf(&question, "{\"method\":\"%s\"}", method);
	request = request_parse(question.text, question.length);
	request->answered = on_answered;
	request->said = on_said;
	buf_done(&heard);
	assert_int_equal(net_root_ask(f->root, request, query), METHOD_LATER);
	return request;
}

static void expect_heard(struct fixture *f, const char *text)
{
	for (int i = 0; i < 1000 && !strstr(buf_text(&heard), text); i++)
		run(f, 10);
	if (!strstr(buf_text(&heard), text))
		fail_msg("not %s but %s", text, buf_text(&heard));
}

static void expect_type(const char *method)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	BUF_AUTO error = { 0 };
	const struct type *type = type_parse(method_find(method)->result, arena, &error);

	if (!type || !type_fits(type, api_types, heard.text, heard.length, &error))
		fail_msg("%s: %s", method, error.text);
}

static void it_answers_questions_about_the_state(void **state)
{
	struct fixture *f = *state;
	struct request *watcher;

	net_root_update(f->root, f->plan, &f->identity);
	/* It runs when it says that. */
	expect_sockets(f, 3);
	watcher = ask(f, "state.watch", &(struct net_query){ NET_ASK_WATCH, "names", NULL });
	ask(f, "state", &(struct net_query){ NET_ASK_TABLES, NULL, NULL });
	expect_heard(f, "\"table\":\"node_info\"");
	expect_type("state");
	ask(f, "state.rows", &(struct net_query){ NET_ASK_ROWS, "names", NULL });
	expect_heard(f, "\"row\":\"casa\"");
	expect_type("state.rows");
	ask(f, "state.neighbours", &(struct net_query){ NET_ASK_NEIGHBOURS, NULL, NULL });
	expect_heard(f, "{\"neighbours\":[]}");
	expect_type("state.neighbours");
	/* A watcher is told of what happens, with what was before withdrawn. */
	buf_done(&heard);
	f->identity.hostname = "otra";
	net_root_update(f->root, f->plan, &f->identity);
	expect_heard(f, "{\"event\":\"withdrawn\",\"table\":\"names\",\"row\":\"casa\"");
	expect_heard(f, "{\"event\":\"said\",\"table\":\"names\",\"row\":\"otra\"");
	/* Also of another net. */
	assert_int_equal(kill(net_root_pid(f->root), SIGKILL), 0);
	expect_heard(f, "{\"event\":\"restarted\"}");
	expect_heard(f, "{\"event\":\"restarted\"}\n{\"event\":\"said\"");
	net_root_forget(f->root, watcher);
	request_free(watcher);
	buf_done(&heard);
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_handed_its_sockets),
		TEST(a_new_one_has_the_same),
		TEST(batadv_counts_where_there_is_no_babel),
		TEST(it_answers_questions_about_the_state),
	};

	/* Without it the test itself would be run as net, and that again, for ever. */
	if (!getenv("WEFT"))
		return 1;
	namespace_enter();
	return RUN(tests);
}
