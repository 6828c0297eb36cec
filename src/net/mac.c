/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/mac.h"

#include <stdio.h>
#include <string.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool mac_parse(const char *text, struct mac *mac)
{
	struct mac parsed;

	for (unsigned i = 0; i < MAC_SIZE; i++, text += 3) {
		int high = hex_digit(text[0]);
		int low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0 || text[2] != (i == MAC_SIZE - 1 ? '\0' : ':'))
			return false;
		parsed.byte[i] = (uint8_t)(high << 4 | low);
	}
	*mac = parsed;
	return true;
}

const char *mac_format(const struct mac *mac, char text[MAC_TEXT_SIZE])
{
	const uint8_t *b = mac->byte;

	snprintf(text, MAC_TEXT_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4],
	         b[5]);
	return text;
}

bool mac_equal(const struct mac *a, const struct mac *b)
{
	return memcmp(a->byte, b->byte, MAC_SIZE) == 0;
}

bool mac_is_zero(const struct mac *mac)
{
	return mac_equal(mac, &(struct mac){ 0 });
}
