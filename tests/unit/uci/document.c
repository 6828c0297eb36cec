/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * Round trips: of every file that the real libuci wrote ($WEFT_GOLDEN, by default the
 * copies in tests/golden), and of random documents with random changes.
 */
#include <ftw.h>
#include <inttypes.h>

#include "../test.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "uci/uci.h"

static unsigned n_files, n_rebuilt;

static struct uci_document *parse(const struct buf *text)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	struct uci_document *document = uci_parse("f", buf_text(text), text->length, diag);
	BUF_AUTO messages = { 0 };

	diag_print(diag, &messages);
	assert_string_equal(buf_text(&messages), "");
	return document;
}

static void check_print(const struct uci_document *document, const struct buf *text)
{
	BUF_AUTO out = { 0 };

	uci_print(document, &out);
	assert_string_equal(buf_text(&out), buf_text(text));
}

/* A document of the same content, built call by call. */
static struct uci_document *rebuild(const struct uci_document *document)
{
	struct uci_document *copy = uci_new("copy");

	for (const struct uci_section *s = document->sections; s; s = s->next) {
		struct uci_section *to = uci_add_section(copy, s->type,
		                                         s->anonymous ? NULL : s->name);

		assert_string_equal(to->name, s->name);
		for (const struct uci_option *o = s->options; o; o = o->next) {
			const char *items[64] = { "" };
			size_t count = 0;

			for (const struct uci_value *v = o->values; v && count < 64; v = v->next)
				items[count++] = v->text;
			if (o->is_list)
				uci_set_list(copy, to, o->name, items, count);
			else
				uci_set(copy, to, o->name, items[0]);
		}
	}
	return copy;
}

/* Written by libuci's commit, not by a person. */
static bool is_from_libuci(const char *text)
{
	return !strncmp(text, "\nconfig ", 8) && !strchr(text, '#') && strlen(text) > 2 &&
	       !strcmp(text + strlen(text) - 2, "\n\n");
}

static int check_file(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
	BUF_AUTO text = { 0 };
	AUTO(uci_free) struct uci_document *document = NULL;

	(void)info;
	(void)walk;
	if (kind != FTW_F || (!strstr(path, "/etc/config/") && !strstr(path, "/uci/")))
		return 0;
	assert_int_equal(file_read(path, UCI_FILE_LIMIT, &text), 0);
	document = parse(&text);
	check_print(document, &text);
	n_files++;
	if (is_from_libuci(buf_text(&text))) {
		AUTO(uci_free) struct uci_document *copy = rebuild(document);

		check_print(copy, &text);
		n_rebuilt++;
	}
	return 0;
}

static void golden_files_come_out_byte_for_byte(void **state)
{
	const char *golden = getenv("WEFT_GOLDEN");
	BUF_AUTO own = { 0 };

	(void)state;
	buf_printf(&own, "%s/tests/golden", getenv("WEFT_SOURCE"));
	assert_int_equal(nftw(golden ? golden : own.text, check_file, 16, FTW_PHYS), 0);
	printf("%u files, %u of them rebuilt\n", n_files, n_rebuilt);
	assert_true(golden ? n_files > 0 : n_files >= 100 && n_rebuilt >= 50);
}

/* xorshift64 */
static uint64_t random_state;

static unsigned pick(unsigned count)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)(random_state % count);
}

static const char *one_of(const char *const *texts, unsigned count)
{
	return texts[pick(count)];
}

#define ONE_OF(...)                                  \
	one_of((const char *const[]){ __VA_ARGS__ }, \
	       ARRAY_LENGTH(((const char *const[]){ __VA_ARGS__ })))

/* Never empty; in any way of writing. */
static void add_random_word(struct buf *out, bool bare)
{
	unsigned parts = 1 + pick(3);

	for (unsigned i = 0; i < parts; i++) {
		switch (bare ? 0 : pick(4)) {
		case 0:
			buf_add(out, ONE_OF("a", "bb", "c_1", "9"));
			break;
		case 1:
			buf_printf(out, "'%s'",
			           ONE_OF("x y", "#", ";", "\\", "\"", "\n", "\xc3\xb1"));
			break;
		case 2:
			buf_printf(out, "\"%s\"", ONE_OF("x y", "#'", "\\\"", "\\\\", "\\\nz"));
			break;
		case 3:
			buf_add(out, ONE_OF("\\ ", "\\'", "\\#", "%N1", "\\\nq"));
			break;
		}
	}
}

