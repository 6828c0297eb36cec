/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "shape/shape.h"

#include <errno.h>

#include "../test.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"

struct thing {
	bool enabled;
	uint32_t port;
	unsigned color;
	const char *ssid;
	struct mac mac;
	struct ip dns;
	struct prefix network;
	struct string_list protocols;
};

static const char *const colors[] = { "red", "green", "deep blue", NULL };

static const char *no_slash(const char *text)
{
	return strchr(text, '/') ? "has a slash" : NULL;
}

static const struct field fields[] = {
	FIELD_BOOL(struct thing, enabled, true, "Whether"),
	FIELD_UINT(struct thing, port, 1, 65535, 80, "Which"),
	FIELD_ENUM(struct thing, color, colors, 1, "How"),
	{ .name = "ssid",
	  .type = FIELD_TYPE_STRING,
	  .at = FIELD_AT(struct thing, ssid, const char *),
	  .min = 1,
	  .max = 32,
	  .def_text = "Libre Mesh",
	  .check = no_slash },
	FIELD_MAC(struct thing, mac, NULL, "Who"),
	FIELD_IP(struct thing, dns, "fd00::1", "Whom"),
	FIELD_PREFIX(struct thing, network, "10.13.0.0/16", "Where"),
	FIELD_LIST(struct thing, protocols, "lan batadv:%N1", "What"),
};
static SHAPE(thing_shape, "thing", "A thing with one of each", struct thing, fields);

/* What field_set() says of a text; "" if it takes it. */
static const char *said(struct arena *arena, struct thing *thing, const char *name,
                        const char *text)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	const struct origin origin = { .file = "lime-node", .line = 3 };
	int rc = field_set(shape_field(&thing_shape, name), arena, thing, text, &origin, diag);
	const struct diag_item *item = diag_first(diag);

	assert_int_equal(rc, item ? -EINVAL : 0);
	if (!item)
		return "";
	assert_int_equal(item->origin.line, 3);
	return arena_strdup(arena, item->text);
}

static void defaults_come_from_the_rows(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	BUF_AUTO out = { 0 };
	struct thing thing;

	(void)state;
	memset(&thing, 0xff, sizeof(thing));
	shape_default(&thing_shape, arena, &thing);
	shape_print(&thing_shape, &thing, &out);
	assert_string_equal(buf_text(&out),
	                    " enabled=1 port=80 color=green ssid=\"Libre Mesh\" dns=fd00::1"
	                    " network=10.13.0.0/16 protocols=\"lan batadv:%N1\"");
	assert_int_equal(thing.protocols.count, 2);
}

static void booleans_have_ten_words(void **state)
{
	static const char *const yes[] = { "1", "on", "true", "enabled", "yes" };
	static const char *const no[] = { "0", "off", "false", "disabled", "no" };
	AUTO(arena_free) struct arena *arena = arena_new();
	struct thing thing = { 0 };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		assert_string_equal(said(arena, &thing, "enabled", yes[i]), "");
		assert_true(thing.enabled);
		assert_string_equal(said(arena, &thing, "enabled", no[i]), "");
		assert_false(thing.enabled);
	}
	assert_string_equal(said(arena, &thing, "enabled", "On"),
	                    "'On' is neither yes (1, on, true, enabled, yes) nor no (0, off, "
	                    "false, disabled, no)");
}

static void what_does_not_fit_says_so_and_changes_nothing(void **state)
{
	static const char *const wrong[][3] = {
		{ "port", "70000", "'70000' is not a number from 1 to 65535" },
		{ "port", "0", "'0' is not a number from 1 to 65535" },
		{ "port", " 80", "' 80' is not a number from 1 to 65535" },
		{ "port", "0x50", "'0x50' is not a number from 1 to 65535" },
		{ "port", "", "'' is not a number from 1 to 65535" },
		{ "color", "blue", "'blue' is not one of red, green, deep blue" },
		{ "ssid", "", "'' is shorter than 1 bytes" },
		{ "ssid", "123456789012345678901234567890123",
		  "'123456789012345678901234567890123' is longer than 32 bytes" },
		{ "ssid", "a/b", "'a/b' has a slash" },
		{ "mac", "00:11", "'00:11' is not a MAC address like 02:ab:cd:00:11:22" },
		{ "dns", "1.2.3",
		  "'1.2.3' is not an IP address like 10.13.0.1 or fd0d:fe46:8ce8::1" },
		{ "network", "10.0.0.0/33",
		  "'10.0.0.0/33' is not an IP prefix like 10.13.0.0/16 or fd0d:fe46:8ce8::/64" },
	};
	AUTO(arena_free) struct arena *arena = arena_new();
	struct thing thing, before;

	(void)state;
	shape_default(&thing_shape, arena, &thing);
	before = thing;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_string_equal(said(arena, &thing, wrong[i][0], wrong[i][1]), wrong[i][2]);
	assert_memory_equal(&thing, &before, sizeof(thing));
}

