/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/control.h"

#include <errno.h>
#include <event2/event.h>
#include <json-c/json.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../test.h"
#include "api/host.h"
#include "api/request.h"
#include "base/buf.h"
#include "cli/client.h"

/* A daemon in a process of its own: its status is large, its wait never ends. */
struct fixture {
	char run[64];
	char path[128];
	pid_t pid;
};

static void big_status(struct host *host, struct buf *json)
{
	(void)host;
	buf_add_char(json, '"');
	for (unsigned i = 0; i < 20000; i++)
		buf_add(json, "0123456789");
	buf_add_char(json, '"');
}

static int endless_wait(struct host *host, struct request *request)
{
	(void)host;
	(void)request;
	return METHOD_LATER;
}

static int two_events(struct host *host, struct request *request)
{
	(void)host;
	request_say(request, "{\"n\":1}");
	request_say(request, "{\"n\":2}");
	return METHOD_LATER;
}

/* More than anybody is given to wait, said before the call is over. */
static int flood_of_events(struct host *host, struct request *request)
{
	BUF_AUTO event = { 0 };

	big_status(host, &event);
	for (size_t said = 0; said < 2 * CONTROL_WAITING_MAX; said += event.length)
		request_say(request, event.text);
	return METHOD_LATER;
}

/* The same, and then an answer after all. */
static int flood_and_answer(struct host *host, struct request *request)
{
	(void)flood_of_events(host, request);
	return 0;
}

static int short_plan(struct host *host, enum host_form form, struct buf *out)
{
	(void)host;
	(void)form;
	buf_add(out, "{}");
	return 0;
}

static void forget_nothing(struct host *host, struct request *request)
{
	(void)host;
	(void)request;
}

static const struct host_ops ops = {
	.status = big_status,
	.plan = short_plan,
	.wait = endless_wait,
	.watch = two_events,
	.forget = forget_nothing,
};

static const struct host_ops flooding_ops = {
	.status = big_status,
	.plan = short_plan,
	.wait = flood_and_answer,
	.watch = flood_of_events,
	.forget = forget_nothing,
};

static void on_timer(int fd, short what, void *data)
{
	(void)fd;
	(void)what;
	if (data)
		(void)!control_keep(data);
}

static void serve(const char *path, const struct host_ops *host_ops)
{
	struct host host = { host_ops };
	struct event_base *base = event_base_new();
	struct control *control = control_new(base, path, &host);
	struct timeval end = { 60, 0 };

	struct timeval now_and_then = { 0, 50000 };
	struct event *timer = event_new(base, -1, EV_PERSIST, on_timer, control);

	(void)signal(SIGPIPE, SIG_IGN);
	event_add(timer, &now_and_then);
	event_base_loopexit(base, &end);
	if (control)
		event_base_dispatch(base);
	_exit(1);
}

static int start_with(const struct host_ops *host_ops, void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	snprintf(f->run, sizeof(f->run), "/tmp/weft-control-XXXXXX");
	if (!mkdtemp(f->run))
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/weft", f->run);
	mkdir(f->path, 0700);
	snprintf(f->path, sizeof(f->path), "%s/weft/control", f->run);
	f->pid = fork();
	if (f->pid == 0)
		serve(f->path, host_ops);
	for (unsigned i = 0; i < 500 && access(f->path, F_OK) < 0; i++)
		usleep(10000);
	*state = f;
	return 0;
}

static int start(void **state)
{
	return start_with(&ops, state);
}

static int start_flooding(void **state)
{
	return start_with(&flooding_ops, state);
}

static int end(void **state)
{
	struct fixture *f = *state;
	char folder[128];

	kill(f->pid, SIGKILL);
	waitpid(f->pid, NULL, 0);
	unlink(f->path);
	snprintf(folder, sizeof(folder), "%s/weft", f->run);
	rmdir(folder);
	rmdir(f->run);
	free(f);
	return 0;
}

static int connect_to(const struct fixture *f)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(address.sun_path, f->path, strlen(f->path) + 1);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

