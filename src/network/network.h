/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The whole network as the state tells it, as JSON: what the methods `nodes` and `links` answer
 * (docs/network.md says what the members mean).  Pure.
 */
#include <stdint.h>

struct buf;
struct store;

/* All nodes, present or not, and the clouds that they form. */
void network_print_nodes(const struct store *store, uint64_t now, struct buf *out);
/* All links, each with what its ends say of it. */
void network_print_links(const struct store *store, uint64_t now, struct buf *out);
