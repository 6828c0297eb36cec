/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/hours.h"

#include <ctype.h>

/* "HH:MM", up to 24:00. */
static bool parse_time(const char *text, unsigned *minute)
{
	unsigned hours, minutes;

	for (unsigned i = 0; i < 5; i++) {
		if (i == 2 ? text[i] != ':' : !isdigit((unsigned char)text[i]))
			return false;
	}
	hours = (unsigned)(text[0] - '0') * 10 + (unsigned)(text[1] - '0');
	minutes = (unsigned)(text[3] - '0') * 10 + (unsigned)(text[4] - '0');
	*minute = hours * 60 + minutes;
	return minutes < 60 && *minute <= 24 * 60;
}

bool hours_parse(const char *text, struct hours *hours)
{
	struct hours parsed;

	if (!parse_time(text, &parsed.from) || text[5] != '-' ||
	    !parse_time(text + 6, &parsed.to) || text[11] || parsed.from == parsed.to)
		return false;
	*hours = parsed;
	return true;
}

bool hours_contain(const struct hours *hours, unsigned minute)
{
	if (hours->from < hours->to)
		return minute >= hours->from && minute < hours->to;
	return minute >= hours->from || minute < hours->to;
}
