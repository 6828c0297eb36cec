/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What LimeApp reads of this node.
 */
#include <json-c/json.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/arena.h"
#include "daemon/web/ubus.h"
#include "platform/about.h"
#include "platform/linux/cloud/radio.h"

/* --- system --- */

static enum ubus_code board(struct ubus_call *ubus)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const char *root = ubus->call->calls->options.root;
	struct json_object *release;
	struct utsname machine;
	const char *model;

	if (uname(&machine) < 0)
		memset(&machine, 0, sizeof(machine));
	ubus_add(ubus->result, "kernel", machine.release);
	ubus_add(ubus->result, "hostname", ubus_get_text(ubus_get(ubus->told[0], "node"), "name"));
	ubus_add(ubus->result, "system", machine.machine);
	model = about_board(root, NULL, arena);
	ubus_add(ubus->result, "model", model ? model : machine.machine);
	ubus_add(ubus->result, "board_name", machine.machine);
	ubus_add(ubus->result, "rootfs_type", "overlay");
	release = ubus_add_object(ubus->result, "release");
	ubus_add(release, "distribution", "weft");
	ubus_add(release, "version", WEFT_VERSION);
	ubus_add(release, "revision", WEFT_VERSION);
	ubus_add(release, "target", machine.machine);
	ubus_add(release, "description", about_firmware(root, arena));
	return UBUS_OK;
}

static enum ubus_code reboot(struct ubus_call *ubus)
{
	BUF_AUTO error = { 0 };
	struct json_object *own = ubus_own(ubus, "reboot", NULL, &error);

	ubus->nothing = own;
	json_object_put(own);
	return own ? UBUS_OK : ubus_fail(ubus, buf_text(&error));
}

/* --- radios --- */

/* So their interfaces of the mesh are called by LibreMesh, and by weft. */
static bool is_mesh_name(const char *name)
{
	return !strncmp(name, "wlan", 4) && !strchr(name, '_') &&
	       (strstr(name, "-mesh") || strstr(name, "-adhoc") || strstr(name, "-apup"));
}

struct json_object *ubus_mesh_ifaces(void)
{
	struct json_object *list = json_object_new_array();
	struct if_nameindex *all = if_nameindex();

	for (const struct if_nameindex *one = all; one && one->if_index; one++) {
		if (is_mesh_name(one->if_name))
			json_object_array_add(list, json_object_new_string(one->if_name));
	}
	if (all)
		if_freenameindex(all);
	return list;
}

static enum ubus_code mesh_ifaces(struct ubus_call *ubus)
{
	json_object_object_add(ubus->result, "ifaces", ubus_mesh_ifaces());
	return UBUS_OK;
}

static void each_station(const char *device,
                         void (*found)(const struct radio_station *station, void *data), void *data)
{
	unsigned index = if_nametoindex(device);
	struct radio radio = { 0 };

	if (!index || radio_open(&radio) < 0)
		return;
	(void)!radio_stations(&radio, (int)index, found, data);
	radio_close(&radio);
}

static void add_mac(struct json_object *object, const char *name, const struct mac *mac)
{
	char text[MAC_TEXT_SIZE];

	mac_format(mac, text);
	for (char *at = text; *at; at++) {
		if (*at >= 'a' && *at <= 'f')
			*at = (char)(*at - 'a' + 'A');
	}
	ubus_add(object, name, text);
}

static void add_direction(struct json_object *station, const char *name, uint32_t kbps,
                          uint32_t bytes)
{
	struct json_object *direction = ubus_add_object(station, name);

	ubus_add_number(direction, "bytes", bytes);
	ubus_add_number(direction, "rate", kbps);
}

static void add_station(const struct radio_station *station, void *data)
{
	struct json_object *item = json_object_new_object();

	add_mac(item, "mac", &station->mac);
	ubus_add_number(item, "signal", station->signal);
	ubus_add_number(item, "signal_avg", station->signal);
	ubus_add_number(item, "inactive", station->inactive_ms);
	add_direction(item, "rx", station->rx_kbps, station->rx_bytes);
	add_direction(item, "tx", station->tx_kbps, station->tx_bytes);
	json_object_array_add(data, item);
}

static enum ubus_code assoclist(struct ubus_call *ubus)
{
	const char *device = ubus_text(ubus, "device");

