/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/json_reader.h"

#include <string.h>

#include "base/buf.h"

static bool fail(struct json_reader *r)
{
	r->failed = true;
	r->at = r->end;
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The next byte that is no blank; 0 at the end. */
static char look(struct json_reader *r)
{
	while (r->at < r->end && is_blank(*r->at))
		r->at++;
	return r->at < r->end ? *r->at : 0;
}

static bool expect(struct json_reader *r, char c)
{
	if (look(r) != c)
		return fail(r);
	r->at++;
	return true;
}

void json_reader_init(struct json_reader *r, const char *bytes, size_t size)
{
	*r = (struct json_reader){ .at = bytes, .end = bytes + size };
	if (size >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3))
		r->at += 3;
	while (r->end > r->at && (!r->end[-1] || is_blank(r->end[-1])))
		r->end--;
}

enum json_type json_reader_peek(struct json_reader *r)
{
	char c = look(r);

	switch (c) {
	case '{':
		return JSON_OBJECT;
	case '[':
		return JSON_ARRAY;
	case '"':
		return JSON_TEXT;
	case 't':
	case 'f':
		return JSON_BOOL;
	case 'n':
		return JSON_NULL;
	default:
		return c == '-' || is_digit(c) ? JSON_NUMBER : JSON_NONE;
	}
}

/* --- strings --- */

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four digits. */
static bool read_hex(struct json_reader *r, unsigned *code)
{
	*code = 0;
	for (int i = 0; i < 4; i++) {
		int digit = r->at < r->end ? hex_digit(*r->at) : -1;

		if (digit < 0)
			return fail(r);
		*code = *code * 16 + (unsigned)digit;
		r->at++;
	}
	return true;
}

