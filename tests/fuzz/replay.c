/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* Gives every file of the folders that it is told to a fuzz target: `replay-NAME FOLDER...`. */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "fuzz.h"

#define INPUT_LIMIT (1024 * 1024) /* bytes */

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool replay_file(const char *folder, const char *name)
{
	BUF_AUTO input = { 0 };
	char path[PATH_MAX];
	uint8_t *bytes;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (file_read(path, INPUT_LIMIT, &input) < 0)
		return false;
	/* A copy of just this size, so that reading past its end is found. */
	bytes = malloc(input.length);
	if (input.length)
		memcpy(bytes, input.text, input.length);
	(void)LLVMFuzzerTestOneInput(bytes, input.length);
	free(bytes);
	return true;
}

/* How many files it replayed; a negative number if one cannot be read. */
static int replay_folder(const char *folder)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_visible, alphasort);
	int rc = n;

	for (int i = 0; i < n; i++) {
		if (!replay_file(folder, entries[i]->d_name)) {
			fprintf(stderr, "%s/%s: cannot be read\n", folder, entries[i]->d_name);
			rc = -1;
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return rc;
}

int main(int argc, char **argv)
{
	int n_files = 0;

	for (int i = 1; i < argc; i++) {
		int n = replay_folder(argv[i]);

		if (n <= 0) {
			fprintf(stderr, "%s: nothing to replay\n", argv[i]);
			return 1;
		}
		n_files += n;
	}
	printf("%d inputs replayed\n", n_files);
	return n_files ? 0 : 1;
}
