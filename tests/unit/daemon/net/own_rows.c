/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/own_rows.h"

#include <errno.h>
#include <event2/event.h>
#include <sys/stat.h>

#include "../../test.h"
#include "base/buf.h"
#include "base/file.h"
#include "state/row.h"
#include "state/tables/tables.h"

struct fixture {
	struct event_base *base;
	struct own_rows *rows;
	char folder[64], file[80];
	size_t n_said, n_withdrawn;
	char key[ROW_KEY_MAX + 1]; /* of the last */
};

static void hear(void *data, const struct net_message *message)
{
	const struct net_row *row = message->body;
	struct fixture *f = data;

	assert_true(net_message_is_valid(message, NET_SIDE_ROOT));
	f->n_said++;
	f->n_withdrawn += row->withdrawn;
	strcpy(f->key, row->key);
}

static int start(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	snprintf(f->folder, sizeof(f->folder), "/tmp/weft-rows-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->file, sizeof(f->file), "%s/said", f->folder);
	f->base = event_base_new();
	f->rows = own_rows_new(f->base, f->file, hear, f);
	*state = f;
	return 0;
}

static int stop(void **state)
{
	struct fixture *f = *state;

	own_rows_free(f->rows);
	event_base_free(f->base);
	(void)remove(f->file);
	(void)remove(f->folder);
	free(f);
	return 0;
}

static void again(struct fixture *f)
{
	own_rows_free(f->rows);
	f->rows = own_rows_new(f->base, f->file, hear, f);
	f->n_said = 0;
}

static void rows_are_said_once_and_to_a_new_net_again(void **state)
{
	struct host_row row = { "casa_eth0" }, other = { "casa_eth1" };
	struct fixture *f = *state;
	const struct state_table *table = &state_table_bat_hosts;

	assert_int_equal(own_rows_put(f->rows, table, "02:00:00:00:00:01", &row), 0);
	assert_int_equal(own_rows_put(f->rows, table, "02:00:00:00:00:01", &row), 0);
	assert_int_equal(own_rows_put(f->rows, table, "02:00:00:00:00:02", &other), 0);
	assert_int_equal(f->n_said, 2);
	own_rows_repeat(f->rows);
	assert_int_equal(f->n_said, 4);
	own_rows_withdraw(f->rows, table, "02:00:00:00:00:01");
	own_rows_withdraw(f->rows, table, "02:00:00:00:00:01");
	assert_int_equal(f->n_withdrawn, 1);
	own_rows_repeat(f->rows);
	assert_int_equal(f->n_said, 6);
	assert_int_equal(own_rows_put(f->rows, table, "no mac", &row), -EINVAL);
}

static void what_is_kept_survives_and_nothing_else_does(void **state)
{
	struct network_node_row gone = { .hostname = "viejo", .member = false };
	struct host_row row = { "casa_eth0" };
	struct fixture *f = *state;
	struct own_row kept;
	size_t at = 0;

	assert_int_equal(own_rows_put(f->rows, &state_table_bat_hosts, "02:00:00:00:00:01", &row),
	                 0);
	again(f);
	own_rows_repeat(f->rows);
	assert_int_equal(f->n_said, 0);
	assert_int_equal(own_rows_keep(f->rows, &state_table_network_nodes, "viejo", &gone), 0);
	again(f);
	own_rows_repeat(f->rows);
	assert_int_equal(f->n_said, 1);
	assert_string_equal(f->key, "viejo");
	assert_true(own_rows_next(f->rows, &state_table_network_nodes, &at, &kept));
	assert_string_equal(kept.key, "viejo");
	assert_false(own_rows_next(f->rows, &state_table_network_nodes, &at, &kept));
	own_rows_withdraw(f->rows, &state_table_network_nodes, "viejo");
	again(f);
	own_rows_repeat(f->rows);
	assert_int_equal(f->n_said, 0);
}

/* A thousand changes in a row are one write, and the next one has to wait. */
static void a_flash_is_not_worn_out(void **state)
{
	struct fixture *f = *state;
	struct timeval settle = { OWN_ROWS_SETTLE_S + 1, 0 };
	struct stat before, after;

	for (unsigned i = 0; i < 1000; i++) {
		struct network_node_row gone = { .hostname = "viejo", .member = i & 1 };

		assert_int_equal(own_rows_keep(f->rows, &state_table_network_nodes, "viejo", &gone),
		                 0);
	}
	assert_int_equal(stat(f->file, &before), -1);
	event_base_loopexit(f->base, &settle);
	event_base_dispatch(f->base);
	assert_int_equal(stat(f->file, &before), 0);
	for (unsigned i = 0; i < 1000; i++) {
		struct network_node_row gone = { .hostname = "viejo", .member = i & 1 };

		assert_int_equal(own_rows_keep(f->rows, &state_table_network_nodes, "viejo", &gone),
		                 0);
	}
	event_base_loopexit(f->base, &settle);
	event_base_dispatch(f->base);
	assert_int_equal(stat(f->file, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	printf("writes of what people said: at most %d a day\n", 86400 / OWN_ROWS_WRITE_S);
}

static void a_damaged_file_costs_its_bad_lines_alone(void **state)
{
	static const char *const bad[] = {
		"network_nodes\n",
		"network_nodes viejo\n",
		"network_nodes viejo 0\n",
		"network_nodes viejo zz-\n",
		"network_nodes viejo 00\n",
		"unheard of 00-\n",
		"presence . 00-\n",
		"network_nodes vi/ejo -\n",
		"\n",
		" \n",
	};
	struct network_node_row gone = { .hostname = "viejo" };
	struct fixture *f = *state;
	BUF_AUTO text = { 0 };

	assert_int_equal(own_rows_keep(f->rows, &state_table_network_nodes, "viejo", &gone), 0);
	again(f);
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		buf_add(&text, bad[i]);
	assert_int_equal(file_read(f->file, 4096, &text), 0);
	assert_int_equal(file_write(f->file, text.text, text.length, 0600), 0);
	again(f);
	own_rows_repeat(f->rows);
	assert_int_equal(f->n_said, 1);
	assert_string_equal(f->key, "viejo");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rows_are_said_once_and_to_a_new_net_again, start,
		                                stop),
		cmocka_unit_test_setup_teardown(what_is_kept_survives_and_nothing_else_does, start,
		                                stop),
		cmocka_unit_test_setup_teardown(a_flash_is_not_worn_out, start, stop),
		cmocka_unit_test_setup_teardown(a_damaged_file_costs_its_bad_lines_alone, start,
		                                stop),
	};

	return RUN(tests);
}
