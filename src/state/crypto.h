/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What the shared state needs of cryptography, handed in: the daemon gives libsodium's, the
 * simulator something fast that any of its own liars can still not forge by accident.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATE_HASH_SIZE      32
#define STATE_KEY_SIZE       32 /* of an author's public key (Ed25519, RFC 8032) */
#define STATE_SIGNATURE_SIZE 64
#define STATE_SEAL_SIZE      40 /* what seal() adds: a nonce of 24 bytes, a tag of 16 */

struct state_crypto {
	void *context; /* borrowed; first argument of each */
	/* A hash that nobody finds collisions of (BLAKE2b). */
	void (*hash)(void *context, const void *bytes, size_t size, uint8_t hash[STATE_HASH_SIZE]);
	/* With this node's secret key. */
	void (*sign)(void *context, const void *bytes, size_t size,
	             uint8_t signature[STATE_SIGNATURE_SIZE]);
	bool (*verify)(void *context, const uint8_t key[STATE_KEY_SIZE], const void *bytes,
	               size_t size, const uint8_t signature[STATE_SIGNATURE_SIZE]);
	/*
	 * With the community's secret; both NULL if it has none.  `out` has room for `size` and
	 * STATE_SEAL_SIZE bytes.  open() gives false if it was not sealed with the same secret.
	 */
	void (*seal)(void *context, const uint8_t *bytes, size_t size, uint8_t *out);
	bool (*open)(void *context, const uint8_t *bytes, size_t size, uint8_t *out);
};
