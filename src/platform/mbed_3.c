/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <sodium.h>

#include "platform/mbed.h"

int mbed_random(void *context, unsigned char *out, size_t size)
{
	(void)context;
	randombytes_buf(out, size);
	return 0;
}

int mbed_parse_key(mbedtls_pk_context *key, const unsigned char *pem, size_t size)
{
	return mbedtls_pk_parse_key(key, pem, size, NULL, 0, mbed_random, NULL);
}

int mbed_check_pair(const mbedtls_pk_context *public_key, const mbedtls_pk_context *key)
{
	return mbedtls_pk_check_pair(public_key, key, mbed_random, NULL);
}

void mbed_set_version(mbedtls_ssl_config *config)
{
	mbedtls_ssl_conf_min_tls_version(config, MBEDTLS_SSL_VERSION_TLS1_2);
	mbedtls_ssl_conf_max_tls_version(config, MBEDTLS_SSL_VERSION_TLS1_2);
}
