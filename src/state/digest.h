/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What a store holds, summed up, so that two of them find where they differ.
 *
 * Each row has a place among 64 branches of 64 leaves, from the hash of its identity.  The sum of a
 * place is the sum of the digests of the rows in it, live and withdrawn ones: equal rows make equal
 * sums, in whatever order they came.
 */
#include <stddef.h>
#include <stdint.h>

#define DIGEST_FAN    64
#define DIGEST_LEAVES (DIGEST_FAN * DIGEST_FAN)

struct row;
struct store;

uint64_t digest_root(const struct store *store);
size_t digest_count(const struct store *store);
uint64_t digest_branch(const struct store *store, unsigned branch);
size_t digest_branch_count(const struct store *store, unsigned branch);
uint64_t digest_leaf(const struct store *store, unsigned leaf);

unsigned digest_leaf_of(uint64_t slot);
/* The rows of a leaf: NULL gives the first; expired ones are left out. */
const struct row *digest_next(const struct store *store, unsigned leaf, const struct row *after);
/* NULL if no row, live or withdrawn, has that identity. */
const struct row *digest_find(const struct store *store, uint64_t slot);
