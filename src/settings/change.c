/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "settings/change.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/utf8.h"
#include "uci/uci.h"

const char *const settings_files[SETTINGS_N_FILES] = { "lime-node", "location", "lime-community" };

/* ---- reading ---- */

struct reading {
	const struct settings_node *node;
	const struct uci_document *own;
	struct arena *arena;
	struct changes *changes;
	struct diag *diag;
};

/* What was asked of one name. */
struct wish {
	const char *name;
	const char *values[EDIT_VALUES_MAX];
	size_t n_values;
};

static void mistake(struct reading *r, const char *name, const char *text)
{
	diag_add(r->diag, DIAG_ERROR, &(struct origin){ .where = name }, "%s", text);
}

static struct edit *add_edit(struct reading *r, const struct setting *setting, const char *option,
                             bool is_list, size_t n_values)
{
	struct changes *changes = r->changes;
	struct edit *edit = &changes->edits[changes->n_edits++];

	assert(changes->n_edits <= ARRAY_LENGTH(changes->edits));
	*edit = (struct edit){
		.file = setting->file,
		.type = setting->type,
		.section = setting->section,
		.option = option,
		.is_list = is_list,
		.values = arena_array_of(r->arena, const char *, n_values + 1),
		.n_values = n_values,
	};
	return edit;
}

static void add_single(struct reading *r, const struct setting *setting, const char *option,
                       const char *value)
{
	struct edit *edit = add_edit(r, setting, option, false, value ? 1 : 0);

	edit->values[0] = value;
}

static bool is_text(const char *value)
{
	while (*value) {
		size_t length = utf8_length(value);

		if (!length || (unsigned char)*value < ' ' || *value == 127)
			return false;
		value += length;
	}
	return true;
}

static bool is_choice(const struct setting *setting, const char *value)
{
	for (const char *const *choice = setting->choices; *choice; choice++) {
		if (!strcmp(*choice, value))
			return true;
	}
	return false;
}

static const char *join(struct reading *r, const struct wish *wish)
{
	BUF_AUTO text = { 0 };

	for (size_t i = 0; i < wish->n_values; i++)
		buf_printf(&text, "%s%s", i ? " " : "", wish->values[i]);
	return wish->n_values ? arena_strdup(r->arena, buf_text(&text)) : NULL;
}

/* Its own options as this node's file has them are left where a role does not need them. */
static void edit_port(struct reading *r, const struct setting *setting, const char *role)
{
	const char *const *protocols = role ? setting_role_protocols(role) : NULL;
	struct edit *edit;
	size_t n = 0;

	while (protocols && protocols[n])
		n++;
	add_single(r, setting, "linux_name", protocols ? setting->port : NULL);
	edit = add_edit(r, setting, "protocols", true, n);
	for (size_t i = 0; i < n; i++)
		edit->values[i] = protocols[i];
	add_single(r, setting, "eth_role", protocols ? role : NULL);
}

static void edit_option(struct reading *r, const struct setting *setting, const struct wish *wish)
{
	bool is_list = setting->kind == SETTING_LIST;
	struct edit *edit = add_edit(r, setting, setting->option, is_list, wish->n_values);
	const struct config *config = settings_config(r->node, setting);

	for (size_t i = 0; i < wish->n_values; i++)
		edit->values[i] = wish->values[i];
	if (!setting->with_option)
		return;
	if (!wish->n_values)
		add_single(r, setting, setting->with_option, NULL);
	else if (!config_get(config, setting->section, setting->with_option, NULL))
		add_single(r, setting, setting->with_option, setting->with_value);
}

static bool check_wish(struct reading *r, const struct setting *setting, const struct wish *wish)
{
	bool bounded = setting->choices &&
	               (setting->kind == SETTING_CHOICE || setting->kind == SETTING_PORT);

	if (wish->n_values > 1 && setting->kind != SETTING_LIST) {
		mistake(r, wish->name, "one value, please; it was said more than once");
		return false;
	}
	for (size_t i = 0; i < wish->n_values && setting->check; i++) {
		const char *fault = setting->check(wish->values[i]);

		if (!fault)
			continue;
		diag_add(r->diag, DIAG_ERROR, &(struct origin){ .where = wish->name }, "'%.60s' %s",
		         wish->values[i], fault);
		return false;
	}
	for (size_t i = 0; i < wish->n_values; i++) {
		if (!bounded || is_choice(setting, wish->values[i]))
			continue;
		diag_add(r->diag, DIAG_ERROR, &(struct origin){ .where = wish->name },
		         "'%.60s' cannot be chosen here", wish->values[i]);
		return false;
	}
	return true;
}

