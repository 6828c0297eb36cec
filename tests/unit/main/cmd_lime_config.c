/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "box.h"

static char root[32];

static const char network[] = "config device\n\toption name 'br-lan'\n\toption type 'bridge'\n"
			      "\tlist ports 'eth0'\n"
			      "config interface 'lan'\n\toption device 'br-lan'\n";

static int setup(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/weft-lime-XXXXXX");
	if (!mkdtemp(root))
		return -1;
	put_box(root, "02:00:00:00:00:01\n");
	put(root, "etc/config/network", network);
	put(root, "etc/config/system", "config system\n\toption hostname 'OpenWrt'\n");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return remove_all(root);
}

static const char *content(const char *path, struct buf *out)
{
	BUF_AUTO whole = { 0 };

	buf_printf(&whole, "%s/%s", root, path);
	buf_done(out);
	return file_read(whole.text, 65536, out) < 0 ? NULL : buf_text(out);
}

/* The program, called by the name of a link to it. */
static int call(const char *name, const char *option, struct buf *out, struct buf *err)
{
	buf_done(out);
	buf_done(err);
	return weft((const char *const[]){ name, "--root", root, option, NULL }, out, err);
}

static void nothing_is_written_where_that_is_asked(void **state)
{
	static const char *const names[] = { "-n", "--no-commit" };
	BUF_AUTO out = { 0 }, err = { 0 }, text = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		assert_int_equal(call("/usr/bin/lime-config", names[i], &out, &err), 0);
		assert_non_null(strstr(buf_text(&out), "changed /etc/config/network\n"));
		assert_non_null(strstr(buf_text(&out), "made /etc/config/lime-autogen\n"));
		assert_string_equal(content("etc/config/network", &text), network);
		assert_null(content("etc/config/lime-autogen", &text));
	}
}

static void a_second_run_has_nothing_to_do(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 }, text = { 0 };

	(void)state;
	assert_int_equal(call("lime-config", NULL, &out, &err), 0);
	assert_non_null(strstr(content("etc/config/network", &text), "option proto 'batadv'"));
	assert_non_null(strstr(content("etc/config/system", &text), "'LiMe-000001'"));
	assert_int_equal(call("lime-config", NULL, &out, &err), 0);
	assert_string_equal(buf_text(&out), "Nothing changes.\n");
}

static void a_mistake_changes_nothing(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 }, text = { 0 };

	(void)state;
	put(root, "etc/config/lime-node", "config lime network\n\toption main_ipv4_address none\n");
	assert_int_equal(call("lime-config", NULL, &out, &err), 1);
	assert_non_null(strstr(buf_text(&err), "lime-node:2:27: error: network.main_ipv4_address"));
	assert_string_equal(content("etc/config/network", &text), network);
	assert_null(content("etc/config/lime-autogen", &text));
}

static void a_broken_file_of_openwrts_is_named(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 }, text = { 0 };

	(void)state;
	put(root, "etc/config/network", "config device\n\toption name 'br-lan\n");
	assert_int_equal(call("lime-config", NULL, &out, &err), 1);
	assert_non_null(strstr(buf_text(&err), "etc/config/network:2:"));
	assert_string_equal(content("etc/config/system", &text),
	                    "config system\n\toption hostname 'OpenWrt'\n");
}

static void a_box_without_networks_is_none_of_openwrts(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 }, path = { 0 };

	(void)state;
	buf_printf(&path, "%s/etc/config/network", root);
	assert_int_equal(unlink(path.text), 0);
	assert_int_equal(call("lime-config", NULL, &out, &err), 1);
	assert_non_null(strstr(buf_text(&err), "etc/config/network: error: is missing"));
}

static void the_name_is_made_true(void **state)
{
	BUF_AUTO out = { 0 }, err = { 0 }, text = { 0 };

	(void)state;
	put(root, "proc/sys/kernel/hostname", "");
	assert_int_equal(call("lime-config", NULL, &out, &err), 0);
	assert_int_equal(call("lime-apply", NULL, &out, &err), 0);
	assert_string_equal(content("proc/sys/kernel/hostname", &text), "LiMe-000001");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_written_where_that_is_asked, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(a_second_run_has_nothing_to_do, setup, teardown),
		cmocka_unit_test_setup_teardown(a_mistake_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_broken_file_of_openwrts_is_named, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(a_box_without_networks_is_none_of_openwrts, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(the_name_is_made_true, setup, teardown),
	};

	return RUN(tests);
}
