/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * Three nodes in a row, each in a network of its own: one speaks only LibreMesh's async protocol,
 * one everything, one only HTTP.  They find each other by themselves.  Beside the one in the middle
 * is one that takes connections and never says a word, for which nobody waits.
 */
#include <event2/event.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#include "../../platform/linux/namespace.h"
#include "../../remove.h"
#include "base/buf.h"
#include "base/file.h"
#include "daemon/net/root.h"
#include "net/identity.h"
#include "plan/numbers.h"
#include "plan/plan.h"

#define N_NODES    4
#define PATIENCE_S 60

struct node {
	const char *name, *conversation; /* NULL: all */
	const char *links[3];
	bool mute;
	char folder[64];
	pid_t pid;
	int go; /* written to once its cables are in */
};

static struct node nodes[N_NODES] = {
	{ .name = "ana", .conversation = "async", .links = { "ab" } },
	{ .name = "beto", .links = { "ba", "bc", "bd" } },
	{ .name = "luz", .conversation = "http", .links = { "cb" } },
	{ .name = "mute", .links = { "db" }, .mute = true },
};

static void link_up(const char *name)
{
	struct ifreq request = { .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &request), 0);
	close(fd);
}

static void give_link(const char *name, pid_t pid)
{
	struct nl_message m;

	nl_message_init(&m, RTM_NEWLINK, 0);
	(void)nl_body(&m, sizeof(struct ifinfomsg));
	nl_put_text(&m, IFLA_IFNAME, name);
	nl_put_u32(&m, IFLA_NET_NS_PID, (uint32_t)pid);
	namespace_send(&m);
}

static int listen_at(uint16_t port)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof(any)), 0);
	assert_int_equal(listen(fd, 64), 0);
	return fd;
}

/* Notes in files that somebody has come, and leaves them waiting. */
static _Noreturn void be_mute(const struct node *node)
{
	struct pollfd listeners[] = { { listen_at(PORT_SHARED_STATE), POLLIN, 0 },
		                      { listen_at(PORT_HTTP), POLLIN, 0 } };

	link_up(node->links[0]);
	for (;;) {
		assert_true(poll(listeners, 2, -1) > 0);
		for (int i = 0; i < 2; i++) {
			char path[128];

			if (!listeners[i].revents)
				continue;
			(void)accept4(listeners[i].fd, NULL, NULL, SOCK_CLOEXEC);
			snprintf(path, sizeof(path), "%s/came%d", node->folder, i);
			(void)!file_write(path, "somebody", 8, 0644);
		}
	}
}

/* Runs in a process of its own. */
static _Noreturn void run_node(const struct node *node, int number, int ready, int go)
{
	struct event_base *base = event_base_new();
	struct plan *plan = plan_new();
	struct identity identity = { .hostname = node->name };
	struct net_root *root;
	char address[32], byte;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	assert_int_equal(unshare(CLONE_NEWNET), 0);
	assert_int_equal(write(ready, "r", 1), 1);
	assert_int_equal(read(go, &byte, 1), 1);
	link_up("lo");
	if (node->mute)
		be_mute(node);
	for (size_t i = 0; i < ARRAY_LENGTH(node->links) && node->links[i]; i++) {
		link_up(node->links[i]);
		plan_add_babel_interface(plan,
		                         &(struct plan_babel_interface){ .ifname = node->links[i],
		                                                         .type = "wireless" });
	}
	if (node->conversation) {
		const char *conversation = node->conversation;

		plan_add_state(plan, &(struct plan_state){ .conversations = { &conversation, 1 } });
	}
	snprintf(address, sizeof(address), "10.13.0.%d/16", number + 1);
	assert_true(prefix_parse(address, &identity.ipv4));
	root = net_root_new(base, &(struct net_root_options){ .root = node->folder,
	                                                      .folder = node->folder,
	                                                      .program = getenv("WEFT") });
	net_root_update(root, plan, &identity);
	event_base_dispatch(base);
	_exit(1);
}

