/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What LimeApp changes: with root's password, and some of it by its public login where the node's
 * owner lets it.
 */
#include <errno.h>
#include <json-c/json.h>
#include <string.h>

#include "base/diag.h"
#include "daemon/web/password.h"
#include "daemon/web/ubus.h"

enum ubus_code ubus_change(struct ubus_call *ubus, struct json_object *changes)
{
	struct json_object *params = json_object_new_object(), *applied, *confirm, *errors;
	BUF_AUTO error = { 0 };

	json_object_object_add(params, "changes", changes);
	applied = ubus_own(ubus, "settings_apply", params, &error);
	if (!applied && ubus->status == -EALREADY)
		return ubus_done(ubus);
	if (!applied)
		return ubus_fail(ubus, buf_text(&error));
	errors = ubus_get(applied, "errors");
	if (errors) {
		buf_add(&error, ubus_get_text(json_object_array_get_idx(errors, 0), "text"));
	} else if (ubus_get(applied, "id")) {
		confirm = json_object_new_object();
		json_object_object_add(confirm, "id", json_object_get(ubus_get(applied, "id")));
		json_object_put(ubus_own(ubus, "settings_confirm", confirm, &error));
	}
	json_object_put(applied);
	return error.length ? ubus_fail(ubus, error.text) : ubus_done(ubus);
}

static void add_change(struct json_object *changes, const char *name, const char *value)
{
	BUF_AUTO text = { 0 };

	buf_printf(&text, "%s=%s", name, value);
	json_object_array_add(changes, json_object_new_string(text.text));
}

static enum ubus_code set_notes(struct ubus_call *ubus)
{
	const char *text = ubus_text(ubus, "text");
	struct json_object *params = json_object_new_object(), *own;
	BUF_AUTO error = { 0 };

	ubus_add(params, "notes", text ? text : "");
	own = ubus_own(ubus, "notes_set", params, &error);
	if (!own)
		return ubus_fail(ubus, buf_text(&error));
	ubus_copy(ubus->result, "notes", own, "notes", "");
	json_object_put(own);
	return ubus_done(ubus);
}

static enum ubus_code set_location(struct ubus_call *ubus)
{
	const char *latitude = ubus_text(ubus, "lat"), *longitude = ubus_text(ubus, "lon");
	struct json_object *changes;

	if (!latitude || !longitude)
		return UBUS_INVALID_ARGUMENT;
	changes = json_object_new_array();
	add_change(changes, "latitude", latitude);
	add_change(changes, "longitude", longitude);
	ubus_add(ubus->result, "lat", latitude);
	ubus_add(ubus->result, "lon", longitude);
	return ubus_change(ubus, changes);
}

/* LibreMesh's rule. */
static bool is_hostname(const char *name)
{
	size_t length = strlen(name);

	return length >= 2 && length <= 63 && name[0] != '-' && name[length - 1] != '-' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz"
	                    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == length;
}

static enum ubus_code set_hostname(struct ubus_call *ubus)
{
	const char *name = ubus_text(ubus, "hostname");
	struct json_object *changes;

	if (!name)
		return ubus_fail(ubus, "Hostname not provided");
	if (!is_hostname(name))
		return ubus_fail(ubus, "Invalid hostname");
	changes = json_object_new_array();
	add_change(changes, "name", name);
	return ubus_change(ubus, changes);
}

/* LibreMesh's is shared by the community. */
static enum ubus_code set_root_password(struct ubus_call *ubus)
{
	const char *password = ubus_text(ubus, "password");
	struct calls *calls = ubus->call->calls;
	AUTO(diag_free) struct diag *diag = diag_new();
	const struct diag_item *item;

