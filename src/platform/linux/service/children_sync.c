/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "platform/linux/service/child_life.h"
#include "platform/linux/service/child_process.h"
#include "platform/linux/service/children.h"

#define FILE_LIMIT (1024 * 1024)

/* What one children_sync() works with. */
struct sync {
	struct children *children;
	struct diag *diag;
	struct buf *report;
	size_t n_changes;
	int rc;
};

static void sync_did(struct sync *sync, const struct child *child, const char *what)
{
	sync->n_changes++;
	if (sync->report)
		buf_printf(sync->report, "%s %s\n", what, child->name);
}

static void sync_failed(struct sync *sync, const char *name, int rc, const char *what)
{
	struct origin where = { .where = name };

	diag_add(sync->diag, DIAG_ERROR, &where, "%s: %s", what, strerror(-rc));
	sync->rc = -EIO;
}

static struct child *find_child(const struct children *children, const char *name)
{
	struct child *child = children->first;

	while (child && strcmp(child->name, name) != 0)
		child = child->next;
	return child;
}

static bool file_changed(const struct child_record *from, const struct child_record *to,
                         const char *name)
{
	const struct child_record_file *a = child_record_file(from, name);
	const struct child_record_file *b = child_record_file(to, name);

	return !a || !b || strcmp(a->digest, b->digest) != 0;
}

/* Whether what runs can only be had by starting it anew. */
static bool needs_restart(const struct child *child, const struct child_spec *spec,
                          const struct child_record *wanted)
{
	if (strcmp(child->record.argv, wanted->argv) != 0)
		return true;
	for (size_t i = 0; i < spec->n_files; i++) {
		if (spec->files[i].change == CHILD_CHANGE_RESTART &&
		    file_changed(&child->record, wanted, spec->files[i].name))
			return true;
	}
	return false;
}

/* Tells the running child of a file; false if it did not take it. */
static bool call_file(struct sync *sync, const struct child_file *file)
{
	char path[PATH_MAX];
	BUF_AUTO old = { 0 };

	return file_read(children_path(sync->children, file->name, "", path), FILE_LIMIT, &old) ==
	               0 &&
	       file->call(sync->children->folder, buf_text(&old), file->content) == 0;
}

static bool call_files(struct sync *sync, const struct child *child, const struct child_spec *spec,
                       const struct child_record *wanted)
{
	bool taken = true;

	for (size_t i = 0; i < spec->n_files; i++) {
		if (spec->files[i].change == CHILD_CHANGE_CALL &&
		    file_changed(&child->record, wanted, spec->files[i].name))
			taken = call_file(sync, &spec->files[i]) && taken;
	}
	return taken;
}

static int write_files(struct sync *sync, const struct child_spec *spec)
{
	char path[PATH_MAX];
	int result = 0;

	for (size_t i = 0; i < spec->n_files; i++) {
		const struct child_file *file = &spec->files[i];
		int rc = file_update(children_path(sync->children, file->name, "", path),
		                     file->content, strlen(file->content), 0644, NULL);

		if (rc < 0) {
			sync_failed(sync, spec->name, rc, path);
			result = rc;
		}
	}
	return result;
}

static void remove_old_files(struct sync *sync, const struct child_record *old,
                             const struct child_record *wanted)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < old->n_files; i++) {
		const char *name = old->files[i].name;

		if (!child_record_file(wanted, name))
			(void)unlink(children_path(sync->children, name, "", path));
	}
}

static void signal_for_files(const struct child *child, const struct child_spec *spec,
                             const struct child_record *wanted)
{
	for (size_t i = 0; i < spec->n_files; i++) {
		const struct child_file *file = &spec->files[i];

		if (file->change == CHILD_CHANGE_SIGNAL &&
		    file_changed(&child->record, wanted, file->name))
			process_signal(child->pidfd, file->signal);
	}
}

static bool record_differs(const struct child_record *a, const struct child_record *b)
{
	BUF_AUTO a_text = { 0 };
	BUF_AUTO b_text = { 0 };

	child_record_print(a, &a_text);
	child_record_print(b, &b_text);
	return strcmp(buf_text(&a_text), buf_text(&b_text)) != 0;
}

/*
 * The order makes a supervisor that dies anywhere in between harmless: the pid file, which says
 * what the child has taken over, is written last, so the next one does what is left once more.
 */
