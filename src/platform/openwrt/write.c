/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/openwrt/write.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"

#define FOLDER_OF_JOURNAL "etc"
#define DRAFT             WRITE_JOURNAL ".new"
#define LINKS_MAX         8
#define MODE_FILE         0644 /* of a file that went away since it was looked at */

/* One call of write_changes() or write_recover(). */
struct work {
	struct disk *disk;
	struct arena *arena;
	struct diag *diag;
	struct journal_entry *entries;
	size_t count;
};

static int fail(const struct work *work, const char *path, const char *what, int rc)
{
	const struct origin origin = { .file = path };

	diag_add(work->diag, DIAG_ERROR, &origin, "%s: %s", what, strerror(-rc));
	return rc;
}

static const char *folder_of(const struct work *work, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? arena_strndup(work->arena, path, (size_t)(slash - path)) : ".";
}

/* Where the new content stands until its time comes: hidden, because all that is not hidden in
 * /etc/config is taken for configuration. */
static const char *hidden_of(const struct work *work, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	return arena_printf(work->arena, "%.*s.%s.weft", (int)(name - path), path, name);
}

/* ---- what differs ---- */

/* The path that links lead to. */
static int follow(const struct work *work, const char **path)
{
	for (int i = 0; i < LINKS_MAX; i++) {
		struct disk_status status;
		BUF_AUTO target = { 0 };
		int rc = work->disk->status(work->disk, *path, &status);

		if (rc == -ENOENT || rc == -ENOTDIR || (rc == 0 && status.kind != DISK_LINK))
			return 0;
		if (rc == 0)
			rc = work->disk->read_link(work->disk, *path, &target);
		if (rc < 0)
			return rc;
		*path = buf_text(&target)[0] == '/'
		                ? arena_strdup(work->arena, buf_text(&target) + 1)
		                : arena_printf(work->arena, "%s/%s", folder_of(work, *path),
		                               buf_text(&target));
	}
	return -ELOOP;
}

static int has_content(const struct work *work, const struct file_change *change, bool *same)
{
	BUF_AUTO content = { 0 };
	int rc = work->disk->read(work->disk, change->path, change->size, &content);

	*same = rc == 0 && content.length == change->size &&
	        memcmp(buf_text(&content), change->after, change->size) == 0;
	return rc == -EFBIG ? 0 : rc;
}

static int has_target(const struct work *work, const struct file_change *change, bool *same)
{
	BUF_AUTO target = { 0 };
	int rc = work->disk->read_link(work->disk, change->path, &target);

	*same = rc == 0 && target.length == change->size &&
	        memcmp(buf_text(&target), change->after, change->size) == 0;
	return rc;
}

/* Whether it is already as the change wants it; fills in the mode and the owner. */
static int compare(const struct work *work, struct journal_entry *entry, bool *same)
{
	const struct file_change *change = &entry->change;
	struct disk_status status;
	int rc = work->disk->status(work->disk, change->path, &status);
	bool is_there = rc == 0;

	*same = change->kind == FILE_CHANGE_REMOVE && !is_there;
	if (rc == -ENOENT || rc == -ENOTDIR)
		return 0;
	if (rc < 0)
		return rc;
	if (status.kind == DISK_FOLDER)
		return -EISDIR;
	if (change->kind == FILE_CHANGE_LINK && status.kind == DISK_LINK)
		return has_target(work, change, same);
	if (change->kind != FILE_CHANGE_WRITE || status.kind != DISK_FILE)
		return 0;
	entry->status = status;
	return has_content(work, change, same);
}

static int add_if_different(struct work *work, const struct file_change *change)
{
	struct journal_entry *entry = &work->entries[work->count];
	bool same = false;
	int rc = 0;

	assert(change->path[0] != '/');
	*entry = (struct journal_entry){
		.change = *change,
		.status = { DISK_FILE, change->mode ? change->mode : MODE_FILE, DISK_OWNER_ANY,
		            DISK_OWNER_ANY },
	};
	if (change->kind == FILE_CHANGE_WRITE)
		rc = follow(work, &entry->change.path);
	if (rc == 0)
		rc = compare(work, entry, &same);
	if (rc < 0)
		return fail(work, change->path, "cannot be compared", rc);
	work->count += !same;
	return 0;
}

/* All of them are looked at, so that all that is wrong is said. */
static int find_differences(struct work *work, const struct file_change *changes, size_t n_changes)
{
	int first = 0;

	work->entries = arena_array_of(work->arena, struct journal_entry, n_changes + 1);
	for (size_t i = 0; i < n_changes; i++) {
		int rc = add_if_different(work, &changes[i]);

		if (rc < 0 && first == 0)
			first = rc;
	}
	return first;
}

/* ---- single files ---- */