	if (ubus->rights < RIGHTS_COMMUNITY &&
	    password_has(calls->options.root, PASSWORD_COMMUNITY))
		return ubus_fail(ubus, "this needs the community's password");
	if (password_set(calls->options.root, PASSWORD_COMMUNITY, password ? password : "", diag) ==
	    0) {
		sessions_end_all(calls->sessions, ubus->session);
		if (ubus->session)
			ubus->session->rights = RIGHTS_COMMUNITY;
		return ubus_done(ubus);
	}
	item = diag_first(diag);
	return ubus_fail(ubus, item ? item->text : "the password cannot be set");
}

static enum ubus_code set_node_ap(struct ubus_call *ubus)
{
	const char *password = ubus_text(ubus, "password");
	struct json_object *has = ubus_get(ubus->args, "has_password"), *changes;
	bool off = has && !json_object_get_boolean(has);

	if (!password)
		return UBUS_INVALID_ARGUMENT;
	changes = json_object_new_array();
	add_change(changes, "wifi_password", off ? "" : password);
	if (off)
		add_change(changes, "wifi.apname_encryption", "");
	return ubus_change(ubus, changes);
}

/* The mode `ap` is a word of a list, of which each is said. */
static enum ubus_code set_community_ap(struct ubus_call *ubus)
{
	struct json_object *modes = ubus_get(ubus_setting(ubus->told[0], "modes"), "value");
	struct json_object *enabled = ubus_get(ubus->args, "enabled"), *changes;

	if (!json_object_is_type(enabled, json_type_boolean))
		return UBUS_INVALID_ARGUMENT;
	if (!json_object_is_type(modes, json_type_array))
		return ubus_fail(ubus, "this node has no radios");
	changes = json_object_new_array();
	for (size_t i = 0; i < json_object_array_length(modes); i++) {
		const char *mode = json_object_get_string(json_object_array_get_idx(modes, i));

		if (strcmp(mode, "ap") != 0)
			add_change(changes, "modes", mode);
	}
	if (json_object_get_boolean(enabled))
		add_change(changes, "modes", "ap");
	return ubus_change(ubus, changes);
}

static enum ubus_code set_ethernet(struct ubus_call *ubus)
{
	const char *device = ubus_text(ubus, "device"), *role = ubus_text(ubus, "role");
	struct json_object *changes;
	BUF_AUTO name = { 0 };

	if (!device || !role)
		return UBUS_INVALID_ARGUMENT;
	buf_printf(&name, "port.%s", device);
	changes = json_object_new_array();
	add_change(changes, name.text, role);
	return ubus_change(ubus, changes);
}

static enum ubus_code mark_gone(struct ubus_call *ubus)
{
	struct json_object *names = ubus_get(ubus->args, "hostnames");
	BUF_AUTO error = { 0 };

	if (!json_object_is_type(names, json_type_array))
		return UBUS_INVALID_ARGUMENT;
	for (size_t i = 0; i < json_object_array_length(names) && !error.length; i++) {
		struct json_object *params = json_object_new_object();

		json_object_object_add(params, "hostname",
		                       json_object_get(json_object_array_get_idx(names, i)));
		json_object_put(ubus_own(ubus, "forget_node", params, &error));
	}
	return error.length ? ubus_fail(ubus, error.text) : ubus_done(ubus);
}

const struct ubus_method ubus_change_methods[] = {
	{ "lime-utils", "set_notes", UBUS_EDITS, set_notes },
	{ "lime-location", "set", UBUS_EDITS, set_location },
	{ "lime-eth-config", "set_eth_config", UBUS_EDITS, set_ethernet },
	{ "lime-utils-admin", "set_root_password", UBUS_FIRST, set_root_password },
	{ "lime-utils-admin", "set_hostname", UBUS_ROOT, set_hostname },
	{ "wireless-service-admin", "set_node_ap", UBUS_ROOT, set_node_ap },
	{ "wireless-service-admin",
	  "set_community_ap",
	  UBUS_ROOT,
	  set_community_ap,
	  { "settings_get" } },
	{ "network-nodes", "mark_nodes_as_gone", UBUS_ROOT, mark_gone },
	{ 0 },
};
