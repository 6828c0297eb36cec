/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/links.h"

#include <poll.h>

#include "../namespace.h"

static void rename_link(const char *name, const char *to)
{
	struct nl_message m;

	nl_message_init(&m, RTM_NEWLINK, 0);
	nl_body_of(&m, struct ifinfomsg)->ifi_index = (int)if_nametoindex(name);
	nl_put_text(&m, IFLA_IFNAME, to);
	namespace_send(&m);
}

static void devices_that_come_go_or_change_their_name_are_told(void **state)
{
	AUTO(links_free) struct links *links = NULL;

	(void)state;
	namespace_add_bridge("before", 0);
	links = links_new();
	assert_non_null(links);
	assert_false(links_read(links));
	namespace_add_bridge("br1", 0);
	assert_true(links_read(links));
	assert_false(links_read(links));
	rename_link("br1", "br2");
	assert_true(links_read(links));
	rename_link("before", "after");
	assert_true(links_read(links));
	namespace_remove("br2");
	assert_true(links_read(links));
	assert_false(links_read(links));
	namespace_remove("after");
}

/* A carrier comes and goes often, and a plan does not depend on it. */
static void what_else_happens_to_devices_is_passed_over(void **state)
{
	AUTO(links_free) struct links *links = NULL;
	struct pollfd fd = { .events = POLLIN };

	(void)state;
	namespace_add_bridge("br3", 0);
	namespace_add_cable("one", "two");
	links = links_new();
	assert_non_null(links);
	namespace_join("one", "br3");
	namespace_up("br3");
	namespace_up("one");
	namespace_up("two");
	fd.fd = links_fd(links);
	assert_int_equal(poll(&fd, 1, 0), 1);
	assert_false(links_read(links));
	assert_int_equal(poll(&fd, 1, 0), 0);
	/* A port that goes is told; the bridge's own message about it is of another family. */
	namespace_remove("one");
	assert_true(links_read(links));
	namespace_remove("br3");
}

static void more_events_than_are_kept_count_as_a_change(void **state)
{
	AUTO(links_free) struct links *links = links_new();
	int room = 4096;

	(void)state;
	assert_non_null(links);
	namespace_add_bridge("br4", 0);
	(void)links_read(links);
	assert_int_equal(setsockopt(links_fd(links), SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)),
	                 0);
	for (unsigned i = 0; i < 200; i++)
		rename_link(i % 2 ? "br5" : "br4", i % 2 ? "br4" : "br5");
	assert_true(links_read(links));
	/* What was not lost is read now, and then there is no more. */
	(void)links_read(links);
	assert_false(links_read(links));
	namespace_remove("br4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_that_come_go_or_change_their_name_are_told),
		cmocka_unit_test(what_else_happens_to_devices_is_passed_over),
		cmocka_unit_test(more_events_than_are_kept_count_as_a_change),
	};

	namespace_enter();
	return RUN(tests);
}
