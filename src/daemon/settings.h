/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Changing the node's own configuration while it runs: looked at before it is done, and undone by
 * itself unless somebody confirms that they still reach the node (docs/settings.md).
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "daemon/settings_files.h"

struct buf;
struct daemon;
struct diag;
struct json;
struct settings;
struct string_list;

#define SETTINGS_CONFIRM_S     90
#define SETTINGS_CONFIRM_MIN_S 10
#define SETTINGS_CONFIRM_MAX_S 600

/* Goes on waiting for a change that an earlier daemon left, or undoes it: before the configuration
 * is read. */
struct settings *settings_new(struct daemon *daemon);
void settings_free(struct settings *settings);

/* What is asked for, and what comes of it. */
struct settings_wish {
	const char *kind; /* "settings", "join", "start", "undo" */
	const char *by;
	unsigned confirm_s;
	unsigned undoes; /* the change that it takes back; 0: none */
	bool whole;
};

/* One JSON object each; -EINVAL and the like, with what is wrong in `diag`, if it cannot be told.
 */
int settings_get(struct settings *settings, struct buf *out, struct diag *diag);
int settings_preview(struct settings *settings, const struct string_list *changes, struct buf *out,
                     struct diag *diag);
int settings_apply(struct settings *settings, const struct string_list *changes,
                   const struct settings_wish *wish, struct buf *out, struct diag *diag);
int settings_undo(struct settings *settings, unsigned id, const struct settings_wish *wish,
                  struct buf *out, struct diag *diag);
int settings_confirm(struct settings *settings, unsigned id, struct buf *out, struct diag *diag);
void settings_history_print(struct settings *settings, struct buf *out);

/* The change that waits to be confirmed; 0: none. */
unsigned settings_pending(const struct settings *settings);
unsigned settings_pending_s(const struct settings *settings);

/* A change that is more than options: whole files (join, start). */
struct settings_whole {
	struct settings_texts texts; /* taken over */
	const struct history_line *lines;
	size_t n_lines;
};

/* As settings_apply(). */
int settings_apply_whole(struct settings *settings, struct settings_whole *whole,
                         const struct settings_wish *wish, struct buf *out, struct diag *diag);
