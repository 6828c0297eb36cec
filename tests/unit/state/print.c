/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/print.h"

#include "base/buf.h"
#include "base/json_reader.h"
#include "fixture.h"

static const char ana[] = "02:00:00:00:00:01";

static void put_node(struct store *store, const char *name)
{
	struct node_info_row info = { .hostname = name };

	assert_int_equal(store_put(store, &state_table_node_info, name, &info, 0, HOUR), 0);
}

static void put_lease(struct store *store, const char *address, uint64_t now)
{
	struct lease_row lease = { .hostname = "ana" };

	assert_true(ip_parse(address, &lease.ip));
	assert_int_equal(store_put(store, &state_table_leases, ana, &lease, 0, now), 0);
}

/* What `from` says, to `to`. */
static void pass_on(struct store *from, struct store *to, uint64_t now)
{
	struct packet packets[64];
	size_t n = packets_of(from, now, packets, ARRAY_LENGTH(packets));

	for (size_t i = 0; i < n; i++)
		(void)packet_merge(to, &packets[i], now);
}

static void rows_tell_who_wrote_them_and_when(void **state)
{
	struct party here, there;
	BUF_AUTO out = { 0 };
	BUF_AUTO expected = { 0 };
	char id[AUTHOR_TEXT_SIZE];

	(void)state;
	party_init(&here, 1);
	party_init(&there, 2);
	put_node(there.store, "n2");
	put_lease(there.store, "10.1.0.5", HOUR);
	pass_on(there.store, here.store, HOUR);
	state_print_rows(here.store, &state_table_leases, NULL, 65536, HOUR + 7500, &out);
	buf_printf(&expected,
	           "{\"table\":\"leases\",\"doc\":\"%s\",\"n_rows\":1,\"rows\":[{\"row\":\"%s\","
	           "\"node\":\"n2\",\"key_id\":\"%s\",\"signed\":true,\"own\":false,\"age_s\":7,"
	           "\"confirmed_s\":7,\"left_s\":4192,\"value\":{\"ip\":\"10.1.0.5\","
	           "\"hostname\":\"ana\"},\"believed\":true}],\"n_left_out\":0}",
	           state_table_leases.doc, ana, author_format(store_self(there.store), id));
	assert_string_equal(out.text, expected.text);
	party_done(&here);
	party_done(&there);
}

static void of_two_words_about_one_row_one_is_believed(void **state)
{
	struct party here, there;
	BUF_AUTO out = { 0 };
	const char *first;

	(void)state;
	party_init(&here, 1);
	party_init(&there, 2);
	put_lease(there.store, "10.1.0.5", HOUR);
	put_lease(here.store, "10.1.0.6", HOUR + 5000);
	pass_on(there.store, here.store, HOUR);
	state_print_rows(here.store, &state_table_leases, ana, 65536, HOUR + 6000, &out);
	assert_non_null(strstr(out.text, "\"n_rows\":2"));
	first = strstr(out.text, "\"believed\":true");
	assert_non_null(first);
	assert_null(strstr(first + 1, "\"believed\":true"));
	assert_non_null(strstr(out.text, "\"believed\":false"));
	/* Of no other row. */
	buf_done(&out);
	state_print_rows(here.store, &state_table_leases, "02:00:00:00:00:02", 65536, HOUR, &out);
	assert_non_null(strstr(out.text, "\"n_rows\":0,\"rows\":[]"));
	party_done(&here);
	party_done(&there);
}

static void an_unsigned_row_has_only_the_name_that_was_given(void **state)
{
	const struct store_heard heard = { .author = "lime-1",
		                           .object = &(struct host_row){ "lime_1_eth0" },
		                           .remaining_s = 600 };
	struct party here;
	BUF_AUTO out = { 0 };

	(void)state;
	party_init(&here, 1);
	assert_int_equal(store_import(here.store, &state_table_bat_hosts, ana, &heard, HOUR), 0);
	state_print_rows(here.store, &state_table_bat_hosts, NULL, 65536, HOUR, &out);
	assert_non_null(strstr(out.text, "\"node\":\"lime-1\",\"signed\":false,\"own\":false"));
	assert_null(strstr(out.text, "key_id"));
	buf_done(&out);
	state_print_tables(here.store, HOUR, &out);
	assert_true(json_is_valid(out.text, out.length));
	assert_non_null(strstr(out.text, "\"n_rows\":1,\"n_own\":0,\"n_unsigned\":1"));
	party_done(&here);
}

static void what_does_not_fit_is_counted(void **state)
{
	struct party here;
	BUF_AUTO out = { 0 };

	(void)state;
	party_init(&here, 1);
	for (int i = 0; i < 100; i++) {
		struct lease_row lease = { .held_s = 1 };
		char mac[24];

		snprintf(mac, sizeof(mac), "02:00:00:00:01:%02x", (unsigned)i);
		assert_int_equal(store_put(here.store, &state_table_leases, mac, &lease, 0, HOUR),
		                 0);
	}
	state_print_rows(here.store, &state_table_leases, NULL, 2000, HOUR, &out);
	assert_true(json_is_valid(out.text, out.length));
	assert_true(out.length < 3000);
	assert_non_null(strstr(out.text, "\"n_rows\":100"));
	assert_null(strstr(out.text, "\"n_left_out\":0"));
	party_done(&here);
}

struct events {
	struct store *store;
	struct buf text;
};

static void on_change(void *context, const struct row *row)
{
	struct events *events = context;

	state_print_event(events->store, row, HOUR, &events->text);
	buf_add(&events->text, "\n");
}

static void events_tell_of_writing_and_withdrawing(void **state)
{
	struct party here;
	struct events events = { 0 };

	(void)state;
	party_init(&here, 1);
	events.store = here.store;
	store_watch(here.store, on_change, &events);
	put_lease(here.store, "10.1.0.6", HOUR);
	assert_int_equal(store_remove(here.store, &state_table_leases, ana, HOUR), 0);
	assert_non_null(strstr(events.text.text, "{\"event\":\"said\",\"table\":\"leases\",\"row\":"
	                                         "\"02:00:00:00:00:01\""));
	assert_non_null(
		strstr(events.text.text, "\n{\"event\":\"withdrawn\",\"table\":\"leases\""));
	buf_done(&events.text);
	party_done(&here);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_tell_who_wrote_them_and_when),
		cmocka_unit_test(of_two_words_about_one_row_one_is_believed),
		cmocka_unit_test(an_unsigned_row_has_only_the_name_that_was_given),
		cmocka_unit_test(what_does_not_fit_is_counted),
		cmocka_unit_test(events_tell_of_writing_and_withdrawing),
	};

	return RUN(tests);
}
