/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/cloud/fdb.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <linux/neighbour.h>
#include <net/ethernet.h>
#include <sys/socket.h>

#include "../namespace.h"

/* A bridge with one port; what is sent into the other end of the cable arrives there. */
#define BRIDGE "br0"
#define PORT   "port"
#define CLIENT "client"

static const struct mac phone = { { 2, 0, 0, 0, 0, 7 } };
static const struct mac shared = { { 0xaa, 0xaa, 0xaa, 0, 0, 0xaa } };

static struct nl nl;
static int bridge, port;

static void say_something(const struct mac *from)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
		                  .sll_ifindex = (int)if_nametoindex(CLIENT) };
	uint8_t frame[60] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	memcpy(frame + 6, from->byte, MAC_SIZE);
	frame[12] = 0x88;
	frame[13] = 0xb6;
	assert_int_equal(sendto(fd, frame, sizeof(frame), 0, (struct sockaddr *)&to, sizeof(to)),
	                 sizeof(frame));
	close(fd);
}

/* A busy kernel carries a frame to the other end of the cable when it has the time. */
static int port_soon(const struct mac *mac)
{
	int found = 0;

	for (unsigned i = 0; i < 500 && !found; i++) {
		found = fdb_port_of(&nl, bridge, mac);
		if (!found)
			usleep(10000);
	}
	return found;
}

/* A cable carries nothing until the kernel has noticed that both of its ends are up. */
static bool cable_carries(void)
{
	static const struct mac somebody = { { 2, 0, 0, 0, 0, 8 } };

	for (unsigned i = 0; i < 1000; i++) {
		say_something(&somebody);
		if (fdb_port_of(&nl, bridge, &somebody))
			return true;
		usleep(10000);
	}
	return false;
}

static const struct fdb_entry *find(const struct fdb *fdb, const struct mac *mac)
{
	for (size_t i = 0; i < fdb->count; i++) {
		if (mac_equal(&fdb->entries[i].mac, mac))
			return &fdb->entries[i];
	}
	return NULL;
}

static void who_sends_is_found_on_its_port_and_can_be_forgotten(void **state)
{
	const struct fdb_entry *entry;
	FDB_AUTO fdb = { 0 };

	(void)state;
	assert_int_equal(fdb_port_of(&nl, bridge, &phone), 0);
	say_something(&phone);
	assert_int_equal(port_soon(&phone), port);
	assert_int_equal(fdb_read(&nl, bridge, &fdb), 0);
	entry = find(&fdb, &phone);
	assert_non_null(entry);
	assert_int_equal(entry->port, port);
	assert_int_equal(entry->bridge, bridge);
	assert_false(entry->fixed);
	assert_false(entry->gone);
	assert_in_range(entry->idle_ms, 0, 10000);
	assert_int_equal(fdb_forget(&nl, port, &phone), 0);
	assert_int_equal(fdb_port_of(&nl, bridge, &phone), 0);
	assert_int_equal(fdb_forget(&nl, port, &phone), -ENOENT);
}

static void an_address_of_the_bridges_own_does_not_move(void **state)
{
	const struct fdb_entry *entry;
	FDB_AUTO fdb = { 0 };

	(void)state;
	assert_int_equal(fdb_own(&nl, bridge, &shared), 0);
	assert_int_equal(fdb_own(&nl, bridge, &shared), 0);
	say_something(&shared);
	assert_int_equal(fdb_read(&nl, bridge, &fdb), 0);
	entry = find(&fdb, &shared);
	assert_non_null(entry);
	assert_true(entry->fixed);
	assert_int_equal(entry->port, bridge);
	assert_int_equal(fdb_disown(&nl, bridge, &shared), 0);
	assert_int_equal(fdb_port_of(&nl, bridge, &shared), 0);
}

static void events_say_who_came_and_who_is_gone(void **state)
{
	_Alignas(struct nlmsghdr) char bytes[8192];
	int group = RTNLGRP_NEIGH;
	bool came = false, went = false;
	struct nl events;

	(void)state;
	assert_int_equal(nl_open(&events, NETLINK_ROUTE), 0);
	assert_true(mnl_socket_setsockopt(events.socket, NETLINK_ADD_MEMBERSHIP, &group,
	                                  sizeof(group)) == 0);
	say_something(&phone);
	assert_int_equal(port_soon(&phone), port);
	assert_int_equal(fdb_forget(&nl, port, &phone), 0);
	for (;;) {
		ssize_t n = recv(mnl_socket_get_fd(events.socket), bytes, sizeof(bytes),
		                 MSG_DONTWAIT);
		const struct nlmsghdr *message = (const struct nlmsghdr *)(const void *)bytes;
		int left = (int)n;
		struct fdb_entry entry;

		if (n < 0)
			break;
		for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
			if (!fdb_parse(message, &entry) || !mac_equal(&entry.mac, &phone))
				continue;
			assert_int_equal(entry.bridge, bridge);
			assert_int_equal(entry.port, port);
			came = came || !entry.gone;
			went = went || entry.gone;
		}
	}
	nl_close(&events);
	assert_true(came && went);
}

static void a_bridge_that_is_not_there_has_an_empty_table(void **state)
{
	FDB_AUTO fdb = { 0 };

	(void)state;
	assert_true(fdb_read(&nl, 4711, &fdb) <= 0);
	assert_int_equal(fdb.count, 0);
	assert_null(fdb.entries);
}

/* Of another family, without a bridge, of a VLAN, or with an address that is none. */
static void what_is_no_entry_is_none(void **state)
{
	static const uint8_t half[3] = { 2, 0, 0 };
	struct fdb_entry entry;

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		struct nl_message m;
		struct ndmsg *body;

		nl_message_init(&m, i == 1 ? RTM_NEWLINK : RTM_NEWNEIGH, 0);
		body = nl_body_of(&m, struct ndmsg);
		body->ndm_family = i == 2 ? AF_INET : AF_BRIDGE;
		body->ndm_ifindex = 3;
		if (i == 3)
			nl_put(&m, NDA_LLADDR, half, sizeof(half));
		else
			nl_put_mac(&m, NDA_LLADDR, &phone);
		if (i != 4)
			nl_put_u32(&m, NDA_MASTER, 2);
		if (i == 5)
			nl_put_u16(&m, NDA_VLAN, 7);
		assert_int_equal(fdb_parse(&m.header, &entry), i == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_sends_is_found_on_its_port_and_can_be_forgotten),
		cmocka_unit_test(an_address_of_the_bridges_own_does_not_move),
		cmocka_unit_test(events_say_who_came_and_who_is_gone),
		cmocka_unit_test(a_bridge_that_is_not_there_has_an_empty_table),
		cmocka_unit_test(what_is_no_entry_is_none),
	};
	int failed;

	namespace_enter();
	namespace_add_bridge(BRIDGE, 0);
	namespace_add_cable(PORT, CLIENT);
	namespace_join(PORT, BRIDGE);
	namespace_up(BRIDGE);
	namespace_up(PORT);
	namespace_up(CLIENT);
	bridge = (int)if_nametoindex(BRIDGE);
	port = (int)if_nametoindex(PORT);
	if (nl_open(&nl, NETLINK_ROUTE) < 0 || !cable_carries())
		return 1;
	failed = RUN(tests);
	nl_close(&nl);
	return failed;
}
