/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "box.h"

extern const struct renderer renderer_copies;

static void a_file_is_copied_with_its_mode(void **state)
{
	BOX_AUTO box = { 0 };

	(void)state;
	box_put(&box, "etc/lime-assets/community/tool.sh", "#!/bin/sh\n", 0755);
	box_put(&box, "root", "", 0755);
	box.list[1].error = -EISDIR;
	box_render(&box, &renderer_copies,
	           "config copy_asset one\n"
	           "\toption asset 'community/tool.sh'\n"
	           "\toption dst '/usr/bin/tool'\n"
	           "config copy_asset two\n"
	           "\toption asset 'community/tool.sh'\n"
	           "\toption dst '/tmp/new/'\n"
	           "config copy_asset three\n"
	           "\toption asset 'community/tool.sh'\n"
	           "\toption dst '/root'\n");
	assert_said(&box, "");
	assert_after(&box, "usr/bin/tool", "#!/bin/sh\n");
	assert_int_equal(box_change(&box, "usr/bin/tool")->mode, 0755);
	assert_after(&box, "tmp/new/tool.sh", "#!/bin/sh\n");
	assert_after(&box, "root/tool.sh", "#!/bin/sh\n");
}

static void what_cannot_be_copied_is_told(void **state)
{
	BOX_AUTO box = { 0 };

	(void)state;
	box_render(&box, &renderer_copies,
	           "config copy_asset one\n"
	           "\toption asset 'community/absent'\n"
	           "\toption dst '/usr/bin/tool'\n"
	           "config copy_asset two\n"
	           "\toption asset 'community/tool'\n"
	           "config copy_asset three\n"
	           "\toption asset 'node/../../shadow'\n"
	           "\toption dst '/www/shadow'\n");
	/* What leads out of the folder is told when the configuration is checked. */
	assert_said(
		&box,
		"lime-community:2:15: ignored: one.asset: "
		"/etc/lime-assets/community/absent cannot be copied: No such file or directory\n"
		"lime-community:4:1: ignored: two: dst is missing\n");
	assert_after(&box, "usr/bin/tool", NULL);
	assert_after(&box, "www/shadow", NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_copied_with_its_mode),
		cmocka_unit_test(what_cannot_be_copied_is_told),
	};

	return RUN(tests);
}