	if (!device)
		return UBUS_INVALID_ARGUMENT;
	if (strlen(device) >= IF_NAMESIZE || !if_nametoindex(device))
		return UBUS_NOT_FOUND;
	each_station(device, add_station, ubus_add_list(ubus->result, "results"));
	return UBUS_OK;
}

struct most {
	const char *device, *iface;
	struct radio_station station;
};

static void compare(const struct radio_station *station, void *data)
{
	struct most *most = data;

	if (most->iface && station->rx_bytes <= most->station.rx_bytes)
		return;
	most->station = *station;
	most->iface = most->device;
}

/* The station of the mesh that most was heard of; without one it is a list, as LibreMesh has it. */
static void add_most_active(struct ubus_call *ubus)
{
	struct json_object *ifaces = ubus_mesh_ifaces(), *object, *chains;
	struct most most = { 0 };

	for (size_t i = 0; i < json_object_array_length(ifaces); i++) {
		most.device = json_object_get_string(json_object_array_get_idx(ifaces, i));
		each_station(most.device, compare, &most);
	}
	if (!most.iface) {
		(void)ubus_add_list(ubus->result, "most_active");
	} else {
		object = ubus_add_object(ubus->result, "most_active");
		ubus_add(object, "iface", most.iface);
		add_mac(object, "station_mac", &most.station.mac);
		ubus_add_number(object, "signal", most.station.signal);
		ubus_add_number(object, "rx_bytes", most.station.rx_bytes);
		ubus_add_number(object, "tx_bytes", most.station.tx_bytes);
		chains = ubus_add_list(object, "chains");
		for (size_t i = 0; i < most.station.n_chains; i++)
			json_object_array_add(chains, json_object_new_int(most.station.chains[i]));
	}
	json_object_put(ifaces);
}

static enum ubus_code station_traffic(struct ubus_call *ubus)
{
	const char *iface = ubus_text(ubus, "iface"), *mac = ubus_text(ubus, "station_mac");
	struct json_object *list, *station;
	enum ubus_code code;

	if (!iface || !mac)
		return UBUS_INVALID_ARGUMENT;
	list = json_object_new_array();
	if (strlen(iface) < IF_NAMESIZE)
		each_station(iface, add_station, list);
	station = ubus_find_item(list, "mac", mac);
	if (station) {
		ubus_add(ubus->result, "station", mac);
		json_object_object_add(ubus->result, "rx_bytes",
		                       json_object_get(ubus_get(ubus_get(station, "rx"), "bytes")));
		json_object_object_add(ubus->result, "tx_bytes",
		                       json_object_get(ubus_get(ubus_get(station, "tx"), "bytes")));
	}
	code = station ? ubus_done(ubus) : ubus_fail(ubus, "there is no such station");
	json_object_put(list);
	return code;
}

/* --- lime-utils --- */

static void add_address(struct json_object *list, const char *version, const char *address)
{
	struct json_object *item;

	if (!*address)
		return;
	item = json_object_new_object();
	ubus_add(item, "version", version);
	ubus_add(item, "address", address);
	json_object_array_add(list, item);
}

static bool is_up(const char *root, const char *port)
{
	BUF_AUTO path = { 0 };
	FILE *file;
	int carrier;

	buf_printf(&path, "%s/sys/class/net/%s/carrier", strcmp(root, "/") ? root : "", port);
	file = fopen(path.text, "re");
	carrier = file ? fgetc(file) : EOF;
	if (file)
		fclose(file);
	return carrier == '1';
}

/* Calls with each port that a setting `port.NAME` gives a role. */
static void each_port(struct ubus_call *ubus, struct json_object *settings,
                      void (*found)(struct ubus_call *ubus, const char *port, const char *role))
{
	struct json_object *all = ubus_get(settings, "settings");

	for (size_t i = 0; all && i < json_object_array_length(all); i++) {
		struct json_object *one = json_object_array_get_idx(all, i);
		const char *name = ubus_get_text(one, "name"), *role = ubus_get_text(one, "value");

		if (!strncmp(name, "port.", 5) && !strchr(name, '/'))
			found(ubus, name + 5, strcmp(role, "default") != 0 && *role ? role : "lan");
	}
}