/* After "\u": two of them make one character beyond the first 65536. */
static bool read_code(struct json_reader *r, unsigned *code)
{
	unsigned low;

	if (!read_hex(r, code))
		return false;
	if (*code < 0xd800 || *code > 0xdfff)
		return true;
	if (*code > 0xdbff || r->end - r->at < 2 || r->at[0] != '\\' || r->at[1] != 'u')
		return fail(r);
	r->at += 2;
	if (!read_hex(r, &low) || low < 0xdc00 || low > 0xdfff)
		return fail(r);
	*code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

static size_t encode_utf8(unsigned code, char bytes[4])
{
	if (code < 0x80) {
		bytes[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		bytes[0] = (char)(0xc0 | code >> 6);
		bytes[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		bytes[0] = (char)(0xe0 | code >> 12);
		bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
		bytes[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	bytes[0] = (char)(0xf0 | code >> 18);
	bytes[1] = (char)(0x80 | (code >> 12 & 0x3f));
	bytes[2] = (char)(0x80 | (code >> 6 & 0x3f));
	bytes[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

/* After the backslash. */
static bool read_escape(struct json_reader *r, char bytes[4], size_t *size)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	char c = r->at < r->end ? *r->at++ : 0;
	const char *name = c ? strchr(names, c) : NULL;
	unsigned code;

	if (name) {
		bytes[0] = values[name - names];
		*size = 1;
		return true;
	}
	if (c != 'u')
		return fail(r);
	if (!read_code(r, &code))
		return false;
	*size = encode_utf8(code, bytes);
	return true;
}

/* One character of a string; a size of 0 at its end. */
static bool read_char(struct json_reader *r, char bytes[4], size_t *size)
{
	char c = r->at < r->end ? *r->at : 0;

	if ((unsigned char)c < ' ')
		return fail(r);
	r->at++;
	*size = c != '"';
	if (c == '\\')
		return read_escape(r, bytes, size);
	bytes[0] = c;
	return true;
}

/* What does not fit is passed over, and told in `whole`. */
static bool read_text(struct json_reader *r, char *text, size_t room, bool *whole)
{
	size_t length = 0;

	*whole = true;
	if (!expect(r, '"'))
		return false;
	for (;;) {
		char bytes[4];
		size_t size;

		if (!read_char(r, bytes, &size))
			return false;
		if (!size)
			break;
		*whole = *whole && length + size < room && (size > 1 || bytes[0]);
		if (*whole)
			memcpy(text + length, bytes, size);
		length += *whole ? size : 0;
	}
	if (room)
		text[length] = '\0';
	return true;
}

bool json_reader_text(struct json_reader *r, char *text, size_t room)
{
	bool whole;

	if (!read_text(r, text, room, &whole))
		return false;
	return whole || fail(r);
}

static bool skip_text(struct json_reader *r)
{
	bool whole;

	return read_text(r, NULL, 0, &whole);
}

/* --- the other small values --- */

static bool skip_digits(struct json_reader *r)
{
	const char *from = r->at;

	while (r->at < r->end && is_digit(*r->at))
		r->at++;
	return r->at > from || fail(r);
}

static bool eat(struct json_reader *r, char a, char b)
{
	if (r->at >= r->end || (*r->at != a && *r->at != b))
		return false;
	r->at++;
	return true;
}

static bool skip_integer(struct json_reader *r)
{
	(void)look(r);
	(void)eat(r, '-', '-');
	/* No zero before other digits. */
	return eat(r, '0', '0') || skip_digits(r);
}

static bool skip_number(struct json_reader *r)
{
	if (!skip_integer(r))
		return false;
	if (eat(r, '.', '.') && !skip_digits(r))
		return false;
	if (!eat(r, 'e', 'E'))
		return true;
	(void)eat(r, '+', '-');
	return skip_digits(r);
}

bool json_reader_number(struct json_reader *r, int64_t *number)
{
	const char *at;
	bool negative;
	int64_t value = 0;

	(void)look(r);
	at = r->at;
	if (!skip_integer(r) || (r->at < r->end && strchr(".eE", *r->at)))
		return fail(r);
	negative = *at == '-';
	for (at += negative; at < r->at; at++) {
		int digit = negative ? '0' - *at : *at - '0';

		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			return fail(r);
	}
	*number = value;
	return true;
}

static bool skip_word(struct json_reader *r, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(r->end - r->at) < length || memcmp(r->at, word, length) != 0)
		return fail(r);
	r->at += length;
	return true;
}

bool json_reader_bool(struct json_reader *r, bool *value)
{
	*value = look(r) == 't';
	return skip_word(r, *value ? "true" : "false");
}

/* --- arrays and objects --- */

bool json_reader_enter(struct json_reader *r, char bracket)
{
	if (!expect(r, bracket))
		return false;
	if (++r->depth > JSON_DEPTH_MAX)
		return fail(r);
	r->first = true;
	return true;
}

static bool leave(struct json_reader *r)
{
	r->at++;
	r->depth--;
	r->first = false;
	return false;
}

/* To the next member or item; false at the end. */
static bool next(struct json_reader *r, char bracket)
{
	if (look(r) == bracket)
		return leave(r);
	if (!r->first && !expect(r, ','))
		return false;
	r->first = false;
	return true;
}

bool json_reader_member(struct json_reader *r, char *name, size_t room)
{
	bool whole;

	return !r->failed && next(r, '}') && read_text(r, name, room, &whole) && expect(r, ':') &&
	       (json_reader_peek(r) != JSON_NONE || fail(r));
}

bool json_reader_item(struct json_reader *r)
{
	return !r->failed && next(r, ']') && (json_reader_peek(r) != JSON_NONE || fail(r));
}

static bool skip_small(struct json_reader *r, enum json_type type)
{
	switch (type) {
	case JSON_TEXT:
		return skip_text(r);
	case JSON_NUMBER:
		return skip_number(r);
	case JSON_BOOL:
		return skip_word(r, *r->at == 't' ? "true" : "false");
	case JSON_NULL:
		return skip_word(r, "null");
	case JSON_NONE:
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
	return fail(r);
}

/* Past one value, or into it if it is an array or an object: its bit says which. */
static bool skip_step(struct json_reader *r, uint64_t *objects)
{
	enum json_type type = json_reader_peek(r);
	uint64_t bit = (uint64_t)1 << (r->depth + 1);

	if (type != JSON_ARRAY && type != JSON_OBJECT)
		return skip_small(r, type);
	*objects = type == JSON_OBJECT ? *objects | bit : *objects & ~bit;
	return json_reader_enter(r, type == JSON_OBJECT ? '{' : '[');
}

void json_reader_skip(struct json_reader *r)
{
	unsigned outside = r->depth;
	uint64_t objects = 0;

	if (!skip_step(r, &objects))
		return;
	while (r->depth > outside) {
		bool more = objects >> r->depth & 1 ? json_reader_member(r, NULL, 0)
		                                    : json_reader_item(r);

		if (r->failed || (more && !skip_step(r, &objects)))
			return;
	}
}

bool json_reader_raw(struct json_reader *r, const char **bytes, size_t *size)
{
	(void)look(r);
	*bytes = r->at;
	json_reader_skip(r);
	*size = (size_t)(r->at - *bytes);
	return !r->failed;
}

bool json_reader_end(struct json_reader *r)
{
	return !r->failed && !r->depth && !look(r) && r->at == r->end;
}

bool json_is_valid(const char *bytes, size_t size)
{
	struct json_reader r;

	json_reader_init(&r, bytes, size);
	json_reader_skip(&r);
	return json_reader_end(&r);
}

/* --- printing --- */

/* The end of the string that begins at `at`. */
static const char *text_end(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++)
		at += *at == '\\';
	return at + 1;
}

void json_print_compact(const char *bytes, size_t size, struct buf *out)
{
	const char *at = bytes, *end = bytes + size;

	while (at < end) {
		const char *next_at = *at == '"' ? text_end(at, end) : at + 1;

		if (!is_blank(*at))
			buf_add_bytes(out, at, (size_t)(next_at - at));
		at = next_at;
	}
}

static void new_line(unsigned depth, struct buf *out)
{
	buf_add_char(out, '\n');
	while (depth--)
		buf_add(out, "    ");
}

/* A bracket, comma or colon. */
static const char *print_mark(const char *at, const char *end, unsigned *depth, struct buf *out)
{
	const char *next_at = at + 1;

	while (next_at < end && is_blank(*next_at))
		next_at++;
	if (*at == ':') {
		buf_add(out, ": ");
		return next_at;
	}
	if (*at == '}' || *at == ']')
		new_line(--*depth, out);
	buf_add_char(out, *at);
	if ((*at == '{' || *at == '[') && next_at < end && (*next_at == '}' || *next_at == ']')) {
		buf_add_char(out, *next_at);
		return next_at + 1;
	}
	*depth += *at == '{' || *at == '[';
	if (*at != '}' && *at != ']')
		new_line(*depth, out);
	return next_at;
}

void json_print_pretty(const char *bytes, size_t size, struct buf *out)
{
	const char *at = bytes, *end = bytes + size;
	unsigned depth = 0;

	while (at < end) {
		const char *next_at = *at == '"' ? text_end(at, end) : at + 1;

		if (is_blank(*at)) {
			at = next_at;
		} else if (strchr("{}[],:", *at)) {
			at = print_mark(at, end, &depth, out);
		} else {
			buf_add_bytes(out, at, (size_t)(next_at - at));
			at = next_at;
		}
	}
}
