/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "settings/history.h"

#include "../test.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/json.h"
#include "uci/uci.h"

static unsigned add(struct uci_document *history, enum history_state state)
{
	static const char *values[] = { "casa" };
	const struct history_line lines[] = {
		{ "name", "system.hostname", "casa", "escuela", false },
		{ "wifi_password", "wifi.apname_key", NULL, NULL, true },
	};
	struct edit back[] = {
		{ "lime-node", "lime", "system", "hostname", false, values, 1 },
	};
	struct history_entry entry = {
		.id = history_next_id(history),
		.time = 1780000000,
		.kind = "settings",
		.by = "page",
		.state = state,
		.lines = lines,
		.n_lines = 2,
		.back = { back, 1 },
	};

	(void)history_add(history, &entry);
	return entry.id;
}

/* As it is after the daemon has started anew. */
static struct uci_document *again(struct uci_document *history)
{
	AUTO(diag_free) struct diag *nowhere = diag_new();
	BUF_AUTO text = { 0 };

	uci_print(history, &text);
	uci_free(history);
	return uci_parse("history", buf_text(&text), text.length, nowhere);
}

static void an_entry_is_read_as_it_was_written(void **state)
{
	AUTO(uci_free) struct uci_document *history = uci_new("history");
	AUTO(arena_free) struct arena *arena = arena_new();
	struct history_entry entry;

	(void)state;
	assert_int_equal(add(history, HISTORY_PENDING), 1);
	history = again(history);
	assert_int_equal(history_pending(history), 1);
	assert_true(history_get(history, 1, arena, &entry));
	assert_int_equal(entry.time, 1780000000);
	assert_int_equal(entry.n_lines, 2);
	assert_string_equal(entry.lines[0].to, "escuela");
	assert_true(entry.lines[1].secret);
	assert_int_equal(entry.back.count, 1);
	assert_string_equal(entry.back.items[0].option, "hostname");
	assert_string_equal(entry.back.items[0].values[0], "casa");
	assert_false(history_get(history, 2, arena, &entry));
	assert_false(history_get(history, 0, arena, &entry));
}

static void states_follow_each_other(void **state)
{
	AUTO(uci_free) struct uci_document *history = uci_new("history");
	AUTO(arena_free) struct arena *arena = arena_new();
	struct history_entry entry;

	(void)state;
	(void)add(history, HISTORY_PENDING);
	history_set_state(history, 1, HISTORY_KEPT, 0);
	assert_int_equal(history_pending(history), 0);
	history_set_state(history, 1, HISTORY_UNDONE, 2);
	history = again(history);
	assert_true(history_get(history, 1, arena, &entry));
	assert_int_equal(entry.state, HISTORY_UNDONE);
	assert_int_equal(entry.undone_by, 2);
}

static void the_oldest_are_forgotten(void **state)
{
	AUTO(uci_free) struct uci_document *history = uci_new("history");
	AUTO(arena_free) struct arena *arena = arena_new();
	struct history_entry entry;
	BUF_AUTO text = { 0 };
	struct json json = { .out = &text };

	(void)state;
	for (unsigned i = 0; i < HISTORY_MAX + 3; i++)
		assert_int_equal(add(history, HISTORY_KEPT), i + 1);
	assert_false(history_get(history, 3, arena, &entry));
	assert_true(history_get(history, 4, arena, &entry));
	json_open(&json, NULL, '[');
	history_print(history, &json);
	json_close(&json, ']');
	/* The newest first, and no secret. */
	assert_int_equal(strncmp(text.text, "[{\"id\":23,", 10), 0);
	assert_non_null(strstr(text.text, "\"option\":\"wifi.apname_key\",\"secret\":true"));
}

static void a_damaged_file_gives_what_can_be_understood(void **state)
{
	static const char damaged[] = "config change 'c5'\n\tlist line 'a'\n\tlist back 'b'\n"
				      "config change 'x'\nconfig change 'c0'\n"
				      "config change 'c7'\n\toption state 'odd'\n";
	AUTO(diag_free) struct diag *nowhere = diag_new();
	AUTO(uci_free) struct uci_document *history = uci_parse("history", damaged, strlen(damaged),
	                                                        nowhere);
	AUTO(arena_free) struct arena *arena = arena_new();
	struct history_entry entry;

	(void)state;
	assert_int_equal(history_next_id(history), 8);
	assert_true(history_get(history, 5, arena, &entry));
	assert_int_equal(entry.back.count, 0);
	assert_int_equal(history_pending(history), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_is_read_as_it_was_written),
		cmocka_unit_test(states_follow_each_other),
		cmocka_unit_test(the_oldest_are_forgotten),
		cmocka_unit_test(a_damaged_file_gives_what_can_be_understood),
	};

	return RUN(tests);
}
