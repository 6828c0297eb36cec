/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "fleet/list.h"

#include "../test.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"

/* Reads a list; the MACs and lines as text in `out`, then what was said. */
static void read_list(const char *text, size_t size, struct buf *out)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	AUTO(diag_free) struct diag *diag = diag_new();
	char mac[MAC_TEXT_SIZE];
	size_t n;
	struct fleet_box *boxes = fleet_read_list(arena, "macs", text, size, diag, &n);

	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%u %s\n", boxes[i].line, mac_format(&boxes[i].mac, mac));
	diag_print(diag, out);
}

static void assert_list(const char *text, const char *expected)
{
	BUF_AUTO out = { 0 };

	read_list(text, strlen(text), &out);
	assert_string_equal(buf_text(&out), expected);
}

static void a_line_is_a_box(void **state)
{
	(void)state;
	assert_list("", "");
	assert_list("52:54:00:12:34:56", "1 52:54:00:12:34:56\n");
	assert_list("# all\n\n \t52-54-00-AB-cd-EF \t# school\r\n5254000a0b0c#roof\n",
	            "3 52:54:00:ab:cd:ef\n4 52:54:00:0a:0b:0c\n");
}

static void what_is_no_mac_is_told_with_its_place(void **state)
{
	(void)state;
	assert_list("52:54:00:12:34:56\n  school\n",
	            "1 52:54:00:12:34:56\n"
	            "macs:2:3: error: 'school' is no MAC address; write it like "
	            "52:54:00:12:34:56\n");
	assert_list("52:54:00:12:34-56", "macs:1:1: error: '52:54:00:12:34-56' is no MAC address; "
	                                 "write it like 52:54:00:12:34:56\n");
	assert_list("52:54:00:12:34:5", "macs:1:1: error: '52:54:00:12:34:5' is no MAC address; "
	                                "write it like 52:54:00:12:34:56\n");
	assert_list("52540012345x", "macs:1:1: error: '52540012345x' is no MAC address; "
	                            "write it like 52:54:00:12:34:56\n");
	assert_list("52:54:00:12:34:56 school", "macs:1:19: error: a line has one MAC address; a "
	                                        "remark stands behind a #\n");
}

static void no_box_has_such_a_mac(void **state)
{
	(void)state;
	assert_list("00:00:00:00:00:00\nff:ff:ff:ff:ff:ff\n01:00:5e:00:00:01\n",
	            "macs:1:1: error: no box can have the MAC address 00:00:00:00:00:00\n"
	            "macs:2:1: error: no box can have the MAC address ff:ff:ff:ff:ff:ff\n"
	            "macs:3:1: error: no box can have the MAC address 01:00:5e:00:00:01\n");
}

static void what_is_no_text_ends(void **state)
{
	BUF_AUTO out = { 0 }, many = { 0 }, said = { 0 };
	size_t lines = 0;

	(void)state;
	read_list("52:54:00:12:34:56\n\0junk", 23, &out);
	assert_string_equal(out.text, "1 52:54:00:12:34:56\n"
	                              "macs: error: is no text: it has bytes of zero\n");
	for (int i = 0; i < 5000; i++)
		buf_printf(&many, "junk%d\n", i);
	read_list(many.text, many.length, &said);
	for (const char *c = said.text; *c; c++)
		lines += *c == '\n';
	assert_int_equal(lines, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_a_box),
		cmocka_unit_test(what_is_no_mac_is_told_with_its_place),
		cmocka_unit_test(no_box_has_such_a_mac),
		cmocka_unit_test(what_is_no_text_ends),
	};

	return RUN(tests);
}
