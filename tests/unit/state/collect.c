/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/collect.h"

#include "../test.h"
#include "base/arena.h"
#include "state/row.h"
#include "state/seen.h"
#include "state/tables/tables.h"
#include "state/value.h"

#define SAID_MAX 64

struct said {
	const struct state_table *table;
	char key[ROW_KEY_MAX + 1];
	uint8_t value[ROW_VALUE_MAX];
	size_t size;
	bool withdrawn;
};

struct fixture {
	struct collector *collector;
	struct arena *arena;
	struct said said[SAID_MAX]; /* since the last look */
	size_t n_said;
	uint64_t next;
	struct seen seen;
	struct seen_mesh mesh[2];
	struct seen_babel babel;
	struct seen_station station;
	struct seen_device devices[3];
};

static void say(void *data, const struct state_table *table, const char *key, const uint8_t *value,
                size_t size)
{
	struct fixture *f = data;
	struct said *said = &f->said[f->n_said++];

	assert_true(f->n_said < SAID_MAX);
	said->table = table;
	strcpy(said->key, key);
	said->withdrawn = !value;
	said->size = size;
	if (value)
		memcpy(said->value, value, size);
}

static int start(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->collector = collector_new(say, f);
	f->arena = arena_new();
	f->devices[0] = (struct seen_device){ "wlan1-mesh", { { 2, 0, 0, 0, 0, 1 } }, true };
	f->devices[1] = (struct seen_device){ "eth0", { { 2, 0, 0, 0, 0, 2 } }, false };
	f->devices[2] = (struct seen_device){ "eth0_17", { { 2, 0, 0, 0, 0, 2 } }, false };
	f->mesh[0] = (struct seen_mesh){ .port = "eth0_29",
		                         .own = { { 2, 0, 0, 0, 0, 9 } },
		                         .other = { { 2, 0, 0, 0, 0, 8 } },
		                         .tq = 255,
		                         .seen_ms = 120 };
	f->babel = (struct seen_babel){ "eth0_17",
		                        { IP_V6, { 0xfe, 0x80, [15] = 2 } },
		                        { IP_V6, { 0xfe, 0x80, [15] = 1 } },
		                        256,
		                        256,
		                        256 };
	f->station = (struct seen_station){ .port = "wlan1-mesh",
		                            .own = { { 2, 0, 0, 0, 0, 1 } },
		                            .other = { { 2, 0, 0, 0, 0, 7 } },
		                            .signal = -60,
		                            .chains = { -61, -63 },
		                            .n_chains = 2,
		                            .rx_kbps = 270000,
		                            .tx_kbps = 300000,
		                            .mhz = 5785 };
	f->seen = (struct seen){ .hostname = "casa",
		                 .domain = "norte.mesh",
		                 .cloud = "8d3c1a",
		                 .firmware = "weft 1",
		                 .board = "A box",
		                 .ipv4 = { IP_V4, { 10, 13, 0, 9 } },
		                 .anycast6 = { IP_V6, { 0xfd, 0x0d, [15] = 1 } },
		                 .latitude = "-31.8",
		                 .longitude = "-64.4",
		                 .uptime_s = 5,
		                 .router = "02:00:00:ff:fe:00:00:01",
		                 .devices = f->devices,
		                 .n_devices = 3,
		                 .mesh = f->mesh,
		                 .n_mesh = 1,
		                 .babel = &f->babel,
		                 .n_babel = 1,
		                 .stations = &f->station,
		                 .n_stations = 1 };
	*state = f;
	return 0;
}

static int stop(void **state)
{
	struct fixture *f = *state;

	collector_free(f->collector);
	arena_free(f->arena);
	free(f);
	return 0;
}

static size_t look(struct fixture *f, uint64_t now)
{
	f->n_said = 0;
	f->next = collector_look(f->collector, &f->seen, now);
	return f->n_said;
}

/* What was said in a table; there is one such row. */
static const struct said *said_in(const struct fixture *f, const struct state_table *table)
{
	const struct said *found = NULL;

	for (size_t i = 0; i < f->n_said; i++) {
		if (f->said[i].table != table)
			continue;
		assert_null(found);
		found = &f->said[i];
	}
	assert_non_null(found);
	return found;
}

static void read_said(const struct fixture *f, const struct state_table *table, const char *key,
                      void *object)
{
	const struct said *said = said_in(f, table);

	assert_string_equal(said->key, key);
	assert_int_equal(value_read(table->shape, said->value, said->size, f->arena, object), 0);
}

