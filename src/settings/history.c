/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "settings/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/number.h"
#include "uci/uci.h"

static const char *const states[] = {
	[HISTORY_PENDING] = "pending",
	[HISTORY_KEPT] = "kept",
	[HISTORY_UNDONE] = "undone",
};

static unsigned id_of(const struct uci_section *section)
{
	uint32_t id;

	return section->name[0] == 'c' && number_parse(section->name + 1, 1, UINT32_MAX - 1, &id)
	               ? id
	               : 0;
}

static struct uci_section *section_of(const struct uci_document *history, unsigned id)
{
	for (struct uci_section *s = history->sections; s; s = s->next) {
		if (id && id_of(s) == id)
			return s;
	}
	return NULL;
}

unsigned history_next_id(const struct uci_document *history)
{
	unsigned last = 0;

	for (const struct uci_section *s = history->sections; s; s = s->next) {
		if (id_of(s) > last)
			last = id_of(s);
	}
	return last + 1;
}

/* ---- adding ---- */

static const char *print_line(struct arena *arena, const struct history_line *line)
{
	/* Words of which none can contain a tab: settings are free of control characters. */
	return arena_printf(arena, "%s\t%s\t%s\t%s\t%s", line->name, line->option,
	                    line->secret ? "secret" : "", line->from ? line->from : "",
	                    line->to ? line->to : "");
}

static void set_lines(struct uci_document *history, struct uci_section *section,
                      const struct history_entry *entry, struct arena *arena)
{
	const char **items = arena_array_of(arena, const char *, entry->n_lines + 1);

	for (size_t i = 0; i < entry->n_lines; i++)
		items[i] = print_line(arena, &entry->lines[i]);
	uci_set_list(history, section, "line", items, entry->n_lines);
}

static void set_back(struct uci_document *history, struct uci_section *section,
                     const struct history_entry *entry, struct arena *arena)
{
	const char **items = arena_array_of(arena, const char *, entry->back.count + 1);

	for (size_t i = 0; i < entry->back.count; i++) {
		BUF_AUTO text = { 0 };

		edit_print(&entry->back.items[i], &text);
		items[i] = arena_strdup(arena, buf_text(&text));
	}
	uci_set_list(history, section, "back", items, entry->back.count);
}

static unsigned forget_oldest(struct uci_document *history)
{
	size_t n = 0;
	unsigned id;

	for (const struct uci_section *s = history->sections; s; s = s->next)
		n++;
	if (n <= HISTORY_MAX)
		return 0;
	id = id_of(history->sections);
	uci_delete_section(history, history->sections);
	return id;
}

unsigned history_add(struct uci_document *history, const struct history_entry *entry)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct uci_section *section = uci_add_section(history, "change",
	                                              arena_printf(arena, "c%u", entry->id));

	uci_set(history, section, "time", arena_printf(arena, "%lld", (long long)entry->time));
	uci_set(history, section, "kind", entry->kind);
	uci_set(history, section, "by", entry->by);
	uci_set(history, section, "state", states[entry->state]);
	if (entry->whole)
		uci_set(history, section, "whole", "1");
	set_lines(history, section, entry, arena);
	set_back(history, section, entry, arena);
	return forget_oldest(history);
}

void history_set_state(struct uci_document *history, unsigned id, enum history_state state,
                       unsigned undone_by)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct uci_section *section = section_of(history, id);

	if (!section)
		return;
	uci_set(history, section, "state", states[state]);
	uci_set(history, section, "undone_by",
	        undone_by ? arena_printf(arena, "%u", undone_by) : "");
}

/* ---- reading ---- */

static const char *text_of(const struct uci_section *section, const char *name,
                           const char *fallback)
{
	const struct uci_option *option = uci_option(section, name);

	return option ? option->values->text : fallback;
}

static enum history_state state_of(const struct uci_section *section)
{
	const char *text = text_of(section, "state", "");

	for (size_t i = 0; i < ARRAY_LENGTH(states); i++) {
		if (!strcmp(states[i], text))
			return (enum history_state)i;
	}
	return HISTORY_KEPT;
}

static const char *word(struct arena *arena, const char **text)
{
	size_t length = strcspn(*text, "\t");
	const char *found = arena_strndup(arena, *text, length);

	*text += length + ((*text)[length] == '\t');
	return found;
}

static struct history_line read_line(struct arena *arena, const char *text)
{
	struct history_line line = { 0 };

