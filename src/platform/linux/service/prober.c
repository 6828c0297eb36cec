/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/prober.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/dns.h"
#include "net/facts.h"
#include "net/icmp.h"

/* Echoes read in one go: strangers may send as many as they like. */
#define READS_MAX 32

struct question {
	struct prober *prober;
	uint32_t id; /* 0: free */
	struct probe_target target;
	uint64_t order; /* of two the lower one is older */
	uint32_t token; /* what only the one who was asked has seen */
	int fd;         /* -1 of ICMP */
	struct event *ready;
};

struct prober {
	struct event_base *base;
	char ifname[IFNAME_SIZE];
	enum ip_family family;
	prober_told *told;
	void *data;
	int echo_fd;
	struct event *echo_ready;
	uint16_t echo_id;
	uint64_t order;
	struct question questions[PROBER_QUESTIONS_MAX];
};

struct echo {
	uint8_t type, code;
	uint16_t checksum, id, sequence;
	uint32_t token;
};

/* --- questions --- */

static void question_done(struct question *question)
{
	if (question->ready)
		event_free(question->ready);
	if (question->id && question->fd >= 0)
		close(question->fd);
	*question = (struct question){ .prober = question->prober, .fd = -1 };
}

static void tell(struct question *question, enum prober_answer answer)
{
	struct prober *prober = question->prober;
	uint32_t id = question->id;

	question_done(question);
	prober->told(prober->data, id, answer);
}

/* A free place, or that of the question which has waited longest. */
static struct question *question_new(struct prober *prober, uint32_t id,
                                     const struct probe_target *target)
{
	struct question *oldest = prober->questions;

	for (size_t i = 0; i < PROBER_QUESTIONS_MAX; i++) {
		struct question *question = &prober->questions[i];

		if (!question->id) {
			oldest = question;
			break;
		}
		if (question->order < oldest->order)
			oldest = question;
	}
	question_done(oldest);
	oldest->id = id;
	oldest->target = *target;
	oldest->order = ++prober->order;
	if (getrandom(&oldest->token, sizeof(oldest->token), 0) != sizeof(oldest->token))
		oldest->token = (uint32_t)oldest->order;
	return oldest;
}

static socklen_t address_of(const struct probe_target *target, struct sockaddr_storage *address)
{
	struct sockaddr_in *four = (void *)address;
	struct sockaddr_in6 *six = (void *)address;

	memset(address, 0, sizeof(*address));
	if (target->ip.family == IP_V4) {
		four->sin_family = AF_INET;
		four->sin_port = htons(target->port);
		memcpy(&four->sin_addr, target->ip.byte, sizeof(four->sin_addr));
		return sizeof(*four);
	}
	six->sin6_family = AF_INET6;
	six->sin6_port = htons(target->port);
	memcpy(&six->sin6_addr, target->ip.byte, sizeof(six->sin6_addr));
	return sizeof(*six);
}

static int open_socket(const struct prober *prober, int type, int protocol)
{
	int domain = prober->family == IP_V4 ? AF_INET : AF_INET6;
	int fd = socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, prober->ifname,
	               (socklen_t)strlen(prober->ifname)) < 0) {
		int error = errno;

		close(fd);
		return -error;
	}
	return fd;
}

/* Opens, connects and waits; what becomes of it comes to `ready`. */
static int connect_socket(struct question *question, int type, short events,
                          event_callback_fn ready)
{
	const struct timeval late = { PROBER_LATE_MS / 1000, 0 };
	struct sockaddr_storage address;
	socklen_t size = address_of(&question->target, &address);
	int fd = open_socket(question->prober, type, 0);

	if (fd < 0)
		return fd;
	question->fd = fd;
	if (connect(fd, (struct sockaddr *)&address, size) < 0 && errno != EINPROGRESS)
		return -errno;
	question->ready = event_new(question->prober->base, fd, events, ready, question);
	event_add(question->ready, &late);
	return 0;
}

/* --- TCP --- */

