/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/table.h"

#include "fixture.h"

static void test_plain(void **state)
{
	static const char *const good[] = { "", "a b", "Caf\xc3\xa9", "\xf0\x9f\x8c\xb1",
		                            "'\"$;|" };
	static const char *const wrong[] = { "a\nb",     "\t",   "\x1b[2J", "\x7f",
		                             "\xc2\x85", "\xff", "\xc3",    "\xed\xa0\x80" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(good); i++)
		assert_null(value_check_plain(good[i]));
	for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++)
		assert_non_null(value_check_plain(wrong[i]));
}

static void test_names(void **state)
{
	char longest[65];

	(void)state;
	memset(longest, 'a', 64);
	longest[64] = '\0';
	assert_false(key_is_name(longest));
	longest[63] = '\0';
	assert_true(key_is_name(longest));
	assert_true(key_is_name("LiMe-abc001"));
	assert_true(key_is_name("android_phone"));
	assert_false(key_is_name(""));
	assert_false(key_is_name("-a"));
	assert_false(key_is_name("a-"));
	assert_false(key_is_name("a.b"));
	assert_false(key_is_name("a b"));
	assert_true(key_is_domain("cloud1.mesh"));
	assert_true(key_is_domain("mesh"));
	assert_false(key_is_domain("a..b"));
	assert_false(key_is_domain(".a"));
	assert_false(key_is_domain("a/b"));
	assert_null(value_check_name("*"));
	assert_non_null(value_check_name("**"));
}

static void test_others(void **state)
{
	(void)state;
	assert_true(key_is_mac("02:00:5e:10:00:ff"));
	assert_false(key_is_mac("02:00:5E:10:00:FF"));
	assert_false(key_is_mac("00:00:00:00:00:00"));
	assert_true(key_is_hex("16:cc:20:ff:fe:da:4e:ac"));
	assert_false(key_is_hex("xy"));
	assert_false(key_is_hex(""));
	assert_null(value_check_ifname("wlan2-mesh_29"));
	assert_null(value_check_ifname("eth0.1@eth0"));
	assert_non_null(value_check_ifname("sixteen-letters-"));
	assert_non_null(value_check_ifname("a/b"));
	assert_null(value_check_decimal("-31.8"));
	assert_null(value_check_decimal("64"));
	assert_non_null(value_check_decimal("FIXME"));
	assert_non_null(value_check_decimal("1."));
	assert_non_null(value_check_decimal("-"));
	assert_non_null(value_check_decimal("1e5"));
	assert_null(value_check_ip("fd00::1"));
	assert_non_null(value_check_ip("10.0.0.256"));
	assert_non_null(value_check_mac("02"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_others),
	};

	return RUN(tests);
}