/* Said by this node's own file in just this way. */
static bool is_said(const struct reading *r, const struct setting *setting, const struct wish *wish)
{
	const struct config *config = settings_config(r->node, setting);
	const struct config_section *section = config_section(config, setting->section);
	const struct config_option *o = section ? config_option(section, setting->option) : NULL;
	const struct uci_document *own = config == r->node->config ? r->own : NULL;
	const struct uci_section *s = own ? uci_section(own, setting->section) : NULL;

	if (own && wish->n_values == 0)
		return !s || !uci_option(s, setting->option);
	if (!o || o->n_values != wish->n_values)
		return !o && !wish->n_values;
	for (size_t i = 0; i < wish->n_values; i++) {
		if (strcmp(o->values[i].text, wish->values[i]) != 0)
			return false;
	}
	return true;
}

static const char *inherited(const struct reading *r, const struct setting *setting)
{
	return strcmp(setting->file, settings_files[SETTINGS_NODE])
	               ? NULL
	               : setting_value(r->node->inherited, setting, r->arena);
}

static void read_wish(struct reading *r, const struct wish *wish)
{
	struct changes *changes = r->changes;
	const struct setting *setting = setting_find(r->node, wish->name, r->arena, r->diag);
	const char *from, *to;

	if (!setting || !check_wish(r, setting, wish))
		return;
	from = setting_value(settings_config(r->node, setting), setting, r->arena);
	to = join(r, wish);
	if (setting->kind == SETTING_PORT ? !strcmp(from, to ? to : "default")
	                                  : is_said(r, setting, wish))
		return;
	changes->changes[changes->n_changes++] = (struct change){
		.setting = setting,
		.from = from,
		.to = to ? to : inherited(r, setting),
	};
	if (setting->kind == SETTING_PORT)
		edit_port(r, setting, to);
	else
		edit_option(r, setting, wish);
}

static struct wish *wish_of(struct wish *wishes, size_t *n_wishes, const char *name)
{
	for (size_t i = 0; i < *n_wishes; i++) {
		if (!strcmp(wishes[i].name, name))
			return &wishes[i];
	}
	wishes[*n_wishes] = (struct wish){ .name = name };
	return &wishes[(*n_wishes)++];
}

static void read_text(struct reading *r, struct wish *wishes, size_t *n_wishes, const char *text)
{
	const char *equals = strchr(text, '=');
	struct wish *wish;
	const char *name;

	if (!equals || equals == text || equals - text > 100) {
		mistake(r, NULL, "a change is NAME=VALUE");
		return;
	}
	name = arena_strndup(r->arena, text, (size_t)(equals - text));
	if (strlen(equals + 1) > CHANGE_VALUE_MAX || !is_text(equals + 1)) {
		mistake(r, name,
		        "is no text that can be kept: too long, or with characters that "
		        "cannot be seen");
		return;
	}
	wish = wish_of(wishes, n_wishes, name);
	if (!equals[1])
		return;
	if (wish->n_values == EDIT_VALUES_MAX) {
		mistake(r, name, "has too many values");
		return;
	}
	wish->values[wish->n_values++] = arena_strdup(r->arena, equals + 1);
}

int changes_read(const struct settings_node *node, const struct uci_document *own,
                 const struct string_list *texts, struct arena *arena, struct changes *changes,
                 struct diag *diag)
{
	struct reading r = { node, own, arena, changes, diag };
	struct wish *wishes = arena_array_of(arena, struct wish, CHANGES_MAX);
	size_t n_wishes = 0;

	*changes = (struct changes){ 0 };
	if (texts->count > CHANGES_MAX) {
		mistake(&r, NULL, "too much at once");
		return -EINVAL;
	}
	for (size_t i = 0; i < texts->count; i++)
		read_text(&r, wishes, &n_wishes, texts->items[i]);
	for (size_t i = 0; i < n_wishes; i++)
		read_wish(&r, &wishes[i]);
	return diag_has_errors(diag) ? -EINVAL : 0;
}