/* What the daemon says soon, at most `size` bytes; 0 when it closed. */
static ssize_t hear(int fd, char *bytes, size_t size)
{
	struct pollfd ready = { fd, POLLIN, 0 };

	if (poll(&ready, 1, 5000) != 1)
		return -1;
	return recv(fd, bytes, size, 0);
}

static void check_alive(const struct fixture *f)
{
	struct json_object *result = NULL;
	BUF_AUTO error = { 0 };

	assert_int_equal(client_ask(f->run, "plan", NULL, 5, &result, &error), 0);
	assert_true(json_object_is_type(result, json_type_object));
	json_object_put(result);
}

static void a_question_gets_its_answer_however_long(void **state)
{
	struct json_object *result = NULL;
	BUF_AUTO error = { 0 };
	struct fixture *f = *state;

	assert_int_equal(client_ask(f->run, "status", NULL, 5, &result, &error), 0);
	assert_int_equal(json_object_get_string_len(result), 200000);
	json_object_put(result);
	check_alive(f);
}

static void a_mistake_is_told_in_words(void **state)
{
	struct json_object *result = NULL;
	BUF_AUTO error = { 0 };
	struct fixture *f = *state;

	assert_int_equal(client_ask(f->run, "plan", "{\"form\":\"x\"}", 5, &result, &error),
	                 -EREMOTEIO);
	assert_non_null(strstr(buf_text(&error), "form"));
}

static void nobody_there_is_told_in_words(void **state)
{
	struct json_object *result = NULL;
	BUF_AUTO error = { 0 };

	(void)state;
	assert_int_equal(client_ask("/nonexistent", "plan", NULL, 5, &result, &error),
	                 -ECONNREFUSED);
	assert_non_null(strstr(buf_text(&error), "not running"));
}

static void an_answer_that_does_not_come_is_not_waited_for_for_ever(void **state)
{
	struct json_object *result = NULL;
	BUF_AUTO error = { 0 };
	struct fixture *f = *state;

	assert_int_equal(client_ask(f->run, "wait", NULL, 1, &result, &error), -ETIMEDOUT);
	check_alive(f);
}

static int count_events(struct json_object *event, void *data)
{
	unsigned *count = data;

	(void)event;
	return ++*count == 2 ? -ECANCELED : 0;
}

static void who_watches_is_told(void **state)
{
	struct fixture *f = *state;
	BUF_AUTO error = { 0 };
	unsigned count = 0;

	assert_int_equal(client_watch(f->run, "watch", NULL, count_events, &count, &error),
	                 -ECANCELED);
	assert_int_equal(count, 2);
	check_alive(f);
}

static void a_question_in_pieces_and_two_in_one_are_understood(void **state)
{
	static const char text[] = "{\"method\":\"plan\"}\n{\"method\":\"plan\"}\n";
	struct fixture *f = *state;
	char answer[64] = "";
	size_t length = 0;
	int fd = connect_to(f);

	for (size_t i = 0; i < 10; i++)
		assert_int_equal(send(fd, text + i, 1, 0), 1);
	assert_true(send(fd, text + 10, sizeof(text) - 11, 0) > 0);
	while (length < 28) {
		ssize_t n = hear(fd, answer + length, sizeof(answer) - 1 - length);

		assert_true(n > 0);
		length += (size_t)n;
	}
	assert_string_equal(answer, "{\"result\":{}}\n{\"result\":{}}\n");
	close(fd);
}

static void who_asks_and_closes_its_side_still_gets_the_answer(void **state)
{
	struct fixture *f = *state;
	char answer[64] = "";
	int fd = connect_to(f);

	assert_true(send(fd, "{\"method\":\"plan\"}\n", 18, 0) == 18);
	shutdown(fd, SHUT_WR);
	assert_int_equal(hear(fd, answer, sizeof(answer) - 1), 14);
	assert_int_equal(hear(fd, answer, sizeof(answer) - 1), 0);
	close(fd);
}

