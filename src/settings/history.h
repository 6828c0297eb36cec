/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What was changed, when, by whom, and how it is taken back: a UCI file of its own, a section a
 * change.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "settings/change.h"

struct arena;
struct json;
struct uci_document;

#define HISTORY_MAX 20 /* older ones are forgotten */

enum history_state {
	HISTORY_PENDING, /* waits to be confirmed */
	HISTORY_KEPT,
	HISTORY_UNDONE, /* nobody confirmed it, or somebody took it back */
};

struct history_line {
	const char *name, *option; /* "name", "system.hostname" */
	const char *from, *to;     /* NULL: nobody says, or it is a secret */
	bool secret;
};

struct history_entry {
	unsigned id;      /* from 1 */
	int64_t time;     /* seconds since 1970, as this node's clock said; 0: it said nothing */
	const char *kind; /* "settings", "join", "start", "undo" */
	const char *by;
	enum history_state state;
	unsigned undone_by; /* the change that took it back; 0: none */
	const struct history_line *lines;
	size_t n_lines;
	struct edit_list back; /* what takes it back */
	bool whole;            /* it is taken back by the files as they were, not by `back` */
};

/* The id that the next one has. */
unsigned history_next_id(const struct uci_document *history);
/* Adds one, and forgets the oldest: its id is returned, 0 if none was. */
unsigned history_add(struct uci_document *history, const struct history_entry *entry);
void history_set_state(struct uci_document *history, unsigned id, enum history_state state,
                       unsigned undone_by);
/* False if there is none of that id; what cannot be understood is left out. */
bool history_get(const struct uci_document *history, unsigned id, struct arena *arena,
                 struct history_entry *entry);
/* The one that waits; 0: none. */
unsigned history_pending(const struct uci_document *history);
/* Elements of an array, the newest first. */
void history_print(const struct uci_document *history, struct json *json);
/* Members "name", "option", "from", "to", "secret". */
void history_print_line(const struct history_line *line, struct json *json);
/* What is told of a change. */
struct history_line history_line_of(const struct change *change, struct arena *arena);
