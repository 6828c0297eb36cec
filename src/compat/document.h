/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* A type whole, as LibreMesh's hooks get it on their standard input. */
#include <stdbool.h>

#include "compat/peer.h"

struct buf;
struct compat_type;

/* `protocol`, a colon and a type, such as "http:dnsmasq-leases"; NULL if there is no such. */
const struct compat_type *compat_document_type(const char *name, enum compat_protocol *protocol);
/* Such a name. */
void compat_document_name(enum compat_protocol protocol, const char *type, struct buf *out);

/*
 * {"sum":"...","document":...}: the sum is another one when there is other data, and not when only
 * lives are different.  The document is what hooks of that protocol expect: of the async one keys
 * and data alone, else entries whole.  False if there is no type of that name.
 */
bool compat_print_document(const struct compat_state *state, const char *name, struct buf *out);
