/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "settings/change.h"

#include <errno.h>

#include "box.h"

static void assert_own(const struct box *box, const char *wanted)
{
	BUF_AUTO text = { 0 };

	uci_print(box->own, &text);
	assert_string_equal(buf_text(&text), wanted);
}

/* Does changes in the box's own file, then takes them back, and returns what was between. */
static void do_and_undo(struct box *box, struct changes *changes, struct buf *between)
{
	struct edit room[4 * CHANGES_MAX];
	struct edit_list edits = { changes->edits, changes->n_edits }, back = { room, 0 };

	edits_before(&edits, "lime-node", box->own, box->arena, &back);
	edits_do(changes->edits, changes->n_edits, "lime-node", box->own);
	uci_print(box->own, between);
	for (size_t i = 0; i < back.count; i++) {
		BUF_AUTO text = { 0 };
		struct edit edit;

		edit_print(&back.items[i], &text);
		assert_true(edit_parse(buf_text(&text), box->arena, &edit));
		edits_do(&edit, 1, "lime-node", box->own);
	}
}

static void an_option_is_changed_in_place(void **state)
{
	BOX_AUTO box;
	BUF_AUTO text = { 0 };
	struct changes changes;

	(void)state;
	box_init(&box, OWN);
	assert_int_equal(box_read(&box, &changes, "name=escuela", NULL), 0);
	assert_int_equal(changes.n_changes, 1);
	assert_string_equal(changes.changes[0].from, "casa");
	assert_string_equal(changes.changes[0].to, "escuela");
	do_and_undo(&box, &changes, &text);
	assert_string_equal(text.text,
	                    "# mine\nconfig lime 'system'\n\toption hostname 'escuela'\n");
	assert_own(&box, OWN);
}

static void what_is_so_already_is_left_out(void **state)
{
	BOX_AUTO box;
	struct changes changes;

	(void)state;
	box_init(&box, OWN);
	assert_int_equal(box_read(&box, &changes, "name=casa", "country="), 0);
	assert_int_equal(changes.n_changes, 0);
	assert_int_equal(changes.n_edits, 0);
}

static void an_empty_value_gives_way_to_the_community(void **state)
{
	BOX_AUTO box;
	BUF_AUTO text = { 0 };
	struct changes changes;

	(void)state;
	box_init(&box, "config lime 'wifi'\n\toption ap_ssid 'sur.example'\n");
	assert_int_equal(box_read(&box, &changes, "network_name=", NULL), 0);
	assert_int_equal(changes.n_changes, 1);
	assert_string_equal(changes.changes[0].from, "sur.example");
	assert_string_equal(changes.changes[0].to, "norte.example");
	do_and_undo(&box, &changes, &text);
	assert_string_equal(text.text, "config lime 'wifi'\n");
	assert_own(&box, "config lime 'wifi'\n\toption ap_ssid 'sur.example'\n");
}

static void a_list_is_said_value_by_value(void **state)
{
	BOX_AUTO box;
	BUF_AUTO text = { 0 };
	struct changes changes;

	(void)state;
	box_init(&box, OWN);
	assert_int_equal(box_read(&box, &changes, "channel_5ghz=36", "channel_5ghz=149"), 0);
	assert_string_equal(changes.changes[0].from, "48 157");
	assert_string_equal(changes.changes[0].to, "36 149");
	do_and_undo(&box, &changes, &text);
	assert_non_null(strstr(text.text, "config lime-wifi-band '5ghz'\n\tlist channel '36'\n"
	                                  "\tlist channel '149'\n"));
	assert_null(strstr(text.text, "option channel"));
}

static void a_password_brings_its_encryption(void **state)
{
	BOX_AUTO box;
	BUF_AUTO text = { 0 };
	struct changes changes;

	(void)state;
	box_init(&box, OWN);
	assert_int_equal(box_read(&box, &changes, "network_password=long-enough", NULL), 0);
	assert_int_equal(changes.changes[0].setting->kind, SETTING_SECRET);
	do_and_undo(&box, &changes, &text);
	assert_non_null(strstr(text.text, "\toption ap_encryption 'psk2'\n"));
}

static void a_port_gets_a_section_of_its_own(void **state)
{
	BOX_AUTO box;
	BUF_AUTO text = { 0 };
	struct changes changes;

	(void)state;
	box_init(&box, OWN);
	assert_int_equal(box_read(&box, &changes, "port.eth1=wan", NULL), 0);
	assert_string_equal(changes.changes[0].from, "default");
	do_and_undo(&box, &changes, &text);
	assert_non_null(strstr(text.text, "config net 'port_eth1'\n\toption linux_name 'eth1'\n"
	                                  "\tlist protocols 'wan'\n\toption eth_role 'wan'\n"));
	/* Without a section, not with an empty one: that would stop everything on the port. */
	assert_null(uci_section(box.own, "port_eth1"));
}

static void mistakes_are_all_told(void **state)
{
	BOX_AUTO box;
	struct changes changes;

	(void)state;
	box_init(&box, OWN);
	assert_int_equal(box_read(&box, &changes, "nmae=x", "port.eth1=sun"), -EINVAL);
	box_assert_mistake(&box, "did you mean 'name'?");
	box_assert_mistake(&box, "'sun' cannot be chosen here");
}

static void control_characters_are_refused(void **state)
{
	BOX_AUTO box;
	struct changes changes;

	(void)state;
	box_init(&box, OWN);
	assert_int_equal(box_read(&box, &changes, "name=a\nb", NULL), -EINVAL);
	assert_int_equal(box_read(&box, &changes, "name=a\xff", NULL), -EINVAL);
	assert_int_equal(box_read(&box, &changes, "name", NULL), -EINVAL);
	assert_int_equal(box_read(&box, &changes, "=name", NULL), -EINVAL);
	assert_int_equal(box_read(&box, &changes, "system.host'name=x", NULL), -EINVAL);
}

static void an_edit_survives_being_written(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const char *values[] = { "two\nlines", "back\\slash\\n", " x" };
	struct edit edit = { "location", "location", "settings", "note", true, values, 3 }, read;
	BUF_AUTO text = { 0 };

	(void)state;
	edit_print(&edit, &text);
	assert_true(edit_parse(buf_text(&text), arena, &read));
	assert_int_equal(read.n_values, 3);
	assert_true(read.is_list);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(read.values[i], values[i]);
	assert_false(edit_parse("passwd\nx\ny\nz\noption\nw", arena, &read));
	assert_false(edit_parse("lime-node\nlime\nwifi", arena, &read));
	assert_false(edit_parse("", arena, &read));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_option_is_changed_in_place),
		cmocka_unit_test(what_is_so_already_is_left_out),
		cmocka_unit_test(an_empty_value_gives_way_to_the_community),
		cmocka_unit_test(a_list_is_said_value_by_value),
		cmocka_unit_test(a_password_brings_its_encryption),
		cmocka_unit_test(a_port_gets_a_section_of_its_own),
		cmocka_unit_test(mistakes_are_all_told),
		cmocka_unit_test(control_characters_are_refused),
		cmocka_unit_test(an_edit_survives_being_written),
	};

	return RUN(tests);
}
