/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* gzip (RFC 1952) of strangers: what it would become is bounded. */
#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Append at most `limit` bytes; false if that is not enough, or if `bytes` are no gzip. */
bool gzip_unzip(const void *bytes, size_t size, size_t limit, struct buf *out);
bool gzip_zip(const void *bytes, size_t size, size_t limit, struct buf *out);
