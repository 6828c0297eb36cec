/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "fixture.h"

static void setup(struct fixture *f)
{
	fixture_pc(f);
	fixture_radio(f, "radio2", BAND_5GHZ);
	fixture_radio(f, "radio0", BAND_2GHZ);
	fixture_radio(f, "radio1", BAND_5GHZ);
}

static const char *const defaults = "config lime wifi\n"
				    "\tlist modes ap\n"
				    "config lime-wifi-band 2ghz\n"
				    "\toption channel 11\n"
				    "\toption distance 1000\n"
				    "config lime-wifi-band 5ghz\n"
				    "\tlist channel 48\n"
				    "\tlist channel 157\n"
				    "\toption htmode HT40\n"
				    "\toption distance 10000\n";

/* What a radio is set to; NULL: nothing is said. */
static const char *setting(const struct fixture *f, const char *radio, const char *option)
{
	BUF_AUTO name = { 0 };
	const struct plan_item *item;

	buf_printf(&name, "%s %s", radio, option);
	item = fixture_has(f, PLAN_RADIO, name.text)
	               ? plan_find(f->node->plan, PLAN_RADIO, name.text)
	               : NULL;
	return item ? ((const struct plan_radio *)item->value)->value : NULL;
}

static void assert_setting(const struct fixture *f, const char *radio, const char *option,
                           const char *value)
{
	assert_non_null(setting(f, radio, option));
	assert_string_equal(setting(f, radio, option), value);
}

static void radios_of_a_band_take_its_channels_in_turn(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	setup(&f);
	fixture_make(&f, defaults, "");
	assert_setting(&f, "radio0", "channel", "11");
	/* By their numbers, not by their places in a file. */
	assert_setting(&f, "radio1", "channel", "48");
	assert_setting(&f, "radio2", "channel", "157");
	assert_setting(&f, "radio1", "htmode", "HT40");
	assert_null(setting(&f, "radio0", "htmode"));
	assert_setting(&f, "radio0", "disabled", "0");
	assert_setting(&f, "radio0", "noscan", "1");
}

static void the_radio_wins_and_the_line_is_named(void **state)
{
	const struct plan_item *item;
	FIXTURE_AUTO f;

	(void)state;
	setup(&f);
	fixture_make(&f, defaults,
	             "config wifi radio1\n\toption channel 36\n\toption country DE\n"
	             "\toption txpower 20\n");
	assert_setting(&f, "radio1", "channel", "36");
	assert_setting(&f, "radio1", "country", "DE");
	assert_setting(&f, "radio1", "txpower", "20");
	assert_null(setting(&f, "radio0", "country"));
	item = plan_find(f.node->plan, PLAN_RADIO, "radio1 channel");
	assert_string_equal(item->because.file, "lime-node");
	assert_int_equal(item->because.line, 2);
}

static void rates_of_old_times_are_for_2_4_ghz(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	setup(&f);
	fixture_make(&f, defaults, "config lime wifi\n\toption legacy_rates 1\n");
	assert_setting(&f, "radio0", "legacy_rates", "1");
	assert_null(setting(&f, "radio1", "legacy_rates"));
}

static void a_client_goes_where_its_network_is(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	setup(&f);
	fixture_make(&f, defaults,
	             "config wifi radio1\n\tlist modes client\n\toption client_ssid net\n"
	             "config wifi radio2\n\tlist modes client\n\toption client_ssid net\n"
	             "\toption channel 100\n");
	assert_setting(&f, "radio1", "channel", "auto");
	assert_setting(&f, "radio2", "channel", "100");
}

static void a_manual_radio_is_not_set(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	setup(&f);
	fixture_make(&f, defaults, "config wifi radio1\n\tlist modes manual\n");
	assert_null(setting(&f, "radio1", "disabled"));
	/* It counts where channels are taken in turn: its number is its own. */
	assert_setting(&f, "radio2", "channel", "157");
}

static void distances_are_measured_where_a_radio_can(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	setup(&f);
	f.radios[1].measures_distance = true;
	fixture_make(&f, defaults, "");
	assert_setting(&f, "radio0", "distance", "auto");
	assert_setting(&f, "radio1", "distance", "10000");
}

static void measuring_can_be_switched_off(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	setup(&f);
	f.radios[1].measures_distance = true;
	fixture_make(&f, defaults, "config lime wifi\n\toption distance_use_auto_if_available 0\n");
	assert_setting(&f, "radio0", "distance", "1000");
}

static void who_asks_for_auto_in_vain_is_told(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	setup(&f);
	f.radios[1].measures_distance = true;
	fixture_make(&f, defaults, "config wifi radio1\n\toption distance auto\n");
	assert_setting(&f, "radio1", "distance", "10000");
	assert_said(&f, "lime-node:2:18: warning: radio1.distance: radio1 cannot measure "
	                "distances; 10000 metres are used\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(radios_of_a_band_take_its_channels_in_turn),
		cmocka_unit_test(the_radio_wins_and_the_line_is_named),
		cmocka_unit_test(rates_of_old_times_are_for_2_4_ghz),
		cmocka_unit_test(a_client_goes_where_its_network_is),
		cmocka_unit_test(a_manual_radio_is_not_set),
		cmocka_unit_test(distances_are_measured_where_a_radio_can),
		cmocka_unit_test(measuring_can_be_switched_off),
		cmocka_unit_test(who_asks_for_auto_in_vain_is_told),
	};

	return RUN(tests);
}