static void print_port(struct ubus_call *ubus, const char *port, const char *role,
                       struct json_object *item)
{
	ubus_add(item, "num", port);
	ubus_add(item, "role", role);
	ubus_add(item, "device", port);
	ubus_add(item, "link", is_up(ubus->call->calls->options.root, port) ? "up" : "down");
}

static void add_switch(struct ubus_call *ubus, const char *port, const char *role)
{
	struct json_object *item = json_object_new_object();

	print_port(ubus, port, role, item);
	json_object_array_add(ubus_get(ubus->result, "switch_status"), item);
}

static void add_ethernet(struct ubus_call *ubus, const char *port, const char *role)
{
	struct json_object *item = json_object_new_object();

	print_port(ubus, port, role, item);
	ubus_add(item, "eth_role", role);
	json_object_array_add(ubus_get(ubus->result, "interfaces"), item);
}

static enum ubus_code node_status(struct ubus_call *ubus)
{
	struct json_object *node = ubus_get(ubus->told[0], "node"), *ips;
	struct timespec since = { 0 };
	BUF_AUTO text = { 0 };

	ubus_add(ubus->result, "hostname", ubus_get_text(node, "name"));
	ips = ubus_add_list(ubus->result, "ips");
	add_address(ips, "4", ubus_get_text(node, "ipv4"));
	add_address(ips, "6", ubus_get_text(node, "ipv6"));
	add_most_active(ubus);
	(void)ubus_add_list(ubus->result, "switch_status");
	each_port(ubus, ubus->told[1], add_switch);
	(void)clock_gettime(CLOCK_BOOTTIME, &since);
	buf_printf(&text, "%lld.%02ld", (long long)since.tv_sec, since.tv_nsec / 10000000);
	ubus_add(ubus->result, "uptime", text.text);
	return ubus_done(ubus);
}

static enum ubus_code ethernet(struct ubus_call *ubus)
{
	(void)ubus_add_list(ubus->result, "interfaces");
	each_port(ubus, ubus->told[0], add_ethernet);
	return ubus_done(ubus);
}

static enum ubus_code upgrade_info(struct ubus_call *ubus)
{
	ubus_add_bool(ubus->result, "is_upgrade_confirm_supported", false);
	ubus_add_number(ubus->result, "safe_upgrade_confirm_remaining_s", -1);
	return ubus_done(ubus);
}

static enum ubus_code get_notes(struct ubus_call *ubus)
{
	ubus_copy(ubus->result, "notes", ubus->told[0], "notes", "");
	return ubus_done(ubus);
}

static enum ubus_code hotspot_status(struct ubus_call *ubus)
{
	ubus_add_bool(ubus->result, "enabled", false);
	ubus_add_bool(ubus->result, "connected", false);
	return ubus_done(ubus);
}

/* LibreMesh's own. */
static enum ubus_code community_settings(struct ubus_call *ubus)
{
	ubus_add(ubus->result, "good_signal", "-65");
	ubus_add(ubus->result, "bad_signal", "-82");
	ubus_add(ubus->result, "good_bandwidth", "5");
	ubus_add(ubus->result, "bad_bandwidth", "1");
	ubus_add(ubus->result, "acceptable_loss", "20");
	return ubus_done(ubus);
}

static void add_channels(struct ubus_call *ubus, struct json_object *channels, const char *band,
                         const char *setting)
{
	struct json_object *choices = ubus_get(ubus_setting(ubus->told[0], setting), "choices");

	json_object_object_add(channels, band,
	                       choices ? json_object_get(choices) : json_object_new_array());
}

static enum ubus_code get_config(struct ubus_call *ubus)
{
	struct json_object *channels;

	ubus_copy(ubus->result, "ap_ssid", ubus_setting(ubus->told[0], "network_name"), "value",
	          "");
	ubus_copy(ubus->result, "apname_ssid", ubus_setting(ubus->told[0], "wifi_name"), "value",
	          "");
	channels = ubus_add_object(ubus->result, "channels");
	add_channels(ubus, channels, "2.4ghz", "channel_2ghz");
	add_channels(ubus, channels, "5ghz", "channel_5ghz");
	return ubus_done(ubus);
}

/* --- others --- */

static enum ubus_code get_location(struct ubus_call *ubus)
{
	struct json_object *location = ubus_add_object(ubus->result, "location");
	struct json_object *latitude = ubus_setting(ubus->told[0], "latitude");