static void lists_grow_until_they_are_cleared(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const struct field *field = shape_field(&thing_shape, "protocols");
	struct thing thing, other;

	(void)state;
	shape_default(&thing_shape, arena, &thing);
	shape_default(&thing_shape, arena, &other);
	assert_string_equal(said(arena, &thing, "protocols", "wan"), "");
	assert_int_equal(thing.protocols.count, 3);
	assert_string_equal(thing.protocols.items[2], "wan");
	assert_false(field_equal(field, &thing, &other));
	field_clear(field, &thing);
	assert_false(field_is_set(field, &thing));
	assert_string_equal(said(arena, &thing, "protocols", "lan"), "");
	assert_string_equal(said(arena, &thing, "protocols", "batadv:%N2"), "");
	assert_false(field_equal(field, &thing, &other));
}

static void json_has_the_types_of_the_rows(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	BUF_AUTO out = { 0 };
	struct thing thing;

	(void)state;
	shape_default(&thing_shape, arena, &thing);
	thing.ssid = "\xc3\x91 \"\xff\x1b";
	shape_print_json(&thing_shape, &thing, &out);
	assert_string_equal(buf_text(&out),
	                    "\"enabled\":true,\"port\":80,\"color\":\"green\","
	                    "\"ssid\":\"\xc3\x91 \\\"\\ufffd\\u001b\",\"dns\":\"fd00::1\","
	                    "\"network\":\"10.13.0.0/16\","
	                    "\"protocols\":[\"lan\",\"batadv:%N1\"]");
}

static void what_is_not_set_is_not_printed(void **state)
{
	BUF_AUTO out = { 0 };
	struct thing thing = { 0 };

	(void)state;
	shape_print(&thing_shape, &thing, &out);
	shape_print_json(&thing_shape, &thing, &out);
	assert_string_equal(buf_text(&out), "");
	for (size_t i = 0; i < thing_shape.n_fields; i++)
		field_print_json(&fields[i], &thing, &out);
	assert_string_equal(buf_text(&out), "false0\"red\"\"\"\"\"\"\"\"\"[]");
}

