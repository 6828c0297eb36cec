/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* What others say, into the store: checked first, then merged. */
#include <stddef.h>
#include <stdint.h>

#include "state/codec.h"
#include "state/store.h"

enum merge_result {
	MERGE_TAKEN,
	MERGE_SAME,  /* known already */
	MERGE_OLDER, /* something newer is known */
	MERGE_REFUSED,
};

enum merge_refusal {
	REFUSED_FORM,      /* a key or a value that its table does not allow */
	REFUSED_LIFETIME,  /* longer than its table allows, or 0 */
	REFUSED_AGE,       /* dead on arrival */
	REFUSED_VOID,      /* its author says that it no longer says it */
	REFUSED_SIGNATURE, /* not its author's */
	REFUSED_ROOM,      /* its author says too much, or there are too many authors */
	REFUSED_SELF,      /* in this node's name, but not its words */
	N_REFUSALS
};

/* In any order, any number of times.  `now` as everywhere in the store. */
enum merge_result store_merge(struct store *store, const struct record *record, uint64_t now);
/* Where it stands in sums and lists, as row->slot. */
uint64_t store_record_slot(const struct store *store, const struct record *record);
