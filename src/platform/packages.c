/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * Which of LibreMesh's packages a box has, or has others that stand in for: people choose with
 * them what a node can do.  OpenWrt's list of installed packages is opkg's or apk's.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/file.h"
#include "net/facts.h"
#include "platform/read.h"

#define LIST_LIMIT   (8u * 1024u * 1024u) /* bytes; apk's has every file of every package */
#define PACKAGES_MAX 256

/* A box that has none of this one is not LibreMesh's, and its list says nothing. */
#define CORE "lime-system"

static const struct {
	const char *path;
	const char *keys[2]; /* lines that begin so name packages */
} lists[] = {
	{ "usr/lib/opkg/status", { "Package: ", "Provides: " } },
	{ "lib/apk/db/installed", { "P:", "p:" } },
};

/* How names begin that somebody here asks for. */
static const char *const wanted[] = { "lime-", "babeld-auto-gw-mode", "wifi-unstuck-wa", "alfred" };

static bool is_wanted(const char *name, size_t length)
{
	for (size_t i = 0; i < ARRAY_LENGTH(wanted); i++) {
		if (length >= strlen(wanted[i]) && strncmp(name, wanted[i], strlen(wanted[i])) == 0)
			return true;
	}
	return false;
}

/* "a, b" or "a=1.0 b". */
static void add_names(const char *line, const char *end, struct arena *arena, struct facts *facts)
{
	while (line < end) {
		size_t length = strcspn(line, " ,=\n");

		if (is_wanted(line, length) && facts->n_packages < PACKAGES_MAX)
			facts->packages[facts->n_packages++] = arena_strndup(arena, line, length);
		line += length;
		line += strcspn(line, " ,\n");
		line += strspn(line, " ,");
		if (*line == '\n')
			return;
	}
}

static void read_list(const char *text, const char *const keys[2], struct arena *arena,
                      struct facts *facts)
{
	const char *end = text + strlen(text);

	while (*text) {
		const char *next = strchr(text, '\n');

		for (size_t i = 0; i < 2; i++) {
			if (strncmp(text, keys[i], strlen(keys[i])) == 0)
				add_names(text + strlen(keys[i]), next ? next : end, arena, facts);
		}
		text = next ? next + 1 : end;
	}
}

void read_packages(const char *root, struct arena *arena, struct facts *facts)
{
	facts->packages = arena_array_of(arena, const char *, PACKAGES_MAX);
	for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
		BUF_AUTO content = { 0 };

		if (file_read(arena_printf(arena, "%s/%s", root, lists[i].path), LIST_LIMIT,
		              &content) == 0)
			read_list(buf_text(&content), lists[i].keys, arena, facts);
	}
	if (!facts_has_package(facts, CORE, false))
		facts->n_packages = 0;
}
