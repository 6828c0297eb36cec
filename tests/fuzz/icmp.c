/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* What anybody may send to the sockets that wait for echoes: of uplinks, and of the ways to
 * gateways. */
#include "net/icmp.h"

#include <assert.h>
#include <string.h>

#include "fuzz.h"

static void look(const uint8_t *bytes, size_t size, enum ip_family family, size_t token_size)
{
	struct icmp_echo answer = { .ident = 0xabcd };
	const uint8_t nothing[ICMP_TOKEN_SIZE_MAX] = { 0 };
	size_t at = 0;

	if (!icmp_echo_read(bytes, size, family, token_size, &answer)) {
		assert(answer.ident == 0xabcd);
		return;
	}
	if (family == IP_V4)
		at = (size_t)(bytes[0] & 15) * 4;
	assert(at + 8 + token_size <= size);
	assert(bytes[at] == (family == IP_V4 ? 0 : 129));
	assert(!memcmp(answer.token, bytes + at + 8, token_size));
	assert(!memcmp(answer.token + token_size, nothing, sizeof(nothing) - token_size));
	assert(!memcmp(&answer.sequence, bytes + at + 6, 2));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	for (size_t token_size = 0; token_size <= ICMP_TOKEN_SIZE_MAX; token_size += 4) {
		look(bytes, size, IP_V4, token_size);
		look(bytes, size, IP_V6, token_size);
	}
	return 0;
}
