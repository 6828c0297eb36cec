/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * From text to statements.
 *
 * A statement that is wrong is reported, left in the text as it stands, and reading
 * goes on in the next line.  The one mistake that would spoil this is a quote that is
 * never closed: it swallows statements and turns the meaning of every later quote
 * around.  So the quotes of the whole file are counted first; if they do not add up, a
 * quote that runs into a line that looks like a statement is the mistake.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "uci/document.h"

#define MAX_WORDS 3

struct word {
	const char *start, *end; /* in the source */
	const char *text;
	unsigned line, column;
};

struct parser {
	struct uci_inside *inside;
	struct diag *diag;
	const char *at, *end, *line_start;
	unsigned line;
	/* The last answer of column_of(): a line of a hostile file is as long as the file. */
	const char *column_at;
	unsigned column;
	const char *unused; /* from here on nothing is in a piece yet */
	struct buf scratch;
	struct uci_section *section;
	unsigned n_mistakes, n_configs;
	bool quotes_are_broken;
	bool section_is_broken; /* its options are not worth a message each */
};

static unsigned column_of(struct parser *p, const char *at)
{
	if (p->column_at < p->line_start || p->column_at > at) {
		p->column_at = p->line_start;
		p->column = 1;
	}
	for (; p->column_at < at; p->column_at++) /* not inside a UTF-8 character */
		p->column += ((unsigned char)*p->column_at & 0xc0) != 0x80;
	return p->column;
}

PRINTF(4, 5)
static void mistake(struct parser *p, unsigned line, unsigned column, const char *format, ...)
{
	struct origin origin = { p->inside->document.name, line, column, NULL, NULL };
	va_list args;

	if (++p->n_mistakes > UCI_MISTAKE_LIMIT)
		return;
	va_start(args, format);
	diag_add(p->diag, DIAG_ERROR, &origin, "%s", arena_vprintf(p->inside->arena, format, args));
	va_end(args);
	if (p->n_mistakes == UCI_MISTAKE_LIMIT)
		diag_add(p->diag, DIAG_ERROR, &origin,
		         "%u mistakes, the rest of the file was not read", UCI_MISTAKE_LIMIT);
}

static bool at_end(const struct parser *p)
{
	return p->at >= p->end || p->n_mistakes >= UCI_MISTAKE_LIMIT;
}

/* isspace() as in the C locale; the character may be any byte. */
static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void step(struct parser *p)
{
	if (*p->at++ == '\n') {
		p->line++;
		p->line_start = p->at;
	}
}

static void skip_line(struct parser *p)
{
	while (p->at < p->end && *p->at != '\n')
		p->at++;
}

/* Length of the line's end behind a backslash, 0 if there is none. */
static size_t line_end_at(const char *at, const char *end)
{
	if (at < end && *at == '\n')
		return 1;
	return end - at >= 2 && at[0] == '\r' && at[1] == '\n' ? 2 : 0;
}

/* Blanks of this line and joined ones. */
static void skip_blanks(struct parser *p)
{
	while (p->at < p->end) {
		size_t joined = *p->at == '\\' ? line_end_at(p->at + 1, p->end) : 0;

		if (!joined && (!is_blank(*p->at) || *p->at == '\n'))
			return;
		for (size_t i = 0; i <= joined; i++)
			step(p);
	}
}

static bool starts_statement(const char *at, const char *end)
{
	static const char *const keywords[] = { "config", "option", "list", "package" };

	while (at < end && is_blank(*at))
		at++;
	for (size_t i = 0; i < ARRAY_LENGTH(keywords); i++) {
		size_t length = strlen(keywords[i]);

		if ((size_t)(end - at) > length && !memcmp(at, keywords[i], length) &&
		    is_blank(at[length]))
			return true;
	}
	return false;
}

/* Whether the text ends outside of quotes. */
static bool quotes_add_up(const char *text, const char *end)
{
	char quote = 0;

	for (; text < end; text++) {
		if (*text == '\\' && quote != '\'') {
			text++;
		} else if (quote) {
			if (*text == quote)
				quote = 0;
		} else if (*text == '\'' || *text == '"') {
			quote = *text;
		} else if (*text == '#') {
			while (text < end && *text != '\n')
				text++;
		}
	}
	return !quote;
}

