/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * One option into one member: the same for reading and for checking.
 */
#include "config/config.h"

/* false: something does not fit and is in `diag`; the member then keeps what it had (a list: the
 * items that fit). */
bool config_value_read(const struct config_option *option, const struct field *field,
                       struct arena *arena, void *object, struct diag *diag);
