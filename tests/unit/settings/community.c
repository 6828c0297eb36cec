/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "settings/community.h"

#include "../test.h"
#include "base/buf.h"
#include "base/diag.h"
#include "uci/uci.h"

static struct uci_document *parse(const char *text)
{
	AUTO(diag_free) struct diag *nowhere = diag_new();

	return uci_parse("lime-community", text, strlen(text), nowhere);
}

static void assert_text(const struct uci_document *document, const char *wanted)
{
	BUF_AUTO text = { 0 };

	uci_print(document, &text);
	assert_string_equal(buf_text(&text), wanted);
}

static struct uci_document *begin(const char *password)
{
	struct uci_document *community = parse("# ours\nconfig lime 'system'\n");
	const struct community_start start = {
		.network_name = "norte.example",
		.country = "ES",
		.wifi_password = password,
		.check = password ? "$argon2id$x" : NULL,
	};

	community_begin(&start, community);
	return community;
}

static void a_network_begins_with_what_was_said(void **state)
{
	AUTO(uci_free) struct uci_document *community = begin("long-enough");

	(void)state;
	assert_text(community, "# ours\nconfig lime 'system'\n"
	                       "\toption community_check '$argon2id$x'\n\n"
	                       "config lime 'network'\n\n"
	                       "config lime 'wifi'\n\toption ap_ssid 'norte.example'\n"
	                       "\toption apname_ssid 'norte.example/%H'\n\toption country 'ES'\n"
	                       "\toption ap_encryption 'psk2'\n\toption ap_key 'long-enough'\n"
	                       "\toption apname_encryption 'psk2'\n"
	                       "\toption apname_key 'long-enough'\n\n");
	assert_false(community_needs_secret(community));
}

static void what_is_given_away_has_no_secret_and_says_that_one_is_needed(void **state)
{
	AUTO(uci_free) struct uci_document *community = begin("long-enough");
	AUTO(uci_free) struct uci_document *own = parse("");
	BUF_AUTO text = { 0 };

	(void)state;
	community_make_public(community);
	uci_print(community, &text);
	assert_null(strstr(text.text, "long-enough"));
	assert_true(community_needs_secret(community));
	assert_string_equal(community_check(community), "$argon2id$x");
	community_add_secret(community, "long-enough", own);
	assert_string_equal(uci_get(own, "wifi", "ap_key"), "long-enough");
	assert_string_equal(uci_get(own, "wifi", "apname_key"), "long-enough");
}

static void an_open_network_needs_no_secret(void **state)
{
	AUTO(uci_free) struct uci_document *community = begin(NULL);

	(void)state;
	community_make_public(community);
	assert_false(community_needs_secret(community));
	assert_null(community_check(community));
}

static void a_file_of_something_else_has_no_name(void **state)
{
	AUTO(uci_free) struct uci_document *nothing = parse("<html>404</html>");

	(void)state;
	assert_null(community_name(nothing));
}

static void what_people_write_is_checked(void **state)
{
	(void)state;
	assert_null(community_check_name("Barrio Norte"));
	assert_non_null(community_check_name(""));
	assert_non_null(community_check_name("%H"));
	assert_non_null(community_check_name("123456789012345678901234567890123"));
	assert_non_null(community_check_name("a\nb"));
	assert_null(community_check_password("12345678"));
	assert_non_null(community_check_password("1234567"));
	assert_non_null(community_check_password("contrase\xc3\xb1"
	                                         "as"));
	assert_null(community_check_country("ES"));
	assert_non_null(community_check_country("es"));
	assert_non_null(community_check_country("E"));
}

static void an_invitation_is_read_as_it_was_written(void **state)
{
	BUF_AUTO text = { 0 };
	char name[COMMUNITY_NAME_MAX + 1];

	(void)state;
	invite_print("Barrio Norte & \xc3\xb1", true, &text);
	assert_string_equal(text.text, "weft:join?network=Barrio%20Norte%20%26%20%C3%B1&secret=1");
	assert_true(invite_parse(text.text, name));
	assert_string_equal(name, "Barrio Norte & \xc3\xb1");
}

static void what_is_no_invitation_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"http://example.org/",
		"weft:join?network=",
		"weft:join?network=a%0",
		"weft:join?network=a%00b",
		"weft:join?network=a%0Ab",
		"weft:join?network=a&secret=2",
		"weft:join?network=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"weft:join?network=%",
	};
	char name[COMMUNITY_NAME_MAX + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
		assert_false(invite_parse(texts[i], name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_network_begins_with_what_was_said),
		cmocka_unit_test(what_is_given_away_has_no_secret_and_says_that_one_is_needed),
		cmocka_unit_test(an_open_network_needs_no_secret),
		cmocka_unit_test(a_file_of_something_else_has_no_name),
		cmocka_unit_test(what_people_write_is_checked),
		cmocka_unit_test(an_invitation_is_read_as_it_was_written),
		cmocka_unit_test(what_is_no_invitation_is_refused),
	};

	return RUN(tests);
}
