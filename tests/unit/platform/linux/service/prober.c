/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/prober.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "../namespace.h"
#include "net/dns.h"

/* A server of names on 10.9.9.9, which answers as a byte tells it to. */
struct world {
	struct event_base *base;
	struct prober *prober;
	int server;
	struct event *ready;
	uint8_t flags, n_answers;
	unsigned asked, told;
	uint32_t id;
	enum prober_answer answer;
};

static void on_told(void *data, uint32_t id, enum prober_answer answer)
{
	struct world *world = data;

	world->told++;
	world->id = id;
	world->answer = answer;
	event_base_loopbreak(world->base);
}

static void on_question(int fd, short what, void *data)
{
	struct world *world = data;
	struct sockaddr_in from;
	socklen_t from_size = sizeof(from);
	uint8_t bytes[DNS_ANSWER_MAX];
	ssize_t size = recvfrom(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &from_size);

	(void)what;
	assert_true(size > 12);
	world->asked++;
	bytes[2] = 0x81;
	bytes[3] = world->flags;
	bytes[7] = world->n_answers;
	assert_int_equal(sendto(fd, bytes, (size_t)size, 0, (struct sockaddr *)&from, from_size),
	                 size);
}

static void add_address(const char *text)
{
	struct nl_message m;
	struct ifaddrmsg *body;
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	nl_message_init(&m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	body = nl_body_of(&m, struct ifaddrmsg);
	body->ifa_family = ip.family == IP_V4 ? AF_INET : AF_INET6;
	body->ifa_prefixlen = (uint8_t)ip_bits(&ip);
	body->ifa_index = 1;
	body->ifa_flags = ip.family == IP_V4 ? 0 : IFA_F_NODAD;
	nl_put_ip(&m, IFA_LOCAL, &ip);
	namespace_send(&m);
}

static void set_up(void)
{
	struct nl_message m;
	struct ifinfomsg *body;

	nl_message_init(&m, RTM_NEWLINK, 0);
	body = nl_body_of(&m, struct ifinfomsg);
	body->ifi_index = 1;
	body->ifi_flags = body->ifi_change = IFF_UP;
	namespace_send(&m);
}

static int setup(void **state)
{
	(void)state;
	namespace_enter();
	set_up();
	add_address("10.9.9.9");
	add_address("2001:db8::9");
	return 0;
}

static void begin(struct world *world, enum ip_family family)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(53) };

	*world = (struct world){ .base = event_base_new() };
	world->prober = prober_new(world->base, "lo", family, on_told, world);
	assert_non_null(world->prober);
	world->server = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(world->server >= 0);
	assert_int_equal(inet_pton(AF_INET, "10.9.9.9", &at.sin_addr), 1);
	assert_int_equal(bind(world->server, (struct sockaddr *)&at, sizeof(at)), 0);
	world->ready = event_new(world->base, world->server, EV_READ | EV_PERSIST, on_question,
	                         world);
	event_add(world->ready, NULL);
}

static void end(struct world *world)
{
	prober_free(world->prober);
	event_free(world->ready);
	close(world->server);
	event_base_free(world->base);
}

static bool wait_for_answer(struct world *world, unsigned told)
{
	event_base_loopexit(world->base, &(struct timeval){ 1, 0 });
	event_base_dispatch(world->base);
	return world->told > told;
}

/* A packet may be lost even here (the first ones to a new IPv6 address now and then are), so it is
 * asked again a few times. */
static void asks(struct world *world, const char *text, enum prober_answer answer)
{
	unsigned told = world->told;
	struct probe_target target;

	assert_true(probe_parse(text, &target));
	for (uint32_t id = 1000; world->told == told; id++) {
		if (id == 1020)
			fail_msg("%s does not answer", text);
		assert_int_equal(prober_ask(world->prober, id, &target), 0);
		assert_int_equal(world->told, told);
		if (wait_for_answer(world, told))
			assert_int_equal(world->id, id);
	}
	assert_int_equal(world->told, told + 1);
	assert_int_equal(world->answer, answer);
}

static void who_is_there_answers(void **state)
{
	struct world world;

	(void)state;
	begin(&world, IP_V4);
	asks(&world, "icmp:10.9.9.9", PROBER_ANSWERED);
	asks(&world, "icmp:10.9.9.9", PROBER_ANSWERED);
	/* Nobody listens there: the host says so, and is there. */
	asks(&world, "tcp:10.9.9.9:443", PROBER_ANSWERED);
	end(&world);
	begin(&world, IP_V6);
	asks(&world, "icmp:2001:db8::9", PROBER_ANSWERED);
	asks(&world, "tcp:[2001:db8::9]:443", PROBER_ANSWERED);
	end(&world);
}

static void names_are_told_from_lies(void **state)
{
	struct world world;

	(void)state;
	begin(&world, IP_V4);
	world.flags = 0x83;
	asks(&world, "dns:10.9.9.9", PROBER_ANSWERED);
	world.flags = 0x80;
	world.n_answers = 1;
	asks(&world, "dns:10.9.9.9", PROBER_FORGED);
	world.flags = 0x85;
	world.n_answers = 0;
	asks(&world, "dns:10.9.9.9", PROBER_FAILED);
	/* No server there. */
	asks(&world, "dns:10.9.9.9:5353", PROBER_FAILED);
	assert_in_range(world.asked, 3, 12);
	end(&world);
}

static void nobody_can_be_asked_without_a_device(void **state)
{
	struct event_base *base = event_base_new();

	(void)state;
	assert_null(prober_new(base, "wan7", IP_V4, on_told, NULL));
	assert_int_equal(errno, ENODEV);
	event_base_free(base);
}

/* More questions than there are places: the oldest are given up, no socket is lost. */
static void many_questions_are_no_harm(void **state)
{
	struct probe_target target;
	struct world world;

	(void)state;
	begin(&world, IP_V4);
	assert_true(probe_parse("dns:10.9.9.9", &target));
	for (uint32_t id = 1; id <= 100; id++)
		assert_int_equal(prober_ask(world.prober, id, &target), 0);
	world.flags = 0x83;
	assert_true(wait_for_answer(&world, 0));
	assert_true(world.id > 100 - PROBER_QUESTIONS_MAX);
	end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_there_answers),
		cmocka_unit_test(names_are_told_from_lies),
		cmocka_unit_test(nobody_can_be_asked_without_a_device),
		cmocka_unit_test(many_questions_are_no_harm),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
