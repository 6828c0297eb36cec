/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/runtime.h"

#include <event2/event.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <poll.h>
#include <sys/socket.h>

#include "../platform/linux/namespace.h"
#include "base/arena.h"
#include "base/diag.h"
#include "net/identity.h"
#include "plan/plan.h"

/* A node with one wired port for clients, and whoever is at the other end of that cable. */
#define BRIDGE "br-lan"
#define PORT   "eth0"
#define OTHER  "cable"

#define HELLO_TYPE 0x88b5 /* docs/wire/hello.md */

static struct event_base *base;

static struct plan *plan_of_node(bool with_anycast)
{
	struct plan *plan = plan_new();
	struct plan_anycast anycast = { .ifname = "anygw", .bridge = BRIDGE, .cloud = "" };

	assert_true(mac_parse("aa:aa:aa:0d:fe:aa", &anycast.mac));
	assert_true(ip_parse("10.13.0.1", &anycast.ipv4));
	assert_true(ip_parse("fd0d::1", &anycast.ipv6));
	plan_add_link(plan, &(struct plan_link){ .name = BRIDGE, .kind = PLAN_LINK_BRIDGE });
	plan_add_link(plan, &(struct plan_link){ .name = PORT, .master = BRIDGE });
	if (with_anycast)
		plan_add_anycast(plan, &anycast);
	return plan;
}

static struct identity identity_of_node(void)
{
	struct identity identity = { .ap_ssid = "weft.example" };
	struct mac mac = { { 2, 0, 0, 0, 0, 5 } };

	identity.ids = template_ids_of(identity.ap_ssid, &mac);
	return identity;
}

static int listen_at_the_other_end(void)
{
	struct sockaddr_ll here = { .sll_family = AF_PACKET,
		                    .sll_protocol = htons(HELLO_TYPE),
		                    .sll_ifindex = (int)if_nametoindex(OTHER) };
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(HELLO_TYPE));

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&here, sizeof(here)), 0);
	return fd;
}

static void run_for(unsigned ms)
{
	struct timeval end = { ms / 1000, (ms % 1000) * 1000 };

	event_base_loopexit(base, &end);
	event_base_dispatch(base);
}

/* The next hello on the cable, while the node goes on for up to three seconds. */
static bool hear(int fd, struct segment_hello *hello)
{
	for (unsigned i = 0; i < 60; i++) {
		uint8_t bytes[256];
		ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (n > 0 && segment_hello_read(bytes, (size_t)n, hello))
			return true;
		if (n < 0)
			run_for(50);
	}
	return false;
}

static void say(int fd, const struct segment_hello *hello)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
		                  .sll_protocol = htons(HELLO_TYPE),
		                  .sll_ifindex = (int)if_nametoindex(OTHER),
		                  .sll_halen = MAC_SIZE,
		                  .sll_addr = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };
	uint8_t bytes[SEGMENT_HELLO_SIZE];

	segment_hello_write(hello, bytes);
	assert_int_equal(sendto(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&to, sizeof(to)),
	                 sizeof(bytes));
}

static void take_down(struct runtime *runtime)
{
	AUTO(diag_free) struct diag *diag = diag_new();

	assert_int_equal(runtime_down(runtime, diag), 0);
	assert_false(diag_has_errors(diag));
}

static void a_node_says_hello_and_is_silent_beside_a_lower_one(void **state)
{
	AUTO(runtime_free) struct runtime *runtime = runtime_new(base, NULL, NULL);
	AUTO(plan_free) struct plan *plan = plan_of_node(true);
	struct identity identity = identity_of_node();
	int fd = listen_at_the_other_end();
	struct segment_hello hello, lower = { .node = { { 2, 0, 0, 0, 0, 4 } } };
	const struct segment_port *port;
	char name[IFNAME_SIZE];

	(void)state;
	runtime_update(runtime, plan, &identity);
	port = runtime_segment(runtime, 0, name);
	assert_non_null(port);
	assert_string_equal(name, PORT);
	assert_int_equal(port->reason, SEGMENT_ALONE);
	assert_null(runtime_segment(runtime, 1, name));
	assert_true(hear(fd, &hello));
	assert_true(mac_equal(&hello.node, &identity.ids.mac));
	assert_false(hello.leaving);
	memcpy(lower.cloud, hello.cloud, sizeof(lower.cloud));
	for (unsigned i = 0; i < 60 && !runtime_segment(runtime, 0, name)->quiet; i++) {
		say(fd, &lower);
		run_for(50);
	}
	port = runtime_segment(runtime, 0, name);
	assert_true(port->quiet);
	assert_int_equal(port->reason, SEGMENT_HIGHER);
	assert_true(mac_equal(&port->other, &lower.node));
	/* It goes, and says so. */
	lower.leaving = true;
	for (unsigned i = 0; i < 60 && runtime_segment(runtime, 0, name)->quiet; i++) {
		say(fd, &lower);
		run_for(50);
	}
	assert_false(runtime_segment(runtime, 0, name)->quiet);
	take_down(runtime);
	assert_null(runtime_segment(runtime, 0, name));
	close(fd);
}

static void without_a_shared_address_there_is_nothing_to_agree_on(void **state)
{
	AUTO(runtime_free) struct runtime *runtime = runtime_new(base, NULL, NULL);
	AUTO(plan_free) struct plan *with = plan_of_node(true);
	AUTO(plan_free) struct plan *without = plan_of_node(false);
	struct identity identity = identity_of_node();
	char name[IFNAME_SIZE];

	(void)state;
	runtime_update(runtime, without, &identity);
	assert_null(runtime_segment(runtime, 0, name));
	runtime_update(runtime, with, &identity);
	assert_non_null(runtime_segment(runtime, 0, name));
	/* The same again keeps what is agreed on. */
	runtime_update(runtime, with, &identity);
	assert_non_null(runtime_segment(runtime, 0, name));
	runtime_update(runtime, without, &identity);
	assert_null(runtime_segment(runtime, 0, name));
	runtime_leave(runtime);
	take_down(runtime);
}

/* Without a cloud nobody is announced, and nobody is known to have come. */
static void without_a_cloud_clients_are_not_announced(void **state)
{
	AUTO(runtime_free) struct runtime *runtime = runtime_new(base, NULL, NULL);
	AUTO(plan_free) struct plan *plan = plan_of_node(true);
	struct identity identity = identity_of_node();
	const struct mac phone = { { 2, 0, 0, 0, 0, 9 } };

	(void)state;
	runtime_update(runtime, plan, &identity);
	assert_int_equal(runtime_announced(runtime).sent, 0);
	assert_int_equal(runtime_since(runtime, &phone, (int)if_nametoindex(PORT)), -1);
	take_down(runtime);
}

static void nothing_is_to_be_freed_of_nothing(void **state)
{
	(void)state;
	runtime_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_node_says_hello_and_is_silent_beside_a_lower_one),
		cmocka_unit_test(without_a_shared_address_there_is_nothing_to_agree_on),
		cmocka_unit_test(without_a_cloud_clients_are_not_announced),
		cmocka_unit_test(nothing_is_to_be_freed_of_nothing),
	};
	int failed;

	namespace_enter();
	namespace_add_bridge(BRIDGE, 0);
	namespace_add_cable(PORT, OTHER);
	namespace_join(PORT, BRIDGE);
	namespace_up(BRIDGE);
	namespace_up(PORT);
	namespace_up(OTHER);
	base = event_base_new();
	failed = RUN(tests);
	event_base_free(base);
	return failed;
}
