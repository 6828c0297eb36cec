/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/machine.h"

#include <sys/stat.h>
#include <unistd.h>

#include "../remove.h"
#include "../test.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "uci/uci.h"

static char root[] = "/tmp/weft-machine-XXXXXX";

static void put(const char *path, const char *text)
{
	BUF_AUTO whole = { 0 };
	char *slash;

	buf_printf(&whole, "%s/%s", root, path);
	slash = strrchr(whole.text, '/');
	*slash = '\0';
	assert_int_equal(file_make_folder(whole.text, 0755), 0);
	*slash = '/';
	assert_int_equal(file_write(whole.text, text, strlen(text), 0644), 0);
}

static void put_link(const char *name, const char *mac, const char *uevent)
{
	BUF_AUTO address = { 0 }, file = { 0 };

	buf_printf(&address, "sys/class/net/%s/address", name);
	put(address.text, mac);
	buf_printf(&file, "sys/class/net/%s/uevent", name);
	put(file.text, uevent);
}

static int setup(void **state)
{
	(void)state;
	memcpy(root + strlen(root) - 6, "XXXXXX", 6);
	return mkdtemp(root) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	return remove_all(root);
}

static void an_empty_root_has_the_defaults_and_nothing_else(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(machine_free) struct machine *machine = machine_read(root, diag);

	(void)state;
	assert_null(diag_first(diag));
	assert_int_equal(machine->facts.n_links, 0);
	assert_int_equal(machine->facts.n_radios, 0);
	assert_null(machine->primary);
	assert_string_equal(uci_get(machine->layers[MACHINE_DEFAULTS], "wifi", "ap_ssid"),
	                    "LibreMesh.org");
	assert_null(machine->layers[MACHINE_COMMUNITY]);
	assert_null(machine->layers[MACHINE_MAC]);
	assert_null(machine->layers[MACHINE_NODE]);
}

static void links_are_sorted_as_people_count(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(machine_free) struct machine *machine = NULL;
	const struct fact_link *links;

	(void)state;
	put_link("eth10", "02:00:00:00:00:10\n", "INTERFACE=eth10\n");
	put_link("eth2", "02:00:00:00:00:02\n", "INTERFACE=eth2\n");
	put_link("lo", "00:00:00:00:00:00\n", "INTERFACE=lo\n");
	put_link("lan1", "02:00:00:00:00:03\n", "DEVTYPE=dsa\nINTERFACE=lan1\n");
	put_link("eth0", "02:00:00:00:00:01\n", "INTERFACE=eth0\n");
	put("sys/class/net/eth0/dsa/tagging", "mtk\n");
	put_link("br-lan", "02:00:00:00:00:04\n", "DEVTYPE=bridge\nINTERFACE=br-lan\n");
	put("sys/class/net/br-lan/ifalias", "weft\n");
	put_link("wlan0", "02:00:00:00:00:05\n", "DEVTYPE=wlan\n");
	machine = machine_read(root, diag);
	links = machine->facts.links;
	assert_int_equal(machine->facts.n_links, 6);
	assert_string_equal(links[0].name, "br-lan");
	assert_true(links[0].made_by_weft);
	assert_string_equal(links[1].name, "eth0");
	assert_true(links[1].dsa_conduit);
	assert_false(links[1].made_by_weft);
	assert_string_equal(links[2].name, "eth2");
	assert_string_equal(links[3].name, "eth10");
	assert_false(links[3].dsa_conduit);
	assert_int_equal(links[3].mac.byte[5], 0x10);
	assert_string_equal(links[4].name, "lan1");
	assert_true(links[4].dsa_port);
	assert_false(links[4].wireless);
	assert_true(links[5].wireless);
}

static void the_boards_roles_keep_their_order(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(machine_free) struct machine *machine = NULL;
	const struct fact_role *roles;

	(void)state;
	put("etc/board.json",
	    "{ \"model\": { \"id\": \"v,m\", \"name\": \"A router\" }, \"network\": {"
	    "\"wan\": { \"device\": \"/dev/cdc-wdm0\", \"protocol\": \"qmi\" },"
	    "\"lan\": { \"device\": \"br-lan\", \"ports\": [ \"lan2\", 7, \"lan1\" ],"
	    " \"protocol\": \"static\" } },"
	    "\"switch\": { \"switch0\": { \"ports\": [ { \"num\": 0, \"device\": \"eth1\" },"
	    " { \"num\": 1, \"role\": \"lan\" } ] } } }");
	machine = machine_read(root, diag);
	roles = machine->facts.roles;
	assert_null(diag_first(diag));
	assert_int_equal(machine->facts.n_roles, 2);
	assert_string_equal(roles[0].name, "wan");
	assert_int_equal(roles[0].n_devices, 0);
	assert_string_equal(roles[1].protocol, "static");
	assert_true(roles[1].from_ports);
	assert_int_equal(roles[1].n_devices, 2);
	assert_string_equal(roles[1].devices[0], "lan2");
	assert_string_equal(roles[1].devices[1], "lan1");
	assert_int_equal(machine->facts.n_switch_cpu_ports, 1);
	assert_string_equal(machine->facts.switch_cpu_ports[0], "eth1");
	assert_string_equal(machine->facts.board_name, "A router");
}

