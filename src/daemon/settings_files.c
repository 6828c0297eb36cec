/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/settings_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/file.h"
#include "daemon/log.h"
#include "uci/uci.h"

#define FOLDER "/etc/weft/settings"

/* Passwords of radios are in all of them. */
#define SECRET_MODE 0600

void settings_texts_done(struct settings_texts *texts)
{
	for (size_t i = 0; i < SETTINGS_N_FILES; i++) {
		buf_done(&texts->files[i].before);
		buf_done(&texts->files[i].after);
	}
}

static const char *base(const char *root)
{
	return strcmp(root, "/") ? root : "";
}

static void config_path(const char *root, enum settings_file file, struct buf *path)
{
	buf_printf(path, "%s/etc/config/%s", base(root), settings_files[file]);
}

static void copy_path(const char *root, unsigned id, const char *when, enum settings_file file,
                      struct buf *path)
{
	buf_printf(path, "%s" FOLDER "/%u/%s-%s", base(root), id, when, settings_files[file]);
}

static void history_path(const char *root, struct buf *path)
{
	buf_printf(path, "%s" FOLDER "/history", base(root));
}

/* ---- reading ---- */

static int read_file(const char *path, struct buf *out, bool *absent)
{
	int r = file_read(path, UCI_FILE_LIMIT, out);

	*absent = r == -ENOENT;
	return *absent ? 0 : r;
}

int settings_texts_read(const char *root, struct settings_texts *texts)
{
	for (enum settings_file file = 0; file < SETTINGS_N_FILES; file++) {
		struct settings_text *text = &texts->files[file];
		BUF_AUTO path = { 0 };
		int r;

		config_path(root, file, &path);
		r = read_file(path.text, &text->before, &text->absent);
		if (r < 0)
			return r;
		buf_add(&text->after, buf_text(&text->before));
	}
	return 0;
}

int settings_texts_of_copies(const char *root, unsigned id, struct settings_texts *texts)
{
	for (enum settings_file file = 0; file < SETTINGS_N_FILES; file++) {
		struct settings_text *text = &texts->files[file];
		BUF_AUTO before = { 0 }, after = { 0 }, content = { 0 };
		bool absent;
		int r;

		copy_path(root, id, "before", file, &before);
		copy_path(root, id, "after", file, &after);
		if (access(after.text, F_OK) < 0)
			continue;
		r = read_file(before.text, &content, &absent);
		if (r < 0)
			return r;
		text->touched = true;
		buf_done(&text->after);
		buf_add(&text->after, buf_text(&content));
	}
	return 0;
}

struct uci_document *settings_text_parse(const char *root, const struct settings_texts *texts,
                                         enum settings_file file)
{
	AUTO(diag_free) struct diag *nowhere = diag_new();
	const struct buf *after = &texts->files[file].after;
	BUF_AUTO path = { 0 };

	config_path(root, file, &path);
	return uci_parse(path.text, buf_text(after), after->length, nowhere);
}

struct uci_document *settings_history_read(const char *root)
{
	AUTO(diag_free) struct diag *nowhere = diag_new();
	BUF_AUTO path = { 0 }, text = { 0 };

	history_path(root, &path);
	if (file_read(path.text, UCI_FILE_LIMIT, &text) < 0)
		return uci_new("history");
	return uci_parse("history", buf_text(&text), text.length, nowhere);
}

int settings_history_write(const char *root, const struct uci_document *history)
{
	BUF_AUTO path = { 0 }, text = { 0 };

	history_path(root, &path);
	uci_print(history, &text);
	return file_update(path.text, buf_text(&text), text.length, SECRET_MODE, NULL);
}

/* ---- copies ---- */

static int write_text(const char *path, const struct buf *text)
{
	return file_write(path, buf_text(text), text->length, SECRET_MODE);
}

