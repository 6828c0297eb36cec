/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* A babeld that says what the test wants. */
#include "daemon/babel.h"

#include <event2/event.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../test.h"
#include "platform/linux/service/babel_monitor.h"
#include "platform/linux/service/babeld.h"

#define TIMEOUT_MS 10000
#define GREETING   "BABEL 1.0\nversion babeld-1.12.1\nhost n1\nmy-id 20:2c:6f:75:3c:00:66:bf\nok\n"
#define NEIGHBOUR                                                                                \
	" neighbour 1 address fe80::2 if mesh0_17 reach ffff ureach 0000 rxcost 256 txcost 256 " \
	"cost 256\n"

static char folder[64], path[128];
static struct event_base *base;

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/weft-babel-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/" BABELD_SOCKET, folder);
	base = event_base_new();
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	event_base_free(base);
	unlink(path);
	return rmdir(folder);
}

static int babeld_start(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, path, strlen(path));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 4), 0);
	return fd;
}

/* Lets the listener work until there is something to read. */
static void wait_for(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	for (unsigned i = 0; i < TIMEOUT_MS / 10; i++) {
		event_base_loop(base, EVLOOP_NONBLOCK);
		if (poll(&wait, 1, 10) > 0)
			return;
	}
	fail_msg("nobody came");
}

static int babeld_accept(int fd)
{
	wait_for(fd);
	return accept(fd, NULL, NULL);
}

static void say(int client, const char *text)
{
	assert_int_equal(send(client, text, strlen(text), MSG_NOSIGNAL), strlen(text));
	for (unsigned i = 0; i < 10; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
}

static void hear(int client, const char *wanted)
{
	char text[64] = "";

	wait_for(client);
	assert_int_equal(recv(client, text, sizeof(text) - 1, 0), strlen(wanted));
	assert_string_equal(text, wanted);
}

static void what_babeld_knows_is_followed(void **state)
{
	AUTO(babel_free) struct babel *babel = babel_new(base, folder, NULL, NULL);
	int server = babeld_start(), client;

	(void)state;
	assert_false(babel_is_wanted(babel));
	babel_want(babel, true);
	assert_true(babel_is_wanted(babel));
	client = babeld_accept(server);
	say(client, GREETING);
	assert_null(babel_state(babel));
	hear(client, "monitor\n");
	say(client, "add" NEIGHBOUR "add interface mesh0_17 up tr");
	assert_null(babel_state(babel));
	say(client, "ue\nok\n");
	assert_non_null(babel_state(babel));
	assert_int_equal(babel_state(babel)->n_neighbours, 1);
	assert_int_equal(babel_state(babel)->n_interfaces, 1);
	say(client, "flush" NEIGHBOUR);
	assert_int_equal(babel_state(babel)->n_neighbours, 0);
	close(client);
	close(server);
}

static void a_babeld_that_went_away_is_found_again(void **state)
{
	AUTO(babel_free) struct babel *babel = babel_new(base, folder, NULL, NULL);
	int server, client;

	(void)state;
	babel_want(babel, true);
	event_base_loop(base, EVLOOP_NONBLOCK);
	server = babeld_start();
	client = babeld_accept(server);
	say(client, GREETING "add" NEIGHBOUR "ok\n");
	assert_int_equal(babel_state(babel)->n_neighbours, 1);
	close(client);
	client = babeld_accept(server);
	assert_null(babel_state(babel));
	say(client, GREETING "ok\n");
	assert_int_equal(babel_state(babel)->n_neighbours, 0);
	babel_want(babel, false);
	assert_null(babel_state(babel));
	close(client);
	close(server);
}

static void who_is_no_babeld_is_left(void **state)
{
	AUTO(babel_free) struct babel *babel = babel_new(base, folder, NULL, NULL);
	int server = babeld_start(), client;
	char endless[2048];

	(void)state;
	babel_want(babel, true);
	client = babeld_accept(server);
	say(client, GREETING "bad\n");
	close(client);
	client = babeld_accept(server);
	memset(endless, 'x', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = 0;
	say(client, endless);
	assert_int_equal(recv(client, endless, sizeof(endless), 0), 0);
	assert_null(babel_state(babel));
	close(client);
	close(server);
}

int main(void)
{
#define IN_FOLDER(test_) cmocka_unit_test_setup_teardown(test_, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(what_babeld_knows_is_followed),
		IN_FOLDER(a_babeld_that_went_away_is_found_again),
		IN_FOLDER(who_is_no_babeld_is_left),
	};

	return RUN(tests);
}
