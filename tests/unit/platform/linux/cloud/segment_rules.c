/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/cloud/segment_rules.h"

#include "../../../test.h"
#include "base/buf.h"

static const struct segment_address address = {
	.mac = { { 0xaa, 0xaa, 0xaa, 0x0d, 0xfe, 0xaa } },
	.ipv4 = { IP_V4, { 10, 13, 0, 1 } },
	.ipv6 = { IP_V6, { 0xfd, 0x0d, 0xfe, 0x46, 0x8c, 0xe8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 } },
};

static bool has(const struct buf *rules, const char *text)
{
	return strstr(buf_text(rules), text);
}

static void silence_covers_every_way_to_the_shared_address(void **state)
{
	static const char *const quiet[] = { "lan1", "lan3" };
	BUF_AUTO rules = { 0 };

	(void)state;
	segment_rules_print(&address, quiet, 2, &rules);
	assert_true(has(&rules, "elements = { \"lan1\", \"lan3\" }\n"));
	assert_true(has(&rules, "ether daddr aa:aa:aa:0d:fe:aa drop\n"));
	assert_true(has(&rules, "arp operation request arp daddr ip 10.13.0.1 drop\n"));
	assert_true(has(&rules, "@th,64,128 0xfd0dfe468ce800000000000000000001 drop\n"));
	assert_true(has(&rules, "@th,64,128 0xfe80000000000000a8aaaafffe0dfeaa drop\n"));
	assert_true(has(&rules, "udp dport { 67, 547 } drop\n"));
	assert_true(has(&rules, "oifname @quiet ether saddr aa:aa:aa:0d:fe:aa drop\n"));
	assert_true(has(&rules, "oifname @quiet icmpv6 type nd-router-advert drop\n"));
}

static void without_silence_the_set_is_empty_and_the_rest_stays(void **state)
{
	BUF_AUTO rules = { 0 };

	(void)state;
	segment_rules_print(&address, NULL, 0, &rules);
	assert_false(has(&rules, "elements"));
	assert_true(has(&rules, "\t\tether saddr aa:aa:aa:0d:fe:aa drop\n"));
	assert_true(has(&rules, "ether type 0x88b5 drop\n"));
}

static void a_family_that_is_not_there_is_not_asked_for(void **state)
{
	struct segment_address bare = { .mac = address.mac };
	BUF_AUTO rules = { 0 };

	(void)state;
	segment_rules_print(&bare, NULL, 0, &rules);
	assert_false(has(&rules, "arp operation"));
	assert_false(has(&rules, "0xfd0d"));
}

static void the_takeover_is_an_arp_announcement(void **state)
{
	static const uint8_t wanted[SEGMENT_TAKEOVER_SIZE] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xaa, 0xaa, 0xaa, 0x0d, 0xfe, 0xaa, 0x08, 0x06,
		0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x01, 0xaa, 0xaa, 0xaa, 0x0d, 0xfe, 0xaa,
		10,   13,   0,    1,    0,    0,    0,    0,    0,    0,    10,   13,   0,    1,
	};
	uint8_t frame[SEGMENT_TAKEOVER_SIZE];

	(void)state;
	segment_takeover_write(&address, frame);
	assert_memory_equal(frame, wanted, sizeof(wanted));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_covers_every_way_to_the_shared_address),
		cmocka_unit_test(without_silence_the_set_is_empty_and_the_rest_stays),
		cmocka_unit_test(a_family_that_is_not_there_is_not_asked_for),
		cmocka_unit_test(the_takeover_is_an_arp_announcement),
	};

	return RUN(tests);
}
