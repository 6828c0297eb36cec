/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* Names asked for in a network of its own, whose only other inhabitant is this test. */
#include "daemon/names.h"

#include <arpa/inet.h>
#include <event2/event.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../platform/linux/namespace.h"
#include "net/dns.h"
#include "net/ip.h"

#define TIMEOUT_MS 10000

static struct event_base *base;

static int make_base(void **state)
{
	(void)state;
	base = event_base_new();
	return 0;
}

static int free_base(void **state)
{
	(void)state;
	event_base_free(base);
	return 0;
}

/* A node at this address, as names.c asks one. */
static int node_at(const char *address, unsigned device)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6,
		                    .sin6_port = htons(53),
		                    .sin6_scope_id = device };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(53) };
	bool is_six = inet_pton(AF_INET6, address, &six.sin6_addr) == 1;
	int fd = socket(is_six ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (is_six) {
		assert_int_equal(bind(fd, (struct sockaddr *)&six, sizeof(six)), 0);
		return fd;
	}
	assert_int_equal(inet_pton(AF_INET, address, &four.sin_addr), 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&four, sizeof(four)), 0);
	return fd;
}

struct question {
	uint8_t bytes[DNS_ANSWER_MAX];
	size_t size;
	struct sockaddr_storage from;
	socklen_t from_size;
};

static bool is_asked(int fd, int within_ms)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	return poll(&wait, 1, within_ms) > 0;
}

static void hear(int fd, struct question *question)
{
	ssize_t n;

	assert_true(is_asked(fd, TIMEOUT_MS));
	question->from_size = sizeof(question->from);
	n = recvfrom(fd, question->bytes, sizeof(question->bytes), 0,
	             (struct sockaddr *)&question->from, &question->from_size);
	assert_true(n > 12);
	question->size = (size_t)n;
}

/* Says "n1.lan" from there, and lets the asker hear it. */
static void answer(int fd, struct question *question)
{
	static const char record[] = "\xc0\x0c\0\x0c\0\x01\0\0\0\x3c\0\x08\x02n1\x03lan";
	size_t size = question->size;

	question->bytes[2] = 0x85;
	question->bytes[7] = 1;
	memcpy(question->bytes + size, record, sizeof(record));
	assert_true(sendto(fd, question->bytes, size + sizeof(record), 0,
	                   (struct sockaddr *)&question->from, question->from_size) > 0);
	event_base_loop(base, EVLOOP_NONBLOCK);
}

static void a_node_is_asked_once_and_its_answer_kept(void **state)
{
	AUTO(names_free) struct names *names = names_new(base);
	const struct ip ip = { IP_V4, { 127, 0, 0, 2 } };
	int node = node_at("127.0.0.2", 0);
	struct question question;

	(void)state;
	assert_null(names_of(names, &ip, 0));
	assert_null(names_of(names, &ip, 7));
	hear(node, &question);
	answer(node, &question);
	assert_string_equal(names_of(names, &ip, 0), "n1");
	assert_false(is_asked(node, 0));
	assert_null(names_of(names, &(struct ip){ 0 }, 0));
	close(node);
}

static void nobody_answers_for_another(void **state)
{
	AUTO(names_free) struct names *names = names_new(base);
	const struct ip ip = { IP_V4, { 127, 0, 0, 2 } };
	int node = node_at("127.0.0.2", 0), other = node_at("127.0.0.3", 0);
	struct question question;

	(void)state;
	assert_null(names_of(names, &ip, 0));
	hear(node, &question);
	answer(other, &question);
	assert_null(names_of(names, &ip, 0));
	close(node);
	close(other);
}

static void the_same_link_local_address_on_two_devices_is_two_nodes(void **state)
{
	AUTO(names_free) struct names *names = names_new(base);
	unsigned cable = if_nametoindex("one"), other = if_nametoindex("lo");
	int node = node_at("fe80::7", if_nametoindex("two"));
	struct question question;
	struct ip ip;

	(void)state;
	assert_true(ip_parse("fe80::7", &ip));
	assert_null(names_of(names, &ip, cable));
	assert_null(names_of(names, &ip, other));
	hear(node, &question);
	answer(node, &question);
	while (!names_of(names, &ip, cable))
		event_base_loop(base, EVLOOP_ONCE);
	assert_string_equal(names_of(names, &ip, cable), "n1");
	assert_null(names_of(names, &ip, other));
	close(node);
}

static void add_link_local(const char *ifname, const char *text)
{
	struct ifaddrmsg *body;
	struct nl_message m;
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	nl_message_init(&m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	body = nl_body_of(&m, struct ifaddrmsg);
	body->ifa_family = AF_INET6;
	body->ifa_prefixlen = 64;
	body->ifa_flags = IFA_F_NODAD;
	body->ifa_index = if_nametoindex(ifname);
	nl_put_ip(&m, IFA_LOCAL, &ip);
	namespace_send(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_node_is_asked_once_and_its_answer_kept),
		cmocka_unit_test(nobody_answers_for_another),
		cmocka_unit_test(the_same_link_local_address_on_two_devices_is_two_nodes),
	};

	namespace_enter();
	namespace_add_cable("one", "two");
	namespace_up("lo");
	namespace_up("one");
	namespace_up("two");
	add_link_local("one", "fe80::1");
	add_link_local("two", "fe80::7");
	return cmocka_run_group_tests(tests, make_base, free_base);
}
