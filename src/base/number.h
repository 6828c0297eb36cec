/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Numbers as people write them. */
#include <stdbool.h>
#include <stdint.h>

/*
 * Decimal digits and nothing else, from `min` to `max`.  No sign, no space, no hexadecimal;
 * leading zeros mean nothing.  `number` untouched if it does not fit.
 */
bool number_parse(const char *text, uint32_t min, uint32_t max, uint32_t *number);
