/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/tls.h"

#include <assert.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "daemon/net/stream.h"
#include "platform/mbed.h"

#define RECORD   16384 /* bytes that one record carries at most */
#define OUT_MAX  65536 /* bytes that wait to be sent */
#define LIBRARYS 36864 /* bytes that the library holds for each connection, about */

struct tls {
	mbedtls_ssl_config config;
	mbedtls_x509_crt certificate;
	mbedtls_pk_context key;
};

struct wrapped {
	mbedtls_ssl_context ssl;
	const struct stream_ops *ops;
	void *conversation;
	/* What has arrived and what is to be sent, both sealed. */
	const char *in;
	size_t in_size;
	struct buf out;
	size_t sent;
	bool open; /* the two sides have agreed on keys */
	bool over; /* what we had to say is said */
};

/* --- the server --- */

struct tls *tls_new(const char *pem, size_t size)
{
	struct tls *tls = calloc(1, sizeof(*tls));

	assert(tls);
	mbedtls_ssl_config_init(&tls->config);
	mbedtls_x509_crt_init(&tls->certificate);
	mbedtls_pk_init(&tls->key);
	if (mbedtls_ssl_config_defaults(&tls->config, MBEDTLS_SSL_IS_SERVER,
	                                MBEDTLS_SSL_TRANSPORT_STREAM,
	                                MBEDTLS_SSL_PRESET_DEFAULT) != 0 ||
	    mbed_parse_key(&tls->key, (const unsigned char *)pem, size) != 0 ||
	    mbedtls_x509_crt_parse(&tls->certificate, (const unsigned char *)pem, size) != 0 ||
	    mbedtls_ssl_conf_own_cert(&tls->config, &tls->certificate, &tls->key) != 0) {
		tls_free(tls);
		return NULL;
	}
	mbed_set_version(&tls->config);
	mbedtls_ssl_conf_rng(&tls->config, mbed_random, NULL);
	return tls;
}

void tls_free(struct tls *tls)
{
	if (!tls)
		return;
	mbedtls_ssl_config_free(&tls->config);
	mbedtls_x509_crt_free(&tls->certificate);
	mbedtls_pk_free(&tls->key);
	free(tls);
}

/* --- what the library reads and writes --- */

static int read_sealed(void *context, unsigned char *bytes, size_t size)
{
	struct wrapped *wrapped = context;

	if (!wrapped->in_size)
		return MBEDTLS_ERR_SSL_WANT_READ;
	if (size > wrapped->in_size)
		size = wrapped->in_size;
	memcpy(bytes, wrapped->in, size);
	wrapped->in += size;
	wrapped->in_size -= size;
	return (int)size;
}

static int write_sealed(void *context, const unsigned char *bytes, size_t size)
{
	struct wrapped *wrapped = context;

	if (wrapped->out.length + size > OUT_MAX)
		return MBEDTLS_ERR_SSL_WANT_WRITE;
	buf_add_bytes(&wrapped->out, bytes, size);
	return (int)size;
}

/* --- the conversation --- */

static bool has_to_wait(int r)
{
	return r == MBEDTLS_ERR_SSL_WANT_READ || r == MBEDTLS_ERR_SSL_WANT_WRITE;
}

static bool shake_hands(struct wrapped *wrapped)
{
	int r = wrapped->open ? 0 : mbedtls_ssl_handshake(&wrapped->ssl);

	if (r == 0)
		wrapped->open = true;
	return r == 0 || has_to_wait(r);
}

static bool on_receive(void *conversation, const void *bytes, size_t size)
{
	struct wrapped *wrapped = conversation;
	unsigned char plain[RECORD];
	int n = 1;

	wrapped->in = bytes;
	wrapped->in_size = size;
	if (!shake_hands(wrapped))
		return false;
	while (wrapped->open && n > 0) {
		n = mbedtls_ssl_read(&wrapped->ssl, plain, sizeof(plain));
		if (n > 0 && !wrapped->ops->receive(wrapped->conversation, plain, (size_t)n))
			return false;
	}
	wrapped->in = NULL;
	if (n == 0 || n == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY)
		return wrapped->ops->end(wrapped->conversation);
	return !wrapped->open || has_to_wait(n);
}

