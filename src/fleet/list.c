/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "fleet/list.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"

#define MISTAKES_LIMIT 100u /* so many lines are reported, then reading ends */
#define WORD_SHOWN     40   /* bytes of a wrong word */

static const char blanks[] = " \t\r\v\f";

struct reader {
	struct arena *arena;
	const char *name;
	struct diag *diag;
	unsigned n_mistakes;
	struct fleet_box *boxes;
	size_t n_boxes;
};

static void report(struct reader *reader, unsigned line, size_t column, const char *text)
{
	struct origin origin = { .file = reader->name,
		                 .line = line,
		                 .column = (unsigned)column + 1 };

	diag_add(reader->diag, DIAG_ERROR, &origin, "%s", text);
	reader->n_mistakes++;
}

/* With colons, with dashes or with nothing between the bytes. */
static bool parse(const char *word, size_t length, struct mac *mac)
{
	char text[MAC_TEXT_SIZE];
	bool bare = length == 2 * MAC_SIZE;

	if (!bare && length != MAC_TEXT_SIZE - 1)
		return false;
	for (size_t i = 0; i < MAC_SIZE; i++) {
		const char *pair = word + i * (bare ? 2 : 3);

		if (!bare && i && (pair[-1] != word[2] || !strchr(":-", pair[-1])))
			return false;
		memcpy(text + 3 * i, pair, 2);
		text[3 * i + 2] = i + 1 < MAC_SIZE ? ':' : '\0';
	}
	return mac_parse(text, mac);
}

static void read_word(struct reader *reader, unsigned line, const char *start, const char *word,
                      size_t length)
{
	struct fleet_box *box = &reader->boxes[reader->n_boxes];
	size_t column = (size_t)(word - start);
	int shown = (int)(length < WORD_SHOWN ? length : WORD_SHOWN);

	box->line = line;
	if (!parse(word, length, &box->mac))
		report(reader, line, column,
		       arena_printf(reader->arena,
		                    "'%.*s' is no MAC address; write it like 52:54:00:12:34:56",
		                    shown, word));
	else if (box->mac.byte[0] & 1 || mac_is_zero(&box->mac))
		report(reader, line, column,
		       arena_printf(reader->arena, "no box can have the MAC address %.*s", shown,
		                    word));
	else
		reader->n_boxes++;
}

static void read_line(struct reader *reader, unsigned line, const char *text)
{
	const char *word = text + strspn(text, blanks);
	size_t length = strcspn(word, " \t\r\v\f#");
	const char *rest = word + length + strspn(word + length, blanks);

	if (*rest && *rest != '#')
		report(reader, line, (size_t)(rest - text),
		       "a line has one MAC address; a remark stands behind a #");
	else if (length)
		read_word(reader, line, text, word, length);
}

static size_t count_lines(const char *text)
{
	size_t count = 1;

	while ((text = strchr(text, '\n'))) {
		text++;
		count++;
	}
	return count;
}

/* Before the first NUL: what is behind it is no text. */
struct fleet_box *fleet_read_list(struct arena *arena, const char *name, const char *text,
                                  size_t size, struct diag *diag, size_t *n_boxes)
{
	struct reader reader = { .arena = arena, .name = name, .diag = diag };
	char *copy = arena_strndup(arena, text, size), *line;
	unsigned number = 0;

	reader.boxes = arena_array_of(arena, struct fleet_box, count_lines(copy));
	if (strlen(copy) != size)
		report(&reader, 0, 0, "is no text: it has bytes of zero");
	while (reader.n_mistakes < MISTAKES_LIMIT && (line = strsep(&copy, "\n"))) {
		read_line(&reader, ++number, line);
		if (reader.n_boxes > FLEET_NODES_LIMIT) {
			report(&reader, number, 0, "has too many lines");
			break;
		}
	}
	*n_boxes = reader.n_boxes;
	return reader.boxes;
}
