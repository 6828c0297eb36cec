/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/names.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "net/dns.h"
#include "net/ip.h"

/* More nodes than that are shown by their addresses. */
#define NAMES_MAX 512
/*
 * A node that has not answered is asked again, less and less often, but not so soon: for half a
 * minute after the start batman-adv lets no broadcast of a bridge through, and so no ARP.  One that
 * has answered may have a new name.
 */
#define AGAIN_MIN_MS 4000
#define REFRESH_MS   300000
/* A name that nobody confirms any more may be somebody else's by now. */
#define FORGET_MS 3600000
#define DNS_PORT  53
/* Answers that are read in one go. */
#define READS_MAX 64

struct name {
	struct ip ip;    /* IP_NONE: free */
	unsigned device; /* of a link-local address; else 0 */
	char text[DNS_NAME_SIZE];
	uint16_t id; /* of the question that is on its way */
	int64_t asked_ms, answered_ms, used_ms;
	int64_t wait_ms; /* after the last question, before the next */
};

struct names {
	int sockets[2]; /* IPv4, IPv6 */
	struct event *ready[2];
	struct name entries[NAMES_MAX];
};

static bool is_of(const struct name *name, const struct ip *ip, unsigned device)
{
	return ip_equal(&name->ip, ip) && name->device == device;
}

static struct name *find(struct names *names, const struct ip *ip, unsigned device)
{
	for (size_t i = 0; i < NAMES_MAX; i++) {
		if (is_of(&names->entries[i], ip, device))
			return &names->entries[i];
	}
	return NULL;
}

/* Finds or makes it: the one that was not wanted for the longest time makes room. */
static struct name *make(struct names *names, const struct ip *ip, unsigned device)
{
	struct name *oldest = names->entries;

	for (size_t i = 0; i < NAMES_MAX; i++) {
		struct name *name = &names->entries[i];

		if (is_of(name, ip, device))
			return name;
		if (name->used_ms < oldest->used_ms)
			oldest = name;
	}
	*oldest = (struct name){ .ip = *ip, .device = device, .asked_ms = INT64_MIN / 2 };
	return oldest;
}

static socklen_t address_of(const struct name *name, struct sockaddr_storage *address)
{
	const struct ip *ip = &name->ip;
	struct sockaddr_in *four = (void *)address;
	struct sockaddr_in6 *six = (void *)address;

	memset(address, 0, sizeof(*address));
	if (ip->family == IP_V4) {
		four->sin_family = AF_INET;
		four->sin_port = htons(DNS_PORT);
		memcpy(&four->sin_addr, ip->byte, sizeof(four->sin_addr));
		return sizeof(*four);
	}
	six->sin6_family = AF_INET6;
	six->sin6_port = htons(DNS_PORT);
	six->sin6_scope_id = name->device;
	memcpy(&six->sin6_addr, ip->byte, sizeof(six->sin6_addr));
	return sizeof(*six);
}

static bool ip_of(const struct sockaddr_storage *address, struct ip *ip, unsigned *device)
{
	const struct sockaddr_in *four = (const void *)address;
	const struct sockaddr_in6 *six = (const void *)address;

	memset(ip, 0, sizeof(*ip));
	*device = 0;
	if (address->ss_family == AF_INET && four->sin_port == htons(DNS_PORT)) {
		ip->family = IP_V4;
		memcpy(ip->byte, &four->sin_addr, sizeof(four->sin_addr));
	} else if (address->ss_family == AF_INET6 && six->sin6_port == htons(DNS_PORT)) {
		ip->family = IP_V6;
		memcpy(ip->byte, &six->sin6_addr, sizeof(six->sin6_addr));
		*device = ip_is_link_local(ip) ? six->sin6_scope_id : 0;
	}
	return ip->family != IP_NONE;
}

static void ask(struct names *names, struct name *name, int64_t now_ms)
{
	uint8_t question[DNS_PTR_SIZE_MAX];
	struct sockaddr_storage to;
	socklen_t to_size = address_of(name, &to);
	size_t size;

	name->asked_ms = now_ms;
	name->wait_ms = name->wait_ms ? name->wait_ms + name->wait_ms / 4 : AGAIN_MIN_MS;
	if (name->wait_ms > REFRESH_MS)
		name->wait_ms = REFRESH_MS;
	if (getrandom(&name->id, sizeof(name->id), 0) != sizeof(name->id))
		return;
	size = dns_ptr_write(&name->ip, name->id, question);
	/* Who cannot be reached now is asked again later. */
	(void)sendto(names->sockets[name->ip.family == IP_V6], question, size, 0,
	             (struct sockaddr *)&to, to_size);
}

/* Only the node itself is believed: the one that was asked, while it was asked. */
static void take_answer(struct names *names, const void *bytes, size_t size,
                        const struct sockaddr_storage *from)
{
	char text[DNS_NAME_SIZE];
	struct name *name;
	unsigned device;
	struct ip ip;

	if (!ip_of(from, &ip, &device))
		return;
	name = find(names, &ip, device);
	if (!name || name->answered_ms >= name->asked_ms ||
	    !dns_ptr_read(bytes, size, &name->ip, name->id, text))
		return;
	name->answered_ms = clock_ms();
	name->wait_ms = REFRESH_MS;
	/* Two names of the same node differ in their first part. */
	memcpy(name->text, text, sizeof(text));
	name->text[strcspn(name->text, ".")] = 0;
}

static void on_ready(int fd, short what, void *data)
{
	struct names *names = data;

	(void)what;
	for (unsigned i = 0; i < READS_MAX; i++) {
		uint8_t bytes[DNS_ANSWER_MAX + 1];
		struct sockaddr_storage from = { 0 };
		socklen_t from_size = sizeof(from);
		ssize_t n = recvfrom(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&from,
		                     &from_size);

		/* An error of an earlier question (nobody listens there) is read here too. */
		if (n < 0 && errno == EAGAIN)
			return;
		if (n > 0)
			take_answer(names, bytes, (size_t)n, &from);
	}
}

static int open_socket(struct names *names, struct event_base *base, unsigned which)
{
	int fd = socket(which ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	names->sockets[which] = fd;
	if (fd < 0)
		return -1;
	names->ready[which] = event_new(base, fd, EV_READ | EV_PERSIST, on_ready, names);
	assert(names->ready[which]);
	return event_add(names->ready[which], NULL);
}

struct names *names_new(struct event_base *base)
{
	struct names *names = calloc(1, sizeof(*names));

	assert(names);
	names->sockets[1] = -1;
	if (open_socket(names, base, 0) < 0) {
		names_free(names);
		return NULL;
	}
	/* A machine may have no IPv6. */
	(void)open_socket(names, base, 1);
	return names;
}

void names_free(struct names *names)
{
	if (!names)
		return;
	for (unsigned i = 0; i < 2; i++) {
		if (names->ready[i])
			event_free(names->ready[i]);
		if (names->sockets[i] >= 0)
			close(names->sockets[i]);
	}
	free(names);
}

const char *names_of(struct names *names, const struct ip *ip, unsigned device)
{
	int64_t now = clock_ms();
	struct name *name;

	if (ip->family == IP_NONE)
		return NULL;
	name = make(names, ip, ip_is_link_local(ip) ? device : 0);
	name->used_ms = now;
	if (now - name->answered_ms > FORGET_MS)
		name->text[0] = 0;
	if (now - name->asked_ms > name->wait_ms)
		ask(names, name, now);
	return *name->text ? name->text : NULL;
}
