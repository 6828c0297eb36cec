/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "box.h"

extern const struct renderer renderer_generic;

static const char system_file[] = "config system\n"
				  "\toption hostname 'OpenWrt' # mine\n"
				  "\n"
				  "config timeserver 'ntp'\n"
				  "\tlist server 'a'\n"
				  "\tlist server 'b'\n";

static void options_are_set(void **state)
{
	BOX_AUTO box = { 0 };

	(void)state;
	box_put(&box, "etc/config/system", system_file, 0600);
	box_render(&box, &renderer_generic,
	           "config generic_uci_config one\n"
	           "\tlist uci_set 'system.@system[0].hostname=a b=c'\n"
	           "\tlist uci_set 'system.@timeserver[-1].server=d'\n");
	assert_said(&box, "");
	assert_after(&box, "etc/config/system",
	             "config system\n"
	             "\toption hostname 'a b=c' # mine\n"
	             "\n"
	             "config timeserver 'ntp'\n"
	             "\toption server 'd'\n");
}

static void sections_are_made(void **state)
{
	BOX_AUTO box = { 0 };

	(void)state;
	box_put(&box, "etc/config/libremap", "", 0600);
	box_render(&box, &renderer_generic,
	           "config generic_uci_config\n"
	           "\tlist uci_set 'libremap.settings=libremap'\n"
	           "\tlist uci_set 'libremap.settings.community=our.libre.org'\n");
	assert_said(&box, "");
	assert_after(&box, "etc/config/libremap",
	             "\nconfig libremap 'settings'\n"
	             "\toption community 'our.libre.org'\n\n");
}

static void what_is_so_already_is_left_alone(void **state)
{
	BOX_AUTO box = { 0 };

	(void)state;
	box_put(&box, "etc/config/system", system_file, 0600);
	box_render(&box, &renderer_generic,
	           "config generic_uci_config one\n"
	           "\tlist uci_set 'system.@system[0]=system'\n"
	           "\tlist uci_set 'system.ntp=timeserver'\n"
	           "\tlist uci_set 'system.@system[0].hostname=OpenWrt'\n");
	assert_said(&box, "");
	assert_after(&box, "etc/config/system", NULL);
}

static void what_cannot_be_set_is_told_and_the_rest_is_done(void **state)
{
	BOX_AUTO box = { 0 };

	(void)state;
	box_put(&box, "etc/config/system", system_file, 0600);
	box_render(&box, &renderer_generic,
	           "config generic_uci_config one\n"
	           "\tlist uci_set 'absent.main.option=1'\n"
	           "\tlist uci_set 'system.nobody.option=1'\n"
	           "\tlist uci_set 'system.@system[1].option=1'\n"
	           "\tlist uci_set 'system.@system[0]=other'\n"
	           "\tlist uci_set 'system.ntp.a-b=1'\n"
	           "\tlist uci_set '../passwd.x.y=1'\n"
	           "\tlist uci_set 'system.ntp.enabled=1'\n");
	assert_said(&box,
	            "lime-community:2:15: ignored: one.uci_set: there is no file "
	            "/etc/config/absent; is the package installed?\n"
	            "lime-community:3:15: ignored: one.uci_set: there is no such section\n"
	            "lime-community:4:15: ignored: one.uci_set: there is no such section\n"
	            "lime-community:5:15: ignored: one.uci_set: the type of a section without a "
	            "name cannot be changed\n"
	            "lime-community:6:15: ignored: one.uci_set: this is no name of an option\n");
	assert_non_null(box_change(&box, "etc/config/system"));
	assert_non_null(strstr(box_change(&box, "etc/config/system")->after, "option enabled '1'"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_set),
		cmocka_unit_test(sections_are_made),
		cmocka_unit_test(what_is_so_already_is_left_alone),
		cmocka_unit_test(what_cannot_be_set_is_told_and_the_rest_is_done),
	};

	return RUN(tests);
}
