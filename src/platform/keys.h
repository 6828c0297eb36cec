/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Who this node is to others: a key of its own, made at its first boot, and how often it has booted
 * since; and the secret of its community.  libsodium does the work.
 *
 * FOLDER/state.key (mode 0600) holds the key's seed in hex, FOLDER/state.boots a number.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "state/crypto.h"

/* Plain data: may be handed to another process. */
struct keys {
	uint8_t public_key[STATE_KEY_SIZE]; /* Ed25519 */
	uint8_t secret_key[64];
	bool has_community;
	uint8_t community_key[32];
};

/*
 * Reads the key, or makes one if there is no file.  -EINVAL if there is one that is damaged: it is
 * left alone, because a new key is a new node to everybody.
 */
int keys_load(const char *folder, struct keys *keys) MUST_CHECK;

/* Counts this boot, once: one write.  A damaged number counts as none. */
int keys_count_boot(const char *folder, uint32_t *boots) MUST_CHECK;
/* The store learned of a later boot from its neighbours (store_epoch()). */
int keys_set_boots(const char *folder, uint32_t boots) MUST_CHECK;

/* Derives the community's key from its secret by Argon2id, 4 MiB; NULL: it has none. -ENOMEM */
int keys_set_community(struct keys *keys, const char *secret) MUST_CHECK;

/* For the store and the conversation; `keys` is borrowed. */
struct state_crypto keys_crypto(struct keys *keys);
