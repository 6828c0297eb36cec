/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The word that somebody may have meant: offer all words there are, then ask.
 *
 *	struct nearest nearest = { .word = "stauts" };
 *	nearest_offer(&nearest, "status");
 *	... nearest_result(&nearest) ...
 */
struct nearest {
	const char *word;
	const char *best; /* borrowed from the offers */
	unsigned slips;   /* of `best` */
};

void nearest_offer(struct nearest *nearest, const char *candidate);

/* The best offer if it is close enough to be a slip of the hand, else NULL. */
const char *nearest_result(const struct nearest *nearest);

/* Letters to insert, delete, replace or swap with their neighbour to make `a` into `b`; words
 * longer than 63 bytes are 64 slips from everything. */
unsigned nearest_slips(const char *a, const char *b);
