/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/saved.h"

#include <errno.h>
#include <unistd.h>

#include "../../../test.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"

static struct saved *example(struct arena *arena)
{
	struct saved *saved = saved_new(arena);
	struct saved_link *eth0 = saved_link_make(saved, "eth0");
	struct saved_link *eth1 = saved_link_make(saved, "eth\"1");
	struct saved_sysctl *sysctl;

	saved->hostname = "debian";
	eth0->has_mtu = eth0->has_master = true;
	eth0->mtu = 1500;
	eth0->master = "br0";
	eth1->has_up = eth1->has_master = eth1->has_mac = true;
	eth1->up = true;
	assert_true(mac_parse("02:00:00:00:00:01", &eth1->mac));
	sysctl = saved_sysctl_make(saved, "net/ipv4/ip_forward");
	sysctl->value = "0";
	saved_sysctl_follow(saved, sysctl, "net/ipv4/conf/eth0/forwarding", "1");
	saved_sysctl_follow(saved, sysctl, "net/ipv4/conf/eth1/forwarding", "0");
	saved_sysctl_make(saved, "net/ipv4/conf/br-lan/rp_filter")->value = NULL;
	return saved;
}

static void what_is_printed_is_read_the_same(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	BUF_AUTO first = { 0 }, second = { 0 };
	const struct saved_sysctl *sysctl;
	struct saved *read;

	(void)state;
	saved_print(example(arena), &first);
	read = saved_parse(arena, first.text);
	assert_non_null(read);
	saved_print(read, &second);
	assert_string_equal(first.text, second.text);
	assert_string_equal(read->hostname, "debian");
	assert_int_equal(saved_link(read, "eth0")->mtu, 1500);
	assert_false(saved_link(read, "eth0")->has_up);
	assert_true(saved_link(read, "eth\"1")->has_master);
	assert_null(saved_link(read, "eth\"1")->master);
	sysctl = saved_sysctl(read, "net/ipv4/ip_forward");
	assert_string_equal(sysctl->value, "0");
	assert_string_equal(sysctl->followers->path, "net/ipv4/conf/eth0/forwarding");
	assert_string_equal(sysctl->followers->value, "1");
	assert_string_equal(sysctl->followers->next->path, "net/ipv4/conf/eth1/forwarding");
	assert_null(saved_sysctl(read, "net/ipv4/conf/br-lan/rp_filter")->value);
}

static void an_entry_is_made_once(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct saved *saved = saved_new(arena);

	(void)state;
	assert_true(saved_is_empty(saved));
	assert_ptr_equal(saved_link_make(saved, "a"), saved_link_make(saved, "a"));
	assert_true(saved_is_empty(saved));
	assert_ptr_equal(saved_sysctl_make(saved, "b"), saved_sysctl_make(saved, "b"));
	assert_false(saved_is_empty(saved));
}

static void what_is_no_record_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"null",
		"{\"links\":[]}",
		"{\"links\":[],\"sysctls\":{}}",
		"{\"links\":[{}],\"sysctls\":[]}",
		"{\"links\":[null],\"sysctls\":[]}",
		"{\"links\":[{\"name\":1}],\"sysctls\":[]}",
		"{\"links\":[{\"name\":\"a\",\"mac\":\"b\"}],\"sysctls\":[]}",
		"{\"links\":[],\"sysctls\":[{\"path\":null}]}",
		"{\"links\":[],\"sysctls\":[{\"path\":\"a\",\"followers\":1}]}",
		"{\"links\":[],\"sysctls\":[{\"path\":\"a\",\"followers\":{\"b\":null}}]}",
		"{\"links\":[],\"sysctls\":[],\"hostname\":1}",
	};
	AUTO(arena_free) struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		if (saved_parse(arena, texts[i]))
			fail_msg("taken: %s", texts[i]);
	}
}

static void the_file_comes_and_goes_with_its_content(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	char folder[] = "/tmp/weft-saved-XXXXXX", path[64];
	struct saved *saved;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/before.json", folder);
	assert_int_equal(saved_read(arena, path, &saved), 0);
	assert_true(saved_is_empty(saved));
	assert_int_equal(saved_write(example(arena), path), 0);
	assert_int_equal(saved_read(arena, path, &saved), 0);
	assert_string_equal(saved->hostname, "debian");
	assert_int_equal(saved_write(saved_new(arena), path), 0);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(file_write(path, "{", 1, 0600), 0);
	assert_int_equal(saved_read(arena, path, &saved), -EBADMSG);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read_the_same),
		cmocka_unit_test(an_entry_is_made_once),
		cmocka_unit_test(what_is_no_record_is_refused),
		cmocka_unit_test(the_file_comes_and_goes_with_its_content),
	};

	return RUN(tests);
}
