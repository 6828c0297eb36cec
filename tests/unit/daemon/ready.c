/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/ready.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../test.h"

/* Waits at a socket with the kernel's choice of an abstract name; what comes is in `text`. */
static void somebody_who_waits_is_told(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	socklen_t size = sizeof(at.sun_family);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	char name[sizeof(at.sun_path) + 1] = "@", text[64];
	ssize_t n;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, size), 0);
	size = sizeof(at);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	memcpy(name + 1, at.sun_path + 1, size - offsetof(struct sockaddr_un, sun_path) - 1);
	setenv("NOTIFY_SOCKET", name, 1);
	assert_int_equal(ready_tell(), 0);
	n = recv(fd, text, sizeof(text), 0);
	assert_int_equal(n, strlen("READY=1"));
	assert_memory_equal(text, "READY=1", (size_t)n);
	close(fd);
	assert_int_equal(ready_tell(), -ECONNREFUSED);
}

static void nobody_needs_to_be_told(void **state)
{
	(void)state;
	unsetenv("NOTIFY_SOCKET");
	assert_int_equal(ready_tell(), 0);
	setenv("NOTIFY_SOCKET", "", 1);
	assert_int_equal(ready_tell(), 0);
}

static void what_is_no_socket_is_an_error(void **state)
{
	char name[200] = "/";

	(void)state;
	setenv("NOTIFY_SOCKET", "relative", 1);
	assert_int_equal(ready_tell(), -EINVAL);
	memset(name + 1, 'x', sizeof(name) - 2);
	setenv("NOTIFY_SOCKET", name, 1);
	assert_int_equal(ready_tell(), -EINVAL);
	setenv("NOTIFY_SOCKET", "/nonexistent/socket", 1);
	assert_int_equal(ready_tell(), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(somebody_who_waits_is_told),
		cmocka_unit_test(nobody_needs_to_be_told),
		cmocka_unit_test(what_is_no_socket_is_an_error),
	};

	return RUN(tests);
}