static bool take_char(struct parser *p)
{
	unsigned char c = (unsigned char)*p->at;

	if ((c < ' ' && !is_blank(*p->at)) || c == 0x7f) {
		mistake(p, p->line, column_of(p, p->at), "byte 0x%02x cannot be in a value", c);
		return false;
	}
	if (p->scratch.length >= UCI_WORD_LIMIT) {
		mistake(p, p->line, column_of(p, p->at), "longer than %u bytes", UCI_WORD_LIMIT);
		return false;
	}
	buf_add_char(&p->scratch, *p->at);
	step(p);
	return true;
}

/* At a backslash. */
static bool take_escape(struct parser *p)
{
	size_t joined = line_end_at(p->at + 1, p->end);

	if (p->at + 1 >= p->end) {
		mistake(p, p->line, column_of(p, p->at), "a backslash ends the file");
		return false;
	}
	step(p);
	for (size_t i = 0; i < joined; i++)
		step(p);
	return joined || take_char(p);
}

static bool take_quoted(struct parser *p)
{
	unsigned line = p->line, column = column_of(p, p->at);
	char quote = *p->at;

	step(p);
	while (p->at < p->end && *p->at != quote) {
		if (p->quotes_are_broken && *p->at == '\n' && starts_statement(p->at, p->end))
			break;
		if (*p->at == '\\' && quote == '"' ? !take_escape(p) : !take_char(p))
			return false;
	}
	if (p->at < p->end && *p->at == quote) {
		step(p);
		return true;
	}
	mistake(p, line, column, "the quote %c that opens here is never closed", quote);
	return false;
}

static bool take_part(struct parser *p)
{
	switch (*p->at) {
	case '\'':
	case '"':
		return take_quoted(p);
	case '\\':
		return take_escape(p);
	default:
		return take_char(p);
	}
}

static void warn_of_comment(struct parser *p)
{
	struct origin origin = { p->inside->document.name, p->line, column_of(p, p->at), NULL,
		                 NULL };

	diag_add(p->diag, DIAG_WARNING, &origin,
	         "the word ends here and a comment starts; # inside a value needs quotes");
}

/* At the word's first character.  false: it is wrong, and was reported. */
static bool take_word(struct parser *p, struct word *word)
{
	*word = (struct word){ .start = p->at, .line = p->line, .column = column_of(p, p->at) };
	p->scratch.length = 0;
	while (p->at < p->end && !is_blank(*p->at) && *p->at != ';' && *p->at != '#') {
		if (!take_part(p))
			return false;
	}
	if (p->at < p->end && *p->at == '#')
		warn_of_comment(p);
	word->end = p->at;
	word->text = arena_strndup(p->inside->arena, buf_text(&p->scratch), p->scratch.length);
	return true;
}

/* The source up to `end` that is in no statement yet. */
static const char *take_text(struct parser *p, const char *end)
{
	const char *text = arena_strndup(p->inside->arena, p->unused, (size_t)(end - p->unused));

	p->unused = end;
	return text;
}

static struct uci_statement *add_statement(struct parser *p, const struct word *words,
                                           size_t n_words)
{
	const char *before = take_text(p, words[0].start);
	const char *text = take_text(p, words[n_words - 1].end);

	return uci_statement_add(p->inside, before, text, p->section);
}

static bool read_package(struct parser *p, const struct word *words, size_t n_words)
{
	/* The name says nothing: libuci, too, goes by the file's name. */
	(void)p;
	(void)words;
	(void)n_words;
	return true;
}

