/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "shape/type.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json_reader.h"

#define NAME_MAX_SIZE 64
#define LETTERS       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

enum kind {
	KIND_STRING,
	KIND_NUMBER,
	KIND_BOOLEAN,
	KIND_NULL,
	KIND_UNKNOWN,
	KIND_LITERAL,
	KIND_NAME,
	KIND_ARRAY,
	KIND_RECORD,
	KIND_OBJECT,
	KIND_UNION,
};

struct type {
	enum kind kind;
	const char *name;   /* of KIND_NAME; the text of a literal */
	const char *member; /* its name, if it is one */
	bool optional;      /* a member */
	struct type *of;    /* an array's or record's items; the first member or alternative */
	struct type *next;  /* member or alternative */
};

/* --- reading --- */

struct parsing {
	const char *at;
	struct arena *arena;
	struct buf *error;
	unsigned depth;
};

static struct type *parse_union(struct parsing *p);

static void skip_blanks(struct parsing *p)
{
	p->at += strspn(p->at, " \t\n");
}

static bool eat(struct parsing *p, const char *sign)
{
	skip_blanks(p);
	if (strncmp(p->at, sign, strlen(sign)) != 0)
		return false;
	p->at += strlen(sign);
	return true;
}

static void *fail(struct parsing *p, const char *wanted)
{
	if (!p->error->length)
		buf_printf(p->error, "expected %s at \"%.20s\"", wanted, p->at);
	return NULL;
}

static struct type *new_type(struct parsing *p, enum kind kind)
{
	struct type *type = arena_alloc(p->arena, sizeof(*type));

	*type = (struct type){ .kind = kind };
	return type;
}

static const char *copy(struct parsing *p, size_t length)
{
	char *text = arena_alloc(p->arena, length + 1);

	memcpy(text, p->at, length);
	text[length] = '\0';
	p->at += length;
	return text;
}

static const char *eat_word(struct parsing *p)
{
	size_t length;

	skip_blanks(p);
	length = strspn(p->at, LETTERS);
	return length && length < NAME_MAX_SIZE ? copy(p, length) : fail(p, "a name");
}

static struct type *parse_member(struct parsing *p)
{
	const char *name = eat_word(p);
	bool optional = eat(p, "?");
	struct type *member;

	if (!name || !eat(p, ":"))
		return fail(p, "':'");
	member = parse_union(p);
	if (!member)
		return NULL;
	member->member = name;
	member->optional = optional;
	return member;
}

static struct type *parse_object(struct parsing *p)
{
	struct type *object = new_type(p, KIND_OBJECT);
	struct type **last = &object->of;

	while (!eat(p, "}")) {
		struct type *member = parse_member(p);

		if (!member)
			return NULL;
		*last = member;
		last = &member->next;
		if (!eat(p, ";") && !eat(p, ",")) {
			if (eat(p, "}"))
				break;
			return fail(p, "';' or '}'");
		}
	}
	return object;
}

static struct type *parse_literal(struct parsing *p)
{
	size_t length = strcspn(p->at, "\"");
	struct type *literal = new_type(p, KIND_LITERAL);

	if (p->at[length] != '"')
		return fail(p, "'\"'");
	literal->name = copy(p, length);
	p->at++;
	return literal;
}

static struct type *parse_record(struct parsing *p)
{
	struct type *record = new_type(p, KIND_RECORD);

	if (!eat(p, "<") || !eat(p, "string") || !eat(p, ","))
		return fail(p, "'<string, '");
	record->of = parse_union(p);
	return record->of && eat(p, ">") ? record : fail(p, "'>'");
}

static struct type *parse_word(struct parsing *p)
{
	static const char *const words[] = {
		[KIND_STRING] = "string", [KIND_NUMBER] = "number",   [KIND_BOOLEAN] = "boolean",
		[KIND_NULL] = "null",     [KIND_UNKNOWN] = "unknown",
	};
	const char *word = eat_word(p);
	struct type *type;