static void text_that_is_no_plain_word_is_quoted(void **state)
{
	static const char *const pairs[][2] = {
		{ "plain", " ssid=plain" },
		{ "\xc3\x91", " ssid=\xc3\x91" },
		{ "two words", " ssid=\"two words\"" },
		{ "a\x1b[31m", " ssid=\"a\\u001b[31m\"" },
		{ "\xff", " ssid=\"\\ufffd\"" },
		{ "a\"b", " ssid=\"a\\\"b\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct thing thing = { .ssid = pairs[i][0] };
		BUF_AUTO out = { 0 };

		shape_print(&thing_shape, &thing, &out);
		assert_string_equal(buf_text(&out), pairs[i][1]);
	}
}

static void things_are_equal_by_value(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	char ssid[] = "Libre Mesh";
	struct thing a, b;

	(void)state;
	shape_default(&thing_shape, arena, &a);
	shape_default(&thing_shape, arena, &b);
	b.ssid = ssid;
	assert_true(shape_equal(&thing_shape, &a, &b));
	b.color = 2;
	assert_false(shape_equal(&thing_shape, &a, &b));
	a.ssid = NULL;
	b = a;
	b.ssid = "";
	assert_true(shape_equal(&thing_shape, &a, &b));
}

static void slips_of_the_hand_are_understood(void **state)
{
	(void)state;
	assert_string_equal(shape_suggest(&thing_shape, "protocol"), "protocols");
	assert_string_equal(shape_suggest(&thing_shape, "netwrok"), "network");
	assert_null(shape_suggest(&thing_shape, "channel"));
	assert_null(shape_field(&thing_shape, "netwrok"));
}

/* A random text of 1 to 20 bytes; without zeros, and without spaces or slashes, which the rows
 * refuse or which would divide an item. */
static void random_text(char text[21])
{
	size_t length = 1 + (size_t)rand() % 20;

	for (size_t i = 0; i < length; i++) {
		do
			text[i] = (char)(1 + rand() % 255);
		while (text[i] == ' ' || text[i] == '/');
	}
	text[length] = '\0';
}

static struct ip random_ip(void)
{
	struct ip ip = { .family = rand() % 2 ? IP_V4 : IP_V6 };

	for (unsigned i = 0; i < ip_bits(&ip) / 8; i++)
		ip.byte[i] = (uint8_t)(rand() % 3 ? 0 : rand());
	return ip;
}

static struct thing random_thing(struct arena *arena)
{
	struct thing thing = { .enabled = rand() % 2,
		               .port = 1 + (uint32_t)rand() % 65535,
		               .color = (unsigned)rand() % 3,
		               .dns = random_ip(),
		               .network = { .ip = random_ip() } };
	char text[21];

	for (size_t i = 0; i < MAC_SIZE; i++)
		thing.mac.byte[i] = (uint8_t)rand();
	thing.mac.byte[0] |= 1; /* zero would be "not set" */
	thing.network.length = (uint8_t)((unsigned)rand() % (ip_bits(&thing.network.ip) + 1));
	random_text(text);
	thing.ssid = arena_strdup(arena, text);
	thing.protocols.count = 1 + (size_t)rand() % 3;
	thing.protocols.items = arena_array_of(arena, const char *, 3);
	for (size_t i = 0; i < thing.protocols.count; i++) {
		random_text(text);
		thing.protocols.items[i] = arena_strdup(arena, text);
	}
	return thing;
}

/* Gives the member of `from` to `to` through its text. */
static void carry(const struct field *field, struct arena *arena, const struct thing *from,
                  struct thing *to, struct diag *diag)
{
	BUF_AUTO text = { 0 };
	char *next, *item;

	field_print(field, from, &text);
	if (field->type != FIELD_TYPE_LIST) {
		assert_int_equal(field_set(field, arena, to, buf_text(&text), NULL, diag), 0);
		return;
	}
	next = text.text;
	while ((item = strsep(&next, " ")))
		assert_int_equal(field_set(field, arena, to, item, NULL, diag), 0);
}

static void what_is_printed_is_read_again(void **state)
{
	const char *given = getenv("WEFT_SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : 20240607;

	(void)state;
	printf("seed %u (WEFT_SEED)\n", seed);
	srand(seed);
	for (unsigned round = 0; round < 5000; round++) {
		AUTO(arena_free) struct arena *arena = arena_new();
		AUTO(diag_free) struct diag *diag = diag_new();
		struct thing from = random_thing(arena), to = { 0 };

		for (size_t i = 0; i < thing_shape.n_fields; i++) {
			carry(&fields[i], arena, &from, &to, diag);
			assert_true(field_equal(&fields[i], &from, &to));
		}
		assert_true(shape_equal(&thing_shape, &from, &to));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_come_from_the_rows),
		cmocka_unit_test(booleans_have_ten_words),
		cmocka_unit_test(what_does_not_fit_says_so_and_changes_nothing),
		cmocka_unit_test(lists_grow_until_they_are_cleared),
		cmocka_unit_test(json_has_the_types_of_the_rows),
		cmocka_unit_test(what_is_not_set_is_not_printed),
		cmocka_unit_test(text_that_is_no_plain_word_is_quoted),
		cmocka_unit_test(things_are_equal_by_value),
		cmocka_unit_test(slips_of_the_hand_are_understood),
		cmocka_unit_test(what_is_printed_is_read_again),
	};

	return RUN(tests);
}
