/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/row.h"

#include <errno.h>

#include "state/parts.h"
#include "state/value.h"

const struct author_id *row_author(const struct row *row)
{
	return &row->author->id;
}

bool row_is_signed(const struct row *row)
{
	return row->author->id.kind == AUTHOR_KEY;
}

int row_version_compare(const struct row_version *a, const struct row_version *b)
{
	if (a->epoch != b->epoch)
		return a->epoch < b->epoch ? -1 : 1;
	return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

/* The store's clock starts at any number, so a moment may be before its zero: the difference is
 * right all the same, unless somebody asks for an age before the birth. */
static uint64_t since(uint64_t born, uint64_t now)
{
	uint64_t age = now - born;

	return age > UINT64_MAX / 2 ? 0 : age;
}

uint64_t row_age_ms(const struct row *row, uint64_t now)
{
	return since(row->born, now);
}

uint64_t row_renewed_ms(const struct row *row, uint64_t now)
{
	const struct row_author *author = row->author;
	uint64_t age = since(row->renewed, now), alive;

	if (!author->alive || row->state != ROW_LIVE ||
	    row_version_compare(&row->version, &author->alive_version) >= 0)
		return age;
	alive = since(author->alive_born, now);
	return alive < age ? alive : age;
}

uint64_t row_remaining_ms(const struct row *row, uint64_t now)
{
	uint64_t age = row_renewed_ms(row, now), life = row->lifetime_s * UINT64_C(1000);

	return age < life && row->state != ROW_EXPIRED ? life - age : 0;
}

int row_read(const struct row *row, struct arena *arena, void *object)
{
	if (!row->table || !row->table->shape || row->state != ROW_LIVE)
		return -EINVAL;
	return value_read(row->table->shape, row->value, row->value_size, arena, object);
}
