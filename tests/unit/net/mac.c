/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/mac.h"

#include "../test.h"

static void what_is_printed_is_read_again(void **state)
{
	struct mac mac, again;
	char text[MAC_TEXT_SIZE];

	(void)state;
	assert_true(mac_parse("02:95:39:AB:c0:01", &mac));
	assert_string_equal(mac_format(&mac, text), "02:95:39:ab:c0:01");
	assert_true(mac_parse(text, &again));
	assert_true(mac_equal(&mac, &again));
	again.byte[5] ^= 1;
	assert_false(mac_equal(&mac, &again));
}

static void what_is_no_mac_changes_nothing(void **state)
{
	static const char *const bad[] = {
		"",
		"02",
		"02:95:39:ab:c0",
		"02:95:39:ab:c0:",
		"02:95:39:ab:c0:1",
		"02:95:39:ab:c0:01:",
		"02:95:39:ab:c0:01 ",
		" 02:95:39:ab:c0:01",
		"02-95-39-ab-c0-01",
		"029539abc001",
		"0g:95:39:ab:c0:01",
		"2:95:39:ab:c0:01",
		"02:95:39:ab:c0:0:",
	};
	struct mac mac = { { 1, 2, 3, 4, 5, 6 } };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(mac_parse(bad[i], &mac));
	assert_memory_equal(mac.byte, "\1\2\3\4\5\6", 6);
}

static void zero_is_no_address(void **state)
{
	(void)state;
	assert_true(mac_is_zero(&(struct mac){ 0 }));
	assert_false(mac_is_zero(&(struct mac){ { 0, 0, 0, 0, 0, 1 } }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read_again),
		cmocka_unit_test(what_is_no_mac_changes_nothing),
		cmocka_unit_test(zero_is_no_address),
	};

	return RUN(tests);
}
