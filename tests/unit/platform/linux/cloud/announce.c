/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/cloud/announce.h"

#include "../../../test.h"

#define CLOUD 7
#define LAN   3

static struct announce_entry entry(unsigned number, int port)
{
	return (struct announce_entry){
		.mac = { { 0x02, 0, 0, (uint8_t)(number >> 16), (uint8_t)(number >> 8),
		           (uint8_t)number } },
		.port = port,
	};
}

static void a_client_on_a_port_is_announced_at_once(void **state)
{
	AUTO(announce_free) struct announce *announce = announce_new(CLOUD);
	struct announce_entry here = entry(1, LAN);

	(void)state;
	assert_true(announce_event(announce, &here, 1000));
	assert_int_equal(announce_counts(announce).sent, 1);
}

static void who_is_in_the_cloud_or_no_client_is_not_announced(void **state)
{
	AUTO(announce_free) struct announce *announce = announce_new(CLOUD);
	static const struct announce_entry others[] = {
		{ { { 0x02, 0, 0, 0, 0, 1 } }, CLOUD, false, 0 },
		{ { { 0x02, 0, 0, 0, 0, 1 } }, LAN, true, 0 },
		{ { { 0xaa, 0xaa, 0xaa, 0x0d, 0xfe, 0xaa } }, LAN, false, 0 },
		{ { { 0x01, 0, 0x5e, 0, 0, 1 } }, LAN, false, 0 },
		{ { { 0 } }, LAN, false, 0 },
		{ { { 0xba, 0xbe, 0, 0, 0, 1 } }, LAN, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
		assert_false(announce_event(announce, &others[i], 1000));
		assert_int_equal(announce_compare(announce, &others[i], ANNOUNCE_NOT_HERE, 1000),
		                 ANNOUNCE_LEAVE);
	}
}

static void two_events_of_one_arrival_are_one_announcement(void **state)
{
	AUTO(announce_free) struct announce *announce = announce_new(CLOUD);
	struct announce_entry here = entry(1, LAN), there = entry(1, LAN + 1);

	(void)state;
	assert_true(announce_event(announce, &here, 1000));
	assert_false(announce_event(announce, &there, 1099));
	assert_true(announce_event(announce, &there, 1100));
}

static void a_client_that_flaps_is_announced_once_a_second_in_the_end(void **state)
{
	AUTO(announce_free) struct announce *announce = announce_new(CLOUD);
	unsigned sent = 0;

	(void)state;
	for (int64_t now = 0; now < 60000; now += 100) {
		struct announce_entry here = entry(1, LAN + (int)(now / 100 % 2));

		sent += announce_event(announce, &here, now);
	}
	assert_in_range(sent, 60, 64);
}

static void a_flood_on_one_port_leaves_room_for_the_others(void **state)
{
	AUTO(announce_free) struct announce *announce = announce_new(CLOUD);
	struct announce_entry honest = entry(0xfffff, LAN + 1);
	unsigned sent = 0, number = 0;

	(void)state;
	for (int64_t now = 0; now < 10000; now++) {
		for (unsigned i = 0; i < 10; i++) {
			struct announce_entry invented = entry(number++, LAN);

			sent += announce_event(announce, &invented, now);
		}
	}
	/* 60 at once and 20 a second. */
	assert_in_range(sent, 60, 60 + 10 * 20 + 1);
	assert_true(announce_event(announce, &honest, 10000));
	assert_true(announce_counts(announce).refused > 90000);
}

static void floods_on_many_ports_are_bounded_together(void **state)
{
	AUTO(announce_free) struct announce *announce = announce_new(CLOUD);
	unsigned sent = 0, number = 0;

	(void)state;
	for (int64_t now = 0; now < 1000; now++) {
		for (int port = 100; port < 200; port++) {
			struct announce_entry invented = entry(number++, port);

			sent += announce_event(announce, &invented, now);
		}
	}
	assert_in_range(sent, 200, 301);
}

static void who_is_active_and_unknown_to_the_cloud_is_announced_again_ever_more_slowly(void **state)
{
	AUTO(announce_free) struct announce *announce = announce_new(CLOUD);
	struct announce_entry here = entry(1, LAN);
	int64_t last = -1, gap = 0;
	unsigned sent = 0;

	(void)state;
	for (int64_t now = 0; now < 600000; now += ANNOUNCE_PERIOD_MS) {
		if (announce_compare(announce, &here, ANNOUNCE_NOT_HERE, now) != ANNOUNCE_SEND)
			continue;
		sent++;
		if (last >= 0)
			assert_true(now - last >= gap);
		gap = last >= 0 ? now - last : 0;
		last = now;
	}
	assert_int_equal(gap, 60000);
	assert_in_range(sent, 10, 16);

	/* Once batman-adv has had it, a new loss is mended at once. */
	assert_int_equal(announce_compare(announce, &here, ANNOUNCE_HERE, 600000), ANNOUNCE_LEAVE);
	assert_int_equal(announce_compare(announce, &here, ANNOUNCE_NOT_HERE, 602000),
	                 ANNOUNCE_SEND);
}

static void who_is_silent_and_unknown_to_the_cloud_is_forgotten(void **state)
{
	AUTO(announce_free) struct announce *announce = announce_new(CLOUD);
	struct announce_entry here = entry(1, LAN);

	(void)state;
	here.idle_ms = 2999;
	assert_int_equal(announce_compare(announce, &here, ANNOUNCE_NOT_HERE, 0), ANNOUNCE_SEND);
	here.idle_ms = 3000;
	assert_int_equal(announce_compare(announce, &here, ANNOUNCE_HERE, 0), ANNOUNCE_LEAVE);
	assert_int_equal(announce_compare(announce, &here, ANNOUNCE_NOT_HERE, 0), ANNOUNCE_FORGET);
	assert_int_equal(announce_compare(announce, &here, ANNOUNCE_BOTH, 0), ANNOUNCE_FORGET);
	here.idle_ms = 0;
	assert_int_equal(announce_compare(announce, &here, ANNOUNCE_BOTH, 0), ANNOUNCE_LEAVE);
}

static void the_frame_is_an_xid_from_the_client_to_all(void **state)
{
	static const uint8_t wanted[] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0,    0,    0,
		1,    2,    0,    6,    0,    1,    0xaf, 0x81, 0x01, 0,
	};
	struct announce_entry client = entry(0x102, LAN);
	uint8_t frame[ANNOUNCE_FRAME_SIZE];

	(void)state;
	announce_frame(&client.mac, frame);
	assert_memory_equal(frame, wanted, sizeof(wanted));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_on_a_port_is_announced_at_once),
		cmocka_unit_test(who_is_in_the_cloud_or_no_client_is_not_announced),
		cmocka_unit_test(two_events_of_one_arrival_are_one_announcement),
		cmocka_unit_test(a_client_that_flaps_is_announced_once_a_second_in_the_end),
		cmocka_unit_test(a_flood_on_one_port_leaves_room_for_the_others),
		cmocka_unit_test(floods_on_many_ports_are_bounded_together),
		cmocka_unit_test(
			who_is_active_and_unknown_to_the_cloud_is_announced_again_ever_more_slowly),
		cmocka_unit_test(who_is_silent_and_unknown_to_the_cloud_is_forgotten),
		cmocka_unit_test(the_frame_is_an_xid_from_the_client_to_all),
	};

	return RUN(tests);
}
