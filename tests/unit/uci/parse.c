/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "../test.h"
#include "base/buf.h"
#include "base/diag.h"
#include "uci/uci.h"

static struct uci_document *parse(const char *text, struct diag *diag)
{
	return uci_parse("f", text, strlen(text), diag);
}

/* Everything that was read, in one line. */
static void check_model(const char *text, const char *expected)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(uci_free) struct uci_document *document = parse(text, diag);
	BUF_AUTO out = { 0 }, printed = { 0 };

	for (const struct uci_section *s = document->sections; s; s = s->next) {
		buf_printf(&out, "[%s %s]", s->type, s->anonymous ? "-" : s->name);
		for (const struct uci_option *o = s->options; o; o = o->next) {
			buf_printf(&out, " %s%s", o->name, o->is_list ? ":" : "=");
			for (const struct uci_value *v = o->values; v; v = v->next)
				buf_printf(&out, "<%s>", v->text);
		}
	}
	assert_string_equal(buf_text(&out), expected);
	assert_false(diag_has_errors(diag));
	uci_print(document, &printed);
	assert_string_equal(buf_text(&printed), text);
}

static void check_messages(const char *text, size_t size, const char *expected)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(uci_free) struct uci_document *document = uci_parse("f", text, size, diag);
	BUF_AUTO out = { 0 };

	assert_non_null(document);
	diag_print(diag, &out);
	assert_string_equal(buf_text(&out), expected);
}

#define MESSAGES(text_, expected_) check_messages((text_), strlen(text_), (expected_))

static void words_are_read_as_libuci_reads_them(void **state)
{
	(void)state;
	check_model("", "");
	check_model("# nothing\n\n", "");
	check_model("package x\nconfig a b\noption c d\nlist e f\nlist e g",
	            "[a b] c=<d> e:<f><g>");
	check_model("config a\n\toption c 'd e'\n", "[a -] c=<d e>");
	check_model("config a 'b'\n\toption c \"d 'e'\"\n", "[a b] c=<d 'e'>");
	check_model("config a b\noption c 'it'\\''s'\n", "[a b] c=<it's>");
	check_model("config a b\noption c ab'c d'\"e\"f\n", "[a b] c=<abc def>");
	check_model("config a b\noption c '\\n\\'\n", "[a b] c=<\\n\\>");
	check_model("config a b\noption c \"q\\\"\\\\\"\n", "[a b] c=<q\"\\>");
	check_model("config a b\noption c d\\ e\n", "[a b] c=<d e>");
	check_model("c a b; o c d ;l e f;;\n", "[a b] c=<d> e:<f>");
	check_model("config 'lime-wifi-band' '2ghz'\n", "[lime-wifi-band 2ghz]");
	check_model("\xef\xbb\xbf"
	            "config a b\n",
	            "[a b]");
}

static void lines_go_on_in_quotes_and_behind_backslashes(void **state)
{
	(void)state;
	check_model("config a b\noption c 'd\n# e\n'\noption f g\n", "[a b] c=<d\n# e\n> f=<g>");
	check_model("config a b\noption c \"d\\\ne\"\n", "[a b] c=<de>");
	check_model("config a b\noption c d\\\ne\n", "[a b] c=<de>");
	check_model("config a b\noption \\\n c \\\r\n d \\\n\n", "[a b] c=<d>");
	check_model("config a 'b'\r\n\toption c 'd'\r\n\toption e f\r\n", "[a b] c=<d> e=<f>");
}

static void later_statements_change_earlier_ones(void **state)
{
	(void)state;
	check_model("config a b\noption c d\nconfig e f\nconfig g b\noption c h\n",
	            "[g b] c=<h>[e f]");
	check_model("config a b\noption c d\nlist c e\n", "[a b] c:<d><e>");
	check_model("config a b\nlist c d\nlist c e\noption c f\n", "[a b] c=<f>");
	check_model("config a b\noption c d\noption e f\noption c ''\n", "[a b] e=<f>");
	check_model("config a b\noption c ''\nlist d ''\nlist d e\n", "[a b] d:<e>");
}

