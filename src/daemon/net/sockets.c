/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "plan/numbers.h"

/* Whoever comes while more than these wait has to ask again, a second later. */
#define BACKLOG     256
#define HOPS_NEAR   255 /* a packet that was forwarded has fewer */
#define PING_GROUPS "/proc/sys/net/ipv4/ping_group_range"

static bool set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) == 0;
}

static int give_up(int fd)
{
	int r = -errno;

	if (fd >= 0)
		close(fd);
	return r;
}

static bool bind_port(int fd, uint16_t port)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_port = htons(port) };

	return bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
}

int sockets_listen(uint16_t port)
{
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || !set(fd, SOL_SOCKET, SO_REUSEADDR, 1) ||
	    !set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0) || !bind_port(fd, port) ||
	    listen(fd, BACKLOG) < 0)
		return give_up(fd);
	return fd;
}

static bool bind_device(int fd, const char *name)
{
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name)) == 0;
}

static bool set_multicast(int fd, unsigned index)
{
	return set(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)index) &&
	       set(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0) &&
	       set(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, HOPS_NEAR) &&
	       set(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, HOPS_NEAR) &&
	       set(fd, IPPROTO_IPV6, IPV6_MINHOPCOUNT, HOPS_NEAR);
}

static bool join(int fd, unsigned index)
{
	struct ipv6_mreq group = { .ipv6mr_interface = index };

	return inet_pton(AF_INET6, GROUP_STATE, &group.ipv6mr_multiaddr) == 1 &&
	       setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &group, sizeof(group)) == 0;
}

int sockets_datagrams(unsigned index, const char *name)
{
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || !bind_device(fd, name) || !set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) ||
	    !set_multicast(fd, index) || !bind_port(fd, PORT_STATE) || !join(fd, index))
		return give_up(fd);
	return fd;
}

static bool set_groups(const char *range)
{
	FILE *file = fopen(PING_GROUPS, "we");
	bool good = file && fputs(range, file) >= 0;

	return file && fclose(file) == 0 && good;
}

/* Where nobody may have echo sockets, root's group may for a moment: it can have raw ones anyway,
 * and who has one keeps it. */
static int open_echo_as_root(int type)
{
	BUF_AUTO groups = { 0 };
	unsigned first, last;
	int fd, error;

	errno = EACCES;
	if (file_read(PING_GROUPS, 64, &groups) < 0 ||
	    sscanf(groups.text, "%u %u", &first, &last) != 2 || first <= last || !set_groups("0 0"))
		return -1;
	fd = socket(AF_INET6, type, IPPROTO_ICMPV6);
	error = errno;
	(void)set_groups(groups.text);
	errno = error;
	return fd;
}

int sockets_echo(const char *name)
{
	int type = SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
	int fd = socket(AF_INET6, type, IPPROTO_ICMPV6);

	if (fd < 0 && errno == EACCES)
		fd = open_echo_as_root(type);
	/* We know that we are there. */
	if (fd < 0 || !bind_device(fd, name) || !set(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0))
		return give_up(fd);
	return fd;
}
