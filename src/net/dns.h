/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * As much of DNS (RFC 1035) as it takes to ask for the name of an address (PTR; RFC 3596 for
 * IPv6), and to find out whether somebody answers names truthfully.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/ip.h"

#define DNS_PTR_SIZE_MAX 128 /* bytes of a question */
#define DNS_ANSWER_MAX   512 /* bytes of an answer over UDP */
#define DNS_NAME_SIZE    256 /* of a name as text, with its end */

/*
 * Link-local addresses stand in no zone; who is asked at one about that very address is asked for
 * the PTR record of this name instead, and answers with the node's own (docs/wire/names.md).
 */
#define DNS_SELF "node.weft.internal"

/* Writes the question and gives its size. */
size_t dns_ptr_write(const struct ip *ip, uint16_t id, uint8_t bytes[DNS_PTR_SIZE_MAX]);

/*
 * Reads an answer to the question about `ip` with this `id`.  True if it is one; `name` is then the
 * first name it gives, or "" if it has none.  A name is letters, digits, '-', '_' and dots, no
 * more: anything else that a stranger calls himself counts as none.
 */
bool dns_ptr_read(const void *bytes, size_t size, const struct ip *ip, uint16_t id,
                  char name[DNS_NAME_SIZE]);

/*
 * A question for the address of a name that cannot exist (under "invalid", RFC 6761), different for
 * each `token`.  Writes it and gives its size.
 */
size_t dns_invalid_write(uint32_t token, uint16_t id, uint8_t bytes[DNS_PTR_SIZE_MAX]);

enum dns_verdict {
	DNS_NOTHING, /* no answer to this question */
	DNS_TRUE,    /* there is no such name */
	DNS_FORGED,  /* an address for a name that does not exist */
	DNS_FAILED,  /* the server cannot answer or does not want to */
};

enum dns_verdict dns_invalid_read(const void *bytes, size_t size, uint32_t token, uint16_t id);
