/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * dnsmasq's file of leases.  Pure.
 *
 *	1795371234 02:00:00:00:00:01 10.13.7.9 phone 01:02:00:00:00:00:01
 *	duid 00:01:00:01:...
 *	1795371234 12345 fd0d:fe46:8ce8::7 phone 00:01:00:01:...
 *
 * A line is: when it ends (seconds since 1970, 0: never), MAC or (after "duid") IAID, address, name
 * or "*", client id or "*".  The names are what clients say of themselves.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "net/ip.h"
#include "net/mac.h"

struct arena;

#define LEASES_MAX      65536
#define LEASE_NAME_SIZE 64
#define LEASES_LIMIT    (16U * 1024 * 1024) /* bytes of a file that is worth reading */

struct lease {
	uint64_t ends;  /* seconds since 1970; 0: never */
	struct mac mac; /* zero where the file does not say it (IPv6) */
	struct ip ip;
	char name[LEASE_NAME_SIZE]; /* letters, digits, '.', '-', '_'; "" without one */
};

struct leases {
	struct lease *items; /* in the arena, in the order of the file */
	size_t count;
	size_t n_refused; /* lines that made no sense, or were more than LEASES_MAX */
};

/* `length` bytes of text; what cannot be read is counted and passed over. */
struct leases leases_parse(const char *text, size_t length, struct arena *arena);

/*
 * The same of a file of reservations, which says what other nodes have given out; `ends` is 0:
 *
 *	02:00:00:00:00:01,10.13.7.9,phone
 */
struct leases leases_parse_reservations(const char *text, size_t length, struct arena *arena);
