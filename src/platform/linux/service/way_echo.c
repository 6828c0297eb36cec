/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/way_echo.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <linux/filter.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/icmp.h"

#define READS_MAX 64
#define HOP_LIMIT 64 /* with which answers begin on their way (ours, and almost everybody's) */
#define HEADER    40 /* of IPv6 */

struct pending {
	uint64_t token; /* what only the one who was asked has seen; 0: free */
	struct ip to;
	uint32_t who, id;
};

struct way_echo {
	int out, in;
	struct event *ready;
	uint16_t ident, sequence;
	way_echo_told *told;
	void *data;
	struct pending pending[WAY_ECHO_PENDING_MAX];
};

struct message {
	uint8_t type, code;
	uint16_t checksum, ident, sequence;
	uint8_t token[8];
};

static_assert(HEADER + sizeof(struct message) == WAY_ECHO_SIZE, "the packet");

static uint32_t sum(const uint8_t *bytes, size_t size, uint32_t so_far)
{
	for (size_t i = 0; i + 1 < size; i += 2)
		so_far += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	return so_far;
}

/* RFC 8200, section 8.1 */
static uint16_t checksum(const uint8_t packet[WAY_ECHO_SIZE])
{
	uint32_t total = sizeof(struct message) + IPPROTO_ICMPV6;

	total = sum(packet + 8, WAY_ECHO_SIZE - 8, total);
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return htons((uint16_t)~total);
}

void way_echo_write(const struct ip *from, const struct ip *to, uint16_t ident, uint16_t sequence,
                    uint64_t token, uint8_t packet[WAY_ECHO_SIZE])
{
	struct message message = {
		.type = ICMP6_ECHO_REQUEST,
		.ident = ident,
		.sequence = htons(sequence),
	};

	memset(packet, 0, HEADER);
	memcpy(message.token, &token, sizeof(message.token));
	packet[0] = 0x60;
	packet[5] = sizeof(message);
	packet[6] = IPPROTO_ICMPV6;
	packet[7] = HOP_LIMIT;
	memcpy(packet + 8, from->byte, 16);
	memcpy(packet + 24, to->byte, 16);
	memcpy(packet + HEADER, &message, sizeof(message));
	message.checksum = checksum(packet);
	memcpy(packet + HEADER, &message, sizeof(message));
}

static void take_answer(struct way_echo *echo, const uint8_t *bytes, size_t size,
                        const struct sockaddr_in6 *from, int hop_limit)
{
	struct icmp_echo answer;
	struct pending asked;
	uint64_t token;
	size_t at;

	if (size != sizeof(struct message) ||
	    !icmp_echo_read(bytes, size, IP_V6, sizeof(token), &answer))
		return;
	memcpy(&token, answer.token, sizeof(token));
	at = ntohs(answer.sequence) % WAY_ECHO_PENDING_MAX;
	asked = echo->pending[at];
	if (answer.ident != echo->ident || !token || asked.token != token ||
	    memcmp(&from->sin6_addr, asked.to.byte, 16) != 0)
		return;
	echo->pending[at].token = 0;
	echo->told(echo->data, asked.who, asked.id,
	           hop_limit > 0 && hop_limit < HOP_LIMIT ? (unsigned)(HOP_LIMIT - hop_limit) : 0);
}

static int hop_limit_of(struct msghdr *head)
{
	int limit = -1;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(head); c; c = CMSG_NXTHDR(head, c)) {
		if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_HOPLIMIT)
			memcpy(&limit, CMSG_DATA(c), sizeof(limit));
	}
	return limit;
}

static void on_ready(int fd, short what, void *data)
{
	(void)what;
	for (unsigned i = 0; i < READS_MAX; i++) {
		_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(int))];
		struct sockaddr_in6 from = { 0 };
		uint8_t bytes[128];
		struct iovec part = { bytes, sizeof(bytes) };
		struct msghdr head = { .msg_name = &from,
			               .msg_namelen = sizeof(from),
			               .msg_iov = &part,
			               .msg_iovlen = 1,
			               .msg_control = control,
			               .msg_controllen = sizeof(control) };
		ssize_t size = recvmsg(fd, &head, MSG_DONTWAIT);

		if (size < 0)
			return;
		take_answer(data, bytes, (size_t)size, &from, hop_limit_of(&head));
	}
}

/* What others send in tunnels is not for this socket. */
static int open_out(void)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	const struct sock_fprog program = { 1, &nothing };
	int fd = socket(AF_INET6, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_IPV6);

	if (fd >= 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
	return fd;
}

static int open_in(void)
{
	int fd = socket(AF_INET6, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMPV6);
	struct icmp6_filter only;
	const int on = 1;

	if (fd < 0)
		return fd;
	ICMP6_FILTER_SETBLOCKALL(&only);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &only);
	(void)setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &only, sizeof(only));
	(void)setsockopt(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof(on));
	return fd;
}

struct way_echo *way_echo_new(struct event_base *base, way_echo_told *told, void *data)
{
	struct way_echo *echo = calloc(1, sizeof(*echo));
	int error;

	assert(echo);
	echo->told = told;
	echo->data = data;
	echo->in = -1;
	echo->out = open_out();
	if (echo->out >= 0)
		echo->in = open_in();
	error = errno;
	if (echo->in < 0) {
		way_echo_free(echo);
		errno = error;
		return NULL;
	}
	(void)!getrandom(&echo->ident, sizeof(echo->ident), 0);
	echo->ready = event_new(base, echo->in, EV_READ | EV_PERSIST, on_ready, echo);
	assert(echo->ready);
	event_add(echo->ready, NULL);
	return echo;
}

void way_echo_free(struct way_echo *echo)
{
	if (!echo)
		return;
	if (echo->ready)
		event_free(echo->ready);
	if (echo->in >= 0)
		close(echo->in);
	if (echo->out >= 0)
		close(echo->out);
	free(echo);
}

static int send_from(int fd, const struct ip *from, const struct ip *to,
                     const uint8_t packet[WAY_ECHO_SIZE])
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6 };
	struct in6_pktinfo source = { 0 };
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(source))] = { 0 };
	uint8_t bytes[WAY_ECHO_SIZE];
	struct iovec part = { bytes, sizeof(bytes) };
	struct msghdr head = { .msg_name = &address,
		               .msg_namelen = sizeof(address),
		               .msg_iov = &part,
		               .msg_iovlen = 1,
		               .msg_control = control,
		               .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&head);

	memcpy(bytes, packet, sizeof(bytes));
	memcpy(&address.sin6_addr, to->byte, 16);
	memcpy(&source.ipi6_addr, from->byte, 16);
	c->cmsg_level = IPPROTO_IPV6;
	c->cmsg_type = IPV6_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(source));
	memcpy(CMSG_DATA(c), &source, sizeof(source));
	return sendmsg(fd, &head, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int way_echo_ask(struct way_echo *echo, const struct ip *from, const struct ip *to, uint32_t who,
                 uint32_t id)
{
	uint16_t sequence = echo->sequence++;
	struct pending *pending = &echo->pending[sequence % WAY_ECHO_PENDING_MAX];
	uint8_t packet[WAY_ECHO_SIZE];
	uint64_t token = 0;

	if (getrandom(&token, sizeof(token), GRND_NONBLOCK) != sizeof(token) || !token)
		return -EAGAIN;
	*pending = (struct pending){ token, *to, who, id };
	way_echo_write(from, to, echo->ident, sequence, token, packet);
	return send_from(echo->out, from, to, packet);
}
