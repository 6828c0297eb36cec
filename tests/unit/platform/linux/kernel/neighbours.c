/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/neighbours.h"

#include <linux/neighbour.h>

#include "../namespace.h"

static void add(const char *address, uint8_t last, uint16_t state)
{
	const struct mac mac = { { 2, 0, 0, 0, 0, last } };
	struct nl_message m;
	struct ndmsg *body;
	struct ip ip;

	assert_true(ip_parse(address, &ip));
	nl_message_init(&m, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL);
	body = nl_body_of(&m, struct ndmsg);
	body->ndm_family = ip.family == IP_V6 ? AF_INET6 : AF_INET;
	body->ndm_ifindex = (int)if_nametoindex("one");
	body->ndm_state = state;
	nl_put_ip(&m, NDA_DST, &ip);
	nl_put_mac(&m, NDA_LLADDR, &mac);
	namespace_send(&m);
}

static const struct neighbour *find(const struct neighbours *neighbours, const char *address)
{
	struct ip ip;

	assert_true(ip_parse(address, &ip));
	for (size_t i = 0; i < neighbours->count; i++) {
		if (ip_equal(&neighbours->entries[i].ip, &ip))
			return &neighbours->entries[i];
	}
	return NULL;
}

static void both_families_are_read_and_failures_passed_over(void **state)
{
	NEIGHBOURS_AUTO neighbours = { 0 };
	const struct neighbour *found;
	char text[MAC_TEXT_SIZE];
	struct nl nl;

	(void)state;
	add("10.1.1.7", 7, NUD_STALE);
	add("fd00::7", 7, NUD_REACHABLE);
	add("10.1.1.8", 8, NUD_FAILED);
	add("10.1.1.9", 9, NUD_NOARP);
	assert_int_equal(nl_open(&nl, NETLINK_ROUTE), 0);
	assert_int_equal(neighbours_read(&nl, &neighbours), 0);
	nl_close(&nl);
	found = find(&neighbours, "10.1.1.7");
	assert_non_null(found);
	assert_string_equal(mac_format(&found->mac, text), "02:00:00:00:00:07");
	assert_int_equal(found->device, if_nametoindex("one"));
	assert_non_null(find(&neighbours, "fd00::7"));
	assert_null(find(&neighbours, "10.1.1.8"));
	assert_null(find(&neighbours, "10.1.1.9"));
}

static void what_is_no_neighbour_is_none(void **state)
{
	struct neighbour neighbour;
	struct nl_message m;

	(void)state;
	nl_message_init(&m, RTM_NEWNEIGH, 0);
	assert_false(neighbour_parse(&m.header, &neighbour));
	nl_body_of(&m, struct ndmsg)->ndm_family = AF_INET;
	assert_false(neighbour_parse(&m.header, &neighbour));
	nl_message_init(&m, RTM_NEWNEIGH, 0);
	nl_body_of(&m, struct ndmsg)->ndm_family = AF_BRIDGE;
	assert_false(neighbour_parse(&m.header, &neighbour));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_families_are_read_and_failures_passed_over),
		cmocka_unit_test(what_is_no_neighbour_is_none),
	};

	namespace_enter();
	namespace_add_cable("one", "two");
	namespace_up("one");
	namespace_up("two");
	return RUN(tests);
}