/* ---- doing ---- */

static void do_edit(const struct edit *edit, struct uci_document *document)
{
	struct uci_section *section = uci_section(document, edit->section);

	if (!section && !edit->n_values)
		return;
	if (!section)
		section = uci_add_section(document, edit->type, edit->section);
	if (!edit->n_values)
		uci_delete_option(document, section, edit->option);
	else if (edit->is_list)
		uci_set_list(document, section, edit->option, edit->values, edit->n_values);
	else
		uci_set(document, section, edit->option, edit->values[0]);
	/* A port's section without options would still stand for "nothing runs there". */
	if (!section->options && !strcmp(section->type, "net"))
		uci_delete_section(document, section);
}

void edits_do(const struct edit *edits, size_t n_edits, const char *file,
              struct uci_document *document)
{
	for (size_t i = 0; i < n_edits; i++) {
		if (!strcmp(edits[i].file, file))
			do_edit(&edits[i], document);
	}
}

static void edit_before(const struct edit *edit, const struct uci_document *document,
                        struct arena *arena, struct edit *was)
{
	const struct uci_section *section = uci_section(document, edit->section);
	const struct uci_option *option = section ? uci_option(section, edit->option) : NULL;

	*was = *edit;
	was->n_values = 0;
	was->is_list = option && option->is_list;
	was->values = arena_array_of(arena, const char *, UCI_ITEM_LIMIT + 1);
	for (const struct uci_value *v = option ? option->values : NULL; v; v = v->next)
		was->values[was->n_values++] = arena_strdup(arena, v->text);
}

void edits_before(const struct edit_list *edits, const char *file,
                  const struct uci_document *document, struct arena *arena, struct edit_list *back)
{
	for (size_t i = 0; i < edits->count; i++) {
		if (!strcmp(edits->items[i].file, file))
			edit_before(&edits->items[i], document, arena, &back->items[back->count++]);
	}
}

/* ---- as text ---- */

void edit_print(const struct edit *edit, struct buf *out)
{
	buf_printf(out, "%s\n%s\n%s\n%s\n%s", edit->file, edit->type, edit->section, edit->option,
	           edit->is_list ? "list" : "option");
	for (size_t i = 0; i < edit->n_values; i++) {
		buf_add_char(out, '\n');
		for (const char *p = edit->values[i]; *p; p++) {
			if (*p == '\n' || *p == '\\')
				buf_add_char(out, '\\');
			buf_add_char(out, *p == '\n' ? 'n' : *p);
		}
	}
}

static const char *unescape(struct arena *arena, const char *text)
{
	BUF_AUTO value = { 0 };

	for (; *text; text++) {
		if (*text == '\\' && text[1])
			buf_add_char(&value, *++text == 'n' ? '\n' : *text);
		else
			buf_add_char(&value, *text);
	}
	return arena_strdup(arena, buf_text(&value));
}

static const char *next_word(struct arena *arena, const char **text)
{
	const char *end;
	const char *word;

	if (!*text)
		return NULL;
	end = strchr(*text, '\n');
	word = end ? arena_strndup(arena, *text, (size_t)(end - *text))
	           : arena_strdup(arena, *text);
	*text = end ? end + 1 : NULL;
	return word;
}

static bool is_file(const char *name)
{
	for (size_t i = 0; i < SETTINGS_N_FILES; i++) {
		if (!strcmp(settings_files[i], name))
			return true;
	}
	return false;
}

bool edit_parse(const char *text, struct arena *arena, struct edit *edit)
{
	const char *form;

	*edit = (struct edit){ 0 };
	edit->file = next_word(arena, &text);
	edit->type = next_word(arena, &text);
	edit->section = next_word(arena, &text);
	edit->option = next_word(arena, &text);
	form = next_word(arena, &text);
	if (!form || !is_file(edit->file) || !uci_is_type(edit->type) ||
	    !uci_is_name(edit->section) || !uci_is_name(edit->option))
		return false;
	edit->is_list = !strcmp(form, "list");
	edit->values = arena_array_of(arena, const char *, UCI_ITEM_LIMIT);
	while (text && edit->n_values < UCI_ITEM_LIMIT)
		edit->values[edit->n_values++] = unescape(arena, next_word(arena, &text));
	return true;
}
