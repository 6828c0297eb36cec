/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

#include <stdint.h>

/* Milliseconds since the machine started, sleep included. */
int64_t clock_ms(void);
