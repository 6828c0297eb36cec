/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * LibreMesh's templates: %N1..%N6 (bytes of the network's id), %M1..%M6 (bytes of
 * the node's MAC), %m1..%m6 (bytes of the MAC's id), %H (host name).  Whatever else
 * begins with % is text.
 */
#include <stdint.h>

#include "base/md5.h"
#include "net/mac.h"

struct arena;

#define SSID_LIMIT     32 /* bytes, IEEE 802.11 */
#define HOSTNAME_LIMIT 32 /* bytes of a host name that is made from a template */

/* What the letters stand for. */
struct template_ids {
	uint8_t network[MD5_SIZE]; /* MD5 of the SSID and a newline */
	struct mac mac;
	uint8_t node[MD5_SIZE]; /* MD5 of the MAC's 12 lower-case digits and a newline */
	const char *hostname;   /* NULL where %H is not known yet: left as it is */
};

/* The SSID's bytes are hashed as they are; without a hostname. */
struct template_ids template_ids_of(const char *ap_ssid, const struct mac *mac);

/*
 * NULL, or why LibreMesh may derive another network id from this SSID (it lets a shell read it),
 * as a sentence for a person.
 */
const char *template_ssid_warning(const char *ap_ssid);

enum template_base {
	TEMPLATE_DECIMAL = 10,
	TEMPLATE_HEX = 16
};

/* Which letters a place understands; the others are left as they are. */
enum template_letters {
	TEMPLATE_N = 1,
	TEMPLATE_M = 2, /* and %m */
	TEMPLATE_H = 4
};

/* `letters` is a set of enum template_letters.  The result belongs to the arena. */
char *template_expand(struct arena *arena, const char *text, const struct template_ids *ids,
                      enum template_base base, unsigned letters);

/*
 * %M and %m in hex, then as LibreMesh has it: spaces to dashes, [-A-Za-z0-9] kept, dashes at the
 * ends taken off, at most HOSTNAME_LIMIT bytes.  What leaves nothing gives "LiMe-%M4%M5%M6".
 */
char *template_hostname(struct arena *arena, const char *text, const struct template_ids *ids);

/* %H, then %M and %m in hex, then cut to SSID_LIMIT bytes without splitting a UTF-8 character. */
char *template_ssid(struct arena *arena, const char *text, const struct template_ids *ids);
