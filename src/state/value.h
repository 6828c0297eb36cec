/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * An object of a shape as few bytes, and back: docs/wire/state.md.  There is one way to write an
 * object and no other is read, so that equal objects are equal bytes.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "state/row.h"

struct arena;
struct shape;

/*
 * Members that are not set take no room.  -EINVAL: a member is not what its field allows; -E2BIG:
 * more than ROW_VALUE_MAX bytes.
 */
int value_write(const struct shape *shape, const void *object, uint8_t bytes[ROW_VALUE_MAX],
                size_t *size) MUST_CHECK;

/*
 * Fields that this weft does not know, of a later one, are skipped.  -EINVAL if the bytes are not
 * well-formed or a known member is not what its field allows.  With an `object` of NULL they are
 * only checked.
 */
int value_read(const struct shape *shape, const uint8_t *bytes, size_t size, struct arena *arena,
               void *object) MUST_CHECK;
