/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What LimeApp asks of parts that weft does not have: firmware, a mobile hotspot, remote support,
 * vouchers.  Reading says so in the words that its pages understand, changing says why not.
 */
#include <json-c/json.h>
#include <string.h>

#include "daemon/web/ubus.h"

static enum ubus_code nothing(struct ubus_call *ubus)
{
	return ubus_done(ubus);
}

static enum ubus_code no_file(struct ubus_call *ubus)
{
	return ubus_fail(ubus, ubus_text(ubus, "fw_path") ? "Firmware file not found"
	                                                  : "Firmware file needed");
}

static enum ubus_code no_confirm(struct ubus_call *ubus)
{
	return ubus_fail(ubus, "no firmware waits to be confirmed");
}

static enum ubus_code no_hotspot(struct ubus_call *ubus)
{
	return ubus_fail(ubus, "hotspot ap not found");
}

static enum ubus_code confirm_supported(struct ubus_call *ubus)
{
	ubus_add_bool(ubus->result, "supported", false);
	return ubus_done(ubus);
}

static enum ubus_code last_upgrade(struct ubus_call *ubus)
{
	(void)ubus_add_object(ubus->result, "metadata");
	return ubus_done(ubus);
}

/* The original's words, misspelt, which its page knows. */
static enum ubus_code no_download(struct ubus_call *ubus)
{
	return ubus_fail(ubus, "New version is not availabe");
}

static enum ubus_code download_status(struct ubus_call *ubus)
{
	ubus_add(ubus->result, "download_status", "not-initiated");
	return ubus_done(ubus);
}

/* --- mesh-wide upgrades --- */

static enum ubus_code mesh_upgrade(struct ubus_call *ubus)
{
	static const char *const empty[] = { "candidate_fw", "repo_url", "eupgradestate", "error" };
	struct json_object *node = ubus_get(ubus->told[0], "node");
	const char *ip = ubus_get_text(node, "ipv4");
	BUF_AUTO plain = { 0 };

	for (size_t i = 0; i < ARRAY_LENGTH(empty); i++)
		ubus_add(ubus->result, empty[i], "");
	ubus_add(ubus->result, "upgrade_state", "DEFAULT");
	ubus_add(ubus->result, "main_node", "NO");
	ubus_add_number(ubus->result, "retry_count", 0);
	ubus_add_number(ubus->result, "timestamp", 0);
	ubus_add_number(ubus->result, "safeupgrade_start_mark", 0);
	ubus_add_number(ubus->result, "su_start_time_out", 0);
	ubus_add(ubus->result, "board_name", "");
	ubus_add(ubus->result, "current_fw", "weft " WEFT_VERSION);
	buf_add_bytes(&plain, ip, strcspn(ip, "/"));
	ubus_add(ubus->result, "node_ip", buf_text(&plain));
	/* Spelt as it is. */
	ubus_add_number(ubus->result, "safeupgrade_start_remining", -1);
	ubus_add_number(ubus->result, "confirm_remining", -1);
	return ubus_done(ubus);
}

static enum ubus_code no_upgrade(struct ubus_call *ubus)
{
	ubus_add(ubus->result, "code", "NOT_SUPPORTED");
	ubus_add(ubus->result, "error", "weft does not upgrade firmware");
	return UBUS_OK;
}

/* --- remote support --- */

static enum ubus_code no_session(struct ubus_call *ubus)
{
	ubus_add(ubus->result, "session", "no session");
	return ubus_done(ubus);
}

static enum ubus_code no_support(struct ubus_call *ubus)
{
	return ubus_fail(ubus, "weft opens no way in from outside");
}

/* --- vouchers --- */

static enum ubus_code portal_config(struct ubus_call *ubus)
{
	ubus_add_bool(ubus->result, "activated", false);
	ubus_add_bool(ubus->result, "with_vouchers", false);
	return ubus_done(ubus);
}

static enum ubus_code portal_page(struct ubus_call *ubus)
{
	static const char *const members[] = { "title",      "main_text",
		                               "logo",       "background_color",
		                               "link_title", "link_url" };

	for (size_t i = 0; i < ARRAY_LENGTH(members); i++)
		ubus_add(ubus->result, members[i], "");
	return UBUS_OK;
}

static enum ubus_code no_vouchers(struct ubus_call *ubus)
{
	(void)ubus_add_list(ubus->result, "vouchers");
	return ubus_done(ubus);
}

static enum ubus_code no_portal(struct ubus_call *ubus)
{
	return ubus_fail(ubus, "this node has no captive portal");
}

const struct ubus_method ubus_absent_methods[] = {
	{ "lime-utils-admin", "firmware_upgrade", UBUS_ROOT, no_file },
	{ "lime-utils-admin", "firmware_confirm", UBUS_ROOT, no_confirm },
	{ "lime-utils-admin", "hotspot_wwan_enable", UBUS_ROOT, no_hotspot },
	{ "lime-utils-admin", "hotspot_wwan_disable", UBUS_ROOT, nothing },
	{ "lime-utils-admin", "is_upgrade_confirm_supported", UBUS_ROOT, confirm_supported },
	{ "lime-utils-admin", "last_upgrade_metadata", UBUS_ROOT, last_upgrade },
	{ "eupgrade", "is_new_version_available", UBUS_PUBLIC, nothing },
	{ "eupgrade", "download_status", UBUS_ROOT, download_status },
	{ "eupgrade", "start_download", UBUS_ROOT, no_download },
	{ "lime-mesh-upgrade", "get_node_status", UBUS_PUBLIC, mesh_upgrade, { "status" } },
	{ "lime-mesh-upgrade", "become_main_node", UBUS_ROOT, no_upgrade },
	{ "lime-mesh-upgrade", "start_firmware_upgrade_transaction", UBUS_ROOT, no_upgrade },
	{ "lime-mesh-upgrade", "start_safe_upgrade", UBUS_ROOT, no_upgrade },
	{ "lime-mesh-upgrade", "confirm_boot_partition", UBUS_ROOT, no_upgrade },
	{ "lime-mesh-upgrade", "abort", UBUS_ROOT, no_upgrade },
	{ "tmate", "get_session", UBUS_ROOT, no_session },
	{ "tmate", "open_session", UBUS_ROOT, no_support },
	{ "tmate", "close_session", UBUS_ROOT, nothing },
	{ "pirania", "get_portal_config", UBUS_PUBLIC, portal_config },
	{ "pirania", "set_portal_config", UBUS_ROOT, no_portal },
	{ "pirania", "get_portal_page_content", UBUS_ANYBODY, portal_page },
	{ "pirania", "set_portal_page_content", UBUS_ROOT, no_portal },
	{ "pirania", "list_vouchers", UBUS_ROOT, no_vouchers },
	{ "pirania", "add_vouchers", UBUS_ROOT, no_portal },
	{ "pirania", "rename", UBUS_ROOT, no_portal },
	{ "pirania", "invalidate", UBUS_ROOT, no_portal },
	{ 0 },
};
