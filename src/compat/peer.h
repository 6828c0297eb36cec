/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Who has the state, as the conversations with LibreMesh peers see it: they read and write bytes,
 * and know nothing of stores.
 */
#include <stdbool.h>

#include "compat/slice.h"

struct arena;

/* Who speaks what. */
enum compat_protocol {
	COMPAT_ASYNC = 1,       /* TCP 3490, docs/wire/libremesh-async.md */
	COMPAT_HTTP = 2,        /* /cgi-bin/shared-state, docs/wire/libremesh-http.md */
	COMPAT_MULTIWRITER = 4, /* /cgi-bin/shared-state-multiwriter */
};

/* Who is at the other end of a conversation. */
struct compat_peer {
	enum compat_protocol protocol;
	bool local; /* a tool on this machine */
};

struct compat_state {
	void *data;
	/* Whether there is a type of this name that is spoken with this peer. */
	bool (*knows)(void *data, const struct compat_peer *peer, const char *type);
	/* Takes what the peer says.  The slice is sorted, and only lent. */
	void (*merge)(void *data, const struct compat_peer *peer, const char *type,
	              const struct compat_slice *slice);
	/* All that is known, sorted; memory is the arena's. */
	void (*collect)(void *data, const struct compat_peer *peer, const char *type,
	                struct arena *arena, struct compat_slice *slice);
};
