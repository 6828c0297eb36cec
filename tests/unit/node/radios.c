/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "fixture.h"

static void setup(struct fixture *f)
{
	fixture_pc(f);
	fixture_radio(f, "radio0", BAND_2GHZ);
	fixture_radio(f, "radio1", BAND_5GHZ);
}

/* What `weft plan` prints about an interface. */
static void assert_wifi(const struct fixture *f, const char *ifname, const char *text)
{
	const struct plan_item *item;
	BUF_AUTO said = { 0 };

	assert_true(fixture_has(f, PLAN_WIFI, ifname));
	item = plan_find(f->node->plan, PLAN_WIFI, ifname);
	shape_print(plan_kinds[PLAN_WIFI].shape, item->value, &said);
	assert_string_equal(said.text, text);
}

static void each_radio_has_the_interfaces_of_its_modes(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	setup(&f);
	fixture_make(&f, "", "");
	assert_wifi(&f, "wlan0-ap",
	            " ifname=wlan0-ap radio=radio0 mode=ap network=lan ssid=LibreMesh.org");
	assert_wifi(&f, "wlan0-apname",
	            " ifname=wlan0-apname radio=radio0 mode=ap network=lan"
	            " ssid=LibreMesh.org/LiMe-102030");
	assert_wifi(&f, "wlan1-mesh",
	            " ifname=wlan1-mesh radio=radio1 mode=mesh ssid=LiMe"
	            " options=\"mesh_fwding=0 mesh_nolearn=1\"");
}

static void the_radio_wins_over_the_band_and_the_band_over_all(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	setup(&f);
	fixture_make(&f,
	             "config lime wifi\n"
	             "\tlist modes ap\n"
	             "\toption ap_ssid all\n"
	             "\toption ap_key secret-of-all\n"
	             "config lime-wifi-band 5ghz\n"
	             "\toption ap_ssid five\n"
	             "config wifi radio0\n"
	             "\toption ap_ssid radio\n",
	             "");
	assert_wifi(&f, "wlan0-ap",
	            " ifname=wlan0-ap radio=radio0 mode=ap network=lan ssid=radio"
	            " options=key=secret-of-all");
	assert_wifi(&f, "wlan1-ap",
	            " ifname=wlan1-ap radio=radio1 mode=ap network=lan ssid=five"
	            " options=key=secret-of-all");
	/* The network's id comes from the name that all share. */
	assert_string_equal(f.node->identity.ap_ssid, "all");
}

static void options_for_all_reach_all_and_those_of_a_mode_only_its_own(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	setup(&f);
	fixture_make(&f,
	             "config lime wifi\n"
	             "\tlist modes ap\n"
	             "\tlist modes apname\n"
	             "\toption hidden 0\n"
	             "\toption apname_hidden 1\n"
	             "\toption ap_isolate 1\n"
	             "\toption channel 11\n"
	             "\toption client_key 'of another mode'\n"
	             "\tlist basic_rate 6000\n"
	             "\tlist basic_rate 12000\n",
	             "");
	assert_wifi(&f, "wlan0-ap",
	            " ifname=wlan0-ap radio=radio0 mode=ap network=lan ssid=LibreMesh.org"
	            " options=\"basic_rate=6000 basic_rate=12000 hidden=0 isolate=1\"");
	assert_wifi(&f, "wlan0-apname",
	            " ifname=wlan0-apname radio=radio0 mode=ap network=lan"
	            " ssid=LibreMesh.org/LiMe-102030"
	            " options=\"basic_rate=6000 basic_rate=12000 hidden=1\"");
}

static void a_manual_radio_is_left_alone(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	setup(&f);
	/* As an option and as a list: people write both. */
	fixture_make(&f,
	             "config wifi radio0\n\toption modes manual\n"
	             "config wifi radio1\n\tlist modes ap\n\tlist modes manual\n"
	             "\tlist modes ieee80211s\n",
	             "");
	assert_false(fixture_has(&f, PLAN_WIFI, "wlan0-ap"));
	assert_true(fixture_has(&f, PLAN_WIFI, "wlan1-ap"));
	assert_false(fixture_has(&f, PLAN_WIFI, "wlan1-mesh"));
}

static void an_unknown_mode_is_told_and_the_others_are_used(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	setup(&f);
	fixture_make(&f, "config lime wifi\n\tlist modes ieee80211\n\tlist modes ap\n", "");
	assert_true(fixture_has(&f, PLAN_WIFI, "wlan0-ap"));
	assert_said(&f, "lime-community:2:13: ignored: wifi.modes: there is no wifi mode "
	                "'ieee80211'; did you mean 'ieee80211s'?\n");
}

static void a_mode_without_a_name_for_the_air_is_a_mistake(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	setup(&f);
	fixture_make(&f, "config wifi radio0\n\tlist modes client\n", "");
	assert_null(f.node->plan);
	assert_said(&f, "lime-community:2:13: error: radio0.modes: client needs the option "
	                "client_ssid\n");
}

static void a_radio_of_unknown_bands_is_taken_for_2_4_ghz(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_radio(&f, "radio5", 0);
	fixture_make(&f, "config lime-wifi-band 2ghz\n\toption ap_ssid two\n", "");
	assert_wifi(&f, "wlan5-ap", " ifname=wlan5-ap radio=radio5 mode=ap network=lan ssid=two");
}

/* The file is the same on nodes that have the radio. */
static void radios_that_are_not_here_are_checked_and_not_planned(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f,
	             "config lime wifi\n\tlist modes ap\n\tlist modes apnam\n"
	             "config lime-wifi-band 5ghz\n\toption ap_encryption psk2\n"
	             "config wifi radio7\n\toption ap_encryption sae\n\toption ap_key short\n",
	             "");
	assert_non_null(f.node->plan);
	assert_null(plan_next(f.node->plan, PLAN_WIFI, NULL));
	assert_said(&f, "lime-community:3:13: ignored: wifi.modes: there is no wifi mode 'apnam'; "
	                "did you mean 'apname'?\n"
	                "lime-community:5:23: ignored: 5ghz.ap_encryption: psk2 needs the option "
	                "ap_key\n"
	                "lime-community:8:16: ignored: radio7.ap_key: a password has 8 to 63 "
	                "letters, this one has 5\n");
}

static void a_radio_that_is_not_here_may_get_its_key_from_its_band(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_make(&f,
	             "config lime-wifi-band 5ghz\n\toption ap_key 'long enough'\n"
	             "config wifi radio7\n\toption ap_encryption sae\n",
	             "");
	assert_said(&f, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_radio_has_the_interfaces_of_its_modes),
		cmocka_unit_test(the_radio_wins_over_the_band_and_the_band_over_all),
		cmocka_unit_test(options_for_all_reach_all_and_those_of_a_mode_only_its_own),
		cmocka_unit_test(a_manual_radio_is_left_alone),
		cmocka_unit_test(an_unknown_mode_is_told_and_the_others_are_used),
		cmocka_unit_test(a_mode_without_a_name_for_the_air_is_a_mistake),
		cmocka_unit_test(a_radio_of_unknown_bands_is_taken_for_2_4_ghz),
		cmocka_unit_test(radios_that_are_not_here_are_checked_and_not_planned),
		cmocka_unit_test(a_radio_that_is_not_here_may_get_its_key_from_its_band),
	};

	return RUN(tests);
}