static void a_first_look_says_all_of_it_once(void **state)
{
	struct fixture *f = *state;
	struct node_info_row info;
	struct wifi_link_row wifi;
	struct bat_link_row bat;
	struct babel_link_row babel;
	struct coordinates_row place;
	struct host_row host;
	struct dns_server_row server;
	char text[IP_TEXT_SIZE];

	assert_int_equal(look(f, 1000), 10);
	read_said(f, &state_table_node_info, "casa", &info);
	assert_string_equal(info.firmware_version, "weft 1");
	assert_string_equal(info.cloud, "8d3c1a");
	assert_int_equal(info.macs.count, 2);
	read_said(f, &state_table_wifi_links, "020000000001020000000007", &wifi);
	assert_int_equal(wifi.signal, 60);
	assert_int_equal(wifi.channel, 157);
	assert_string_equal(wifi.chains.items[1], "-63");
	read_said(f, &state_table_bat_links, "020000000008020000000009", &bat);
	assert_int_equal(bat.tq, 255);
	assert_string_equal(bat.iface, "eth0_29");
	read_said(f, &state_table_babel_links, "fe801fe802", &babel);
	assert_string_equal(ip_format(&babel.src_ip, text), "fe80::2");
	read_said(f, &state_table_coordinates, "casa", &place);
	assert_int_equal(place.macs.count, 1);
	assert_string_equal(place.links.items[0], "02:00:00:00:00:07");
	read_said(f, &state_table_babel_hosts, "02:00:00:ff:fe:00:00:01", &host);
	assert_string_equal(host.name, "casa");
	read_said(f, &state_table_dns_servers, "norte.mesh", &server);
	assert_string_equal(ip_format(&server.ip, text), "fd0d::1");
	assert_int_equal(look(f, 2000), 0);
	assert_true(f->next == UINT64_MAX);
}

/* LibreMesh's way: host and device with a _ for all that is no letter and no digit. */
static void devices_have_libremesh_s_names(void **state)
{
	struct fixture *f = *state;
	struct host_row host;

	f->seen.hostname = "la-casa";
	f->seen.n_devices = 1;
	(void)look(f, 1000);
	read_said(f, &state_table_bat_hosts, "02:00:00:00:00:01", &host);
	assert_string_equal(host.name, "la_casa_wlan1_mesh");
}

static void what_shakes_is_not_said(void **state)
{
	struct fixture *f = *state;

	(void)look(f, 1000);
	f->seen.uptime_s = 7000;
	f->mesh[0].tq = 250;
	f->mesh[0].seen_ms = 900;
	f->station.signal = -61;
	f->station.rx_kbps = 6000;
	f->babel.rxcost = 260;
	f->babel.cost = 260;
	assert_int_equal(look(f, 7000000), 0);
}

static void a_link_that_gets_worse_is_said_soon_and_one_that_moves_a_little_seldom(void **state)
{
	struct fixture *f = *state;

	(void)look(f, 1000);
	f->mesh[0].tq = 235;
	assert_int_equal(look(f, 61000), 0);
	assert_int_equal(f->next, 1000 + 1800 * 1000);
	f->mesh[0].tq = 120;
	assert_int_equal(look(f, 62000), 1);
	/* Two changes of one row are apart, and the later one is not forgotten. */
	f->mesh[0].tq = 255;
	assert_int_equal(look(f, 63000), 0);
	assert_int_equal(f->next, 62000 + COLLECT_MUCH_MS);
	assert_int_equal(look(f, f->next), 1);
	f->mesh[0].tq = 235;
	assert_int_equal(look(f, 64000 + 1800 * 1000), 0);
	assert_int_equal(look(f, 74000 + 1800 * 1000), 1);
}

static void a_link_that_flaps_is_not_said_each_time(void **state)
{
	struct fixture *f = *state;
	size_t n = 0;

	(void)look(f, 0);
	for (uint64_t now = 1000; now <= 100000; now += 1000) {
		f->seen.n_babel = now / 1000 % 2;
		n += look(f, now);
	}
	assert_true(n > 0);
	assert_true(n <= 2 * 100000 / COLLECT_MUCH_MS);
	f->seen.n_babel = 0;
	(void)look(f, 200000);
	assert_true(said_in(f, &state_table_babel_links)->withdrawn);
	assert_int_equal(look(f, 300000), 0);
}

static void a_node_that_is_called_otherwise_takes_its_old_name_back(void **state)
{
	struct fixture *f = *state;
	size_t n_withdrawn = 0;

	(void)look(f, 0);
	f->seen.hostname = "escuela";
	(void)look(f, 20000);
	for (size_t i = 0; i < f->n_said; i++)
		n_withdrawn += f->said[i].withdrawn;
	/* node_info, coordinates, network_nodes: the others have another key. */
	assert_int_equal(n_withdrawn, 3);
}

/* More than a table takes of one author, names that are none: nothing of it is said. */
static void what_a_table_does_not_allow_is_not_said(void **state)
{
	struct fixture *f = *state;

	f->seen.hostname = "no name";
	f->seen.domain = "..";
	f->seen.router = "x";
	(void)look(f, 0);
	for (size_t i = 0; i < f->n_said; i++)
		assert_ptr_equal(f->said[i].table, &state_table_bat_hosts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_first_look_says_all_of_it_once, start, stop),
		cmocka_unit_test_setup_teardown(devices_have_libremesh_s_names, start, stop),
		cmocka_unit_test_setup_teardown(what_shakes_is_not_said, start, stop),
		cmocka_unit_test_setup_teardown(
			a_link_that_gets_worse_is_said_soon_and_one_that_moves_a_little_seldom,
			start, stop),
		cmocka_unit_test_setup_teardown(a_link_that_flaps_is_not_said_each_time, start,
		                                stop),
		cmocka_unit_test_setup_teardown(
			a_node_that_is_called_otherwise_takes_its_old_name_back, start, stop),
		cmocka_unit_test_setup_teardown(what_a_table_does_not_allow_is_not_said, start,
		                                stop),
	};

	return RUN(tests);
}
