/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Where versions 2 and 3 of Mbed TLS differ; results are the library's.  The build takes the file
 * of the version that there is.
 */
#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <stddef.h>

/* What the library wants as a source of randomness. */
int mbed_random(void *context, unsigned char *out, size_t size);

/* The key in `pem`, whose size counts the zero at its end. */
int mbed_parse_key(mbedtls_pk_context *key, const unsigned char *pem, size_t size);
int mbed_check_pair(const mbedtls_pk_context *public_key, const mbedtls_pk_context *key);

/* TLS 1.2, and nothing older; 1.3 wants another state of version 3 for nothing that is needed. */
void mbed_set_version(mbedtls_ssl_config *config);