static void a_broken_board_is_a_mistake_with_its_place(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(machine_free) struct machine *machine = NULL;

	(void)state;
	put("etc/board.json", "{\n\t\"network\": oops\n}\n");
	machine = machine_read(root, diag);
	assert_int_equal(machine->facts.n_roles, 0);
	assert_true(diag_has_errors(diag));
	assert_int_equal(diag_first(diag)->origin.line, 2);
	assert_non_null(strstr(diag_first(diag)->origin.file, "/etc/board.json"));
}

static void a_board_that_is_a_list_or_ends_early_is_a_mistake(void **state)
{
	static const char *const texts[] = { "[]", "{ \"network\": {", "", "7" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		AUTO(diag_free) struct diag *diag = diag_new();
		AUTO(machine_free) struct machine *machine = NULL;

		put("etc/board.json", texts[i]);
		machine = machine_read(root, diag);
		assert_true(diag_has_errors(diag));
		assert_int_equal(machine->facts.n_roles, 0);
	}
}

static void layers_are_read_and_eth0_names_the_nodes_file(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(machine_free) struct machine *machine = NULL;

	(void)state;
	put_link("eth0", "A8:40:41:1f:73:aa\n", "");
	put_link("eth1", "a8:40:41:1f:73:ab\n", "");
	put("etc/config/lime-community", "config lime 'wifi'\n\toption ap_ssid 'C'\n");
	put("etc/config/lime-a840411f73aa", "config lime 'wifi'\n\toption ap_ssid 'M'\n");
	put("etc/config/lime-node", "config lime 'wifi'\n\toption ap_ssid 'N'\n");
	machine = machine_read(root, diag);
	assert_null(diag_first(diag));
	assert_string_equal(machine->primary, "eth0");
	assert_string_equal(uci_get(machine->layers[MACHINE_COMMUNITY], "wifi", "ap_ssid"), "C");
	assert_string_equal(uci_get(machine->layers[MACHINE_MAC], "wifi", "ap_ssid"), "M");
	assert_string_equal(uci_get(machine->layers[MACHINE_NODE], "wifi", "ap_ssid"), "N");
}

/* A PC without board.json: its card has a name of its own, and programs have made devices. */
static void hardware_names_the_node_before_what_programs_made(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(machine_free) struct machine *machine = NULL;

	(void)state;
	put_link("docker0", "02:42:5e:00:00:01\n", "DEVTYPE=bridge\nINTERFACE=docker0\n");
	put_link("enp1s0", "52:54:00:00:00:01\n", "INTERFACE=enp1s0\n");
	put("sys/class/net/enp1s0/device/vendor", "0x8086\n");
	put_link("enp10s0", "52:54:00:00:00:10\n", "INTERFACE=enp10s0\n");
	put("sys/class/net/enp10s0/device/vendor", "0x8086\n");
	put_link("enp2s0", "52:54:00:00:00:02\n", "INTERFACE=enp2s0\n");
	put("sys/class/net/enp2s0/device/vendor", "0x8086\n");
	put("etc/config/lime-525400000001", "config lime 'wifi'\n\toption ap_ssid 'M'\n");
	machine = machine_read(root, diag);
	assert_string_equal(machine->primary, "enp1s0");
	assert_non_null(machine->layers[MACHINE_MAC]);
	assert_false(facts_link(&machine->facts, "docker0")->physical);
	assert_true(facts_link(&machine->facts, "enp1s0")->physical);
}

static void the_last_configuration_names_the_nodes_file(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(machine_free) struct machine *machine = NULL;

	(void)state;
	put_link("eth0", "a8:40:41:1f:73:aa\n", "");
	put_link("eth1", "a8:40:41:1f:73:ab\n", "");
	put("etc/config/lime-autogen",
	    "config lime 'network'\n\toption primary_interface 'eth1'\n");
	put("etc/config/lime-a840411f73ab", "config lime 'wifi'\n\toption ap_ssid 'M'\n");
	machine = machine_read(root, diag);
	assert_string_equal(machine->primary, "eth1");
	assert_non_null(machine->layers[MACHINE_MAC]);
	assert_non_null(machine->autogen);
}

