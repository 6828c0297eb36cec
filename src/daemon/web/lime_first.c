/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * LimeApp's first-boot wizard, over the methods of docs/first-start.md.
 */
#include <event2/event.h>
#include <json-c/json.h>
#include <string.h>

#include "base/diag.h"
#include "daemon/web/password.h"
#include "daemon/web/ubus.h"
#include "net/ip.h"

#define CONFIRM_S 1

/* LimeApp knows a node on the air by its radio's address; the MAC that is in its link-local one
 * (RFC 4291, appendix A) is as good. */
static void print_bssid(const char *address, struct buf *out)
{
	struct mac mac = { 0 };
	char text[MAC_TEXT_SIZE];
	BUF_AUTO plain = { 0 };
	struct ip ip;

	buf_add_bytes(&plain, address, strcspn(address, "%"));
	if (ip_parse(buf_text(&plain), &ip) && ip.family == IP_V6) {
		memcpy(mac.byte, ip.byte + 8, 3);
		memcpy(mac.byte + 3, ip.byte + 13, 3);
		mac.byte[0] ^= 2;
	}
	buf_add(out, mac_format(&mac, text));
}

/* What LibreMesh calls the file that it fetched of a neighbour. */
static void print_file(struct json_object *network, struct buf *out)
{
	const char *node = ubus_get_text(network, "node");

	buf_printf(out, "lime-community__host__%s__", *node ? node : "node");
	print_bssid(ubus_get_text(network, "address"), out);
}

static void add_network(struct json_object *networks, struct json_object *network)
{
	const char *name = ubus_get_text(network, "network_name");
	struct json_object *item = json_object_new_object(), *wifi;
	BUF_AUTO file = { 0 };
	BUF_AUTO apname = { 0 };

	print_file(network, &file);
	buf_printf(&apname, "%s/%%H", name);
	ubus_add(item, "file", file.text);
	wifi = ubus_add_object(ubus_add_object(item, "config"), "wifi");
	ubus_add(wifi, "ap_ssid", name);
	ubus_add(wifi, "apname_ssid", apname.text);
	json_object_array_add(networks, item);
}

static const char *code_of(const char *state)
{
	static const char *const codes[][2] = {
		{ "asking", "downloading_config" },
		{ "ready", "downloaded_config" },
		{ "not configured", "error_not_configured" },
	};

	for (size_t i = 0; i < ARRAY_LENGTH(codes); i++) {
		if (!strcmp(codes[i][0], state))
			return codes[i][1];
	}
	return "error_download_lime_community";
}

/* Who is heard on a cable has no signal; that is as good as a signal gets. */
static void add_scanned(struct json_object *scanned, struct json_object *network)
{
	struct json_object *item = json_object_new_object(), *status;
	const char *code = code_of(ubus_get_text(network, "state"));
	BUF_AUTO bssid = { 0 };

	print_bssid(ubus_get_text(network, "address"), &bssid);
	ubus_copy(item, "ssid", network, "network_name", "");
	ubus_add(item, "bssid", bssid.text);
	ubus_add_number(item, "channel", 0);
	ubus_add_number(item, "signal", -30);
	ubus_add_number(item, "quality", 70);
	ubus_add_number(item, "quality_max", 70);
	ubus_add(item, "mode", "Mesh Point");
	ubus_add_number(item, "phy_idx", 0);
	status = ubus_add_object(item, "status");
	ubus_add_bool(status, "retval", strncmp(code, "error", 5) != 0);
	ubus_add(status, "code", code);
	json_object_array_add(scanned, item);
}

static enum ubus_code status(struct ubus_call *ubus)
{
	struct json_object *heard = ubus_get(ubus->told[1], "networks"), *networks, *scanned;
	bool searching = json_object_get_boolean(ubus_get(ubus->told[1], "searching"));

	ubus_add_bool(ubus->result, "lock",
	              json_object_get_boolean(ubus_get(ubus->told[0], "new")));
	ubus_add(ubus->result, "status", searching ? "scanning" : "scanned");
	networks = ubus_add_list(ubus->result, "networks");
	scanned = ubus_add_list(ubus->result, "scanned");
	for (size_t i = 0; heard && i < json_object_array_length(heard); i++) {
		struct json_object *network = json_object_array_get_idx(heard, i);

		add_scanned(scanned, network);
		if (!strcmp(ubus_get_text(network, "state"), "ready"))
			add_network(networks, network);
	}
	return UBUS_OK;
}

/* Asking is what begins the search. */
static enum ubus_code search(struct ubus_call *ubus)
{
	ubus_add_bool(ubus->result, "status", true);
	return UBUS_OK;
}

static enum ubus_code dismiss(struct ubus_call *ubus)
{
	struct json_object *changes = json_object_new_array();
	enum ubus_code code;

	json_object_array_add(changes,
	                      json_object_new_string("system.firstbootwizard_dismissed=1"));
	code = ubus_change(ubus, changes);
	if (!strcmp(ubus_get_text(ubus->result, "status"), "ok"))
		ubus_add(ubus->result, "status", "done");
	return code;
}