	if (!word)
		return NULL;
	if (!strcmp(word, "Record"))
		return parse_record(p);
	for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
		if (!strcmp(words[i], word))
			return new_type(p, (enum kind)i);
	}
	type = new_type(p, KIND_NAME);
	type->name = word;
	return type;
}

static struct type *parse_one(struct parsing *p)
{
	struct type *type;

	if (eat(p, "{")) {
		type = parse_object(p);
	} else if (eat(p, "(")) {
		type = parse_union(p);
		if (type && !eat(p, ")"))
			return fail(p, "')'");
	} else if (eat(p, "\"")) {
		type = parse_literal(p);
	} else {
		type = parse_word(p);
	}
	while (type && eat(p, "[]")) {
		struct type *array = new_type(p, KIND_ARRAY);

		array->of = type;
		type = array;
	}
	return type;
}

static struct type *parse_alternatives(struct parsing *p)
{
	struct type *first = parse_one(p), *last = first, *either;

	if (!first || !eat(p, "|"))
		return first;
	either = new_type(p, KIND_UNION);
	either->of = first;
	do {
		struct type *next = parse_one(p);

		if (!next)
			return NULL;
		last->next = next;
		last = next;
	} while (eat(p, "|"));
	return either;
}

static struct type *parse_union(struct parsing *p)
{
	struct type *type;

	if (p->depth == JSON_DEPTH_MAX)
		return fail(p, "less depth");
	p->depth++;
	type = parse_alternatives(p);
	p->depth--;
	return type;
}

const struct type *type_parse(const char *text, struct arena *arena, struct buf *error)
{
	struct parsing p = { .at = text, .arena = arena, .error = error };
	const struct type *type = parse_union(&p);

	skip_blanks(&p);
	return type && !*p.at ? type : fail(&p, "the end");
}

/* --- checking --- */

struct value {
	const char *bytes;
	size_t size;
};

struct checking {
	const struct type_name *names;
	struct buf *error;
	struct buf path;
	unsigned depth;
};

static bool fits(struct checking *c, const struct type *type, struct value value);

static bool misfit(struct checking *c, const char *what)
{
	c->error->length = 0;
	buf_printf(c->error, "%s: %s", c->path.length ? c->path.text : "the value", what);
	return false;
}

static void path_cut(struct checking *c, size_t length)
{
	c->path.length = length;
	if (c->path.text)
		c->path.text[length] = '\0';
}

static bool fits_array(struct checking *c, const struct type *type, struct json_reader *r)
{
	size_t before = c->path.length;
	bool good = true;

	json_reader_enter(r, '[');
	for (size_t i = 0; good && json_reader_item(r); i++) {
		struct value item;

		json_reader_raw(r, &item.bytes, &item.size);
		buf_printf(&c->path, "[%zu]", i);
		good = fits(c, type->of, item);
		path_cut(c, before);
	}
	return good;
}

static const struct type *find_member(const struct type *type, const char *name)
{
	const struct type *member = type->of;

	if (type->kind == KIND_RECORD)
		return member;
	while (member && strcmp(member->member, name) != 0)
		member = member->next;
	return member;
}

static bool has_member(struct value object, const char *wanted)
{
	char name[NAME_MAX_SIZE];
	struct json_reader r;

	json_reader_init(&r, object.bytes, object.size);
	json_reader_enter(&r, '{');
	while (json_reader_member(&r, name, sizeof(name))) {
		if (!strcmp(name, wanted))
			return true;
		json_reader_skip(&r);
	}
	return false;
}

static bool is_whole(struct checking *c, const struct type *type, struct value object)
{
	if (type->kind == KIND_RECORD)
		return true;
	for (const struct type *member = type->of; member; member = member->next) {
		if (!member->optional && !has_member(object, member->member)) {
			buf_printf(&c->path, ".%s", member->member);
			return misfit(c, "is missing");
		}
	}
	return true;
}

