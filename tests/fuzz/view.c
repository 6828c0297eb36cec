/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What LibreMesh's nodes say, on its whole way: the first byte chooses the type, the second the
 * protocol, the rest is a document.  Whatever gets into the store comes out as valid JSON, and is
 * taken again by another store.
 */
#include "compat/view.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/json_reader.h"
#include "compat/async.h"
#include "compat/http.h"
#include "compat/type.h"
#include "fuzz.h"
#include "sim/crypto.h"
#include "state/store.h"

#define NOW 1000000

struct box {
	struct sim_key key;
	struct store *store;
	struct compat_view *view;
};

static void box_open(struct box *box, uint64_t number)
{
	struct store_options options = { .epoch = 1 };

	sim_key_init(&box->key, number, 0);
	options.crypto = sim_crypto(&box->key);
	memcpy(options.key, box->key.key, sizeof(options.key));
	box->store = store_new(&options);
	box->view = compat_view_new(box->store);
	compat_view_set_name(box->view, "weft");
	compat_view_set_time(box->view, NOW);
}

static void box_close(struct box *box)
{
	compat_view_free(box->view);
	store_free(box->store);
}

static void collect(const struct box *box, const struct compat_peer *peer, const char *type,
                    struct arena *arena, struct compat_slice *slice)
{
	const struct compat_state *state = compat_view_state(box->view);

	state->collect(state->data, peer, type, arena, slice);
	for (size_t i = 0; i < slice->count; i++) {
		const struct compat_entry *entry = &slice->entries[i];

		assert(json_is_valid(entry->data, entry->data_size));
		assert(entry->ttl > 0 && *entry->author);
		assert(!strpbrk(entry->key, "\n\r\"\\`$;|&<>"));
		assert(!i || strcmp(slice->entries[i - 1].key, entry->key) < 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const enum compat_protocol protocols[] = { COMPAT_ASYNC, COMPAT_HTTP,
		                                          COMPAT_MULTIWRITER };
	AUTO(arena_free) struct arena *arena = arena_new();
	struct compat_slice said, known = { 0 }, again = { 0 };
	const struct compat_state *state;
	const struct compat_type *type;
	struct compat_peer peer;
	struct box here, there;

	if (size < 2)
		return 0;
	type = &compat_types[bytes[0] % n_compat_types];
	peer = (struct compat_peer){ protocols[bytes[1] % 3], bytes[1] & 0x40 };
	if (!(type->protocols & peer.protocol))
		return 0;
	if (peer.protocol == COMPAT_ASYNC)
		async_parse((const char *)bytes + 2, size - 2, arena, &said);
	else
		http_parse((const char *)bytes + 2, size - 2, peer.protocol, arena, &said);
	box_open(&here, 1);
	box_open(&there, 2);
	compat_view_set_name(there.view, "other");
	state = compat_view_state(here.view);
	state->merge(state->data, &peer, type->name, &said);
	collect(&here, &peer, type->name, arena, &known);
	state = compat_view_state(there.view);
	peer.local = false;
	state->merge(state->data, &peer, type->name, &known);
	collect(&there, &peer, type->name, arena, &again);
	assert(again.count <= known.count);
	box_close(&here);
	box_close(&there);
	return 0;
}
