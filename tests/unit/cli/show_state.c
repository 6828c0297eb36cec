/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <json-c/json.h>

#include "../test.h"
#include "base/buf.h"
#include "cli/show.h"

static void check(void (*show)(struct json_object *, struct buf *), const char *json,
                  const char *wanted)
{
	struct json_object *object = json_tokener_parse(json);
	BUF_AUTO out = { 0 };

	show(object, &out);
	assert_string_equal(buf_text(&out), wanted);
	json_object_put(object);
}

static void a_row_reads_as_a_sentence(void **state)
{
	(void)state;
	check(show_state_rows,
	      "{\"table\":\"leases\",\"doc\":\"Addresses\",\"rows\":[{\"row\":\"02:00\","
	      "\"node\":\"n1\",\"key_id\":\"ab\",\"signed\":true,\"own\":true,\"age_s\":7,"
	      "\"confirmed_s\":3,\"left_s\":4193,\"believed\":true,"
	      "\"value\":{\"ip\":\"10.1.0.5\",\"held_s\":12,\"macs\":[\"a\",\"b\"]}}]}",
	      "leases: Addresses\n"
	      "02:00\n"
	      "    by n1 (this node), 7 s old, confirmed 3 s ago, ends in 69 min\n"
	      "    ip 10.1.0.5, held_s 12, macs a b\n");
}

static void what_anybody_could_have_said_is_marked(void **state)
{
	(void)state;
	check(show_state_rows,
	      "{\"table\":\"t\",\"doc\":\"d\",\"rows\":[{\"row\":\"k\",\"node\":\"lime-1\","
	      "\"signed\":false,\"age_s\":1,\"confirmed_s\":1,\"left_s\":1,\"believed\":false},"
	      "{\"row\":\"k\",\"key_id\":\"abcd\",\"signed\":true,\"age_s\":1,\"confirmed_s\":1,"
	      "\"left_s\":1,\"believed\":true,\"value\":{}}],\"n_left_out\":3}",
	      "t: d\n"
	      "k\n    by lime-1 (unsigned), 1 s old, confirmed 1 s ago, ends in 1 s\n"
	      "    not believed: another node's word about it counts\n"
	      "k\n    by key abcd, 1 s old, confirmed 1 s ago, ends in 1 s\n"
	      "3 more rows are left out\n");
	check(show_state_rows, "{\"table\":\"t\",\"doc\":\"d\",\"rows\":[]}", "t: d\nno rows\n");
}

static void tables_are_counted(void **state)
{
	(void)state;
	check(show_state_tables,
	      "{\"n_authors\":3,\"bytes\":4096,\"n_refused\":2,\"n_forged\":1,\"tables\":["
	      "{\"table\":\"leases\",\"doc\":\"Addresses\",\"n_rows\":12,\"n_own\":4,"
	      "\"n_unsigned\":1,\"age_s\":5},"
	      "{\"table\":\"names\",\"doc\":\"Names\",\"n_rows\":0,\"n_own\":0,\"n_unsigned\":0}]}",
	      "leases              12 rows, 4 of this node, 1 unsigned, the last 5 s old\n"
	      "                 Addresses\n"
	      "names                0 rows, 0 of this node\n"
	      "                 Names\n"
	      "3 authors, 4 kB; 2 rows refused, 1 of them forged\n");
}

static void neighbours_are_told_with_their_words(void **state)
{
	(void)state;
	check(show_state_neighbours, "{\"neighbours\":[]}", "no neighbours\n");
	check(show_state_neighbours,
	      "{\"neighbours\":[{\"address\":\"fe80::1\",\"link\":\"mesh0\",\"weft\":true,"
	      "\"heard_s\":3},{\"address\":\"fe80::2\",\"link\":\"mesh1\",\"async\":true,"
	      "\"heard_s\":9}]}",
	      "fe80::1 on mesh0 speaks weft's words, heard 3 s ago\n"
	      "fe80::2 on mesh1 speaks LibreMesh's words, heard 9 s ago\n");
}

static void events_tell_what_happened(void **state)
{
	(void)state;
	check(show_state_event,
	      "{\"event\":\"withdrawn\",\"table\":\"leases\",\"row\":\"02:00\",\"node\":\"n1\","
	      "\"signed\":true}",
	      "withdrawn leases 02:00 by n1\n");
	check(show_state_event, "{\"event\":\"restarted\"}",
	      "the process that holds the state began anew\n");
}

/* A name can come from anybody, and a terminal obeys control characters. */
static void nobody_steers_the_terminal(void **state)
{
	(void)state;
	check(show_state_event,
	      "{\"event\":\"said\",\"table\":\"t\",\"row\":\"\\u001b[2J\",\"node\":\"\\u001b]0;x\","
	      "\"signed\":false,\"value\":{\"a\":\"\\u001b\"}}",
	      "said t \\x1b[2J by \\x1b]0;x (unsigned)\n    a \\x1b\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_reads_as_a_sentence),
		cmocka_unit_test(what_anybody_could_have_said_is_marked),
		cmocka_unit_test(tables_are_counted),
		cmocka_unit_test(neighbours_are_told_with_their_words),
		cmocka_unit_test(events_tell_what_happened),
		cmocka_unit_test(nobody_steers_the_terminal),
	};

	return RUN(tests);
}
