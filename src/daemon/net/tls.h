/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * TLS (RFC 5246, version 1.2 and later) between a connection and its conversation: a conversation
 * itself, around another one that does not know of it.  Mbed TLS does the work.
 */
#include <stddef.h>

#include "base/compiler.h"

struct stream_ops;
struct tls;

/* A server known by the key and the certificate in `pem`, whose size counts the zero at its end.
 * NULL: they are not good, or weft was built without HTTPS. */
struct tls *tls_new(const char *pem, size_t size);
/* After the last conversation that has been wrapped by it. */
void tls_free(struct tls *tls);
AUTO_DEFINE(tls_free, struct tls);

/* The operations of what tls_wrap() returns. */
extern const struct stream_ops tls_ops;

/* Puts TLS around a conversation with all operations, which is borrowed till it is closed.  NULL:
 * no memory. */
void *tls_wrap(const struct tls *tls, const struct stream_ops *ops, void *conversation);