static void add_random_gap(struct buf *out)
{
	buf_add(out,
	        ONE_OF("\n", "\n", "\n\t", " ; ", ";", " # it's \"x\n", "\r\n\r\n", "\n\n# ;\n  "));
}

static void add_random_document(struct buf *out)
{
	unsigned count = pick(30);

	buf_add(out, ONE_OF("", "\n", "# x\n", "package a\n"));
	buf_printf(out, "config t %s", pick(2) ? "" : "'n1'");
	for (unsigned i = 0; i < count; i++) {
		add_random_gap(out);
		if (!pick(5)) {
			buf_printf(out, "config %s%s", ONE_OF("t", "u", "'v-w'"),
			           ONE_OF("", " n1", " 'n2'", " n3"));
			continue;
		}
		buf_printf(out, "%s ", ONE_OF("option", "list", "o", "l"));
		buf_add(out, ONE_OF("p", "q", "r"));
		buf_add(out, ONE_OF(" ", "\t", " \\\n "));
		if (pick(8))
			add_random_word(out, pick(2));
		else
			buf_add(out, "''");
	}
	buf_add(out, ONE_OF("", "\n", "\n\n", " ;", " \\\n", " # end"));
}

static void print_model(const struct uci_document *document, struct buf *out)
{
	for (const struct uci_section *s = document->sections; s; s = s->next) {
		buf_printf(out, "[%s %s]\n", s->type, s->anonymous ? "-" : s->name);
		for (const struct uci_option *o = s->options; o; o = o->next) {
			buf_printf(out, "%s%s", o->name, o->is_list ? ":" : "=");
			for (const struct uci_value *v = o->values; v; v = v->next)
				buf_add_json(out, v->text);
			buf_add_char(out, '\n');
		}
	}
}

static void change_at_random(struct uci_document *document)
{
	struct uci_section *section = document->sections;
	const char *items[3], *option = ONE_OF("p", "q", "r", "s");

	if (!section || !pick(6)) {
		uci_add_section(document, ONE_OF("t", "u", "x'y"), ONE_OF(NULL, "n1", "n4"));
		return;
	}
	for (unsigned i = pick(4); i > 0 && section->next; i--)
		section = section->next;
	for (size_t i = 0; i < 3; i++)
		items[i] = ONE_OF("a", "'", "it's\n# ;", "\\", "\"x", " ");
	switch (pick(6)) {
	case 0:
		uci_delete_section(document, section);
		break;
	case 1:
		uci_delete_option(document, section, option);
		break;
	case 2:
	case 3:
		uci_set_list(document, section, option, items, pick(4));
		break;
	default:
		uci_set(document, section, option, pick(8) ? items[0] : "");
		break;
	}
}

static void check_random_document(uint64_t seed)
{
	BUF_AUTO text = { 0 };
	AUTO(uci_free) struct uci_document *document = NULL;

	random_state = seed;
	add_random_document(&text);
	document = parse(&text);
	check_print(document, &text);
	for (unsigned i = pick(20); i > 0; i--) {
		BUF_AUTO changed = { 0 }, ours = { 0 }, theirs = { 0 };
		AUTO(uci_free) struct uci_document *again = NULL;

		change_at_random(document);
		uci_print(document, &changed);
		again = parse(&changed);
		print_model(document, &ours);
		print_model(again, &theirs);
		assert_string_equal(buf_text(&theirs), buf_text(&ours));
	}
}

static void changed_documents_are_read_as_they_were_meant(void **state)
{
	const char *text = getenv("WEFT_SEED");
	uint64_t seed = text ? strtoull(text, NULL, 0) : 0x5eed;

	(void)state;
	printf("seed %" PRIu64 "\n", seed);
	for (uint64_t i = 0; i < 2000; i++)
		check_random_document((seed + i) * UINT64_C(0x9e3779b97f4a7c15) | 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_files_come_out_byte_for_byte),
		cmocka_unit_test(changed_documents_are_read_as_they_were_meant),
	};

	return RUN(tests);
}