static int write_copies(const char *root, unsigned id, const struct settings_texts *texts)
{
	BUF_AUTO folder = { 0 };
	int r;

	buf_printf(&folder, "%s" FOLDER "/%u", base(root), id);
	r = file_make_folder(folder.text, 0700);
	for (enum settings_file file = 0; file < SETTINGS_N_FILES && r == 0; file++) {
		const struct settings_text *text = &texts->files[file];
		BUF_AUTO before = { 0 }, after = { 0 };

		if (!text->touched)
			continue;
		copy_path(root, id, "before", file, &before);
		copy_path(root, id, "after", file, &after);
		if (!text->absent)
			r = write_text(before.text, &text->before);
		if (r == 0)
			r = write_text(after.text, &text->after);
	}
	return r;
}

/* Names that this file gives alone, in a folder that it made alone. */
static void remove_copies(const char *root, unsigned id)
{
	BUF_AUTO folder = { 0 };

	for (enum settings_file file = 0; file < SETTINGS_N_FILES; file++) {
		BUF_AUTO before = { 0 }, after = { 0 };

		copy_path(root, id, "before", file, &before);
		copy_path(root, id, "after", file, &after);
		(void)unlink(before.text);
		(void)unlink(after.text);
	}
	buf_printf(&folder, "%s" FOLDER "/%u", base(root), id);
	(void)rmdir(folder.text);
}

/* ---- the mark ---- */

static void mark_path(const char *folder, struct buf *path)
{
	buf_printf(path, "%s/settings-pending", folder);
}

static int write_mark(const char *folder, unsigned id, int64_t deadline_ms)
{
	BUF_AUTO path = { 0 }, text = { 0 };

	mark_path(folder, &path);
	buf_printf(&text, "%u %lld\n", id, (long long)deadline_ms);
	return file_write(path.text, text.text, text.length, 0644);
}

static bool read_mark(const char *folder, unsigned id, int64_t *deadline_ms)
{
	BUF_AUTO path = { 0 }, text = { 0 };
	unsigned marked = 0;
	long long deadline = 0;

	mark_path(folder, &path);
	if (file_read(path.text, 64, &text) < 0 ||
	    sscanf(buf_text(&text), "%u %lld", &marked, &deadline) != 2 || marked != id)
		return false;
	*deadline_ms = deadline;
	return true;
}

static void remove_mark(const char *folder)
{
	BUF_AUTO path = { 0 };

	mark_path(folder, &path);
	(void)unlink(path.text);
}

/* ---- changing ---- */

static int add_to_history(const char *root, const struct history_entry *entry)
{
	AUTO(uci_free) struct uci_document *history = settings_history_read(root);
	unsigned forgotten = history_add(history, entry);
	int r = settings_history_write(root, history);

	if (r == 0 && forgotten)
		remove_copies(root, forgotten);
	return r;
}

static int write_configuration(const char *root, const struct settings_texts *texts)
{
	int r = 0;

	for (enum settings_file file = 0; file < SETTINGS_N_FILES && r == 0; file++) {
		BUF_AUTO path = { 0 };

		config_path(root, file, &path);
		if (texts->files[file].touched)
			r = write_text(path.text, &texts->files[file].after);
	}
	return r;
}

int settings_files_write(const char *root, const char *folder, const struct history_entry *entry,
                         const struct settings_texts *texts, int64_t deadline_ms)
{
	BUF_AUTO config = { 0 };
	int r;

	buf_printf(&config, "%s/etc/config", base(root));
	r = file_make_folder(config.text, 0755);
	if (r == 0)
		r = write_copies(root, entry->id, texts);
	if (r == 0)
		r = write_mark(folder, entry->id, deadline_ms);
	if (r == 0)
		r = add_to_history(root, entry);
	if (r < 0) {
		remove_mark(folder);
		remove_copies(root, entry->id);
		return r;
	}
	r = write_configuration(root, texts);
	if (r < 0 && settings_files_restore(root, folder, entry->id) < 0)
		log_line(LOG_PRIORITY_ERROR, "cannot put the settings back as they were");
	return r;
}

