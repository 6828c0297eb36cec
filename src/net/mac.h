/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* An Ethernet address (IEEE 802, 48 bits). */
#include <stdbool.h>
#include <stdint.h>

#define MAC_SIZE      6
#define MAC_TEXT_SIZE 18 /* "02:95:39:ab:c0:01" and its end */

struct mac {
	uint8_t byte[MAC_SIZE];
};

/* Six two-digit hex numbers with colons, either case; nothing before or after. */
bool mac_parse(const char *text, struct mac *mac);
/* Lower case.  Returns `text`. */
const char *mac_format(const struct mac *mac, char text[MAC_TEXT_SIZE]);
bool mac_equal(const struct mac *a, const struct mac *b);
bool mac_is_zero(const struct mac *mac);