static void sync_running(struct sync *sync, struct child *child, const struct child_spec *spec,
                         struct child_record *wanted)
{
	char path[PATH_MAX];
	BUF_AUTO text = { 0 };
	bool restart = needs_restart(child, spec, wanted);
	int rc;

	wanted->pid = child->record.pid;
	wanted->start = child->record.start;
	child_take_spec(child, spec);
	if (!record_differs(&child->record, wanted))
		return;
	restart = restart || !call_files(sync, child, spec, wanted);
	if (write_files(sync, spec) < 0)
		return;
	if (!restart)
		signal_for_files(child, spec, wanted);
	remove_old_files(sync, &child->record, wanted);
	sync_did(sync, child, restart ? "restart" : "reload");
	child->record = *wanted;
	if (restart) {
		child_stop(child, child->restart_signal);
		return;
	}
	child_record_print(wanted, &text);
	rc = file_write(children_path(sync->children, child->name, ".pid", path), text.text,
	                text.length, 0644);
	if (rc < 0)
		sync_failed(sync, child->name, rc, path);
}

static void sync_not_running(struct sync *sync, struct child *child, const struct child_spec *spec,
                             struct child_record *wanted)
{
	struct origin where = { .where = child->name };
	bool changed;
	int rc;

	wanted->pid = child->record.pid;
	wanted->start = child->record.start;
	changed = record_differs(&child->record, wanted);
	child_take_spec(child, spec);
	if (write_files(sync, spec) < 0)
		return;
	remove_old_files(sync, &child->record, wanted);
	child->record = *wanted;
	if (child->state == CHILD_STOPPING || (child->state == CHILD_WAITING && !changed))
		return;
	child->failures = 0;
	rc = child_start(child);
	if (rc == 0) {
		sync_did(sync, child, "start");
	} else if (child->state == CHILD_MISSING) {
		diag_add(sync->diag, DIAG_ERROR, &where,
		         "program %s is not installed (Debian package %s)", child->argv[0],
		         child->package);
		sync->rc = sync->rc ? sync->rc : -ENOENT;
	} else {
		sync_failed(sync, child->name, rc, "cannot start");
	}
}

static void sync_spec(struct sync *sync, const struct child_spec *spec)
{
	struct child *child = find_child(sync->children, spec->name);
	struct child_record wanted = child_record_of(spec);

	if (!child)
		child = child_new(sync->children, spec->name);
	child->named = true;
	if (child->state == CHILD_RUNNING)
		sync_running(sync, child, spec, &wanted);
	else
		sync_not_running(sync, child, spec, &wanted);
}

static void sync_unwanted(struct sync *sync, struct child *child)
{
	child->wanted = false;
	if (child->state == CHILD_STOPPING)
		return;
	sync_did(sync, child, "stop");
	if (child->state == CHILD_RUNNING)
		child_stop(child, child->record.stop_signal);
	else
		child_remove(sync->children, child);
}

/* The list gets the order of the specs; who is about to go comes last. */
static void sort_children(struct children *children, const struct child_spec *specs, size_t n)
{
	while (n--) {
		struct child **at = &children->first;
		struct child *child;

		while (*at && strcmp((*at)->name, specs[n].name) != 0)
			at = &(*at)->next;
		child = *at;
		if (!child)
			continue;
		*at = child->next;
		child->next = children->first;
		children->first = child;
	}
}

static void assert_spec(const struct child_spec *spec)
{
	assert(child_name_is_good(spec->name) && spec->argv[0] && spec->n_files <= CHILD_FILES_MAX);
	for (size_t i = 0; i < spec->n_files; i++)
		assert(child_name_is_good(spec->files[i].name));
}

int children_sync(struct children *children, const struct child_spec *specs, size_t n_specs,
                  struct diag *diag, struct buf *report, size_t *n_changes)
{
	struct sync sync = { .children = children, .diag = diag, .report = report };
	struct child *next;

	for (struct child *child = children->first; child; child = child->next)
		child->named = false;
	for (size_t i = 0; i < n_specs; i++) {
		assert_spec(&specs[i]);
		sync_spec(&sync, &specs[i]);
	}
	for (struct child *child = children->first; child; child = next) {
		next = child->next;
		if (!child->named)
			sync_unwanted(&sync, child);
	}
	sort_children(children, specs, n_specs);
	if (n_changes)
		*n_changes = sync.n_changes;
	return sync.rc;
}
