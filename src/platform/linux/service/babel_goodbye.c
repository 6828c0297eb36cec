/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/babel_goodbye.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAGIC         42
#define VERSION       2
#define PORT          6696
#define TLV_ROUTER_ID 6
#define TLV_NEXT_HOP  7
#define TLV_UPDATE    8
#define AE_IPV4       1
#define AE_IPV6       2
#define HEADER        4
#define INTERVAL_CS   400
#define INFINITY      0xffff
#define ID_SIZE       8

static uint8_t *put16(uint8_t *at, unsigned value)
{
	*at++ = (uint8_t)(value >> 8);
	*at++ = (uint8_t)value;
	return at;
}

static bool read_id(const char *router, uint8_t id[ID_SIZE])
{
	unsigned bytes[ID_SIZE];
	char end;

	if (sscanf(router, "%2x:%2x:%2x:%2x:%2x:%2x:%2x:%2x%c", &bytes[0], &bytes[1], &bytes[2],
	           &bytes[3], &bytes[4], &bytes[5], &bytes[6], &bytes[7], &end) != ID_SIZE)
		return false;
	for (size_t i = 0; i < ID_SIZE; i++)
		id[i] = (uint8_t)bytes[i];
	return true;
}

static uint8_t *put_router(uint8_t *at, const uint8_t id[ID_SIZE])
{
	*at++ = TLV_ROUTER_ID;
	*at++ = 2 + ID_SIZE;
	at = put16(at, 0);
	memcpy(at, id, ID_SIZE);
	return at + ID_SIZE;
}

static uint8_t *put_next_hop(uint8_t *at, const struct ip *ip)
{
	*at++ = TLV_NEXT_HOP;
	*at++ = 2 + 4;
	*at++ = AE_IPV4;
	*at++ = 0;
	memcpy(at, ip->byte, 4);
	return at + 4;
}

static uint8_t *put_update(uint8_t *at, const struct prefix *prefix)
{
	unsigned size = (prefix->length + 7U) / 8;

	*at++ = TLV_UPDATE;
	*at++ = (uint8_t)(10 + size);
	*at++ = prefix->ip.family == IP_V4 ? AE_IPV4 : AE_IPV6;
	*at++ = 0;
	*at++ = prefix->length;
	*at++ = 0;
	at = put16(at, INTERVAL_CS);
	at = put16(at, 0);
	at = put16(at, INFINITY);
	memcpy(at, prefix->ip.byte, size);
	return at + size;
}

size_t babel_goodbye_write(const char *router, const struct prefix *prefix,
                           const struct ip *next_hop, uint8_t packet[BABEL_GOODBYE_MAX])
{
	uint8_t *at = packet + HEADER;
	uint8_t id[ID_SIZE];

	assert(prefix->length <= (prefix->ip.family == IP_V4 ? 32 : 128));
	if (!read_id(router, id))
		return 0;
	if (prefix->ip.family == IP_V4 && next_hop->family == IP_V4)
		at = put_next_hop(at, next_hop);
	at = put_router(at, id);
	at = put_update(at, prefix);
	packet[0] = MAGIC;
	packet[1] = VERSION;
	put16(packet + 2, (unsigned)(at - packet) - HEADER);
	return (size_t)(at - packet);
}

static void address(struct sockaddr_in6 *to, const uint8_t byte[16], unsigned interface)
{
	*to = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_scope_id = interface };
	memcpy(&to->sin6_addr, byte, sizeof(to->sin6_addr));
}

/* babeld has the port, so this is a packet of UDP that no socket of UDP sends. */
static int send_from(int fd, unsigned interface, const struct ip *from, const uint8_t *packet,
                     size_t size)
{
	static const uint8_t all[16] = { 0xff, 0x02, [13] = 0x01, [15] = 0x06 };
	struct udphdr header = { .source = htons(PORT),
		                 .dest = htons(PORT),
		                 .len = htons((uint16_t)(sizeof(header) + size)) };
	uint8_t whole[sizeof(header) + BABEL_GOODBYE_MAX];
	int checksum = offsetof(struct udphdr, check), hops = 1;
	struct sockaddr_in6 here, there;

	address(&here, from->byte, interface);
	address(&there, all, interface);
	memcpy(whole, &header, sizeof(header));
	memcpy(whole + sizeof(header), packet, size);
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_CHECKSUM, &checksum, sizeof(checksum)) < 0 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops)) < 0 ||
	    bind(fd, (struct sockaddr *)&here, sizeof(here)) < 0 ||
	    sendto(fd, whole, sizeof(header) + size, MSG_DONTWAIT, (struct sockaddr *)&there,
	           sizeof(there)) < 0)
		return -errno;
	return 0;
}

int babel_goodbye_send(const char *ifname, const struct ip *from, const uint8_t *packet,
                       size_t size)
{
	unsigned interface = if_nametoindex(ifname);
	int fd, r;

	assert(size <= BABEL_GOODBYE_MAX);
	if (!interface)
		return -errno;
	fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP);
	if (fd < 0)
		return -errno;
	r = send_from(fd, interface, from, packet, size);
	close(fd);
	return r;
}
