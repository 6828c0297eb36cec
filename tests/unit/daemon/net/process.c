/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* The real program, started and ended; what it may and may not is read from /proc. */
#include "daemon/net/process.h"

#include <event2/event.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../platform/linux/namespace.h"
#include "base/buf.h"
#include "base/file.h"

static bool other_users; /* a namespace of our own knows none */

struct fixture {
	char folder[64];
	struct event_base *base;
	struct net_process *process;
	size_t n_started, n_ready, n_pong;
};

static void on_started(void *data)
{
	struct fixture *f = data;

	f->n_started++;
}

static void on_said(void *data, const struct net_message *message)
{
	struct fixture *f = data;

	f->n_ready += message->kind == NET_READY;
	f->n_pong += message->kind == NET_PONG;
}

static int start(void **state)
{
	struct fixture *f;

	if (!getenv("WEFT"))
		fail_msg("WEFT names the program");
	f = calloc(1, sizeof(*f));
	snprintf(f->folder, sizeof(f->folder), "/tmp/weft-net-XXXXXX");
	if (!mkdtemp(f->folder) || chmod(f->folder, 0755) < 0)
		return -1;
	f->base = event_base_new();
	f->process = net_process_new(f->base,
	                             &(struct net_process_options){ .program = getenv("WEFT"),
	                                                            .folder = f->folder,
	                                                            .started = on_started,
	                                                            .said = on_said,
	                                                            .data = f });
	*state = f;
	return f->process ? 0 : -1;
}

static int stop(void **state)
{
	struct fixture *f = *state;
	char empty[80];

	net_process_free(f->process);
	event_base_free(f->base);
	snprintf(empty, sizeof(empty), "%s/empty", f->folder);
	rmdir(empty);
	rmdir(f->folder);
	free(f);
	return 0;
}

/* Runs the loop until `*count` is `wanted`. */
static void run_until(struct fixture *f, const size_t *count, size_t wanted)
{
	for (int i = 0; i < 2000 && *count < wanted; i++) {
		struct timeval turn = { 0, 10000 };

		event_base_loopexit(f->base, &turn);
		event_base_dispatch(f->base);
	}
	assert_int_equal(*count, wanted);
}

/* A word of a line of /proc/PID/status, as a number. */
static unsigned long status_of(const struct fixture *f, const char *line, unsigned word, int base)
{
	BUF_AUTO text = { 0 };
	char path[64], *at;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)net_process_pid(f->process));
	assert_int_equal(file_read(path, 65536, &text), 0);
	at = strstr(text.text, line);
	assert_non_null(at);
	at += strlen(line);
	for (; word; word--)
		at = strpbrk(at + strspn(at, "\t "), "\t ");
	return strtoul(at, NULL, base);
}

static void it_has_no_privileges(void **state)
{
	struct fixture *f = *state;
	char path[64], root[PATH_MAX] = "", expected[PATH_MAX];
	ssize_t n;

	run_until(f, &f->n_ready, 1);
	assert_int_equal(status_of(f, "CapEff:", 0, 16), 0);
	assert_int_equal(status_of(f, "CapPrm:", 0, 16), 0);
	assert_int_equal(status_of(f, "CapBnd:", 0, 16), 0);
	assert_int_equal(status_of(f, "NoNewPrivs:", 0, 10), 1);
	for (unsigned i = 0; i < 4; i++) {
		assert_true(!other_users || status_of(f, "Uid:", i, 10) != 0);
		assert_true(!other_users || status_of(f, "Gid:", i, 10) != 0);
	}
	snprintf(path, sizeof(path), "/proc/%d/root", (int)net_process_pid(f->process));
	n = readlink(path, root, sizeof(root) - 1);
	snprintf(expected, sizeof(expected), "%s/empty", f->folder);
	assert_true(n > 0);
	assert_string_equal(root, expected);
}

static void it_is_started_again_and_told_all(void **state)
{
	struct fixture *f = *state;
	pid_t first;

	run_until(f, &f->n_ready, 1);
	first = net_process_pid(f->process);
	assert_int_equal(kill(first, SIGKILL), 0);
	run_until(f, &f->n_ready, 2);
	assert_int_equal(f->n_started, 2);
	assert_int_equal(net_process_restarts(f->process), 1);
	assert_int_not_equal(net_process_pid(f->process), first);
}

static void it_answers(void **state)
{
	struct fixture *f = *state;

	run_until(f, &f->n_ready, 1);
	for (int i = 0; i < 100; i++)
		net_process_send(f->process, &(struct net_message){ .kind = NET_PING });
	run_until(f, &f->n_pong, 100);
}

/* Stopped, it reads nothing: what root has to say waits, and in the end it is replaced. */
static void one_that_does_not_read_is_replaced(void **state)
{
	struct fixture *f = *state;
	struct net_node node = { .hostname = "casa" };
	struct net_message message = { .kind = NET_NODE, .body = &node, .size = sizeof(node) };

	run_until(f, &f->n_ready, 1);
	assert_int_equal(kill(net_process_pid(f->process), SIGSTOP), 0);
	for (int i = 0; i < 40000; i++)
		net_process_send(f->process, &message);
	run_until(f, &f->n_ready, 2);
	assert_int_equal(net_process_restarts(f->process), 1);
}

/* Said while it is stopped, answered once it goes on. */
static void what_waits_arrives_in_the_end(void **state)
{
	struct fixture *f = *state;

	run_until(f, &f->n_ready, 1);
	assert_int_equal(kill(net_process_pid(f->process), SIGSTOP), 0);
	for (int i = 0; i < 5000; i++)
		net_process_send(f->process, &(struct net_message){ .kind = NET_PING });
	assert_int_equal(kill(net_process_pid(f->process), SIGCONT), 0);
	run_until(f, &f->n_pong, 5000);
	assert_int_equal(net_process_restarts(f->process), 0);
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_has_no_privileges),
		TEST(it_is_started_again_and_told_all),
		TEST(it_answers),
		TEST(one_that_does_not_read_is_replaced),
		TEST(what_waits_arrives_in_the_end),
	};

	other_users = geteuid() == 0;
	namespace_enter();
	return RUN(tests);
}