static void on_connected(int fd, short what, void *data)
{
	struct question *question = data;
	int error = 0;
	socklen_t size = sizeof(error);
	/* Reset instead of an orderly end: the target keeps nothing of us. */
	const struct linger reset = { .l_onoff = 1 };

	if (what & EV_TIMEOUT) {
		question_done(question);
		return;
	}
	(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	tell(question, error == 0 || error == ECONNREFUSED ? PROBER_ANSWERED : PROBER_FAILED);
}

/* Only who takes the connection says anything. */
static void on_trapped(int fd, short what, void *data)
{
	struct question *question = data;
	int error = 0;
	socklen_t size = sizeof(error);

	if (what & EV_TIMEOUT) {
		question_done(question);
		return;
	}
	(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
	tell(question, error == 0 ? PROBER_FORGED : PROBER_FAILED);
}

/* --- DNS --- */

static void on_names(int fd, short what, void *data)
{
	struct question *question = data;
	uint8_t bytes[DNS_ANSWER_MAX];
	ssize_t size;

	if (what & EV_TIMEOUT) {
		question_done(question);
		return;
	}
	size = recv(fd, bytes, sizeof(bytes), 0);
	if (size < 0 && errno != EAGAIN && errno != EINTR) {
		tell(question, PROBER_FAILED);
		return;
	}
	switch (dns_invalid_read(bytes, size < 0 ? 0 : (size_t)size, question->token,
	                         (uint16_t)question->token)) {
	case DNS_NOTHING:
		return;
	case DNS_TRUE:
		tell(question, PROBER_ANSWERED);
		return;
	case DNS_FORGED:
		tell(question, PROBER_FORGED);
		return;
	case DNS_FAILED:
		tell(question, PROBER_FAILED);
		return;
	}
}

static int ask_names(struct question *question)
{
	uint8_t bytes[DNS_PTR_SIZE_MAX];
	size_t size = dns_invalid_write(question->token, (uint16_t)question->token, bytes);
	int r = connect_socket(question, SOCK_DGRAM, EV_READ | EV_PERSIST, on_names);

	if (r < 0)
		return r;
	return send(question->fd, bytes, size, 0) < 0 ? -errno : 0;
}

/* --- ICMP --- */

static uint16_t checksum(const uint8_t *byte, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)byte[i] << 8 | byte[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

static int ask_echo(struct question *question)
{
	struct prober *prober = question->prober;
	bool four = prober->family == IP_V4;
	struct sockaddr_storage address;
	socklen_t size = address_of(&question->target, &address);
	uint8_t bytes[sizeof(struct echo)];
	struct echo echo = {
		.type = four ? ICMP_ECHO : ICMP6_ECHO_REQUEST,
		.id = prober->echo_id,
		.sequence = htons((uint16_t)question->id),
		.token = question->token,
	};

	/* The kernel does it for IPv6. */
	if (four) {
		memcpy(bytes, &echo, sizeof(bytes));
		echo.checksum = checksum(bytes, sizeof(bytes));
	}
	return sendto(prober->echo_fd, &echo, sizeof(echo), 0, (struct sockaddr *)&address, size) <
	                       0
	               ? -errno
	               : 0;
}

static bool is_from(const struct sockaddr_storage *from, const struct probe_target *target)
{
	const struct sockaddr_in *four = (const void *)from;
	const struct sockaddr_in6 *six = (const void *)from;

	if (target->ip.family == IP_V4)
		return from->ss_family == AF_INET &&
		       !memcmp(&four->sin_addr, target->ip.byte, sizeof(four->sin_addr));
	return from->ss_family == AF_INET6 &&
	       !memcmp(&six->sin6_addr, target->ip.byte, sizeof(six->sin6_addr));
}

static void take_echo(struct prober *prober, const uint8_t *bytes, size_t size,
                      const struct sockaddr_storage *from)
{
	struct icmp_echo echo;
	uint32_t token;

	if (!icmp_echo_read(bytes, size, prober->family, sizeof(token), &echo) ||
	    echo.ident != prober->echo_id)
		return;
	memcpy(&token, echo.token, sizeof(token));
	for (size_t i = 0; i < PROBER_QUESTIONS_MAX; i++) {
		struct question *question = &prober->questions[i];

		if (!question->id || question->target.kind != PROBE_ICMP ||
		    question->token != token || htons((uint16_t)question->id) != echo.sequence ||
		    !is_from(from, &question->target))
			continue;
		tell(question, PROBER_ANSWERED);
		return;
	}
}

static void on_echo(int fd, short what, void *data)
{
	(void)what;
	for (unsigned i = 0; i < READS_MAX; i++) {
		struct sockaddr_storage from = { 0 };
		socklen_t from_size = sizeof(from);
		uint8_t bytes[256];
		ssize_t size = recvfrom(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&from,
		                        &from_size);

		if (size < 0)
			return;
		take_echo(data, bytes, (size_t)size, &from);
	}
}

static int open_echo(struct prober *prober)
{
	bool four = prober->family == IP_V4;
	int fd = open_socket(prober, SOCK_RAW, four ? IPPROTO_ICMP : IPPROTO_ICMPV6);

	if (fd < 0)
		return fd;
	prober->echo_fd = fd;
	if (four) {
		const struct icmp_filter only = { ~(1u << ICMP_ECHOREPLY) };

		(void)setsockopt(fd, SOL_RAW, ICMP_FILTER, &only, sizeof(only));
	} else {
		struct icmp6_filter only;

		ICMP6_FILTER_SETBLOCKALL(&only);
		ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &only);
		(void)setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &only, sizeof(only));
	}
	prober->echo_ready = event_new(prober->base, fd, EV_READ | EV_PERSIST, on_echo, prober);
	event_add(prober->echo_ready, NULL);
	return 0;
}

/* --- from outside --- */

struct prober *prober_new(struct event_base *base, const char *ifname, enum ip_family family,
                          prober_told *told, void *data)
{
	struct prober *prober = calloc(1, sizeof(*prober));
	int r;

	assert(strlen(ifname) < IFNAME_SIZE && family != IP_NONE);
	if (!prober)
		abort();
	*prober = (struct prober){
		.base = base, .family = family, .told = told, .data = data, .echo_fd = -1
	};
	memcpy(prober->ifname, ifname, strlen(ifname) + 1);
	for (size_t i = 0; i < PROBER_QUESTIONS_MAX; i++)
		prober->questions[i] = (struct question){ .prober = prober, .fd = -1 };
	r = open_echo(prober);
	if (r == 0 && getrandom(&prober->echo_id, sizeof(prober->echo_id), 0) < 0)
		r = -errno;
	if (r == 0)
		return prober;
	prober_free(prober);
	errno = -r;
	return NULL;
}

void prober_free(struct prober *prober)
{
	if (!prober)
		return;
	for (size_t i = 0; i < PROBER_QUESTIONS_MAX; i++)
		question_done(&prober->questions[i]);
	if (prober->echo_ready)
		event_free(prober->echo_ready);
	if (prober->echo_fd >= 0)
		close(prober->echo_fd);
	free(prober);
}

int prober_ask(struct prober *prober, uint32_t id, const struct probe_target *target)
{
	struct question *question = question_new(prober, id, target);
	int r = -EINVAL;

	assert(id && target->ip.family == prober->family);
	switch (target->kind) {
	case PROBE_ICMP:
		r = ask_echo(question);
		break;
	case PROBE_TCP:
		r = connect_socket(question, SOCK_STREAM, EV_WRITE, on_connected);
		break;
	case PROBE_DNS:
		r = ask_names(question);
		break;
	case PROBE_TRAP:
		r = connect_socket(question, SOCK_STREAM, EV_WRITE, on_trapped);
		break;
	case PROBE_N_KINDS:
		break;
	}
	if (r < 0)
		question_done(question);
	return r;
}
