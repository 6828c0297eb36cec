/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/icmp.h"

#include <assert.h>
#include <string.h>

#define REPLY4      0
#define REPLY6      129
#define HEADER      8 /* type, code, checksum, identifier, sequence */
#define IPV4_HEADER 20

/* Where the message begins; `size` if there is none. */
static size_t begin(const uint8_t *bytes, size_t size, enum ip_family family)
{
	size_t header = 0;

	if (family == IP_V6)
		return 0;
	if (size < IPV4_HEADER || bytes[0] >> 4 != 4)
		return size;
	header = (size_t)(bytes[0] & 15) * 4;
	return header >= IPV4_HEADER && header <= size ? header : size;
}

bool icmp_echo_read(const uint8_t *bytes, size_t size, enum ip_family family, size_t token_size,
                    struct icmp_echo *answer)
{
	size_t at = begin(bytes, size, family);

	assert(token_size <= ICMP_TOKEN_SIZE_MAX);
	if (size - at < HEADER + token_size || bytes[at] != (family == IP_V4 ? REPLY4 : REPLY6))
		return false;
	memset(answer, 0, sizeof(*answer));
	memcpy(&answer->ident, bytes + at + 4, sizeof(answer->ident));
	memcpy(&answer->sequence, bytes + at + 6, sizeof(answer->sequence));
	memcpy(answer->token, bytes + at + HEADER, token_size);
	return true;
}