static bool fits_object(struct checking *c, const struct type *type, struct value object)
{
	size_t before = c->path.length;
	char name[NAME_MAX_SIZE];
	struct json_reader r;
	bool good = true;

	json_reader_init(&r, object.bytes, object.size);
	json_reader_enter(&r, '{');
	while (good && json_reader_member(&r, name, sizeof(name))) {
		const struct type *member = find_member(type, name);
		struct value value;

		json_reader_raw(&r, &value.bytes, &value.size);
		buf_printf(&c->path, "%s%s", before ? "." : "", name);
		good = member ? fits(c, member, value) : misfit(c, "is not declared");
		path_cut(c, before);
	}
	return good && is_whole(c, type, object);
}

static bool fits_union(struct checking *c, const struct type *type, struct value value)
{
	for (const struct type *one = type->of; one; one = one->next) {
		size_t before = c->path.length;

		if (fits(c, one, value))
			return true;
		path_cut(c, before);
	}
	/* What the last one lacked says more than that it was none of them, where it was close. */
	return c->error->length ? false : misfit(c, "is none of what it may be");
}

static bool fits_name(struct checking *c, const struct type *type, struct value value)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct type_name *row = c->names;
	const struct type *named;

	while (row && row->name && strcmp(row->name, type->name) != 0)
		row++;
	named = row && row->name ? type_parse(row->text, arena, c->error) : NULL;
	return named ? fits(c, named, value) : misfit(c, "is of a type that there is not");
}

static bool fits_literal(struct checking *c, const struct type *type, struct json_reader *r)
{
	char text[NAME_MAX_SIZE];

	if (json_reader_peek(r) == JSON_TEXT && json_reader_text(r, text, sizeof(text)) &&
	    !strcmp(text, type->name))
		return true;
	return misfit(c, "is not one of the words that it may be");
}

static bool fits_scalar(struct checking *c, enum kind kind, enum json_type found)
{
	static const struct {
		enum json_type type;
		const char *otherwise;
	} scalars[] = {
		[KIND_STRING] = { JSON_TEXT, "is no string" },
		[KIND_NUMBER] = { JSON_NUMBER, "is no number" },
		[KIND_BOOLEAN] = { JSON_BOOL, "is neither true nor false" },
		[KIND_NULL] = { JSON_NULL, "is not null" },
	};

	return scalars[kind].type == found || misfit(c, scalars[kind].otherwise);
}

static bool fits_kind(struct checking *c, const struct type *type, struct value value)
{
	struct json_reader r;
	enum json_type found;

	json_reader_init(&r, value.bytes, value.size);
	found = json_reader_peek(&r);
	switch (type->kind) {
	case KIND_STRING:
	case KIND_NUMBER:
	case KIND_BOOLEAN:
	case KIND_NULL:
		return fits_scalar(c, type->kind, found);
	case KIND_UNKNOWN:
		return true;
	case KIND_LITERAL:
		return fits_literal(c, type, &r);
	case KIND_NAME:
		return fits_name(c, type, value);
	case KIND_ARRAY:
		return found == JSON_ARRAY ? fits_array(c, type, &r) : misfit(c, "is no array");
	case KIND_RECORD:
	case KIND_OBJECT:
		return found == JSON_OBJECT ? fits_object(c, type, value)
		                            : misfit(c, "is no object");
	case KIND_UNION:
		return fits_union(c, type, value);
	}
	return false;
}

static bool fits(struct checking *c, const struct type *type, struct value value)
{
	bool good;

	if (c->depth == JSON_DEPTH_MAX)
		return misfit(c, "is too deep");
	c->depth++;
	good = fits_kind(c, type, value);
	c->depth--;
	return good;
}

bool type_fits(const struct type *type, const struct type_name *names, const char *json,
               size_t size, struct buf *error)
{
	struct checking c = { .names = names, .error = error };
	bool good;

	if (!json_is_valid(json, size)) {
		buf_add(error, "is no JSON");
		return false;
	}
	good = fits(&c, type, (struct value){ json, size });
	if (good)
		error->length = 0;
	buf_done(&c.path);
	return good;
}
