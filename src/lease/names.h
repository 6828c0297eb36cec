/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Names of nodes, which no client can take. */
#include <stdbool.h>

struct store;

/* Whether a node calls itself so, or gave the name to something. */
bool lease_is_node_name(const struct store *store, const char *name);