static int write_all(struct disk *disk, int file, const char *bytes, size_t size)
{
	while (size) {
		ssize_t n = disk->write(disk, file, bytes, size);

		if (n == -EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? (int)n : -ENOSPC;
		bytes += n;
		size -= (size_t)n;
	}
	return 0;
}

static int write_file(struct disk *disk, const char *path, const struct journal_entry *entry,
                      bool sync)
{
	int file = disk->create(disk, path, 0600);
	int rc = file;
	int close_rc;

	if (rc < 0)
		return rc;
	rc = disk->own(disk, file, &entry->status);
	if (rc == 0)
		rc = write_all(disk, file, entry->change.after, entry->change.size);
	if (rc == 0 && sync)
		rc = disk->sync(disk, file);
	close_rc = disk->close(disk, file);
	return rc < 0 ? rc : close_rc;
}

static int make_folders(const struct work *work, const char *path)
{
	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		const char *folder = arena_strndup(work->arena, path, (size_t)(slash - path));
		struct disk_status status;
		int rc = work->disk->status(work->disk, folder, &status);

		if (rc == -ENOENT)
			rc = work->disk->make_folder(work->disk, folder);
		if (rc < 0 && rc != -EEXIST)
			return rc;
	}
	return 0;
}

/* Puts the new content beside the target. */
static int stage(const struct work *work, const struct journal_entry *entry)
{
	const struct file_change *change = &entry->change;
	const char *hidden = hidden_of(work, change->path);
	int rc;

	if (change->kind == FILE_CHANGE_REMOVE)
		return 0;
	rc = make_folders(work, change->path);
	if (rc < 0)
		return rc;
	if (change->kind == FILE_CHANGE_WRITE)
		return write_file(work->disk, hidden, entry, false);
	(void)work->disk->remove(work->disk, hidden);
	return work->disk->make_link(
		work->disk, arena_strndup(work->arena, change->after, change->size), hidden);
}

static int publish(const struct work *work, const struct journal_entry *entry)
{
	const char *path = entry->change.path;
	int rc;

	if (entry->change.kind != FILE_CHANGE_REMOVE)
		return work->disk->rename(work->disk, hidden_of(work, path), path);
	rc = work->disk->remove(work->disk, path);
	return rc == -ENOENT ? 0 : rc;
}

static int remove_if_there(struct disk *disk, const char *path)
{
	int rc = disk->remove(disk, path);

	return rc == -ENOENT || rc == -ENOTDIR ? 0 : rc;
}

/* ---- the steps ---- */

/* Nothing is decided: what was made goes away. */
static void forget(const struct work *work)
{
	for (size_t i = 0; i < work->count; i++)
		(void)work->disk->remove(work->disk, hidden_of(work, work->entries[i].change.path));
	(void)work->disk->remove(work->disk, DRAFT);
}

static int write_draft(const struct work *work)
{
	struct journal journal = { work->entries, work->count };
	struct journal_entry draft = {
		.status = { DISK_FILE, 0600, DISK_OWNER_ANY, DISK_OWNER_ANY },
	};
	BUF_AUTO text = { 0 };
	int rc;

	journal_print(&journal, &text);
	if (text.length > JOURNAL_LIMIT)
		return fail(work, WRITE_JOURNAL, "too much to write at once", -EFBIG);
	draft.change = (struct file_change){ .after = text.text, .size = text.length };
	rc = write_file(work->disk, DRAFT, &draft, true);
	return rc < 0 ? fail(work, DRAFT, "cannot be written", rc) : 0;
}

static int stage_all(const struct work *work)
{
	for (size_t i = 0; i < work->count; i++) {
		int rc = stage(work, &work->entries[i]);

		if (rc < 0)
			return fail(work, work->entries[i].change.path, "cannot be written", rc);
	}
	return 0;
}

static int decide(const struct work *work)
{
	int rc = work->disk->rename(work->disk, DRAFT, WRITE_JOURNAL);

	if (rc == 0)
		rc = work->disk->sync_folder(work->disk, FOLDER_OF_JOURNAL);
	if (rc == 0)
		return 0;
	/* Where the journal's name cannot be made safe, it must not be found later. */
	if (remove_if_there(work->disk, WRITE_JOURNAL) < 0)
		return fail(work, WRITE_JOURNAL, "written, and follows at the next start", rc);
	return fail(work, WRITE_JOURNAL, "cannot be written", rc);
}

static int sync_all(const struct work *work)
{
	const char *last = "";

	for (size_t i = 0; i < work->count; i++) {
		const char *folder = folder_of(work, work->entries[i].change.path);
		int rc = strcmp(folder, last) ? work->disk->sync_all(work->disk, folder) : 0;

		/* The folder of something that is removed need not be there. */
		if (rc < 0 && rc != -ENOENT && rc != -ENOTDIR)
			return fail(work, folder, "cannot be synced", rc);
		last = folder;
	}
	return 0;
}

