/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * MD5 (RFC 1321).  Names networks as LibreMesh does; never used for security.
 */
#include <stddef.h>
#include <stdint.h>

#define MD5_SIZE 16

void md5(const void *bytes, size_t size, uint8_t digest[MD5_SIZE]);
