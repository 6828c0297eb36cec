/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Cryptography for simulations and tests: fast, and worth nothing against anybody who wants to
 * break it.  A node's public key is its number, hashed; whoever signs by the rules cannot sign for
 * another.
 */
#include "state/crypto.h"

struct sim_key {
	uint8_t key[STATE_KEY_SIZE];
	uint64_t secret; /* of the community; 0: none */
	uint64_t nonce;
};

void sim_key_init(struct sim_key *key, uint64_t number, uint64_t secret);

/* `key` is borrowed. */
struct state_crypto sim_crypto(struct sim_key *key);
