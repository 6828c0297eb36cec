/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "wifi/mode.h"

#include "../test.h"
#include "base/arena.h"
#include "base/buf.h"

static void modes_are_found_by_name(void **state)
{
	(void)state;
	assert_string_equal(wifi_mode_find("ap")->name, "ap");
	assert_null(wifi_mode_find("mesh"));
}

static void every_mode_says_what_it_makes(void **state)
{
	(void)state;
	for (size_t i = 0; wifi_modes[i]; i++) {
		const struct wifi_mode *mode = wifi_modes[i];

		assert_non_null(mode->doc);
		if (mode->ends_list)
			continue;
		assert_non_null(mode->kind);
		assert_non_null(mode->suffix);
		assert_non_null(shape_field(mode->options, mode->name_option));
	}
}

static void an_option_belongs_to_the_mode_whose_name_it_begins_with(void **state)
{
	(void)state;
	assert_string_equal(wifi_option_mode("ap_key")->name, "ap");
	assert_string_equal(wifi_option_mode("apname_key")->name, "apname");
	assert_string_equal(wifi_option_mode("ieee80211s_mesh_id")->name, "ieee80211s");
	assert_null(wifi_option_mode("key"));
	assert_null(wifi_option_mode("ap"));
	assert_null(wifi_option_mode("apx_key"));
	assert_null(wifi_option_mode("ieee80211w"));
}

/* The interface of a mode on radio2, with these options. */
static void assert_planned(const char *mode, const char *const *items, size_t n_items,
                           const char *text)
{
	AUTO(plan_free) struct plan *plan = plan_new();
	AUTO(diag_free) struct diag *diag = diag_new();
	const struct fact_radio radio = { .name = "radio2" };
	const struct mac mac = { { 2, 0, 0, 0, 0, 1 } };
	struct identity id = { .ids = template_ids_of("x", &mac) };
	const char *copy[4];
	struct wifi_radio work = {
		.radio = &radio, .id = &id, .options = { copy, n_items }, .plan = plan, .diag = diag
	};
	BUF_AUTO said = { 0 };

	for (size_t i = 0; i < n_items; i++)
		copy[i] = items[i];
	id.ids.hostname = "node";
	wifi_mode_plan(wifi_mode_find(mode), &work);
	assert_null(diag_first(diag));
	shape_print(plan_kinds[PLAN_WIFI].shape, plan_next(plan, PLAN_WIFI, NULL)->value, &said);
	assert_string_equal(said.text, text);
}

static void the_name_on_the_air_is_no_option(void **state)
{
	static const char *const mesh[] = { "mesh_fwding=0", "mesh_id=LiMe" };
	static const char *const name[] = { "ssid=net/%H" };

	(void)state;
	assert_planned("ieee80211s", mesh, 2,
	               " ifname=wlan2-mesh radio=radio2 mode=mesh ssid=LiMe"
	               " options=mesh_fwding=0");
	assert_planned("apname", name, 1,
	               " ifname=wlan2-apname radio=radio2 mode=ap network=lan ssid=net/node");
	assert_planned("apbb", name, 1, " ifname=wlan2-apbb radio=radio2 mode=ap ssid=net/node");
	assert_planned("adhoc", name, 1,
	               " ifname=wlan2-adhoc radio=radio2 mode=adhoc ssid=net/node");
	assert_planned("client", name, 1, " ifname=wlan2-sta radio=radio2 mode=sta ssid=net/node");
}

static void apup_tells_hostapd_how_to_name_its_peers(void **state)
{
	static const char *const items[] = { "key=12345678", "ssid=net" };

	(void)state;
	assert_planned("apup", items, 2,
	               " ifname=wlan2-apup radio=radio2 mode=ap network=lan ssid=net"
	               " options=\"apup=1 apup_peer_ifname_prefix=wlan2-peer key=12345678\"");
}

static void what_cannot_be_named_is_a_mistake(void **state)
{
	AUTO(plan_free) struct plan *plan = plan_new();
	AUTO(diag_free) struct diag *diag = diag_new();
	const struct fact_radio radio = { .name = "radio" };
	struct wifi_radio work = { .radio = &radio, .plan = plan, .diag = diag };

	(void)state;
	wifi_mode_plan(wifi_mode_find("ap"), &work);
	assert_true(diag_has_errors(diag));
	assert_null(plan_next(plan, PLAN_WIFI, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes_are_found_by_name),
		cmocka_unit_test(every_mode_says_what_it_makes),
		cmocka_unit_test(an_option_belongs_to_the_mode_whose_name_it_begins_with),
		cmocka_unit_test(the_name_on_the_air_is_no_option),
		cmocka_unit_test(apup_tells_hostapd_how_to_name_its_peers),
		cmocka_unit_test(what_cannot_be_named_is_a_mistake),
	};

	return RUN(tests);
}
