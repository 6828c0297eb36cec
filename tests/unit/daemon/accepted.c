/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/accepted.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../test.h"
#include "base/diag.h"
#include "base/file.h"

/* A box in a folder: one port, and what a person writes. */
struct box {
	char root[64];
};

static void put(const struct box *box, const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", box->root, name);
	assert_int_equal(file_write(path, text, strlen(text), 0644), 0);
}

static void make_folder(const struct box *box, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", box->root, name);
	assert_int_equal(file_make_folder(path, 0755), 0);
}

static void say(const struct box *box, const char *ssid)
{
	char text[128];

	snprintf(text, sizeof(text), "config lime wifi\n\toption ap_ssid '%s'\n", ssid);
	put(box, "etc/config/lime-community", text);
}

static int make_box(void **state)
{
	struct box *box = calloc(1, sizeof(*box));

	snprintf(box->root, sizeof(box->root), "/tmp/weft-accepted-XXXXXX");
	if (!mkdtemp(box->root))
		return -1;
	make_folder(box, "etc/config");
	make_folder(box, "sys/class/net/eth0");
	put(box, "sys/class/net/eth0/address", "02:00:00:01:02:03\n");
	put(box, "etc/board.json",
	    "{\"network\":{\"lan\":{\"ports\":[\"eth0\"],\"protocol\":\"static\"}}}");
	say(box, "one");
	*state = box;
	return 0;
}

static int drop_box(void **state)
{
	static const char *const names[] = {
		"etc/config/lime-community",
		"etc/config/lime-autogen",
		"etc/board.json",
		"sys/class/net/eth0/address",
		"sys/class/net/eth0",
		"sys/class/net",
		"sys/class",
		"sys",
		"etc/config",
		"etc",
		"",
	};
	struct box *box = *state;
	char path[256];

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", box->root, names[i]);
		(void)remove(path);
	}
	free(box);
	return 0;
}

static const char *ssid_of(const struct accepted *accepted)
{
	return accepted->node ? accepted->node->identity.ap_ssid : "";
}

static void assert_only_for_root(const struct box *box, const char *name)
{
	struct stat status;
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", box->root, name);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 077, 0);
}

static void good_files_are_taken_and_kept(void **state)
{
	struct box *box = *state;
	ACCEPTED_AUTO first = { 0 };
	ACCEPTED_AUTO second = { 0 };

	accepted_read(box->root, false, &first);
	assert_int_equal(first.source, ACCEPTED_FILES);
	assert_int_equal(accepted_write(box->root, &first), 0);
	assert_only_for_root(box, "etc/config/lime-autogen");

	put(box, "etc/config/lime-community", "config lime wifi\n\toption 'x\n");
	accepted_read(box->root, false, &second);
	assert_int_equal(second.source, ACCEPTED_LAST_GOOD);
	assert_string_equal(ssid_of(&second), "one");
	assert_non_null(strstr(buf_text(&second.mistakes), "lime-community:2"));
	/* What is in force is not taken for something that a person has written. */
	assert_int_equal(accepted_write(box->root, &second), 0);
}

static void without_anything_good_there_is_nothing(void **state)
{
	struct box *box = *state;
	ACCEPTED_AUTO accepted = { 0 };

	put(box, "etc/config/lime-community", "nonsense\n");
	accepted_read(box->root, false, &accepted);
	assert_int_equal(accepted.source, ACCEPTED_NOTHING);
	assert_null(accepted.node);
	assert_true(accepted.mistakes.length > 0);
}

static void an_unknown_option_is_let_pass_at_boot_and_refused_when_asked(void **state)
{
	struct box *box = *state;
	AUTO(diag_free) struct diag *diag = diag_new();
	ACCEPTED_AUTO boot = { 0 };
	ACCEPTED_AUTO asked = { 0 };

	put(box, "etc/config/lime-community", "config lime network\n\toption protocolz 'x'\n");
	accepted_read(box->root, false, &boot);
	assert_int_equal(boot.source, ACCEPTED_FILES);
	assert_non_null(strstr(buf_text(&boot.mistakes), "protocolz"));
	assert_int_equal(accepted_read_strictly(box->root, false, &asked, diag), -EINVAL);
	assert_null(asked.node);
	assert_int_equal(diag_count(diag, DIAG_UNKNOWN), 1);
}

static void changed_files_wait_until_somebody_asks(void **state)
{
	struct box *box = *state;
	AUTO(diag_free) struct diag *diag = diag_new();
	ACCEPTED_AUTO boot = { 0 };
	ACCEPTED_AUTO same = { 0 };
	ACCEPTED_AUTO again = { 0 };
	ACCEPTED_AUTO asked = { 0 };

	accepted_read(box->root, false, &boot);
	assert_int_equal(accepted_write(box->root, &boot), 0);
	accepted_read_again(box->root, false, &same);
	assert_int_equal(same.source, ACCEPTED_FILES);
	say(box, "two");
	accepted_read_again(box->root, false, &again);
	assert_int_equal(again.source, ACCEPTED_LAST_GOOD);
	assert_string_equal(ssid_of(&again), "one");
	assert_int_equal(accepted_read_strictly(box->root, false, &asked, diag), 0);
	assert_string_equal(ssid_of(&asked), "two");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(good_files_are_taken_and_kept, make_box, drop_box),
		cmocka_unit_test_setup_teardown(without_anything_good_there_is_nothing, make_box,
		                                drop_box),
		cmocka_unit_test_setup_teardown(
			an_unknown_option_is_let_pass_at_boot_and_refused_when_asked, make_box,
			drop_box),
		cmocka_unit_test_setup_teardown(changed_files_wait_until_somebody_asks, make_box,
		                                drop_box),
	};

	return RUN(tests);
}