static void a_question_without_end_is_refused_and_closed(void **state)
{
	struct fixture *f = *state;
	char bytes[4096], answer[256] = "";
	int fd = connect_to(f);

	memset(bytes, ' ', sizeof(bytes));
	for (unsigned i = 0; i < 64; i++)
		(void)send(fd, bytes, sizeof(bytes), MSG_NOSIGNAL | MSG_DONTWAIT);
	assert_true(hear(fd, answer, sizeof(answer) - 1) > 0);
	assert_non_null(strstr(answer, "too long"));
	close(fd);
	check_alive(f);
}

static void who_asks_and_never_reads_is_dropped(void **state)
{
	struct fixture *f = *state;
	int fd = connect_to(f);

	for (unsigned i = 0; i < 100; i++)
		(void)send(fd, "{\"method\":\"status\"}\n", 20, MSG_NOSIGNAL | MSG_DONTWAIT);
	check_alive(f);
	close(fd);
	check_alive(f);
}

static void who_is_told_too_much_during_its_own_question_is_dropped(void **state)
{
	static const char *const questions[] = { "{\"method\":\"watch\"}\n",
		                                 "{\"method\":\"wait\"}\n" };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LENGTH(questions); i++) {
		size_t size = strlen(questions[i]);
		char bytes[4096];
		ssize_t n;
		int fd = connect_to(f);

		assert_int_equal(send(fd, questions[i], size, 0), size);
		while ((n = hear(fd, bytes, sizeof(bytes))) > 0)
			;
		assert_int_equal(n, 0);
		close(fd);
		check_alive(f);
	}
}

static void too_many_clients_are_turned_away_and_the_others_served(void **state)
{
	struct fixture *f = *state;
	int fds[CONTROL_CLIENTS_MAX + 8];
	char answer[64];

	for (unsigned i = 0; i < ARRAY_LENGTH(fds); i++)
		fds[i] = connect_to(f);
	assert_int_equal(hear(fds[ARRAY_LENGTH(fds) - 1], answer, sizeof(answer)), 0);
	assert_true(send(fds[0], "{\"method\":\"plan\"}\n", 18, 0) == 18);
	assert_int_equal(hear(fds[0], answer, sizeof(answer)), 14);
	for (unsigned i = 0; i < ARRAY_LENGTH(fds); i++)
		close(fds[i]);
	check_alive(f);
}

static void the_socket_is_for_its_owner_and_group_alone(void **state)
{
	struct fixture *f = *state;
	struct stat info;

	assert_int_equal(stat(f->path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0660);
}

static void a_socket_that_was_removed_is_made_again(void **state)
{
	struct fixture *f = *state;
	struct stat info;

	assert_int_equal(unlink(f->path), 0);
	for (unsigned i = 0; i < 100 && stat(f->path, &info) < 0; i++)
		usleep(50000);
	check_alive(f);
	assert_int_equal(stat(f->path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0660);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_gets_its_answer_however_long),
		cmocka_unit_test(a_mistake_is_told_in_words),
		cmocka_unit_test(nobody_there_is_told_in_words),
		cmocka_unit_test(an_answer_that_does_not_come_is_not_waited_for_for_ever),
		cmocka_unit_test(who_watches_is_told),
		cmocka_unit_test(a_question_in_pieces_and_two_in_one_are_understood),
		cmocka_unit_test(who_asks_and_closes_its_side_still_gets_the_answer),
		cmocka_unit_test(a_question_without_end_is_refused_and_closed),
		cmocka_unit_test(who_asks_and_never_reads_is_dropped),
		cmocka_unit_test_setup_teardown(
			who_is_told_too_much_during_its_own_question_is_dropped, start_flooding,
			end),
		cmocka_unit_test(too_many_clients_are_turned_away_and_the_others_served),
		cmocka_unit_test(the_socket_is_for_its_owner_and_group_alone),
		cmocka_unit_test(a_socket_that_was_removed_is_made_again),
	};

	return cmocka_run_group_tests(tests, start, end);
}