static void anonymous_sections_have_the_names_of_libuci(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(uci_free) struct uci_document *document =
		parse("config zone\nconfig a b\nconfig zone\nconfig c b\nconfig device\n", diag);
	const struct uci_section *s = document->sections;

	(void)state;
	assert_string_equal(s->name, "cfg01dc81");
	assert_string_equal(s->next->name, "b");
	assert_string_equal(s->next->next->name, "cfg03dc81");
	assert_string_equal(s->next->next->next->name, "cfg040f15");
	assert_ptr_equal(uci_section(document, "cfg040f15"), s->next->next->next);
}

static void every_value_knows_its_place(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(uci_free) struct uci_document *document =
		parse("\n  config a b\n\toption '\xc3\xa9' d\n\tlist c 'd'; list c\t\xc3\xa9 # e\n",
	              diag);
	const struct uci_value *value = uci_option(document->sections, "c")->values;

	(void)state;
	assert_int_equal(document->sections->line, 2);
	assert_int_equal(document->sections->column, 3);
	assert_int_equal(value->line, 4);
	assert_int_equal(value->column, 9);
	assert_int_equal(value->next->column, 21);
	assert_int_equal(diag_count(diag, DIAG_ERROR), 1);
}

static void every_mistake_is_reported_and_the_rest_is_read(void **state)
{
	(void)state;
	MESSAGES("option a b\n", "f:1:1: error: option stands before the first section\n");
	MESSAGES("config\n", "f:1:1: error: incomplete: config TYPE 'NAME'\n");
	MESSAGES("config a b c\n",
	         "f:1:12: error: 'c' is one word too many; a value with blanks needs quotes\n");
	MESSAGES("config a b\noptoin c d\n\tlist\n\toption c-d e\n",
	         "f:2:1: error: 'optoin' is no statement; did you mean 'option'?\n"
	         "f:3:2: error: incomplete: list NAME 'VALUE'\n"
	         "f:4:9: error: 'c-d' is no name for an option: letters, digits and _ only\n");
	MESSAGES("config a 'my net'\nconfig 'x y'\nconfig ''\n",
	         "f:1:10: error: 'my net' is no name for a section: letters, digits and _ only\n"
	         "f:2:8: error: 'x y' is no type for a section\n"
	         "f:3:8: error: '' is no type for a section\n");
	MESSAGES("config a b\nconfig a c-d\noption e f\nlist g h i\nconfig a j\noption\n",
	         "f:2:10: error: 'c-d' is no name for a section: letters, digits and _ only\n"
	         "f:4:10: error: 'i' is one word too many; a value with blanks needs quotes\n"
	         "f:6:1: error: incomplete: option NAME 'VALUE'\n");
	MESSAGES("config a b\nconifg a c\noption d e\nconfig f g h\noption i j\nxyz\n",
	         "f:2:1: error: 'conifg' is no statement; did you mean 'config'?\n"
	         "f:4:12: error: 'h' is one word too many; a value with blanks needs quotes\n"
	         "f:6:1: error: 'xyz' is no statement: config, option or list\n");
	MESSAGES("config a b\noption c\n", "f:2:8: warning: c has no value and counts as absent\n");
	MESSAGES("config a b\noption c d#e\n",
	         "f:2:11: warning: the word ends here and a comment starts; # inside a value needs "
	         "quotes\n");
	MESSAGES("config \\\n", "f:1:1: error: incomplete: config TYPE 'NAME'\n");
	MESSAGES("config a b\\", "f:1:11: error: a backslash ends the file\n");
}

static void a_quote_that_is_never_closed_spoils_its_own_line_only(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(uci_free) struct uci_document *document =
		parse("config a b\noption c 'd\noption e 'f'\nlist g 'h'\n", diag);

	(void)state;
	assert_null(uci_get(document, "b", "c"));
	assert_string_equal(uci_get(document, "b", "e"), "f");
	assert_string_equal(uci_get(document, "b", "g"), "h");
	MESSAGES("config a b\noption c 'd\noption e 'f'\n",
	         "f:2:10: error: the quote ' that opens here is never closed\n");
	MESSAGES("config a b\noption c 'd'\noption e \"f\n# the end\n",
	         "f:3:10: error: the quote \" that opens here is never closed\n");
	MESSAGES("config a b\noption c 'Ana's net'\noption d 'Eva's net'\noption e g\n",
	         "f:2:17: error: 'net\\x0aoption d Evas net' is one word too many; a value with "
	         "blanks needs quotes\n"
	         "f:3:20: error: the quote ' that opens here is never closed\n");
}

