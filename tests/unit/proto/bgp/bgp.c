/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "../fixture.h"

static const char *const with_peers[] = { "lan", "bgp:65001:lan,bmx7:1", NULL };
static const char *const wrong[] = { "bgp:none", NULL };

static const char *text_of(const struct fixture *f, const char *path)
{
	const struct plan_item *item = plan_find(f->plan, PLAN_FILE, path);

	return item ? ((const struct plan_file *)item->value)->text : "";
}

static void each_family_has_its_file_and_peers(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(with_peers);
	struct proto_peer peers[2] = { { .as = 65002 }, { .as = 65003 } };
	const char *text;

	(void)state;
	assert_true(ip_parse("10.1.1.1", &peers[0].ip));
	assert_true(ip_parse("2001:db8::1", &peers[1].ip));
	f->node.peers = peers;
	f->node.n_peers = 2;
	fixture_plan_node(f);
	assert_no_mistake(f);
	text = text_of(f, "etc/bird4.conf");
	assert_non_null(strstr(text, "router id 10.13.192.1;\n"));
	assert_non_null(strstr(text, "\t\t\tbgp_path.prepend(65001);\n"
	                             "\t\t\tbgp_path.prepend(65001);\n\t\t}\n"));
	assert_non_null(strstr(text, "local as 65001;\n\tneighbor 10.1.1.1 as 65002;"));
	assert_null(strstr(text, "2001:db8::1"));
	assert_non_null(strstr(text, "interface \"br-lan\""));
	assert_non_null(strstr(text, "interface \"X7*\""));
	assert_null(strstr(text, "interface \"anygw\""));
	text = text_of(f, "etc/bird6.conf");
	assert_non_null(strstr(text, "router id 10.13.192.1;\n"));
	assert_non_null(strstr(text, "neighbor 2001:db8::1 as 65003;"));
}

static void what_is_no_number_is_said(void **state)
{
	AUTO(fixture_free) struct fixture *f = fixture_new(wrong);

	(void)state;
	fixture_plan_node(f);
	assert_mistake(f, "'none' is no number", 7);
	assert_int_equal(fixture_count(f, PLAN_FILE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_family_has_its_file_and_peers),
		cmocka_unit_test(what_is_no_number_is_said),
	};

	return RUN(tests);
}
