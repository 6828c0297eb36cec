/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/message.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../test.h"

struct pair {
	int root, net;
};

static int open_pair(void **state)
{
	struct pair *pair = calloc(1, sizeof(*pair));
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0)
		return -1;
	*pair = (struct pair){ fds[0], fds[1] };
	*state = pair;
	return 0;
}

static int close_pair(void **state)
{
	struct pair *pair = *state;

	close(pair->root);
	close(pair->net);
	free(pair);
	return 0;
}

static int n_open_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void a_message_arrives_whole(void **state)
{
	struct pair *pair = *state;
	struct net_node node = { .hostname = "casa", .mac = { { 2, 1, 2, 3, 4, 5 } } };
	struct net_message sent = { .kind = NET_NODE, .body = &node, .size = sizeof(node) };
	struct net_message got;
	struct net_buffer buffer;

	assert_int_equal(net_message_send(pair->root, &sent), 0);
	assert_int_equal(net_message_receive(pair->net, NET_SIDE_ROOT, &buffer, &got), 0);
	assert_int_equal(got.kind, NET_NODE);
	assert_int_equal(got.size, sizeof(node));
	assert_memory_equal(got.body, &node, sizeof(node));
	assert_int_equal(got.n_fds, 0);
	assert_int_equal(net_message_receive(pair->net, NET_SIDE_ROOT, &buffer, &got), -EAGAIN);
}

static void sockets_come_along(void **state)
{
	struct pair *pair = *state;
	struct net_link link = { .index = 3, .name = "eth0_17" };
	struct net_message got, sent = { .kind = NET_LINK,
		                         .body = &link,
		                         .size = sizeof(link),
		                         .fds = { pair->root, pair->net },
		                         .n_fds = 2 };
	struct net_buffer buffer;
	int before = n_open_fds();

	assert_int_equal(net_message_send(pair->root, &sent), 0);
	assert_int_equal(net_message_receive(pair->net, NET_SIDE_ROOT, &buffer, &got), 0);
	assert_int_equal(got.n_fds, 2);
	assert_int_equal(n_open_fds(), before + 2);
	assert_true(fcntl(got.fds[0], F_GETFD) & FD_CLOEXEC);
	net_message_close(&got);
	assert_int_equal(n_open_fds(), before);
}

/* Bytes as a sender that is not ours would choose them. */
static void refuse(struct pair *pair, const void *bytes, size_t size, enum net_side sender)
{
	struct net_message got;
	struct net_buffer buffer;

	assert_int_equal(send(pair->net, bytes, size, 0), size);
	assert_int_equal(net_message_receive(pair->root, sender, &buffer, &got), -EPROTO);
}

static void what_the_table_does_not_allow_is_refused(void **state)
{
	struct pair *pair = *state;
	struct {
		uint32_t kind, size;
		struct net_node node;
	} bytes = { .kind = NET_NODE, .size = sizeof(bytes.node) };

	/* Each kind has one sender. */
	refuse(pair, &bytes, sizeof(bytes), NET_SIDE_NET);
	/* A size that is not what came, a body that is too short, half a header. */
	bytes.size--;
	refuse(pair, &bytes, sizeof(bytes), NET_SIDE_ROOT);
	refuse(pair, &bytes, sizeof(bytes) - 1, NET_SIDE_ROOT);
	refuse(pair, &bytes, 5, NET_SIDE_ROOT);
	/* A text without an end, an address that is none. */
	bytes.size = sizeof(bytes.node);
	memset(bytes.node.hostname, 'a', sizeof(bytes.node.hostname));
	refuse(pair, &bytes, sizeof(bytes), NET_SIDE_ROOT);
	memset(&bytes.node, 0, sizeof(bytes.node));
	bytes.node.ipv4 = (struct prefix){ .ip = { .family = IP_V4 }, .length = 33 };
	refuse(pair, &bytes, sizeof(bytes), NET_SIDE_ROOT);
	/* Kinds that there are not. */
	bytes.kind = NET_N_KINDS;
	refuse(pair, &bytes, sizeof(bytes), NET_SIDE_ROOT);
	bytes.kind = UINT32_MAX;
	refuse(pair, &bytes, sizeof(bytes), NET_SIDE_NET);
}

static void sockets_that_nobody_asked_for_are_closed(void **state)
{
	struct pair *pair = *state;
	struct net_message got, sent = { .kind = NET_PONG, .fds = { pair->net }, .n_fds = 1 };
	struct net_buffer buffer;
	int before = n_open_fds();

	assert_int_equal(net_message_send(pair->net, &sent), 0);
	assert_int_equal(net_message_receive(pair->root, NET_SIDE_NET, &buffer, &got), -EPROTO);
	assert_int_equal(n_open_fds(), before);
}

static void more_than_the_buffer_is_refused(void **state)
{
	struct pair *pair = *state;
	char *bytes = calloc(1, NET_BODY_MAX + 64);

	refuse(pair, bytes, NET_BODY_MAX + 64, NET_SIDE_NET);
	free(bytes);
}

static void the_end_is_told_and_a_full_socket_does_not_wait(void **state)
{
	struct pair *pair = *state;
	struct net_message got, sent = { .kind = NET_PING };
	struct net_buffer buffer;
	int r;

	do {
		r = net_message_send(pair->root, &sent);
	} while (r == 0);
	assert_int_equal(r, -EAGAIN);
	/* What was not read is told first. */
	close(pair->net);
	pair->net = -1;
	assert_int_equal(net_message_send(pair->root, &sent), -ECONNRESET);
	assert_int_equal(net_message_send(pair->root, &sent), -EPIPE);
	assert_int_equal(net_message_receive(pair->root, NET_SIDE_NET, &buffer, &got), -EPIPE);
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, open_pair, close_pair)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_message_arrives_whole),
		TEST(sockets_come_along),
		TEST(what_the_table_does_not_allow_is_refused),
		TEST(sockets_that_nobody_asked_for_are_closed),
		TEST(more_than_the_buffer_is_refused),
		TEST(the_end_is_told_and_a_full_socket_does_not_wait),
	};

	return RUN(tests);
}
