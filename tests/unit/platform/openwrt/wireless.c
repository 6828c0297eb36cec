/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "../../test.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "net/facts.h"
#include "plan/plan.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

extern const struct renderer renderer_wireless;

struct fixture {
	struct plan *plan;
	struct facts facts;
	struct fact_radio radios[1];
	struct uci_document *document;
	struct diag *diag;
};

static int setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .plan = plan_new(), .diag = diag_new() };
	f.facts.radios = f.radios;
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	plan_free(f->plan);
	uci_free(f->document);
	diag_free(f->diag);
	return 0;
}

static void render(struct fixture *f)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct render render = { .plan = f->plan, .facts = &f->facts, .arena = arena };

	renderer_wireless.render(&render, f->document);
}

/* Rendered once and again, because the second time nothing may change. */
static void assert_rendered(struct fixture *f, const char *before, const char *after)
{
	for (int i = 0; i < 2; i++) {
		BUF_AUTO text = { 0 };

		if (i == 0)
			f->document = uci_parse("wireless", before, strlen(before), f->diag);
		render(f);
		uci_print(f->document, &text);
		assert_string_equal(buf_text(&text), after);
	}
}

static void add_mesh(struct fixture *f)
{
	static const char *options[] = { "basic_rate=6000", "basic_rate=12000", "mesh_fwding=0" };

	plan_add_wifi(f->plan, &(struct plan_wifi){ .ifname = "wlan0-mesh",
	                                            .radio = "radio0",
	                                            .mode = "mesh",
	                                            .network = "",
	                                            .ssid = "LiMe",
	                                            .options = { options, 3 } });
}

static void radios_keep_what_is_not_planned(void **state)
{
	struct fixture *f = *state;

	plan_add_radio(f->plan, &(struct plan_radio){ "radio0", "channel", "11" });
	plan_add_radio(f->plan, &(struct plan_radio){ "radio7", "channel", "1" });
	assert_rendered(f,
	                "# mine\n"
	                "config wifi-device 'radio0'\n"
	                "\toption channel '1' # as delivered\n"
	                "\toption cell_density '0'\n",
	                "# mine\n"
	                "config wifi-device 'radio0'\n"
	                "\toption channel '11' # as delivered\n"
	                "\toption cell_density '0'\n");
}

static void interfaces_are_those_of_the_plan(void **state)
{
	struct fixture *f = *state;

	add_mesh(f);
	assert_rendered(f,
	                "config wifi-iface 'default_radio0'\n"
	                "\toption ssid 'OpenWrt'\n"
	                "\n"
	                "config wifi-iface\n"
	                "\toption mode 'monitor'\n",
	                "\nconfig wifi-iface 'lm_wlan0_mesh_radio0'\n"
	                "\toption device 'radio0'\n"
	                "\toption mode 'mesh'\n"
	                "\toption ifname 'wlan0-mesh'\n"
	                "\toption network 'lm_net_wlan0_mesh'\n"
	                "\toption mesh_id 'LiMe'\n"
	                "\tlist basic_rate '6000'\n"
	                "\tlist basic_rate '12000'\n"
	                "\toption mesh_fwding '0'\n\n");
}

static void options_that_are_gone_go(void **state)
{
	struct fixture *f = *state;

	plan_add_wifi(f->plan, &(struct plan_wifi){ .ifname = "wlan0-ap",
	                                            .radio = "radio0",
	                                            .mode = "ap",
	                                            .network = "lan",
	                                            .ssid = "Us" });
	assert_rendered(f,
	                "config wifi-iface 'lm_wlan0_ap_radio0'\n"
	                "\toption device 'radio0'\n"
	                "\toption mode 'ap'\n"
	                "\toption ifname 'wlan0-ap'\n"
	                "\toption key 'no more'\n"
	                "\toption network 'lan'\n"
	                "\toption ssid 'Old'\n",
	                "config wifi-iface 'lm_wlan0_ap_radio0'\n"
	                "\toption device 'radio0'\n"
	                "\toption mode 'ap'\n"
	                "\toption ifname 'wlan0-ap'\n"
	                "\toption network 'lan'\n"
	                "\toption ssid 'Us'\n");
}

static void a_stick_becomes_a_radio(void **state)
{
	struct fixture *f = *state;

	f->radios[0] = (struct fact_radio){
		.name = "radio1", .phy = "phy1", .found = true, .path = "platform/usb1/1-1:1.0"
	};
	f->facts.n_radios = 1;
	plan_add_radio(f->plan, &(struct plan_radio){ "radio1", "channel", "11" });
	assert_rendered(f, "",
	                "\nconfig wifi-device 'radio1'\n"
	                "\toption type 'mac80211'\n"
	                "\toption band '2g'\n"
	                "\toption path 'platform/usb1/1-1:1.0'\n"
	                "\toption channel '11'\n\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(radios_keep_what_is_not_planned, setup, teardown),
		cmocka_unit_test_setup_teardown(interfaces_are_those_of_the_plan, setup, teardown),
		cmocka_unit_test_setup_teardown(options_that_are_gone_go, setup, teardown),
		cmocka_unit_test_setup_teardown(a_stick_becomes_a_radio, setup, teardown),
	};

	return RUN(tests);
}
