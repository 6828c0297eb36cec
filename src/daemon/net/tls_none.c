/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* For builds without Mbed TLS: no certificate is ever good. */
#include "daemon/net/stream.h"
#include "daemon/net/tls.h"

const struct stream_ops tls_ops = { 0 };

struct tls *tls_new(const char *pem, size_t size)
{
	(void)pem;
	(void)size;
	return NULL;
}

void tls_free(struct tls *tls)
{
	(void)tls;
}

void *tls_wrap(const struct tls *tls, const struct stream_ops *ops, void *conversation)
{
	(void)tls;
	(void)ops;
	(void)conversation;
	return NULL;
}
