/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Answers to echoes (RFC 792, RFC 4443), as a raw socket gives them: those of IPv4 with its header.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/ip.h"

#define ICMP_TOKEN_SIZE_MAX 8

struct icmp_echo {
	uint16_t ident, sequence;           /* as on the wire */
	uint8_t token[ICMP_TOKEN_SIZE_MAX]; /* what the question carried, and zeros */
};

/* False, and `answer` untouched, if these bytes are no answer, or carry less than so large a token.
 */
bool icmp_echo_read(const uint8_t *bytes, size_t size, enum ip_family family, size_t token_size,
                    struct icmp_echo *answer);