static bool read_config(struct parser *p, const struct word *words, size_t n_words)
{
	const struct word *type = &words[1], *name = &words[2];
	bool named = n_words > 2 && *name->text;

	if (!uci_is_type(type->text)) {
		mistake(p, type->line, type->column, "'%.40s' is no type for a section",
		        type->text);
		return false;
	}
	if (named && !uci_is_name(name->text)) {
		mistake(p, name->line, name->column,
		        "'%.40s' is no name for a section: letters, digits and _ only", name->text);
		return false;
	}
	if (p->n_configs++ >= UCI_SECTION_LIMIT) {
		mistake(p, type->line, type->column, "more than %u sections", UCI_SECTION_LIMIT);
		return false;
	}
	p->section_is_broken = false;
	p->section = uci_model_section(p->inside, type->text, named ? name->text : NULL);
	p->section->line = words[0].line;
	p->section->column = words[0].column;
	add_statement(p, words, n_words);
	return true;
}

static bool has_room(struct parser *p, const struct word *words, bool is_list)
{
	const struct uci_option *old = uci_option(p->section, words[1].text);
	size_t count = 0;

	for (const struct uci_option *o = p->section->options; o; o = o->next)
		count++;
	if (!old && count >= UCI_OPTION_LIMIT) {
		mistake(p, words[1].line, words[1].column, "more than %u options in the section",
		        UCI_OPTION_LIMIT);
		return false;
	}
	if (is_list && old && uci_model_count(old) >= UCI_ITEM_LIMIT) {
		mistake(p, words[1].line, words[1].column, "more than %u items in list %.40s",
		        UCI_ITEM_LIMIT, words[1].text);
		return false;
	}
	return true;
}

static void warn_of_missing_value(struct parser *p, const struct word *name)
{
	struct origin origin = { p->inside->document.name, name->line, name->column, NULL, NULL };

	diag_add(p->diag, DIAG_WARNING, &origin, "%.40s has no value and counts as absent",
	         name->text);
}

static bool read_value(struct parser *p, const struct word *words, size_t n_words, bool is_list)
{
	const struct word *name = &words[1], *value = &words[n_words - 1];
	struct uci_value item = { NULL, n_words > 2 ? value->text : "", value->line,
		                  value->column };
	struct uci_statement *statement;

	if (!p->section && p->section_is_broken)
		return false;
	if (!p->section) {
		mistake(p, words[0].line, words[0].column, "%s stands before the first section",
		        words[0].text);
		return false;
	}
	if (!uci_is_name(name->text)) {
		mistake(p, name->line, name->column,
		        "'%.40s' is no name for an option: letters, digits and _ only", name->text);
		return false;
	}
	if (!has_room(p, words, is_list))
		return false;
	if (n_words < 3)
		warn_of_missing_value(p, name);
	uci_model_option(p->inside, p->section, name->text, is_list, &item);
	statement = add_statement(p, words, n_words);
	statement->option = name->text;
	statement->value = item.text;
	statement->is_list = is_list;
	return true;
}

static bool read_option(struct parser *p, const struct word *words, size_t n_words)
{
	return read_value(p, words, n_words, false);
}

static bool read_list(struct parser *p, const struct word *words, size_t n_words)
{
	return read_value(p, words, n_words, true);
}

static const struct form {
	const char *keyword, *usage;
	size_t min_words, max_words;
	bool (*read)(struct parser *p, const struct word *words, size_t n_words);
} forms[] = {
	{ "config", "config TYPE 'NAME'", 2, 3, read_config },
	{ "option", "option NAME 'VALUE'", 2, 3, read_option },
	{ "list", "list NAME 'VALUE'", 2, 3, read_list },
	{ "package", "package NAME", 2, 2, read_package },
};

static const struct form *form_of(const struct word *word)
{
	size_t size = (size_t)(word->end - word->start);

	for (size_t i = 0; i < ARRAY_LENGTH(forms); i++) {
		const char *keyword = forms[i].keyword;

		if ((size == strlen(keyword) || size == 1) && !memcmp(word->start, keyword, size))
			return &forms[i];
	}
	return NULL;
}

static void report_surplus(struct parser *p)
{
	struct word word;

	if (take_word(p, &word))
		mistake(p, word.line, word.column,
		        "'%.40s' is one word too many; a value with blanks needs quotes",
		        word.text);
}

/* Behind the last word: lines joined to the statement's belong to it, even if they are empty. */
static void take_joined_lines(const struct parser *p, struct word *last)
{
	if (memchr(last->end, '\n', (size_t)(p->at - last->end)))
		last->end = p->at;
}

