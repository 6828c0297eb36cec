/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * A configuration file of anybody: it is printed as it was, what was read of it can be changed,
 * written and read again as the same, and the layers, the checks and the prints take it.
 */
#include "uci/uci.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "config/schema/schema.h"
#include "fuzz.h"

static void check_places(const struct diag *diag, const char *text, size_t size)
{
	unsigned lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	for (const struct diag_item *item = diag_first(diag); item; item = item->next)
		assert(item->origin.line <= lines && *item->text);
}

static void print_option(const struct uci_option *option, struct buf *out)
{
	assert(uci_is_name(option->name) && option->values);
	buf_printf(out, " %s%c", option->name, option->is_list ? ':' : '=');
	for (const struct uci_value *v = option->values; v; v = v->next) {
		assert(*v->text);
		buf_add_json(out, v->text);
	}
}

static void print_model(const struct uci_document *document, struct buf *out)
{
	for (const struct uci_section *s = document->sections; s; s = s->next) {
		assert(uci_is_type(s->type) && uci_is_name(s->name));
		buf_printf(out, "[%s %s]", s->type, s->anonymous ? "" : s->name);
		for (const struct uci_option *o = s->options; o; o = o->next)
			print_option(o, out);
	}
}

/* Changes that the first bytes choose. */
static void change(struct uci_document *document, const uint8_t *bytes, size_t size)
{
	static const char *const options[] = { "a", "b", "modes", "channel" };
	const char *items[] = { "x", "it's\n#", "\"" };
	struct uci_section *section = document->sections;

	for (size_t i = 0; i < size && i < 8 && section; i++) {
		const char *option = options[bytes[i] & 3];

		switch (bytes[i] >> 2 & 7) {
		case 0:
			uci_delete_section(document, section);
			section = document->sections;
			break;
		case 1:
			uci_set_list(document, section, option, items, bytes[i] >> 5 & 3);
			break;
		case 2:
			uci_delete_option(document, section, option);
			break;
		case 3:
			section = uci_add_section(document, "t#", bytes[i] & 1 ? "n" : NULL);
			break;
		case 4:
			section = section->next ? section->next : section;
			break;
		default:
			uci_set(document, section, option, items[bytes[i] % 3]);
			break;
		}
	}
}

static void read_again(const struct uci_document *document)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(uci_free) struct uci_document *again = NULL;
	BUF_AUTO text = { 0 }, ours = { 0 }, theirs = { 0 };

	uci_print(document, &text);
	again = uci_parse("again", buf_text(&text), text.length, diag);
	assert(!diag_has_errors(diag));
	print_model(document, &ours);
	print_model(again, &theirs);
	assert(!strcmp(buf_text(&ours), buf_text(&theirs)));
}

static void use(struct uci_document *document, struct diag *diag)
{
	struct uci_document *layers[] = { document, NULL, document };
	AUTO(config_free) struct config *config = config_merge(layers, ARRAY_LENGTH(layers));
	AUTO(diag_free) struct diag *again = diag_new();
	struct config_schema schemas[32];
	size_t n = 0;
	BUF_AUTO out = { 0 }, autogen = { 0 };

	for (; config_schemas[n]; n++)
		schemas[n] = *config_schemas[n];
	config_check(config, schemas, n, false, diag);
	assert(config_print(config, NULL, false, &out) == 0);
	assert(config_print(config, NULL, true, &out) == 0);
	for (const struct config_section *s = config->sections; s; s = s->next)
		(void)config_explain(config, schemas, n, s->name, true, &out);
	config_print_autogen(config, &autogen);
	uci_free(uci_parse("autogen", buf_text(&autogen), autogen.length, again));
	assert(!diag_has_errors(again));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	const char *text = (const char *)bytes;
	AUTO(uci_free) struct uci_document *document = uci_parse("f", text, size, diag);
	bool is_text = !size || !memchr(bytes, 0, size), is_read;
	BUF_AUTO printed = { 0 }, model = { 0 };

	check_places(diag, text, size);
	assert(is_text || diag_has_errors(diag));
	if (!is_text || size > UCI_FILE_LIMIT)
		return 0;
	uci_print(document, &printed);
	assert(printed.length == size && (!size || !memcmp(printed.text, text, size)));
	print_model(document, &model);
	is_read = !diag_has_errors(diag);
	use(document, diag);
	if (is_read) {
		change(document, bytes, size);
		read_again(document);
	}
	return 0;
}
