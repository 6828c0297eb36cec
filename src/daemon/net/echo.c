/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/echo.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <string.h>
#include <sys/socket.h>

/* A burst of answers that are none of ours is no reason to read for ever. */
#define READS_MAX 64

void echo_ask(int socket, uint32_t link)
{
	struct icmp6_hdr request = { .icmp6_type = ICMP6_ECHO_REQUEST };
	struct sockaddr_in6 all = { .sin6_family = AF_INET6, .sin6_scope_id = link };

	all.sin6_addr.s6_addr[0] = 0xff;
	all.sin6_addr.s6_addr[1] = 2;
	all.sin6_addr.s6_addr[15] = 1;
	/* Lost like any other packet, if it cannot be sent. */
	(void)sendto(socket, &request, sizeof(request), MSG_DONTWAIT, (struct sockaddr *)&all,
	             sizeof(all));
}

bool echo_read(int socket, struct in6_addr *from)
{
	for (int i = 0; i < READS_MAX; i++) {
		struct sockaddr_in6 sender = { 0 };
		socklen_t size = sizeof(sender);
		struct icmp6_hdr answer;
		ssize_t n = recvfrom(socket, &answer, sizeof(answer), MSG_DONTWAIT,
		                     (struct sockaddr *)&sender, &size);

		if (n < 0)
			return false;
		if (n < (ssize_t)sizeof(answer) || answer.icmp6_type != ICMP6_ECHO_REPLY ||
		    !IN6_IS_ADDR_LINKLOCAL(&sender.sin6_addr))
			continue;
		*from = sender.sin6_addr;
		return true;
	}
	return false;
}
