/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/keys.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/number.h"

#define SEED_SIZE    crypto_sign_SEEDBYTES
#define SEED_TEXT    (2 * SEED_SIZE + 1)
#define NONCE_SIZE   crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE     crypto_aead_xchacha20poly1305_ietf_ABYTES
#define KEY_MODE     0600
#define ARGON_PASSES 3
#define ARGON_BYTES  (4u << 20)
/* The same for all who know the secret, so it can be no salt of one's own. */
#define ARGON_CONTEXT "weft state: key of a community"

static void path_in(const char *folder, const char *name, struct buf *path)
{
	buf_printf(path, "%s/%s", folder, name);
}

static int make_seed(const char *path, uint8_t seed[SEED_SIZE])
{
	char text[SEED_TEXT + 1];
	int error;

	randombytes_buf(seed, SEED_SIZE);
	sodium_bin2hex(text, SEED_TEXT, seed, SEED_SIZE);
	text[SEED_TEXT - 1] = '\n';
	error = file_write(path, text, SEED_TEXT, KEY_MODE);
	sodium_memzero(text, sizeof(text));
	return error;
}

static int read_seed(const char *path, uint8_t seed[SEED_SIZE])
{
	BUF_AUTO text = { 0 };
	size_t size = 0;
	const char *end = NULL;
	int error = file_read(path, SEED_TEXT + 1, &text);

	if (error < 0)
		return error == -EFBIG ? -EINVAL : error;
	if (sodium_hex2bin(seed, SEED_SIZE, buf_text(&text), text.length, NULL, &size, &end) != 0 ||
	    size != SEED_SIZE || strcmp(end, "\n") != 0)
		error = -EINVAL;
	if (text.text)
		sodium_memzero(text.text, text.length);
	return error;
}

int keys_load(const char *folder, struct keys *keys)
{
	BUF_AUTO path = { 0 };
	uint8_t seed[SEED_SIZE];
	int error;

	if (sodium_init() < 0)
		return -EIO;
	path_in(folder, "state.key", &path);
	error = read_seed(buf_text(&path), seed);
	if (error == -ENOENT)
		error = make_seed(buf_text(&path), seed);
	if (error < 0)
		return error;
	memset(keys, 0, sizeof(*keys));
	(void)crypto_sign_seed_keypair(keys->public_key, keys->secret_key, seed);
	sodium_memzero(seed, sizeof(seed));
	return 0;
}

int keys_set_boots(const char *folder, uint32_t boots)
{
	BUF_AUTO path = { 0 };
	char text[16];

	path_in(folder, "state.boots", &path);
	snprintf(text, sizeof(text), "%u\n", boots);
	return file_write(buf_text(&path), text, strlen(text), KEY_MODE);
}

int keys_count_boot(const char *folder, uint32_t *boots)
{
	BUF_AUTO path = { 0 };
	BUF_AUTO text = { 0 };
	uint32_t before = 0;
	int error;

	path_in(folder, "state.boots", &path);
	error = file_read(buf_text(&path), 15, &text);
	if (error < 0 && error != -ENOENT && error != -EFBIG)
		return error;
	if (text.length && text.text[text.length - 1] == '\n')
		text.text[text.length - 1] = '\0';
	(void)number_parse(buf_text(&text), 0, UINT32_MAX - 1, &before);
	error = keys_set_boots(folder, before + 1);
	if (error < 0)
		return error;
	*boots = before + 1;
	return 0;
}

int keys_set_community(struct keys *keys, const char *secret)
{
	uint8_t salt[crypto_pwhash_SALTBYTES];

	keys->has_community = false;
	sodium_memzero(keys->community_key, sizeof(keys->community_key));
	if (!secret)
		return 0;
	(void)crypto_generichash(salt, sizeof(salt), (const uint8_t *)ARGON_CONTEXT,
	                         strlen(ARGON_CONTEXT), NULL, 0);
	if (crypto_pwhash(keys->community_key, sizeof(keys->community_key), secret, strlen(secret),
	                  salt, ARGON_PASSES, ARGON_BYTES, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return -ENOMEM;
	keys->has_community = true;
	return 0;
}

static void hash(void *context, const void *bytes, size_t size, uint8_t out[STATE_HASH_SIZE])
{
	(void)context;
	(void)crypto_generichash(out, STATE_HASH_SIZE, bytes, size, NULL, 0);
}

static void sign(void *context, const void *bytes, size_t size,
                 uint8_t signature[STATE_SIGNATURE_SIZE])
{
	const struct keys *keys = context;

	(void)crypto_sign_detached(signature, NULL, bytes, size, keys->secret_key);
}

static bool verify(void *context, const uint8_t key[STATE_KEY_SIZE], const void *bytes, size_t size,
                   const uint8_t signature[STATE_SIGNATURE_SIZE])
{
	(void)context;
	return crypto_sign_verify_detached(signature, bytes, size, key) == 0;
}

static void seal(void *context, const uint8_t *bytes, size_t size, uint8_t *out)
{
	const struct keys *keys = context;

	randombytes_buf(out, NONCE_SIZE);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_SIZE, NULL, bytes, size, NULL,
	                                                 0, NULL, out, keys->community_key);
}

static bool open_sealed(void *context, const uint8_t *bytes, size_t size, uint8_t *out)
{
	const struct keys *keys = context;

	return size >= STATE_SEAL_SIZE &&
	       crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, bytes + NONCE_SIZE,
	                                                  size - NONCE_SIZE, NULL, 0, bytes,
	                                                  keys->community_key) == 0;
}

struct state_crypto keys_crypto(struct keys *keys)
{
	_Static_assert(NONCE_SIZE + TAG_SIZE == STATE_SEAL_SIZE, "what seal() adds");
	return (struct state_crypto){
		.context = keys,
		.hash = hash,
		.sign = sign,
		.verify = verify,
		.seal = keys->has_community ? seal : NULL,
		.open = keys->has_community ? open_sealed : NULL,
	};
}