int settings_files_keep(const char *root, const char *folder, unsigned id)
{
	AUTO(uci_free) struct uci_document *history = settings_history_read(root);
	int r;

	history_set_state(history, id, HISTORY_KEPT, 0);
	r = settings_history_write(root, history);
	if (r == 0)
		remove_mark(folder);
	return r;
}

/* ---- putting back ---- */

static bool is_as(const struct buf *a, const struct buf *b)
{
	return a->length == b->length && !memcmp(buf_text(a), buf_text(b), a->length);
}

/* Somebody edited it since: their words stay. */
static int take_back_edits(const char *path, const struct history_entry *entry,
                           enum settings_file file, const struct buf *now)
{
	AUTO(diag_free) struct diag *nowhere = diag_new();
	AUTO(uci_free) struct uci_document *document = uci_parse(path, buf_text(now), now->length,
	                                                         nowhere);
	BUF_AUTO text = { 0 };

	edits_do(entry->back.items, entry->back.count, settings_files[file], document);
	uci_print(document, &text);
	return write_text(path, &text);
}

static int restore_file(const char *root, const struct history_entry *entry,
                        enum settings_file file)
{
	BUF_AUTO path = { 0 }, now = { 0 };
	BUF_AUTO before_path = { 0 }, before = { 0 };
	BUF_AUTO after_path = { 0 }, after = { 0 };
	bool gone, none;

	config_path(root, file, &path);
	copy_path(root, entry->id, "before", file, &before_path);
	copy_path(root, entry->id, "after", file, &after_path);
	if (file_read(after_path.text, UCI_FILE_LIMIT, &after) < 0)
		return 0;
	if (read_file(path.text, &now, &gone) < 0 ||
	    read_file(before_path.text, &before, &none) < 0)
		return -EIO;
	/* Power went before it was written. */
	if (gone ? none : !none && is_as(&now, &before))
		return 0;
	if (!entry->whole && !gone && !is_as(&now, &after))
		return take_back_edits(path.text, entry, file, &now);
	if (none)
		return unlink(path.text) < 0 && errno != ENOENT ? -errno : 0;
	return write_text(path.text, &before);
}

/* What it had taken back counts again. */
static void revive(struct uci_document *history, unsigned id)
{
	AUTO(arena_free) struct arena *arena = arena_new();

	for (unsigned other = id; other-- > 1;) {
		struct history_entry entry;

		if (history_get(history, other, arena, &entry) && entry.undone_by == id)
			history_set_state(history, other, HISTORY_KEPT, 0);
	}
}

int settings_files_restore(const char *root, const char *folder, unsigned id)
{
	AUTO(uci_free) struct uci_document *history = settings_history_read(root);
	AUTO(arena_free) struct arena *arena = arena_new();
	struct history_entry entry;
	int r = history_get(history, id, arena, &entry) ? 0 : -ENOENT;

	for (enum settings_file file = 0; file < SETTINGS_N_FILES && r == 0; file++)
		r = restore_file(root, &entry, file);
	if (r < 0)
		return r;
	history_set_state(history, id, HISTORY_UNDONE, 0);
	revive(history, id);
	r = settings_history_write(root, history);
	if (r == 0)
		remove_mark(folder);
	return r;
}

unsigned settings_files_recover(const char *root, const char *folder, int64_t now_ms,
                                int64_t *deadline_ms)
{
	AUTO(uci_free) struct uci_document *history = settings_history_read(root);
	unsigned id = history_pending(history);
	int r;

	if (!id)
		return 0;
	if (read_mark(folder, id, deadline_ms) && *deadline_ms > now_ms)
		return id;
	r = settings_files_restore(root, folder, id);
	if (r < 0)
		log_line(LOG_PRIORITY_ERROR, "cannot undo change %u of the settings: %s", id,
		         strerror(-r));
	else
		log_line(LOG_PRIORITY_NOTICE,
		         "undid change %u of the settings, which nobody confirmed", id);
	return 0;
}