static void a_broken_last_configuration_is_as_good_as_none(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(machine_free) struct machine *machine = NULL;

	(void)state;
	put("etc/config/lime-autogen", "config lime 'network'\n\toption primary_interface 'e\n");
	machine = machine_read(root, diag);
	assert_null(machine->autogen);
	assert_false(diag_has_errors(diag));
	assert_int_equal(diag_first(diag)->origin.line, 2);
	assert_int_equal(diag_count(diag, DIAG_WARNING), 1);
}

static void a_layer_that_is_a_folder_is_a_mistake(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(machine_free) struct machine *machine = NULL;

	(void)state;
	put("etc/config/lime-node/file", "");
	machine = machine_read(root, diag);
	assert_true(diag_has_errors(diag));
	assert_non_null(strstr(diag_first(diag)->origin.file, "/etc/config/lime-node"));
}

static void radios_are_those_of_the_wireless_file(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(machine_free) struct machine *machine = NULL;
	const struct fact_radio *radios;

	(void)state;
	put("sys/class/ieee80211/phy0/macaddress", "02:00:00:00:00:20\n");
	put("sys/class/ieee80211/phy1/macaddress", "02:00:00:00:00:21\n");
	put("etc/config/wireless", "config wifi-device 'radio0'\n"
	                           "\toption phy 'phy1'\n"
	                           "\toption band '5g'\n"
	                           "config wifi-iface 'x'\n"
	                           "config wifi-device 'radio1'\n"
	                           "\toption channel '11'\n"
	                           "config wifi-device 'radio2'\n"
	                           "\toption hwmode '11a'\n");
	machine = machine_read(root, diag);
	radios = machine->facts.radios;
	assert_int_equal(machine->facts.n_radios, 3);
	assert_string_equal(radios[0].name, "radio0");
	assert_string_equal(radios[0].phy, "phy1");
	assert_int_equal(radios[0].bands, BAND_5GHZ);
	assert_int_equal(radios[0].mac.byte[5], 0x21);
	assert_string_equal(radios[1].phy, "phy1");
	assert_int_equal(radios[1].bands, BAND_2GHZ);
	assert_string_equal(radios[2].phy, "");
	assert_int_equal(radios[2].bands, BAND_5GHZ);
}

static void without_a_wireless_file_every_phy_is_a_radio(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(machine_free) struct machine *machine = NULL;

	(void)state;
	put("sys/class/ieee80211/phy0/macaddress", "02:00:00:00:00:20\n");
	put("sys/class/ieee80211/phy3/macaddress", "02:00:00:00:00:23\n");
	machine = machine_read(root, diag);
	assert_int_equal(machine->facts.n_radios, 2);
	assert_string_equal(machine->facts.radios[1].name, "radio3");
	assert_string_equal(machine->facts.radios[1].phy, "phy3");
	assert_int_equal(machine->facts.radios[1].bands, 0);
}

static void a_radio_is_found_by_its_place_in_the_machine(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(machine_free) struct machine *machine = NULL;
	BUF_AUTO link = { 0 };

	(void)state;
	put("sys/devices/platform/soc/usb1/1-1/ieee80211/phy0/macaddress", "02:00:00:00:00:20\n");
	put("sys/class/ieee80211/keep", "");
	buf_printf(&link, "%s/sys/class/ieee80211/phy0", root);
	assert_int_equal(symlink("../../devices/platform/soc/usb1/1-1/ieee80211/phy0", link.text),
	                 0);
	put("etc/config/wireless", "config wifi-device 'radio7'\n"
	                           "\toption path 'soc/usb1/1-1'\n");
	machine = machine_read(root, diag);
	assert_string_equal(machine->facts.radios[0].phy, "phy0");
	assert_int_equal(machine->facts.radios[0].mac.byte[5], 0x20);
}

int main(void)
{
#define CASE(function_) cmocka_unit_test_setup_teardown(function_, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(an_empty_root_has_the_defaults_and_nothing_else),
		CASE(links_are_sorted_as_people_count),
		CASE(the_boards_roles_keep_their_order),
		CASE(a_broken_board_is_a_mistake_with_its_place),
		CASE(a_board_that_is_a_list_or_ends_early_is_a_mistake),
		CASE(layers_are_read_and_eth0_names_the_nodes_file),
		CASE(hardware_names_the_node_before_what_programs_made),
		CASE(the_last_configuration_names_the_nodes_file),
		CASE(a_broken_last_configuration_is_as_good_as_none),
		CASE(a_layer_that_is_a_folder_is_a_mistake),
		CASE(radios_are_those_of_the_wireless_file),
		CASE(without_a_wireless_file_every_phy_is_a_radio),
		CASE(a_radio_is_found_by_its_place_in_the_machine),
	};

	return RUN(tests);
}
