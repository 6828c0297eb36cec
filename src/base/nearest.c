/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/nearest.h"

#include <string.h>

#define WORD_LIMIT 64 /* with its end */

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* The optimal string alignment distance, with the last three rows of its matrix. */
unsigned nearest_slips(const char *a, const char *b)
{
	unsigned rows[3][WORD_LIMIT];
	size_t a_length = strlen(a), b_length = strlen(b);

	if (a_length >= WORD_LIMIT || b_length >= WORD_LIMIT)
		return WORD_LIMIT;
	for (unsigned j = 0; j <= b_length; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= a_length; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];

		row[0] = i;
		for (unsigned j = 1; j <= b_length; j++) {
			row[j] = least(above[j], row[j - 1]) + 1;
			row[j] = least(row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], above2[j - 2] + 1);
		}
	}
	return rows[a_length % 3][b_length];
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
	unsigned slips = nearest_slips(nearest->word, candidate);

	if (!nearest->best || slips < nearest->slips) {
		nearest->best = candidate;
		nearest->slips = slips;
	}
}

const char *nearest_result(const struct nearest *nearest)
{
	/* One slip in three letters, at least one: "upp" may be "up", not "ap". */
	size_t allowed = strlen(nearest->word) / 3;

	if (!nearest->best || nearest->slips > (allowed ? allowed : 1))
		return NULL;
	return nearest->best;
}
