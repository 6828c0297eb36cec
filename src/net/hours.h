/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Hours of a day, of every day: "08:00-22:00"; "22:00-06:00" goes past midnight. */
#include <stdbool.h>

struct hours {
	unsigned from, to; /* minutes of the day, `to` not included */
};

#define HOURS_TEXT_SIZE 12 /* with its end */

/* False, and `hours` untouched, if it is none; equal times are none. */
bool hours_parse(const char *text, struct hours *hours);
bool hours_contain(const struct hours *hours, unsigned minute);