	ubus_copy(location, "lat", latitude, "value", "FIXME");
	ubus_copy(location, "lon", ubus_setting(ubus->told[0], "longitude"), "value", "FIXME");
	ubus_add_bool(ubus->result, "default",
	              *ubus_get_text(latitude, "value") &&
	                      strcmp(ubus_get_text(latitude, "from"), "node") != 0);
	return ubus_done(ubus);
}

static bool has_word(struct json_object *list, const char *word)
{
	for (size_t i = 0;
	     json_object_is_type(list, json_type_array) && i < json_object_array_length(list);
	     i++) {
		const char *text = json_object_get_string(json_object_array_get_idx(list, i));

		if (text && !strcmp(text, word))
			return true;
	}
	return false;
}

/* The password itself is a secret also to who may change it. */
static enum ubus_code access_points(struct ubus_call *ubus)
{
	struct json_object *settings = ubus->told[0], *modes = ubus_setting(settings, "modes");
	struct json_object *password = ubus_setting(settings, "wifi_password");
	struct json_object *node = ubus_add_object(ubus->result, "node_ap"), *community;

	ubus_copy(node, "ssid", ubus_setting(settings, "wifi_name"), "value", "");
	ubus_add_bool(node, "enabled", has_word(ubus_get(modes, "value"), "apname"));
	ubus_add_bool(node, "has_password",
	              json_object_get_boolean(ubus_get(password, "has_value")));
	community = ubus_add_object(ubus->result, "community_ap");
	ubus_copy(community, "ssid", ubus_setting(settings, "network_name"), "value", "");
	ubus_add_bool(community, "enabled", has_word(ubus_get(modes, "value"), "ap"));
	ubus_add_bool(
		ubus_add_object(community, "community"), "enabled",
		has_word(ubus_get(modes, ubus_get(modes, "inherited") ? "inherited" : "value"),
	                 "ap"));
	return ubus_done(ubus);
}

static enum ubus_code is_connected(struct ubus_call *ubus)
{
	struct json_object *ways = ubus_get(ubus->told[0], "internet");
	bool connected = false;

	for (size_t i = 0; ways && i < json_object_array_length(ways); i++) {
		const char *by = ubus_get_text(json_object_array_get_idx(ways, i), "by");

		connected = connected || (*by && strcmp(by, "none") != 0);
	}
	ubus_add_bool(ubus->result, "connected", connected);
	return ubus_done(ubus);
}

const struct ubus_method ubus_node_methods[] = {
	{ "system", "board", UBUS_PUBLIC, board, { "status" } },
	{ "system", "reboot", UBUS_ROOT, reboot },
	{ "iwinfo", "assoclist", UBUS_PUBLIC, assoclist },
	{ "lime-utils", "get_node_status", UBUS_PUBLIC, node_status, { "status", "settings_get" } },
	{ "lime-utils", "get_mesh_ifaces", UBUS_PUBLIC, mesh_ifaces },
	{ "lime-utils", "get_notes", UBUS_PUBLIC, get_notes, { "notes_get" } },
	{ "lime-utils", "get_upgrade_info", UBUS_PUBLIC, upgrade_info },
	{ "lime-utils", "hotspot_wwan_get_status", UBUS_PUBLIC, hotspot_status },
	{ "lime-utils", "get_community_settings", UBUS_PUBLIC, community_settings },
	{ "lime-utils", "get_config", UBUS_PUBLIC, get_config, { "settings_get" } },
	{ "lime-metrics", "get_station_traffic", UBUS_PUBLIC, station_traffic },
	{ "lime-location", "get", UBUS_PUBLIC, get_location, { "settings_get" } },
	{ "lime-eth-config", "get_eth_config", UBUS_PUBLIC, ethernet, { "settings_get" } },
	{ "wireless-service",
	  "get_access_points_data",
	  UBUS_PUBLIC,
	  access_points,
	  { "settings_get" } },
	{ "wireless-service-admin",
	  "get_access_points_data",
	  UBUS_ROOT,
	  access_points,
	  { "settings_get" } },
	{ "check-internet", "is_connected", UBUS_ROOT, is_connected, { "status" } },
	{ 0 },
};
