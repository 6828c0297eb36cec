/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "fixture.h"

static void encryptions_are_those_that_openwrt_knows(void **state)
{
	static const char *const good[] = { "none",      "psk2",           "psk2+ccmp", "psk-mixed",
		                            "sae-mixed", "psk2+tkip+ccmp", "owe",       "psk+psk2",
		                            "wep-open",  "psk-mixed/tkip", "wpa3-192" };
	static const char *const bad[] = { "WPA2", "psk4", "psk2+rot13", "psk2+", "wpa2-psk" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(good) + ARRAY_LENGTH(bad); i++) {
		bool is_good = i < ARRAY_LENGTH(good);
		BUF_AUTO text = { 0 };
		FIXTURE_AUTO f;

		fixture_pc(&f);
		fixture_radio(&f, "radio0", BAND_2GHZ);
		buf_printf(&text,
		           "config lime wifi\n\toption ap_encryption '%s'\n"
		           "\toption ap_key 'long enough'\n",
		           is_good ? good[i] : bad[i - ARRAY_LENGTH(good)]);
		fixture_make(&f, text.text, "");
		assert_int_equal(is_good, !diag_has_errors(f.diag));
		assert_int_equal(is_good, f.node->plan != NULL);
	}
}

static void a_name_that_is_cut_is_told(void **state)
{
	FIXTURE_AUTO f;

	(void)state;
	fixture_pc(&f);
	fixture_radio(&f, "radio0", BAND_2GHZ);
	fixture_make(&f,
	             "config lime wifi\n\tlist modes ap\n"
	             "\toption ap_ssid 'a-neighbourhood-with-a-very-long-name'\n",
	             "");
	assert_non_null(f.node->plan);
	assert_said(&f,
	            "lime-community:3:17: warning: wifi.ap_ssid: "
	            "'a-neighbourhood-with-a-very-long-name' has 37 bytes and a name on the air "
	            "has at most 32: it becomes 'a-neighbourhood-with-a-very-long'\n");
}

static void keys_have_a_length_that_the_air_takes(void **state)
{
	static const struct {
		const char *encryption, *key;
		bool good;
	} cases[] = {
		{ "psk2", "12345678", true },
		{ "psk2", "1234567", false },
		{ "psk2", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		  true },
		{ "psk2", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg",
		  false },
		{ "sae", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		  false },
		{ "none", "x", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		BUF_AUTO text = { 0 };
		FIXTURE_AUTO f;

		fixture_pc(&f);
		fixture_radio(&f, "radio0", BAND_2GHZ);
		buf_printf(&text,
		           "config lime wifi\n\toption ap_encryption %s\n\toption ap_key %s\n",
		           cases[i].encryption, cases[i].key);
		fixture_make(&f, text.text, "");
		assert_int_equal(cases[i].good, !diag_has_errors(f.diag));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encryptions_are_those_that_openwrt_knows),
		cmocka_unit_test(a_name_that_is_cut_is_told),
		cmocka_unit_test(keys_have_a_length_that_the_air_takes),
	};

	return RUN(tests);
}