/* All is in place: the journal has no more to say. */
static int end(const struct work *work)
{
	int rc = sync_all(work);

	if (rc < 0)
		return rc;
	rc = remove_if_there(work->disk, WRITE_JOURNAL);
	if (rc == 0)
		rc = work->disk->sync_folder(work->disk, FOLDER_OF_JOURNAL);
	return rc < 0 ? fail(work, WRITE_JOURNAL, "cannot be removed", rc) : 0;
}

static int publish_all(const struct work *work)
{
	for (size_t i = 0; i < work->count; i++) {
		const char *path = work->entries[i].change.path;
		int rc = publish(work, &work->entries[i]);

		if (rc < 0)
			return fail(work, path, "not yet in place, follows at the next start", rc);
	}
	return end(work);
}

static int write_work(struct work *work)
{
	int rc = write_draft(work);

	if (rc == 0)
		rc = stage_all(work);
	if (rc == 0)
		rc = decide(work);
	if (rc < 0) {
		forget(work);
		return rc;
	}
	return publish_all(work) < 0 ? -EINPROGRESS : 0;
}

int write_changes(struct disk *disk, const struct file_change *changes, size_t n_changes,
                  struct diag *diag, size_t *n_changed)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct work work = { .disk = disk, .arena = arena, .diag = diag };
	int rc = write_recover(disk, diag, NULL);

	if (rc == 0)
		rc = find_differences(&work, changes, n_changes);
	if (n_changed)
		*n_changed = work.count;
	return rc == 0 && work.count ? write_work(&work) : rc;
}

/* ---- recovery ---- */

/* -ENOENT if there is none, -EINVAL if it is not whole. */
static int read_journal(struct work *work, const char *path)
{
	BUF_AUTO text = { 0 };
	struct journal journal = { 0 };
	int rc = work->disk->read(work->disk, path, JOURNAL_LIMIT, &text);

	if (rc == 0)
		rc = journal_parse(buf_text(&text), text.length, work->arena, &journal);
	if (rc < 0)
		return rc;
	work->entries = arena_array_of(work->arena, struct journal_entry, journal.count + 1);
	for (size_t i = 0; i < journal.count; i++)
		work->entries[i] = journal.entries[i];
	work->count = journal.count;
	return 0;
}

/* A draft that is whole may have files beside their targets. */
static int drop_draft(struct work *work)
{
	int rc = read_journal(work, DRAFT);

	if (rc == -ENOENT)
		return 0;
	if (rc < 0 && rc != -EINVAL)
		return fail(work, DRAFT, "cannot be read", rc);
	for (size_t i = 0; rc == 0 && i < work->count; i++)
		(void)work->disk->remove(work->disk, hidden_of(work, work->entries[i].change.path));
	/* Else a second power cut could leave one of them without anybody who knows of it. */
	rc = rc == 0 ? sync_all(work) : 0;
	work->count = 0;
	if (rc == 0)
		rc = remove_if_there(work->disk, DRAFT);
	return rc < 0 ? fail(work, DRAFT, "cannot be removed", rc) : 0;
}

static int finish_one(const struct work *work, const struct journal_entry *entry)
{
	struct journal_entry now = *entry;
	const char *path = entry->change.path;
	bool same;
	int rc = compare(work, &now, &same);

	if (rc == 0 && same)
		return remove_if_there(work->disk, hidden_of(work, path));
	if (rc == 0)
		rc = stage(work, entry);
	return rc < 0 ? rc : publish(work, entry);
}

static int finish(const struct work *work)
{
	for (size_t i = 0; i < work->count; i++) {
		int rc = finish_one(work, &work->entries[i]);

		if (rc < 0)
			return fail(work, work->entries[i].change.path,
			            "not yet in place, follows at the next start", rc);
	}
	return end(work);
}

int write_recover(struct disk *disk, struct diag *diag, size_t *n_finished)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct work work = { .disk = disk, .arena = arena, .diag = diag };
	const struct origin origin = { .file = WRITE_JOURNAL };
	int rc = drop_draft(&work);

	if (rc == 0)
		rc = read_journal(&work, WRITE_JOURNAL);
	if (n_finished)
		*n_finished = work.count;
	if (rc == 0)
		return finish(&work);
	if (rc == -ENOENT)
		return 0;
	if (rc != -EINVAL)
		return rc;
	diag_add(diag, DIAG_WARNING, &origin, "damaged, not used");
	rc = remove_if_there(disk, WRITE_JOURNAL);
	return rc < 0 ? fail(&work, WRITE_JOURNAL, "cannot be removed", rc) : 0;
}
