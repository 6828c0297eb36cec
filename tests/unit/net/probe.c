/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/probe.h"

#include "../test.h"
#include "base/compiler.h"

static void what_is_written_is_read(void **state)
{
	static const char *const texts[] = {
		"icmp:9.9.9.9",    "icmp:2620:fe::fe",
		"tcp:8.8.8.8:443", "tcp:[2001:4860:4860::8888]:443",
		"dns:9.9.9.9",     "dns:9.9.9.9:5353",
		"dns:2620:fe::fe", "dns:[2620:fe::fe]:5353",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		struct probe_target target;
		char text[PROBE_TEXT_SIZE];

		assert_true(probe_parse(texts[i], &target));
		assert_string_equal(probe_format(&target, text), texts[i]);
	}
}

static void the_parts_are_right(void **state)
{
	struct probe_target target;

	(void)state;
	assert_true(probe_parse("dns:[2620:fe::fe]", &target));
	assert_int_equal(target.kind, PROBE_DNS);
	assert_int_equal(target.port, 53);
	assert_int_equal(target.ip.family, IP_V6);
	assert_true(probe_parse("tcp:8.8.8.8:65535", &target));
	assert_int_equal(target.kind, PROBE_TCP);
	assert_int_equal(target.port, 65535);
	assert_true(probe_equal(&target, &target));
}

static void what_cannot_be_asked_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"9.9.9.9",
		"icmp",
		"icmp:",
		"icmp:example.org",
		"icmp:9.9.9.9:1",
		"icmp:[2620:fe::fe]:1",
		"tcp:8.8.8.8",
		"tcp:8.8.8.8:",
		"tcp:8.8.8.8:0",
		"tcp:8.8.8.8:65536",
		"tcp:8.8.8.8:99999999999999999999",
		"tcp:8.8.8.8:4 3",
		"tcp:[2620:fe::fe:443",
		"tcp:[2620:fe::fe]443",
		"dns:0.0.0.0",
		"dns:127.0.0.1",
		"icmp:224.0.0.1",
		"icmp:255.255.255.255",
		"icmp:::1",
		"icmp:::",
		"icmp:ff02::1",
		"http:9.9.9.9:80",
		"tcp:[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]:1",
	};
	struct probe_target target = { .port = 7 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		assert_false(probe_parse(texts[i], &target));
		assert_int_equal(target.port, 7);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(the_parts_are_right),
		cmocka_unit_test(what_cannot_be_asked_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