static int start(void **state)
{
	int ready[2], go[N_NODES][2];
	char byte;

	(void)state;
	namespace_add_cable("ab", "ba");
	namespace_add_cable("bc", "cb");
	namespace_add_cable("bd", "db");
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	for (int i = 0; i < N_NODES; i++) {
		struct node *node = &nodes[i];

		snprintf(node->folder, sizeof(node->folder), "/tmp/weft-mixed-XXXXXX");
		assert_non_null(mkdtemp(node->folder));
		assert_int_equal(chmod(node->folder, 0755), 0);
		assert_int_equal(pipe2(go[i], O_CLOEXEC), 0);
		node->pid = fork();
		if (node->pid == 0)
			run_node(node, i, ready[1], go[i][0]);
		assert_int_equal(read(ready[0], &byte, 1), 1);
		for (size_t j = 0; j < ARRAY_LENGTH(node->links) && node->links[j]; j++)
			give_link(node->links[j], node->pid);
	}
	for (int i = 0; i < N_NODES; i++) {
		assert_int_equal(write(go[i][1], "g", 1), 1);
		close(go[i][0]);
		close(go[i][1]);
	}
	close(ready[0]);
	close(ready[1]);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	for (int i = 0; i < N_NODES; i++) {
		(void)kill(nodes[i].pid, SIGKILL);
		(void)waitpid(nodes[i].pid, NULL, 0);
		remove_all(nodes[i].folder);
	}
	return 0;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void set_lease(const struct node *node, const char *mac, const char *address)
{
	BUF_AUTO path = { 0 };
	BUF_AUTO text = { 0 };

	buf_printf(&path, "%s/dnsmasq.leases", node->folder);
	buf_printf(&text, "1795371234 %s %s phone *\n", mac, address);
	assert_int_equal(file_write(path.text, text.text, text.length, 0644), 0);
}

static double wait_for(const struct node *node, const char *file, const char *line)
{
	BUF_AUTO path = { 0 };
	double begun = seconds();

	buf_printf(&path, "%s/%s", node->folder, file);
	for (;;) {
		struct timespec a_moment = { 0, 20000000 };
		BUF_AUTO text = { 0 };

		if (file_read(path.text, 65536, &text) == 0 && strstr(buf_text(&text), line))
			return seconds() - begun;
		if (seconds() - begun > PATIENCE_S)
			fail_msg("%s has no %s in %s: '%s'", node->name, line, file,
			         buf_text(&text));
		nanosleep(&a_moment, NULL);
	}
}

static void leases_cross_by_way_of_the_one_who_speaks_all(void **state)
{
	static const char reservations[] = "dhcp-hosts.d/cloud";

	(void)state;
	set_lease(&nodes[0], "02:00:00:00:00:0a", "10.13.5.1");
	set_lease(&nodes[1], "02:00:00:00:00:0b", "10.13.5.2");
	set_lease(&nodes[2], "02:00:00:00:00:0c", "10.13.5.3");
	(void)wait_for(&nodes[1], reservations, "02:00:00:00:00:0a,10.13.5.1");
	(void)wait_for(&nodes[1], reservations, "02:00:00:00:00:0c,10.13.5.3");
	(void)wait_for(&nodes[0], reservations, "02:00:00:00:00:0b,10.13.5.2");
	(void)wait_for(&nodes[0], reservations, "02:00:00:00:00:0c,10.13.5.3");
	(void)wait_for(&nodes[2], reservations, "02:00:00:00:00:0a,10.13.5.1");
	(void)wait_for(&nodes[2], reservations, "02:00:00:00:00:0b,10.13.5.2");
	(void)wait_for(&nodes[2], "hosts.d/cloud", "10.13.0.1 ana");
}

/* Exchanges are minutes apart, news are not; also while one who was asked does not answer. */
static void a_later_lease_is_news(void **state)
{
	double took;

	(void)state;
	(void)wait_for(&nodes[3], "came0", "somebody");
	(void)wait_for(&nodes[3], "came1", "somebody");
	set_lease(&nodes[0], "02:00:00:00:00:1a", "10.13.5.99");
	took = wait_for(&nodes[2], "dhcp-hosts.d/cloud", "02:00:00:00:00:1a,10.13.5.99");
	printf("by async and then by HTTP a lease took %.1f s\n", took);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leases_cross_by_way_of_the_one_who_speaks_all),
		cmocka_unit_test(a_later_lease_is_news),
	};

	/* Without it the test itself would be run as net, and that again, for ever. */
	if (!getenv("WEFT"))
		return 1;
	namespace_enter();
	return cmocka_run_group_tests(tests, start, stop);
}
