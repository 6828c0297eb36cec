/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Stores of a cloud with leases in them. */
#include "../state/fixture.h"
#include "base/buf.h"
#include "lease/lease.h"

#define MAC(n_)                           \
	{                                 \
		{                         \
			2, 0, 0, 0, 0, n_ \
		}                         \
	}
#define IP(n_)                        \
	{                             \
		IP_V4,                \
		{                     \
			10, 13, 0, n_ \
		}                     \
	}

static const struct lease_scope scope = { { IP(0), 16 }, IP(1) };

static inline int bind(struct party *party, uint8_t mac, uint8_t ip, const char *name, uint64_t now)
{
	struct lease_event event = { .mac = MAC(mac), .ip = IP(ip), .hostname = name };

	return lease_bound(party->store, &scope, &event, now);
}

/* Everything that `from` knows, after a way of a second. */
static inline void tell(const struct party *from, struct party *to, uint64_t now)
{
	static struct packet packets[256];
	size_t n = packets_of(from->store, now, packets, ARRAY_LENGTH(packets));

	for (size_t i = 0; i < n; i++)
		(void)packet_merge(to->store, &packets[i], now + 1000);
}
