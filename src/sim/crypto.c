/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "sim/crypto.h"

#include <string.h>

static uint64_t mix(uint64_t x)
{
	x ^= x >> 30;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	x ^= x >> 27;
	x *= UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static uint64_t hash_more(uint64_t sum, const uint8_t *bytes, size_t size)
{
	while (size) {
		uint64_t word = 0;
		size_t part = size < 8 ? size : 8;

		memcpy(&word, bytes, part);
		sum = mix(sum + word + UINT64_C(0x9e3779b97f4a7c15) * part);
		bytes += part;
		size -= part;
	}
	return sum;
}

static void spread(uint64_t sum, uint8_t *out, size_t size)
{
	for (size_t i = 0; i < size; i += 8) {
		uint64_t word = mix(sum + i);

		memcpy(out + i, &word, 8);
	}
}

static void hash(void *context, const void *bytes, size_t size, uint8_t out[STATE_HASH_SIZE])
{
	(void)context;
	spread(hash_more(size, bytes, size), out, STATE_HASH_SIZE);
}

static void signature_of(const uint8_t key[STATE_KEY_SIZE], const void *bytes, size_t size,
                         uint8_t signature[STATE_SIGNATURE_SIZE])
{
	spread(hash_more(hash_more(1, key, STATE_KEY_SIZE), bytes, size), signature,
	       STATE_SIGNATURE_SIZE);
}

static void sign(void *context, const void *bytes, size_t size,
                 uint8_t signature[STATE_SIGNATURE_SIZE])
{
	const struct sim_key *key = context;

	signature_of(key->key, bytes, size, signature);
}

static bool verify(void *context, const uint8_t key[STATE_KEY_SIZE], const void *bytes, size_t size,
                   const uint8_t signature[STATE_SIGNATURE_SIZE])
{
	uint8_t right[STATE_SIGNATURE_SIZE];

	(void)context;
	signature_of(key, bytes, size, right);
	return memcmp(right, signature, sizeof(right)) == 0;
}

/* The nonce, 24 bytes; the bytes mixed with a stream; a tag of 16. */
static void stream(uint64_t secret, uint64_t nonce, uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] ^= (uint8_t)(mix(secret ^ nonce ^ i / 8) >> i % 8 * 8);
}

static void tag_of(uint64_t secret, const uint8_t *bytes, size_t size, uint8_t tag[16])
{
	spread(hash_more(secret, bytes, size), tag, 16);
}

static void seal(void *context, const uint8_t *bytes, size_t size, uint8_t *out)
{
	struct sim_key *key = context;
	uint64_t nonce = mix(++key->nonce ^ key->key[0]);

	memset(out, 0, 24);
	memcpy(out, &nonce, 8);
	memcpy(out + 24, bytes, size);
	stream(key->secret, nonce, out + 24, size);
	tag_of(key->secret, out, 24 + size, out + 24 + size);
}

static bool open_sealed(void *context, const uint8_t *bytes, size_t size, uint8_t *out)
{
	const struct sim_key *key = context;
	uint8_t tag[16];
	uint64_t nonce;

	if (size < STATE_SEAL_SIZE)
		return false;
	tag_of(key->secret, bytes, size - 16, tag);
	if (memcmp(tag, bytes + size - 16, 16) != 0)
		return false;
	memcpy(&nonce, bytes, 8);
	memcpy(out, bytes + 24, size - STATE_SEAL_SIZE);
	stream(key->secret, nonce, out, size - STATE_SEAL_SIZE);
	return true;
}

void sim_key_init(struct sim_key *key, uint64_t number, uint64_t secret)
{
	*key = (struct sim_key){ .secret = secret };
	spread(mix(number + 12345), key->key, STATE_KEY_SIZE);
}

struct state_crypto sim_crypto(struct sim_key *key)
{
	return (struct state_crypto){
		.context = key,
		.hash = hash,
		.sign = sign,
		.verify = verify,
		.seal = key->secret ? seal : NULL,
		.open = key->secret ? open_sealed : NULL,
	};
}
