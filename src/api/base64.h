/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Bytes as text: base64 with "=" at the end (RFC 4648). */
#include <stddef.h>

#include "base/compiler.h"

struct buf;

void base64_encode(const void *bytes, size_t size, struct buf *out);
/* -EINVAL if it is none; what was added by then is of no use. */
int base64_decode(const char *text, struct buf *out) MUST_CHECK;