static void what_is_no_text_is_refused(void **state)
{
	static const char nul[] = "config a b\noption c '\0'\n";
	BUF_AUTO junk = { 0 };

	(void)state;
	check_messages(nul, sizeof(nul) - 1,
	               "f:2:11: error: a byte 0x00: this is no text, nothing of it was read\n");
	MESSAGES("config a b\noption c 'x\x1b[2J'\n",
	         "f:2:12: error: byte 0x1b cannot be in a value\n");
	for (size_t i = 0; i <= UCI_FILE_LIMIT; i++)
		buf_add_char(&junk, '\n');
	check_messages(junk.text, junk.length,
	               "f: error: larger than 1048576 bytes, nothing of it was read\n");
}

static void sizes_have_limits(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO text = { 0 };
	size_t count = 0;

	(void)state;
	buf_add(&text, "config a b\noption c ");
	for (unsigned i = 0; i <= UCI_WORD_LIMIT; i++)
		buf_add_char(&text, 'x');
	buf_add_char(&text, '\n');
	for (unsigned i = 0; i <= UCI_OPTION_LIMIT; i++)
		buf_printf(&text, "option o%u d\n", i);
	for (unsigned i = 0; i <= UCI_ITEM_LIMIT; i++)
		buf_add(&text, "list o1 d\n");
	for (unsigned i = 0; i <= UCI_SECTION_LIMIT; i++)
		buf_add(&text, "config a\n");
	uci_free(uci_parse("f", text.text, text.length, diag));
	for (const struct diag_item *item = diag_first(diag); item; item = item->next)
		count += strstr(item->text, "more than") || strstr(item->text, "longer than");
	assert_int_equal(diag_count(diag, DIAG_ERROR), count);
	/* One section and one item are there already. */
	assert_int_equal(count, 1 + 1 + 2 + 2);
}

static void reading_ends_after_many_mistakes(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO text = { 0 };

	(void)state;
	for (unsigned i = 0; i < 3 * UCI_MISTAKE_LIMIT; i++)
		buf_add(&text, "nonsense\n");
	uci_free(uci_parse("f", text.text, text.length, diag));
	assert_int_equal(diag_count(diag, DIAG_ERROR), UCI_MISTAKE_LIMIT + 1);
}

/* A reader that counts each column from the start of the line does not end within any patience. */
static void a_whole_file_may_be_one_line(void **state)
{
	BUF_AUTO text = { 0 }, expected = { 0 };

	(void)state;
	buf_add(&text, "config a b");
	while (text.length < UCI_FILE_LIMIT - 100)
		buf_add(&text, ";option c 'ñ'");
	buf_printf(&expected, "f:1:%zu: error: 'x' is no statement: config, option or list\n",
	           text.length - (text.length - 10) / 14 + 2);
	buf_add(&text, ";x\n");
	MESSAGES(text.text, buf_text(&expected));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_read_as_libuci_reads_them),
		cmocka_unit_test(lines_go_on_in_quotes_and_behind_backslashes),
		cmocka_unit_test(later_statements_change_earlier_ones),
		cmocka_unit_test(anonymous_sections_have_the_names_of_libuci),
		cmocka_unit_test(every_value_knows_its_place),
		cmocka_unit_test(every_mistake_is_reported_and_the_rest_is_read),
		cmocka_unit_test(a_quote_that_is_never_closed_spoils_its_own_line_only),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(sizes_have_limits),
		cmocka_unit_test(reading_ends_after_many_mistakes),
		cmocka_unit_test(a_whole_file_may_be_one_line),
	};

	return RUN(tests);
}
