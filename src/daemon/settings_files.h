/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Changes of settings as files, such that one that nobody confirmed is undone whatever happens:
 *
 *	/etc/weft/settings/history            what was changed (settings/history.h)
 *	/etc/weft/settings/ID/before-NAME     the files of a change as they were; absent: there was
 *none /etc/weft/settings/ID/after-NAME      and as it made them RUN/weft/settings-pending until
 *when the change that waits can be confirmed
 *
 * The history and the copies are on the disk before the first file of the configuration changes.
 * The last file is in memory: where it is missing while a change waits, the power was gone, and the
 * change is undone before anything else is read.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "settings/history.h"

struct uci_document;

/* A file before and after. */
struct settings_text {
	bool touched;
	bool absent; /* there was none before */
	struct buf before, after;
};

struct settings_texts {
	struct settings_text files[SETTINGS_N_FILES];
};

void settings_texts_done(struct settings_texts *texts);
#define SETTINGS_TEXTS_AUTO __attribute__((cleanup(settings_texts_done))) struct settings_texts

/* The files as they are now, before and after being the same.  A negative errno if one cannot be
 * read. */
int settings_texts_read(const char *root, struct settings_texts *texts) MUST_CHECK;
/* `after` of each file that a change touched is what it was before that. */
int settings_texts_of_copies(const char *root, unsigned id,
                             struct settings_texts *texts) MUST_CHECK;
/* The file after the change, parsed. */
struct uci_document *settings_text_parse(const char *root, const struct settings_texts *texts,
                                         enum settings_file file);

/* Never NULL: empty if there is none that can be read. */
struct uci_document *settings_history_read(const char *root);
int settings_history_write(const char *root, const struct uci_document *history) MUST_CHECK;

/*
 * Writes the files of a change, which is pending from then on, until `deadline_ms` of clock_ms().
 * On failure all is as it was.
 */
int settings_files_write(const char *root, const char *folder, const struct history_entry *entry,
                         const struct settings_texts *texts, int64_t deadline_ms) MUST_CHECK;

/* It is confirmed. */
int settings_files_keep(const char *root, const char *folder, unsigned id) MUST_CHECK;

/* Puts a change's files back as they were.  What was edited by hand since then stays: only what the
 * change did goes.  The change it undid itself, if it did, is in force again. */
int settings_files_restore(const char *root, const char *folder, unsigned id) MUST_CHECK;

/*
 * To be called before the configuration is read by a daemon that starts: undoes a change that
 * nobody can confirm any more.  Returns the id of one that still waits, with its deadline; 0: none.
 */
unsigned settings_files_recover(const char *root, const char *folder, int64_t now_ms,
                                int64_t *deadline_ms);