/* --- beginning --- */

/* In the name of who began it, whose page does not know of confirming. */
static struct json_object *ask_quietly(struct calls *calls, const char *method, int id)
{
	struct json_object *question = json_object_new_object(), *result = NULL;
	struct request *request;

	ubus_add(question, "method", method);
	if (id)
		ubus_add_number(ubus_add_object(question, "params"), "id", id);
	request = request_from(question);
	json_object_put(question);
	request_set_rights(request, RIGHTS_LOCAL);
	if (request_call(request, calls->options.host) == 0)
		result = json_tokener_parse(buf_text(&request->result));
	request_free(request);
	return result;
}

void ubus_first_look(int fd, short what, void *data)
{
	struct timeval delay = { CONFIRM_S, 0 };
	struct calls *calls = data;
	struct json_object *progress = ask_quietly(calls, "progress", 0);
	const char *step = ubus_get_text(progress, "step");

	(void)fd;
	(void)what;
	if (!strcmp(step, "waiting"))
		json_object_put(ask_quietly(calls, "settings_confirm",
		                            json_object_get_int(ubus_get(progress, "id"))));
	else if (*step && strcmp(step, "done") != 0 && strcmp(step, "failed") != 0)
		event_add(calls->first_look, &delay);
	json_object_put(progress);
}

static enum ubus_code begin(struct ubus_call *ubus, const char *method, struct json_object *params,
                            const char *word)
{
	struct timeval delay = { CONFIRM_S, 0 };
	enum ubus_code code = ubus_do(ubus, method, params, word);

	if (!strcmp(ubus_get_text(ubus->result, "status"), word))
		event_add(ubus->call->calls->first_look, &delay);
	return code;
}

static void pass(struct json_object *params, const char *name, const char *text)
{
	if (text && *text)
		ubus_add(params, name, text);
}

/* What LimeApp calls so may not be good enough here: nothing is begun then. */
static bool set_password(struct ubus_call *ubus)
{
	const char *password = ubus_text(ubus, "adminPassword");
	const char *root = ubus->call->calls->options.root;
	AUTO(diag_free) struct diag *diag = diag_new();
	const struct diag_item *item;

	if (password_has(root, PASSWORD_COMMUNITY) ||
	    password_set(root, PASSWORD_COMMUNITY, password ? password : "", diag) == 0) {
		if (ubus->session && ubus->rights == RIGHTS_FIRST)
			ubus->session->rights = ubus->rights = RIGHTS_COMMUNITY;
		return true;
	}
	item = diag_first(diag);
	(void)ubus_fail(ubus, item ? item->text : "the password cannot be set");
	return false;
}

static enum ubus_code create_network(struct ubus_call *ubus)
{
	struct json_object *params;

	if (!json_object_get_boolean(ubus_get(ubus->told[0], "new")))
		return ubus_fail(ubus, "this node has a network");
	if (!set_password(ubus))
		return UBUS_OK;
	params = json_object_new_object();
	pass(params, "network_name", ubus_text(ubus, "network"));
	pass(params, "name", ubus_text(ubus, "hostname"));
	pass(params, "country", ubus_text(ubus, "country"));
	return begin(ubus, "start", params, "done");
}

static struct json_object *find_network(struct json_object *networks, const char *file)
{
	for (size_t i = 0; networks && i < json_object_array_length(networks); i++) {
		struct json_object *network = json_object_array_get_idx(networks, i);
		BUF_AUTO name = { 0 };

		print_file(network, &name);
		if (!strcmp(name.text, file))
			return network;
	}
	return NULL;
}

static enum ubus_code set_network(struct ubus_call *ubus)
{
	const char *file = ubus_text(ubus, "file"), *hostname = ubus_text(ubus, "hostname");
	struct json_object *params, *network;

	if (!file || !hostname)
		return ubus_fail(ubus, "file and hostname are needed");
	network = find_network(ubus_get(ubus->told[0], "networks"), file);
	if (!network)
		return ubus_fail(ubus, "this network is not heard any more");
	params = json_object_new_object();
	pass(params, "network", ubus_get_text(network, "id"));
	pass(params, "name", hostname);
	return begin(ubus, "join", params, "configuring");
}

const struct ubus_method ubus_first_methods[] = {
	{ "lime-fbw", "status", UBUS_PUBLIC, status, { "first_start", "networks" } },
	{ "lime-fbw", "dismiss", UBUS_EDITS, dismiss },
	{ "lime-fbw", "start", UBUS_FIRST, search, { "networks" } },
	{ "lime-fbw", "stop", UBUS_FIRST, search },
	{ "lime-fbw", "restart", UBUS_FIRST, search, { "networks" } },
	{ "lime-fbw", "set_network", UBUS_FIRST, set_network, { "networks" } },
	{ "lime-fbw", "create_network", UBUS_FIRST, create_network, { "first_start" } },
	{ 0 },
};
