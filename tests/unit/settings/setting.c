/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "settings/setting.h"

#include "base/json.h"
#include "box.h"

static void print(const struct box *box, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, NULL, '[');
	settings_print(&box->view, &json);
	json_close(&json, ']');
}

static void assert_has(const struct buf *text, const char *part)
{
	if (!strstr(buf_text(text), part))
		fail_msg("'%s' is not in: %s", part, buf_text(text));
}

static void each_setting_tells_who_says_it(void **state)
{
	BOX_AUTO box;
	BUF_AUTO text = { 0 };

	(void)state;
	box_init(&box, OWN);
	print(&box, &text);
	assert_has(&text, "{\"name\":\"name\",\"option\":\"system.hostname\",\"group\":\"node\","
	                  "\"type\":\"text\",\"value\":\"casa\",\"set\":true,\"from\":\"node\","
	                  "\"file\":\"/etc/config/lime-node\",\"line\":3");
	assert_has(&text, "\"option\":\"5ghz.channel\",\"group\":\"radio\",\"type\":\"list\","
	                  "\"value\":[\"48\",\"157\"],\"set\":false,\"from\":\"community\"");
	assert_has(&text, "\"name\":\"country\",\"option\":\"wifi.country\",\"group\":\"radio\","
	                  "\"type\":\"text\",\"set\":false,\"from\":\"nobody\"");
}

static void wired_ports_and_no_others_are_settings(void **state)
{
	BOX_AUTO box;
	BUF_AUTO text = { 0 };

	(void)state;
	box_init(&box, "config net 'mine'\n\toption linux_name 'eth1'\n\tlist protocols 'wan'\n");
	print(&box, &text);
	assert_has(&text, "\"name\":\"port.eth0\",\"option\":\"port_eth0.protocols\","
	                  "\"group\":\"port\",\"type\":\"choice\",\"value\":\"default\"");
	assert_has(&text, "\"name\":\"port.eth1\",\"option\":\"mine.protocols\",\"group\":\"port\","
	                  "\"type\":\"choice\",\"value\":\"wan\"");
	assert_null(strstr(text.text, "port.wlan0"));
}

static void secrets_are_never_told(void **state)
{
	BOX_AUTO box;
	BUF_AUTO text = { 0 };

	(void)state;
	box_init(&box, OWN);
	print(&box, &text);
	assert_null(strstr(text.text, "community-key"));
	assert_has(&text, "\"name\":\"wifi_password\",\"option\":\"wifi.apname_key\","
	                  "\"group\":\"wifi\",\"type\":\"secret\",\"set\":false,"
	                  "\"has_value\":true");
}

static void options_that_are_secret_are_known(void **state)
{
	static const char *const secret[] = {
		"ap_key",       "ieee80211s_key", "root_password_secret",
		"auth_secret",  "priv_key_pwd",   "wpa_psk",
		"sae_password", "api_token",      "client_key1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(secret); i++)
		assert_true(setting_is_secret(secret[i]));
	assert_false(setting_is_secret("root_password_policy"));
	assert_false(setting_is_secret("hostname"));
	assert_false(setting_is_secret("ap_ssid"));
}

static void secrets_are_taken_out_of_a_text(void **state)
{
	BOX_AUTO box;
	BUF_AUTO text = { 0 };

	(void)state;
	box_init(&box, OWN);
	settings_hide(box.node->config, "key=community-key, community-keycommunity-ke", &text);
	assert_string_equal(text.text, "key=(secret), (secret)community-ke");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_setting_tells_who_says_it),
		cmocka_unit_test(wired_ports_and_no_others_are_settings),
		cmocka_unit_test(secrets_are_never_told),
		cmocka_unit_test(options_that_are_secret_are_known),
		cmocka_unit_test(secrets_are_taken_out_of_a_text),
	};

	return RUN(tests);
}
