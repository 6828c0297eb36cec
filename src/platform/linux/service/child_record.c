/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/child_record.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/md5.h"

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

bool child_name_is_good(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && length < CHILD_NAME_SIZE && name[0] != '.' && name[0] != '-' &&
	       strspn(name, NAME_LETTERS) == length;
}

static void digest_text(const void *bytes, size_t size, char text[CHILD_DIGEST_SIZE])
{
	uint8_t digest[MD5_SIZE];

	md5(bytes, size, digest);
	for (size_t i = 0; i < MD5_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

struct child_record child_record_of(const struct child_spec *spec)
{
	struct child_record record = { .stop_signal = spec->stop_signal ? spec->stop_signal
		                                                        : SIGTERM };
	BUF_AUTO words = { 0 };

	for (size_t i = 0; spec->argv[i]; i++)
		buf_add_bytes(&words, spec->argv[i], strlen(spec->argv[i]) + 1);
	digest_text(words.text, words.length, record.argv);
	for (size_t i = 0; i < spec->n_files; i++) {
		const struct child_file *file = &spec->files[i];
		struct child_record_file *to = &record.files[record.n_files++];

		snprintf(to->name, sizeof(to->name), "%s", file->name);
		digest_text(file->content, strlen(file->content), to->digest);
	}
	return record;
}

const struct child_record_file *child_record_file(const struct child_record *record,
                                                  const char *name)
{
	for (size_t i = 0; i < record->n_files; i++) {
		if (strcmp(record->files[i].name, name) == 0)
			return &record->files[i];
	}
	return NULL;
}

void child_record_print(const struct child_record *record, struct buf *out)
{
	buf_printf(out, "%ld %" PRIu64 "\nstop %d\nargv %s\n", (long)record->pid, record->start,
	           record->stop_signal, record->argv);
	for (size_t i = 0; i < record->n_files; i++)
		buf_printf(out, "file %s %s\n", record->files[i].name, record->files[i].digest);
}

static bool parse_file(const char *text, struct child_record *record, int *used)
{
	struct child_record_file *file = &record->files[record->n_files];

	if (record->n_files == CHILD_FILES_MAX ||
	    sscanf(text, "file %63s %32[0-9a-f]\n%n", file->name, file->digest, used) != 2 ||
	    *used == 0 || !child_name_is_good(file->name))
		return false;
	record->n_files++;
	return true;
}

bool child_record_parse(const char *text, struct child_record *record)
{
	struct child_record parsed = { 0 };
	long pid = 0;
	int used = 0;

	if (sscanf(text, "%9ld %" SCNu64 "\nstop %2d\nargv %32[0-9a-f]\n%n", &pid, &parsed.start,
	           &parsed.stop_signal, parsed.argv, &used) != 4 ||
	    used == 0 || pid <= 1 || parsed.stop_signal <= 0 || parsed.stop_signal > 64)
		return false;
	parsed.pid = (pid_t)pid;
	for (text += used; *text; text += used) {
		used = 0;
		if (!parse_file(text, &parsed, &used))
			return false;
	}
	*record = parsed;
	return true;
}