/* Without a word of goodbye it may be somebody between us who has cut the line. */
static bool on_end(void *conversation)
{
	(void)conversation;
	return false;
}

/* One record of what the conversation has to say; false if it has nothing. */
static bool seal(struct wrapped *wrapped)
{
	size_t size;
	const char *bytes = wrapped->ops->output(wrapped->conversation, &size);
	int n;

	if (!bytes)
		return false;
	n = mbedtls_ssl_write(&wrapped->ssl, (const unsigned char *)bytes,
	                      size < RECORD ? size : RECORD);
	if (n <= 0)
		return false;
	wrapped->ops->sent(wrapped->conversation, (size_t)n);
	return true;
}

static const char *on_output(void *conversation, size_t *size)
{
	struct wrapped *wrapped = conversation;

	if (wrapped->sent == wrapped->out.length) {
		wrapped->out.length = 0;
		wrapped->sent = 0;
		if (wrapped->open && !seal(wrapped) && !wrapped->over &&
		    wrapped->ops->finished(wrapped->conversation)) {
			wrapped->over = true;
			(void)mbedtls_ssl_close_notify(&wrapped->ssl);
		}
	}
	*size = wrapped->out.length - wrapped->sent;
	return *size ? wrapped->out.text + wrapped->sent : NULL;
}

static void on_sent(void *conversation, size_t size)
{
	struct wrapped *wrapped = conversation;

	wrapped->sent += size;
}

static bool on_finished(void *conversation)
{
	const struct wrapped *wrapped = conversation;

	return wrapped->over && wrapped->sent == wrapped->out.length;
}

static size_t on_held(void *conversation)
{
	const struct wrapped *wrapped = conversation;

	return sizeof(*wrapped) + LIBRARYS + wrapped->out.room +
	       wrapped->ops->held(wrapped->conversation);
}

static bool on_wants(void *conversation)
{
	const struct wrapped *wrapped = conversation;

	return wrapped->ops->wants(wrapped->conversation);
}

static int64_t on_time(void *conversation, unsigned *turn)
{
	const struct wrapped *wrapped = conversation;

	return wrapped->ops->time_ms(wrapped->conversation, turn);
}

static bool on_idle(void *conversation)
{
	const struct wrapped *wrapped = conversation;

	return wrapped->ops->idle(wrapped->conversation);
}

static void on_opened(void *conversation, struct stream *stream)
{
	const struct wrapped *wrapped = conversation;

	wrapped->ops->opened(wrapped->conversation, stream);
}

static void on_closed(void *conversation)
{
	struct wrapped *wrapped = conversation;

	wrapped->ops->closed(wrapped->conversation);
	mbedtls_ssl_free(&wrapped->ssl);
	buf_done(&wrapped->out);
	free(wrapped);
}

const struct stream_ops tls_ops = {
	.receive = on_receive,
	.end = on_end,
	.output = on_output,
	.sent = on_sent,
	.finished = on_finished,
	.held = on_held,
	.closed = on_closed,
	.wants = on_wants,
	.time_ms = on_time,
	.idle = on_idle,
	.opened = on_opened,
};

void *tls_wrap(const struct tls *tls, const struct stream_ops *ops, void *conversation)
{
	struct wrapped *wrapped = calloc(1, sizeof(*wrapped));

	assert(wrapped);
	wrapped->ops = ops;
	wrapped->conversation = conversation;
	mbedtls_ssl_init(&wrapped->ssl);
	if (mbedtls_ssl_setup(&wrapped->ssl, &tls->config) != 0) {
		mbedtls_ssl_free(&wrapped->ssl);
		free(wrapped);
		return NULL;
	}
	mbedtls_ssl_set_bio(&wrapped->ssl, wrapped, write_sealed, read_sealed, NULL);
	return wrapped;
}
