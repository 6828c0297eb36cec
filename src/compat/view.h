/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Our store as LibreMesh's nodes see it, and what they say as our store takes it.
 *
 * What comes from them is nobody's word: it enters the store unsigned, checked field by field.  A
 * name that belongs to a node which signs what it says is not taken from others, and this node's
 * own name never.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "compat/peer.h"

struct compat_view;
struct store;

/* Seconds of one bleach, the unit of life in the HTTP protocol, and how many an entry gets. */
#define COMPAT_BLEACH_S     120
#define COMPAT_BLEACHES_MAX 30

/* The store is borrowed. */
struct compat_view *compat_view_new(struct store *store);
void compat_view_free(struct compat_view *view);
AUTO_DEFINE(compat_view_free, struct compat_view);

/* What this node is called: copied. */
void compat_view_set_name(struct compat_view *view, const char *hostname);
/* To be told before each conversation goes on: milliseconds on the store's clock. */
void compat_view_set_time(struct compat_view *view, uint64_t now);

/* For the conversations; good as long as the view. */
const struct compat_state *compat_view_state(const struct compat_view *view);

struct compat_view_stats {
	uint64_t n_taken;
	uint64_t n_known;   /* no news */
	uint64_t n_refused; /* not what its type allows */
	uint64_t n_foreign; /* in the name of a node that signs what it says */
};
struct compat_view_stats compat_view_stats(const struct compat_view *view);
