/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "rendered.h"

extern const struct renderer renderer_switch;

#define CABLE                                                         \
	"config switch_vlan 'lm_hwd_ground_routing_x_sw_switch0_6'\n" \
	"\toption device 'switch0'\n\toption ports '0t 3 5t'\n"

static void a_port_goes_and_comes_back(void **state)
{
	AUTO(rendered_free) struct rendered *r = rendered_new("");
	static const char lan[] = "config switch_vlan\n\toption device 'switch0'\n"
				  "\toption ports '2 3 4 5 0t'\n";
	const char *text = arena_printf(r->arena, "%s%s", CABLE, lan);

	(void)state;
	text = arena_strdup(r->arena, rendered_by(r, &renderer_switch, text));
	assert_string_equal(text, CABLE "config switch_vlan\n\toption device 'switch0'\n"
	                                "\toption ports '2 4 5 0t'\n"
	                                "\toption weft_ports '2 3 4 5 0t'\n");
	assert_string_equal(rendered_by(r, &renderer_switch, text), text);
	assert_string_equal(rendered_by(r, &renderer_switch, text + strlen(CABLE)), lan);
}

static void another_switch_is_left_alone(void **state)
{
	AUTO(rendered_free) struct rendered *r = rendered_new("");
	static const char text[] = CABLE "config switch_vlan\n\toption device 'switch1'\n"
					 "\toption ports '3  4'\n";

	(void)state;
	assert_string_equal(rendered_by(r, &renderer_switch, text), text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_port_goes_and_comes_back),
		cmocka_unit_test(another_switch_is_left_alone),
	};

	return RUN(tests);
}