static const struct form *report_unknown(struct parser *p, const struct word *word)
{
	struct nearest nearest = { .word = word->text };
	const char *meant;

	for (size_t i = 0; i < ARRAY_LENGTH(forms); i++)
		nearest_offer(&nearest, forms[i].keyword);
	meant = nearest_result(&nearest);
	if (meant)
		mistake(p, word->line, word->column, "'%.40s' is no statement; did you mean '%s'?",
		        word->text, meant);
	else
		mistake(p, word->line, word->column,
		        "'%.40s' is no statement: config, option or list", word->text);
	for (size_t i = 0; meant && i < ARRAY_LENGTH(forms); i++) {
		if (!strcmp(forms[i].keyword, meant))
			return &forms[i];
	}
	return NULL;
}

static bool ends_statement(const struct parser *p)
{
	return p->at >= p->end || *p->at == '\n' || *p->at == ';' || *p->at == '#';
}

/*
 * The words up to the end of the statement, one at least; false: something is wrong, and was
 * reported.  The form is set in both cases if it can be told.
 */
static bool take_words(struct parser *p, struct word *words, size_t *n_words,
                       const struct form **form)
{
	size_t n = 0;

	do {
		if (n && n == (*form)->max_words) {
			report_surplus(p);
			return false;
		}
		if (!take_word(p, &words[n]))
			return false;
		if (n == 0)
			*form = form_of(&words[0]);
		if (!*form) {
			*form = report_unknown(p, &words[0]);
			return false;
		}
		n++;
		skip_blanks(p);
	} while (!ends_statement(p));
	take_joined_lines(p, &words[n - 1]);
	*n_words = n;
	return true;
}

static bool read_statement(struct parser *p)
{
	const struct form *form = NULL;
	struct word words[MAX_WORDS];
	size_t n_words = 0;
	bool taken = take_words(p, words, &n_words, &form);

	if (form && form->read == read_config) {
		p->section = NULL;
		p->section_is_broken = true;
	}
	if (!taken || !form)
		return false;
	if (n_words >= form->min_words)
		return form->read(p, words, n_words);
	mistake(p, words[0].line, words[0].column, "incomplete: %s", form->usage);
	return false;
}

/*
 * To the end of the line.  Which line?  A wrong quote may have taken us far; if the line
 * behind the statement's first one looks like a statement, it is one.
 */
static void recover(struct parser *p, struct parser start)
{
	skip_line(&start);
	if (start.at < p->at && starts_statement(start.at, p->end)) {
		p->at = start.at;
		p->line = start.line;
		p->line_start = start.line_start;
	}
	skip_line(p);
}

static void read_all(struct parser *p)
{
	static const char mark[] = "\xef\xbb\xbf"; /* some editors put it before UTF-8 */

	if (p->end - p->at > 3 && !memcmp(p->at, mark, 3))
		p->at += 3;
	while (!at_end(p)) {
		struct parser start = *p;

		if (*p->at == '#')
			skip_line(p);
		else if (is_blank(*p->at) || *p->at == ';')
			step(p);
		else if (!read_statement(p))
			recover(p, start);
	}
	p->inside->rest = take_text(p, p->end);
}

struct uci_document *uci_parse(const char *name, const char *text, size_t size, struct diag *diag)
{
	struct uci_document *document = uci_new(name);
	struct parser p = {
		.inside = uci_inside_of(document),
		.diag = diag,
		.at = text,
		.end = size ? text + size : text,
		.line_start = text,
		.column_at = text,
		.column = 1,
		.unused = text,
		.line = 1,
	};

	if (size > UCI_FILE_LIMIT) {
		mistake(&p, 0, 0, "larger than %u bytes, nothing of it was read", UCI_FILE_LIMIT);
	} else if (size && memchr(text, 0, size)) {
		while (*p.at)
			step(&p);
		mistake(&p, p.line, column_of(&p, p.at),
		        "a byte 0x00: this is no text, nothing of it was read");
	} else {
		p.quotes_are_broken = !quotes_add_up(text, p.end);
		read_all(&p);
	}
	buf_done(&p.scratch);
	return document;
}
