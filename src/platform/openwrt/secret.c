/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * The crypt of a random password that is thrown away is a random text to everybody.  So a random
 * text it is: SHA-256's form of crypt(3), $5$SALT$HASH, with 43 letters for its 256 bits.
 */
#include "platform/openwrt/secret.h"

#include <stdint.h>
#include <sys/random.h>

#include "base/arena.h"

#define SALT_LENGTH 16
#define HASH_LENGTH 43

/* 64 letters, so that each byte gives one without a preference. */
static const char letters[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const char *secret_random(struct arena *arena)
{
	uint8_t random[SALT_LENGTH + HASH_LENGTH];
	char text[sizeof(random)];

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return NULL;
	for (size_t i = 0; i < sizeof(random); i++)
		text[i] = letters[random[i] % 64];
	/* 42 letters are 252 bits; the last has but four. */
	text[sizeof(random) - 1] = letters[random[sizeof(random) - 1] % 16];
	return arena_printf(arena, "$5$%.*s$%.*s", SALT_LENGTH, text, HASH_LENGTH,
	                    text + SALT_LENGTH);
}
