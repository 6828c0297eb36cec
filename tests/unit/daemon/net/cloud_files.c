/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/cloud_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include "../../test.h"
#include "base/file.h"

struct fixture {
	char folder[64];
	struct cloud_files files;
};

static int start(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	snprintf(f->folder, sizeof(f->folder), "/tmp/weft-files-XXXXXX");
	f->files.folder = mkdtemp(f->folder);
	*state = f;
	return f->files.folder ? 0 : -1;
}

static int stop(void **state)
{
	static const char *const names[] = { "dhcp-hosts.d/cloud", "dhcp-hosts.d", "hosts.d/cloud",
		                             "hosts.d", "" };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", f->folder, names[i]);
		(void)remove(path);
	}
	cloud_files_done(&f->files);
	free(f);
	return 0;
}

static bool give(struct fixture *f, enum net_file_kind file, const char *text, bool last)
{
	_Alignas(struct net_file) char body[4096];
	struct net_file *part = (struct net_file *)(void *)body;
	struct net_message message = { .kind = NET_FILE, .body = body };

	*part = (struct net_file){ .file = file, .last = last };
	memcpy(part->text, text, strlen(text));
	message.size = sizeof(*part) + strlen(text);
	assert_true(net_message_is_valid(&message, NET_SIDE_NET));
	return cloud_files_take(&f->files, &message);
}

static void expect(const struct fixture *f, const char *name, const char *expected)
{
	BUF_AUTO path = { 0 };
	BUF_AUTO text = { 0 };

	buf_printf(&path, "%s/%s", f->folder, name);
	assert_int_equal(file_read(path.text, 65536, &text), 0);
	assert_string_equal(buf_text(&text), expected);
}

static void lines_are_what_they_should_be(void **state)
{
	static const char *const reservations[] = {
		"02:00:00:00:00:0a,10.13.5.9",
		"02:00:00:00:00:0a,10.13.5.9,phone",
	};
	static const char *const names[] = { "10.13.5.9 phone", "fd0d::9 LiMe-abc001" };
	static const char *const wrong[] = {
		"",
		"x",
		"10.13.5.9",
		"02:00:00:00:00:0a",
		"02:00:00:00:00:0a,10.13.5.9,a b",
		"02:00:00:00:00:0a,10.13.5.9,phone,infinite",
		"02:00:00:00:00:0a,set:x,10.13.5.9",
		"02:00:00:00:00:0a,10.13.5.9,",
		"*,10.13.5.9",
		"ff:ff:ff:ff:ff:ff,10.13.5.9",
		"00:00:00:00:00:00,10.13.5.9",
		"10.13.5.9 ",
		"10.13.5.9  phone",
		"10.13.5.9 a b",
		"10.13.5.9 phone #",
		"10.13.5.9\tphone",
		"10.13.5.9 ph\xc3\xb3ne",
		"10.13.5.9 a,b",
		"02:00:00:00:00:0a,fd0d::9",
		"# 10.13.5.9",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(reservations); i++) {
		assert_true(cloud_line_is_good(NET_FILE_RESERVATIONS, reservations[i]));
		assert_false(cloud_line_is_good(NET_FILE_NAMES, reservations[i]));
	}
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		assert_true(cloud_line_is_good(NET_FILE_NAMES, names[i]));
		assert_false(cloud_line_is_good(NET_FILE_RESERVATIONS, names[i]));
	}
	for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
		if (cloud_line_is_good(NET_FILE_RESERVATIONS, wrong[i]) ||
		    cloud_line_is_good(NET_FILE_NAMES, wrong[i]))
			fail_msg("taken: %s", wrong[i]);
	}
}

static void parts_make_a_file_of_good_lines(void **state)
{
	struct fixture *f = *state;

	/* A line may be cut where a part ends. */
	assert_false(give(f, NET_FILE_NAMES, "10.13.5.9 phone\n10.13.", false));
	assert_false(give(f, NET_FILE_RESERVATIONS, "02:00:00:00:00:0a,10.13.5.9\nevil\n", true));
	assert_false(give(f, NET_FILE_NAMES, "5.10 tv\n$(x)\n", true));
	expect(f, "hosts.d/cloud", "10.13.5.9 phone\n10.13.5.10 tv\n");
	expect(f, "dhcp-hosts.d/cloud", "02:00:00:00:00:0a,10.13.5.9\n");
	assert_int_equal(f->files.n_refused, 2);
}

static void what_is_gone_has_to_be_told(void **state)
{
	struct fixture *f = *state;

	assert_false(give(f, NET_FILE_NAMES, "10.13.5.9 phone\n", true));
	assert_false(give(f, NET_FILE_NAMES, "10.13.5.9 phone\n", true));
	assert_false(give(f, NET_FILE_NAMES, "10.13.5.8 tv\n10.13.5.9 phone\n", true));
	assert_true(give(f, NET_FILE_NAMES, "10.13.5.9 phone\n", true));
	assert_true(give(f, NET_FILE_NAMES, "10.13.5.9 phone2\n", true));
	assert_true(give(f, NET_FILE_NAMES, "", true));
	expect(f, "hosts.d/cloud", "");
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_are_what_they_should_be),
		TEST(parts_make_a_file_of_good_lines),
		TEST(what_is_gone_has_to_be_told),
	};

	return RUN(tests);
}
