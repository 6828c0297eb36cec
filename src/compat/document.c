/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "compat/document.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "compat/http.h"
#include "compat/type.h"

#define SUM_START 14695981039346656037U /* FNV-1a */
#define SUM_PRIME 1099511628211U

static const struct {
	enum compat_protocol protocol;
	const char *name;
} protocols[] = {
	{ COMPAT_ASYNC, "async" },
	{ COMPAT_HTTP, "http" },
	{ COMPAT_MULTIWRITER, "multiwriter" },
};

const struct compat_type *compat_document_type(const char *name, enum compat_protocol *protocol)
{
	for (size_t i = 0; i < ARRAY_LENGTH(protocols); i++) {
		size_t length = strlen(protocols[i].name);

		if (strncmp(name, protocols[i].name, length) != 0 || name[length] != ':')
			continue;
		*protocol = protocols[i].protocol;
		return compat_type_find(name + length + 1, *protocol);
	}
	return NULL;
}

void compat_document_name(enum compat_protocol protocol, const char *type, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LENGTH(protocols); i++) {
		if (protocols[i].protocol == protocol)
			buf_printf(out, "%s:%s", protocols[i].name, type);
	}
}

static void sum_up(uint64_t *sum, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		*sum = (*sum ^ (unsigned char)bytes[i]) * SUM_PRIME;
	*sum = (*sum ^ 0) * SUM_PRIME;
}

static uint64_t sum_of(const struct compat_slice *slice, enum compat_protocol protocol)
{
	uint64_t sum = SUM_START;

	for (size_t i = 0; i < slice->count; i++) {
		const struct compat_entry *entry = &slice->entries[i];

		sum_up(&sum, entry->key, strlen(entry->key));
		if (protocol != COMPAT_ASYNC)
			sum_up(&sum, entry->author, strlen(entry->author));
		sum_up(&sum, entry->data, entry->data_size);
	}
	return sum;
}

static void print_data(const struct compat_slice *slice, struct buf *out)
{
	buf_add_char(out, '{');
	for (size_t i = 0; i < slice->count; i++) {
		buf_add(out, i ? "," : "");
		buf_add_json(out, slice->entries[i].key);
		buf_add_char(out, ':');
		buf_add_bytes(out, slice->entries[i].data, slice->entries[i].data_size);
	}
	buf_add_char(out, '}');
}

bool compat_print_document(const struct compat_state *state, const char *name, struct buf *out)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct compat_peer peer = { .local = true };
	const struct compat_type *type = compat_document_type(name, &peer.protocol);
	struct compat_slice slice = { 0 };

	if (!type)
		return false;
	state->collect(state->data, &peer, type->name, arena, &slice);
	buf_printf(out, "{\"sum\":\"%016" PRIx64 "\",\"document\":", sum_of(&slice, peer.protocol));
	if (peer.protocol == COMPAT_ASYNC)
		print_data(&slice, out);
	else
		(void)http_print(&slice, peer.protocol, out);
	buf_add_char(out, '}');
	return true;
}
