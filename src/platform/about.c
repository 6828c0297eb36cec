/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/about.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "state/table.h"
#include "uci/uci.h"

#define LINES_LIMIT    8192
#define LOCATION_LIMIT 16384
#define TEXT_MAX       100

static int read_text(const char *root, const char *path, size_t limit, struct buf *out)
{
	BUF_AUTO full = { 0 };

	buf_printf(&full, "%s/%s", strcmp(root, "/") ? root : "", path);
	return file_read_any(full.text, limit, out);
}

/* One line of text without spaces around it; NULL if that is nothing, or nothing to be shown. */
static const char *tidy(const char *text, size_t length, struct arena *arena)
{
	char *copy;

	while (length && (unsigned char)text[length - 1] <= ' ')
		length--;
	while (length && (unsigned char)*text <= ' ') {
		text++;
		length--;
	}
	if (!length || length > TEXT_MAX)
		return NULL;
	copy = arena_strndup(arena, text, length);
	return value_check_plain(copy) ? NULL : copy;
}

const char *about_board(const char *root, const char *board_name, struct arena *arena)
{
	static const char *const paths[] = { "sys/firmware/devicetree/base/model",
		                             "sys/class/dmi/id/product_name" };

	if (board_name)
		return tidy(board_name, strlen(board_name), arena);
	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
		BUF_AUTO text = { 0 };
		const char *board;

		if (read_text(root, paths[i], LINES_LIMIT, &text) < 0 || !text.length)
			continue;
		/* The device tree ends texts with a zero. */
		board = tidy(text.text, strlen(text.text), arena);
		if (board)
			return board;
	}
	return NULL;
}

/* NAME=value or NAME="value" of such a file; NULL if there is none. */
static const char *setting_of(const char *text, const char *name, struct arena *arena)
{
	size_t length = strlen(name);

	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		const char *value;
		size_t size;

		line += *line == '\n';
		if (strncmp(line, name, length) != 0 || line[length] != '=')
			continue;
		value = line + length + 1;
		size = strcspn(value, "\n");
		if (size >= 2 && (*value == '"' || *value == '\'') && value[size - 1] == *value)
			return tidy(value + 1, size - 2, arena);
		return tidy(value, size, arena);
	}
	return NULL;
}

const char *about_firmware(const char *root, struct arena *arena)
{
	static const char *const files[][2] = {
		{ "etc/openwrt_release", "DISTRIB_DESCRIPTION" },
		{ "etc/os-release", "PRETTY_NAME" },
	};

	for (size_t i = 0; i < ARRAY_LENGTH(files); i++) {
		BUF_AUTO text = { 0 };
		const char *name;

		if (read_text(root, files[i][0], LINES_LIMIT, &text) < 0)
			continue;
		name = setting_of(buf_text(&text), files[i][1], arena);
		if (name)
			return arena_printf(arena, "weft " WEFT_VERSION " on %s", name);
	}
	return "weft " WEFT_VERSION;
}

static const char *degrees_of(const struct uci_document *document, const char *whose,
                              const char *what, struct arena *arena)
{
	const char *text = uci_get(document, "settings", arena_printf(arena, "%s_%s", whose, what));

	if (!text || !*text || strlen(text) > 24 || value_check_decimal(text))
		return NULL;
	return arena_strdup(arena, text);
}

struct about_place about_place(const char *root, struct arena *arena)
{
	static const char *const whose[] = { "node", "community" };
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(uci_free) struct uci_document *document = NULL;
	struct about_place place = { 0 };
	BUF_AUTO text = { 0 };

	if (read_text(root, "etc/config/" ABOUT_LOCATION, LOCATION_LIMIT, &text) < 0)
		return place;
	document = uci_parse(ABOUT_LOCATION, buf_text(&text), text.length, diag);
	for (size_t i = 0; i < ARRAY_LENGTH(whose) && document; i++) {
		place.latitude = degrees_of(document, whose[i], "latitude", arena);
		place.longitude = degrees_of(document, whose[i], "longitude", arena);
		if (place.latitude && place.longitude)
			return place;
	}
	return (struct about_place){ 0 };
}