	line.name = word(arena, &text);
	line.option = word(arena, &text);
	line.secret = !strcmp(word(arena, &text), "secret");
	line.from = word(arena, &text);
	line.to = word(arena, &text);
	if (!*line.from || line.secret)
		line.from = NULL;
	if (!*line.to || line.secret)
		line.to = NULL;
	return line;
}

static size_t count(const struct uci_option *option)
{
	size_t n = 0;

	for (const struct uci_value *v = option ? option->values : NULL; v; v = v->next)
		n++;
	return n;
}

static void read_lists(const struct uci_section *section, struct arena *arena,
                       struct history_entry *entry)
{
	const struct uci_option *line = uci_option(section, "line");
	const struct uci_option *back = uci_option(section, "back");
	struct history_line *lines = arena_array_of(arena, struct history_line, count(line) + 1);
	struct edit *edits = arena_array_of(arena, struct edit, count(back) + 1);

	for (const struct uci_value *v = line ? line->values : NULL; v; v = v->next)
		lines[entry->n_lines++] = read_line(arena, v->text);
	for (const struct uci_value *v = back ? back->values : NULL; v; v = v->next)
		entry->back.count += edit_parse(v->text, arena, &edits[entry->back.count]);
	entry->lines = lines;
	entry->back.items = edits;
}

static void read_entry(const struct uci_section *section, struct arena *arena,
                       struct history_entry *entry)
{
	uint32_t undone_by = 0;

	*entry = (struct history_entry){
		.id = id_of(section),
		.time = strtoll(text_of(section, "time", "0"), NULL, 10),
		.kind = arena_strdup(arena, text_of(section, "kind", "settings")),
		.by = arena_strdup(arena, text_of(section, "by", "")),
		.state = state_of(section),
		.whole = uci_option(section, "whole"),
	};
	if (number_parse(text_of(section, "undone_by", ""), 1, UINT32_MAX, &undone_by))
		entry->undone_by = undone_by;
	read_lists(section, arena, entry);
}

bool history_get(const struct uci_document *history, unsigned id, struct arena *arena,
                 struct history_entry *entry)
{
	const struct uci_section *section = section_of(history, id);

	if (!section)
		return false;
	read_entry(section, arena, entry);
	return true;
}

unsigned history_pending(const struct uci_document *history)
{
	for (const struct uci_section *s = history->sections; s; s = s->next) {
		if (state_of(s) == HISTORY_PENDING && id_of(s))
			return id_of(s);
	}
	return 0;
}

/* ---- telling ---- */

struct history_line history_line_of(const struct change *change, struct arena *arena)
{
	const struct setting *setting = change->setting;
	bool secret = setting->kind == SETTING_SECRET;

	return (struct history_line){
		.name = setting->name,
		.option = arena_printf(arena, "%s.%s", setting->section, setting->option),
		.from = secret ? NULL : change->from,
		.to = secret ? NULL : change->to,
		.secret = secret,
	};
}

void history_print_line(const struct history_line *line, struct json *json)
{
	json_text(json, "name", line->name);
	json_text(json, "option", line->option);
	json_text(json, "from", line->from);
	json_text(json, "to", line->to);
	if (line->secret)
		json_bool(json, "secret", true);
}

static void print_entry(const struct history_entry *entry, struct json *json)
{
	json_open(json, NULL, '{');
	json_number(json, "id", entry->id);
	if (entry->time)
		json_number(json, "time", entry->time);
	json_text(json, "kind", entry->kind);
	json_text(json, "by", entry->by);
	json_text(json, "state", states[entry->state]);
	if (entry->undone_by)
		json_number(json, "undone_by", entry->undone_by);
	json_open(json, "changes", '[');
	for (size_t i = 0; i < entry->n_lines; i++) {
		json_open(json, NULL, '{');
		history_print_line(&entry->lines[i], json);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_close(json, '}');
}

void history_print(const struct uci_document *history, struct json *json)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct uci_section *sections[HISTORY_MAX + 1];
	size_t n = 0;

	for (const struct uci_section *s = history->sections; s && n <= HISTORY_MAX; s = s->next) {
		if (id_of(s))
			sections[n++] = s;
	}
	while (n-- > 0) {
		struct history_entry entry;

		read_entry(sections[n], arena, &entry);
		print_entry(&entry, json);
	}
}
