/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "config/bands.h"

#include "sample.h"

static void check_merged(const char *low, const char *high, const char *expected)
{
	AUTO(config_free) struct config *config = sample_config(low, high, "");
	BUF_AUTO out = { 0 };

	for (const struct config_section *s = config->sections; s; s = s->next) {
		buf_printf(&out, "[%s %s]", s->type, s->name);
		for (const struct config_option *o = s->options; o; o = o->next) {
			buf_printf(&out, " %s", o->name);
			for (size_t i = 0; i < o->n_values; i++)
				buf_printf(&out, "%s%s@%u", i ? "," : "=", o->values[i].text,
				           o->values[i].origin.line);
		}
	}
	assert_string_equal(buf_text(&out), expected);
}

static void options_go_to_their_band(void **state)
{
	(void)state;
	check_merged("config lime wifi\noption ap_ssid x\noption channel_2ghz 6\n"
	             "list channel_5ghz 36\nlist channel_5ghz 48\n"
	             "option adhoc_mcast_rate_5ghz 6000\n",
	             "",
	             "[lime-wifi-band 2ghz] channel=6@3[lime-wifi-band 5ghz] channel=36@4,48@5 "
	             "adhoc_mcast_rate=6000@6[lime wifi] ap_ssid=x@2");
}

static void modes_are_dealt_out(void **state)
{
	(void)state;
	check_merged("config lime wifi\nlist modes ap_2ghz\nlist modes apname\n"
	             "list modes ieee80211s_5ghz\n",
	             "",
	             "[lime-wifi-band 2ghz] modes=ap@2,apname@3[lime-wifi-band 5ghz] "
	             "modes=apname@3,ieee80211s@4[lime wifi]");
	check_merged("config lime wifi\nlist modes ap_2ghz\n", "",
	             "[lime-wifi-band 2ghz] modes=ap@2[lime-wifi-band 5ghz] modes=manual@2"
	             "[lime wifi]");
}

static void what_is_new_stays_and_wins(void **state)
{
	(void)state;
	check_merged("config lime wifi\nlist modes ap\noption ap_2ghz_key x\n"
	             "config smart_wifi wifi2\noption channels_2ghz 1\n",
	             "",
	             "[lime wifi] modes=ap@2 ap_2ghz_key=x@3[smart_wifi wifi2] channels_2ghz=1@5");
	check_merged("config lime-wifi-band 2ghz\noption channel 1\n"
	             "config lime wifi\noption channel_2ghz 6\n",
	             "", "[lime-wifi-band 2ghz] channel=1@2[lime wifi]");
	check_merged("config lime-wifi-band 2ghz\noption channel 1\n",
	             "config lime wifi\noption channel_2ghz 6\n",
	             "[lime-wifi-band 2ghz] channel=6@2[lime wifi]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_go_to_their_band),
		cmocka_unit_test(modes_are_dealt_out),
		cmocka_unit_test(what_is_new_stays_and_wins),
	};

	return RUN(tests);
}
