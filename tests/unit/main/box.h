/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Boxes as folders, and commands run on them in this process. */
#include <unistd.h>

#include "../remove.h"
#include "../test.h"
#include "base/buf.h"
#include "base/file.h"
#include "main/command.h"

#define MAX_WORDS 12

static inline void put(const char *box, const char *path, const char *text)
{
	BUF_AUTO whole = { 0 };
	char *slash;

	buf_printf(&whole, "%s/%s", box, path);
	slash = strrchr(whole.text, '/');
	*slash = '\0';
	assert_int_equal(file_make_folder(whole.text, 0755), 0);
	*slash = '/';
	assert_int_equal(file_write(whole.text, text, strlen(text), 0644), 0);
}

static inline void put_box(const char *box, const char *mac)
{
	put(box, "sys/class/net/eth0/address", mac);
	put(box, "sys/class/net/eth0/uevent", "INTERFACE=eth0\n");
	put(box, "etc/board.json", "{\"network\":{\"lan\":{\"device\":\"eth0\"}}}");
}

/* Sends what is written to a stream into a file while the command runs. */
static inline int divert(FILE *stream, FILE *file)
{
	int kept;

	fflush(stream);
	kept = dup(fileno(stream));
	assert_true(dup2(fileno(file), fileno(stream)) >= 0);
	return kept;
}

static inline void bring_back(FILE *stream, int kept, FILE *file, struct buf *out)
{
	char text[4096];
	size_t size;

	fflush(stream);
	assert_true(dup2(kept, fileno(stream)) >= 0);
	close(kept);
	rewind(file);
	while ((size = fread(text, 1, sizeof(text), file)) > 0)
		buf_add_bytes(out, text, size);
	fclose(file);
}

/* `weft WORDS...` on the box; the words end with NULL. */
static inline int weft(const char *const *words, struct buf *out, struct buf *err)
{
	char *argv[MAX_WORDS] = { NULL };
	int argc = 0, kept_out, kept_err, status;
	FILE *out_file = tmpfile(), *err_file = tmpfile();

	assert_non_null(out_file);
	assert_non_null(err_file);
	while (words[argc]) {
		argv[argc] = strdup(words[argc]);
		argc++;
	}
	kept_out = divert(stdout, out_file);
	kept_err = divert(stderr, err_file);
	{
		/* The command takes its options out of the list it is given. */
		char *given[MAX_WORDS];

		memcpy(given, argv, sizeof(given));
		status = command_main(argc, given);
	}
	bring_back(stdout, kept_out, out_file, out);
	bring_back(stderr, kept_err, err_file, err);
	while (argc > 0)
		free(argv[--argc]);
	return status;
}
