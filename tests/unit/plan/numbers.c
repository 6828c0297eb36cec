/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "plan/numbers.h"

#include "../test.h"
#include "base/buf.h"
#include "base/file.h"

static void read_source(const char *name, struct buf *out)
{
	BUF_AUTO path = { 0 };

	buf_printf(&path, "%s/%s", getenv("WEFT_SOURCE"), name);
	assert_int_equal(file_read(path.text, 1024 * 1024, out), 0);
}

/* The row of docs/numbers.md that a line `#define NAME VALUE comment` must have. */
static bool row_of(const char *line, struct buf *row)
{
	char name[64], value[64];

	if (sscanf(line, "#define %63s %63s", name, value) != 2)
		return false;
	value[strcspn(value, "U")] = '\0';
	if (value[0] == '"') {
		memmove(value, value + 1, strlen(value));
		value[strlen(value) - 1] = '\0';
	}
	buf_printf(row, "\n| %s | `%s` |", value, name);
	return true;
}

static void the_page_has_every_number_of_the_header(void **state)
{
	BUF_AUTO header = { 0 }, page = { 0 };
	size_t n_numbers = 0;
	char *rest, *line;

	(void)state;
	read_source("src/plan/numbers.h", &header);
	read_source("docs/numbers.md", &page);
	for (line = strtok_r(header.text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		BUF_AUTO row = { 0 };

		if (!row_of(line, &row))
			continue;
		n_numbers++;
		if (!strstr(page.text, row.text))
			fail_msg("docs/numbers.md has no row %s", row.text + 1);
	}
	assert_in_range(n_numbers, 15, 100);
}

static void marks_leave_the_bits_of_others_alone(void **state)
{
	const uint32_t pirania = 0x9124714, pbr = 0x00ff0000, mwan3 = 0x00003f00;

	(void)state;
	assert_int_equal(MARK_FIRST & ~MARK_MASK, 0);
	assert_int_equal(MARK_LAST & ~MARK_MASK, 0);
	assert_true((pirania & MARK_MASK) < MARK_FIRST);
	assert_int_equal(MARK_MASK & (pbr | mwan3), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_has_every_number_of_the_header),
		cmocka_unit_test(marks_leave_the_bits_of_others_alone),
	};

	return RUN(tests);
}
