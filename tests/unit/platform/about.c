/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/about.h"

#include "../test.h"
#include "base/arena.h"
#include "base/file.h"

struct fixture {
	char root[64];
	struct arena *arena;
};

static int start(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	snprintf(f->root, sizeof(f->root), "/tmp/weft-about-XXXXXX");
	f->arena = arena_new();
	*state = f;
	return mkdtemp(f->root) ? 0 : -1;
}

static int stop(void **state)
{
	static const char *const names[] = {
		"etc/config/location", "etc/config", "etc/openwrt_release",
		"etc/os-release",      "etc",        ""
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		(void)remove(arena_printf(f->arena, "%s/%s", f->root, names[i]));
	arena_free(f->arena);
	free(f);
	return 0;
}

static void give(struct fixture *f, const char *folder, const char *name, const char *text)
{
	const char *path = arena_printf(f->arena, "%s/%s", f->root, folder);

	assert_int_equal(file_make_folder(path, 0755), 0);
	assert_int_equal(
		file_write(arena_printf(f->arena, "%s/%s", path, name), text, strlen(text), 0644),
		0);
}

static void firmware_is_weft_on_what_the_machine_calls_itself(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(about_firmware(f->root, f->arena), "weft " WEFT_VERSION);
	give(f, "etc", "os-release", "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n");
	assert_string_equal(about_firmware(f->root, f->arena),
	                    "weft " WEFT_VERSION " on Debian GNU/Linux 12");
	give(f, "etc", "openwrt_release",
	     "DISTRIB_ID='OpenWrt'\nDISTRIB_DESCRIPTION='OpenWrt 23.05.3'\n");
	assert_string_equal(about_firmware(f->root, f->arena),
	                    "weft " WEFT_VERSION " on OpenWrt 23.05.3");
}

static void a_place_is_the_node_s_or_its_community_s(void **state)
{
	struct fixture *f = *state;
	struct about_place place = about_place(f->root, f->arena);

	assert_null(place.latitude);
	give(f, "etc/config", "location",
	     "config location 'settings'\n\toption community_latitude '-30'\n"
	     "\toption community_longitude '-64.5'\n\toption node_latitude 'FIXME'\n");
	place = about_place(f->root, f->arena);
	assert_string_equal(place.latitude, "-30");
	assert_string_equal(place.longitude, "-64.5");
	give(f, "etc/config", "location",
	     "config location 'settings'\n\toption community_latitude '-30'\n"
	     "\toption community_longitude '-64.5'\n\toption node_latitude '-31.25'\n"
	     "\toption node_longitude '-64.41'\n");
	place = about_place(f->root, f->arena);
	assert_string_equal(place.latitude, "-31.25");
	assert_string_equal(place.longitude, "-64.41");
	/* Half a place is none. */
	give(f, "etc/config", "location",
	     "config location 'settings'\n\toption node_latitude '1'\n");
	place = about_place(f->root, f->arena);
	assert_null(place.latitude);
	assert_null(place.longitude);
}

static void a_board_s_name_is_one_line_of_text(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(about_board(f->root, " A box\n", f->arena), "A box");
	assert_null(about_board(f->root, "a\tb", f->arena));
	assert_null(about_board(f->root, NULL, f->arena));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(firmware_is_weft_on_what_the_machine_calls_itself,
		                                start, stop),
		cmocka_unit_test_setup_teardown(a_place_is_the_node_s_or_its_community_s, start,
		                                stop),
		cmocka_unit_test_setup_teardown(a_board_s_name_is_one_line_of_text, start, stop),
	};

	return RUN(tests);
}
