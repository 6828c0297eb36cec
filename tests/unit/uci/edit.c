/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "../test.h"
#include "base/buf.h"
#include "base/diag.h"
#include "uci/uci.h"

static struct uci_document *parse(const char *text)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	struct uci_document *document = uci_parse("f", text, strlen(text), diag);

	assert_false(diag_has_errors(diag));
	return document;
}

static void check_text(const struct uci_document *document, const char *expected)
{
	BUF_AUTO out = { 0 };

	uci_print(document, &out);
	assert_string_equal(buf_text(&out), expected);
}

static void new_documents_look_like_those_of_libuci(void **state)
{
	AUTO(uci_free) struct uci_document *document = uci_new("x");
	static const char *const items[] = { "a", "it's" };
	struct uci_section *section;

	(void)state;
	check_text(document, "\n");
	section = uci_add_section(document, "lime", "system");
	uci_set(document, section, "hostname", "a");
	uci_set_list(document, section, "keys", items, 2);
	section = uci_add_section(document, "zone", NULL);
	assert_string_equal(section->name, "cfg02dc81");
	check_text(document, "\nconfig lime 'system'\n\toption hostname 'a'\n\tlist keys 'a'\n"
	                     "\tlist keys 'it'\\''s'\n\nconfig zone\n\n");
}

static void only_what_changes_is_rewritten(void **state)
{
	static const char text[] =
		"# head\nconfig a b # one\n  option c d   # two\n\toption e \"f\"\n"
		"\n# tail\nconfig g\n\tlist h i\n\t# between\n\tlist h j\n";
	AUTO(uci_free) struct uci_document *document = parse(text);
	struct uci_section *section = uci_section(document, "b"), *last = section->next;
	static const char *const same[] = { "i", "j" }, *const other[] = { "k", "j", "l" };

	(void)state;
	uci_add_section(document, "a", "b");
	uci_set(document, section, "e", "f");
	uci_set_list(document, last, "h", same, 2);
	uci_delete_option(document, last, "unknown");
	check_text(document, text);

	uci_set(document, section, "c", "new");
	uci_set(document, section, "x", "y");
	uci_set_list(document, last, "h", other, 3);
	check_text(document,
	           "# head\nconfig a b # one\n  option c 'new'   # two\n\toption e \"f\"\n"
	           "\toption x 'y'\n\n# tail\nconfig g\n\tlist h 'k'\n\t# between\n"
	           "\tlist h j\n\tlist h 'l'\n");
	uci_add_section(document, "z", "b");
	uci_set_list(document, last, "h", other, 1);
	uci_set(document, section, "c", "");
	check_text(document, "# head\nconfig z 'b' # one\n\toption e \"f\"\n\toption x 'y'\n"
	                     "\n# tail\nconfig g\n\tlist h 'k'\n\t# between\n");
	uci_delete_section(document, section);
	check_text(document, "# head\n\n# tail\nconfig g\n\tlist h 'k'\n\t# between\n");
}

static void options_and_lists_turn_into_each_other(void **state)
{
	AUTO(uci_free) struct uci_document *document = parse("config a b\nlist c d\nlist c e\n");
	struct uci_section *section = document->sections;
	static const char *const items[] = { "f" };

	(void)state;
	uci_set(document, section, "c", "e");
	check_text(document, "config a b\noption c 'e'\n");
	assert_false(section->options->is_list);
	uci_set_list(document, section, "c", items, 1);
	check_text(document, "config a b\nlist c 'f'\n");
	assert_true(section->options->is_list);
	uci_set_list(document, section, "c", NULL, 0);
	check_text(document, "config a b\n");
	assert_null(section->options);
}

static void shared_lines_are_split(void **state)
{
	AUTO(uci_free) struct uci_document *document = parse("config a b; option c d; option e f");
	struct uci_section *section = document->sections;

	(void)state;
	uci_delete_option(document, section, "c");
	check_text(document, "config a b\n\toption e f");
	uci_set(document, section, "g", "h");
	check_text(document, "config a b\n\toption e f\n\toption g 'h'\n");
}

static void what_stands_last_counts(void **state)
{
	AUTO(uci_free) struct uci_document *document =
		parse("config a b\noption c d\noption e ''\noption c f\nconfig a b\noption g h\n");
	struct uci_section *section = document->sections;

	(void)state;
	uci_set(document, section, "c", "d");
	uci_set(document, section, "e", "i");
	uci_set(document, section, "j", "k");
	check_text(document, "config a b\noption c d\nconfig a b\noption g h\n"
	                     "\toption e 'i'\n\toption j 'k'\n");
}

static void a_file_without_end_gets_one(void **state)
{
	AUTO(uci_free) struct uci_document *document = parse("config a b # c");
	AUTO(uci_free) struct uci_document *joined = parse("config a b \\\n");
	AUTO(uci_free) struct uci_document *empty = parse("");

	(void)state;
	uci_set(document, document->sections, "d", "e");
	check_text(document, "config a b # c\n\toption d 'e'\n");
	uci_add_section(document, "f", "g");
	check_text(document, "config a b # c\n\toption d 'e'\n\nconfig f 'g'\n\n");
	uci_set(joined, joined->sections, "d", "e");
	check_text(joined, "config a b \\\n\n\toption d 'e'\n");
	uci_add_section(empty, "f", "g");
	check_text(empty, "\nconfig f 'g'\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_documents_look_like_those_of_libuci),
		cmocka_unit_test(only_what_changes_is_rewritten),
		cmocka_unit_test(options_and_lists_turn_into_each_other),
		cmocka_unit_test(shared_lines_are_split),
		cmocka_unit_test(what_stands_last_counts),
		cmocka_unit_test(a_file_without_end_gets_one),
	};

	return RUN(tests);
}
