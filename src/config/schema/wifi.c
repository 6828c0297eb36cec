/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * config lime wifi (all radios), config lime-wifi-band BAND, config wifi RADIO.
 *
 * Beside the radio's own options there may be those of its interfaces: MODE_OPTION for
 * the interfaces of one mode, OPTION for all of them.  OPTION is anything that OpenWrt's
 * wifi-iface sections know; the list below is theirs, so that a slip of the hand is seen.
 */
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "config/schema/schema.h"

#define CHANNEL_MAX  233 /* 6 GHz; IEEE 802.11 table E-4 */
#define DISTANCE_MAX 1000000
#define TXPOWER_MAX  40

static bool is_among(const char *const *words, const char *text)
{
	while (*words && strcmp(*words, text) != 0)
		words++;
	return *words;
}

static const char *check_channel(const char *text)
{
	uint32_t number;

	return !strcmp(text, "auto") || number_parse(text, 1, CHANNEL_MAX, &number)
	               ? NULL
	               : "is neither a channel (a number up to 233) nor auto";
}

static const char *check_htmode(const char *text)
{
	static const char *const modes[] = {
		"NONE",  "NOHT",   "HT20",   "HT40-",    "HT40+",    "HT40",  "VHT20", "VHT40",
		"VHT80", "VHT160", "HE20",   "HE40",     "HE80",     "HE160", "EHT20", "EHT40",
		"EHT80", "EHT160", "EHT320", "EHT320-1", "EHT320-2", NULL,
	};

	return is_among(modes, text) ? NULL : "is not a channel width like HT20, VHT80 or HE80";
}

static const char *check_distance(const char *text)
{
	uint32_t metres;

	return !strcmp(text, "auto") || number_parse(text, 0, DISTANCE_MAX, &metres)
	               ? NULL
	               : "is neither a distance in metres (up to 1000000) nor auto";
}

static const char *check_txpower(const char *text)
{
	uint32_t dbm;

	return !strcmp(text, "auto") || number_parse(text, 0, TXPOWER_MAX, &dbm)
	               ? NULL
	               : "is neither a power in dBm (up to 40) nor auto";
}

static bool is_country_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static const char *check_country(const char *text)
{
	return strlen(text) == 2 && is_country_letter(text[0]) && is_country_letter(text[1])
	               ? NULL
	               : "is not a country's two capital letters";
}

/* For wifi-unstuck-wa, which reads them itself. */
static const char *check_minutes(const char *text)
{
	uint32_t minutes;

	return !strcmp(text, "-1") || number_parse(text, 0, 1440, &minutes)
	               ? NULL
	               : "is neither a number of minutes (up to 1440) nor -1";
}

static const char *check_seconds(const char *text)
{
	uint32_t seconds;

	return number_parse(text, 0, 86400, &seconds) ? NULL
	                                              : "is not a number of seconds (up to 86400)";
}

#define TEXT(member_, def_text_, check_, doc_)                                            \
	{                                                                                 \
		.name = #member_, .doc = (doc_), .type = FIELD_TYPE_STRING,               \
		.at = FIELD_AT(struct wifi_options, member_, const char *),               \
		.def_text = (def_text_), .check = (check_), .is_others = (check_) != NULL \
	}

static const struct field fields[] = {
	FIELD_LIST(struct wifi_options, modes, "ap apname ieee80211s",
	           "What the radio does; manual: leave it alone"),
	{
		.name = "channel",
		.doc = "Channel, or one for each radio of the band in turn; or auto",
		.type = FIELD_TYPE_LIST,
		.at = FIELD_AT(struct wifi_options, channel, struct string_list),
		.check = check_channel,
		.is_others = true,
	},
	TEXT(htmode, NULL, check_htmode, "Width and generation: HT20, VHT80, HE80 and the like"),
	TEXT(distance, NULL, check_distance, "Longest link in metres, or auto"),
	TEXT(country, NULL, check_country, "Whose rules for radio hold"),
	TEXT(txpower, NULL, check_txpower, "Power in dBm, or auto"),
	TEXT(legacy_rates, NULL, NULL, "802.11b's rates, on 2.4 GHz"),
	FIELD_BOOL(struct wifi_options, distance_use_auto_if_available, true,
	           "Let the radio measure the distance where it can"),
	TEXT(unstuck_interval, "10", check_minutes,
	     "Minutes between two tries to unstick a radio; -1: never"),
	TEXT(unstuck_timeout, "300", check_seconds,
	     "Seconds without clients before a radio counts as stuck"),
};
const SHAPE(wifi_shape, "wifi", "A radio", struct wifi_options, fields);

bool wifi_wants_measuring(const struct config_option *distance,
                          const struct config_option *use_auto_if_available)
{
	const struct field *field = shape_field(&wifi_shape, "distance_use_auto_if_available");
	AUTO(diag_free) struct diag *nowhere = diag_new();
	AUTO(arena_free) struct arena *arena = arena_new();
	struct wifi_options options = { .distance_use_auto_if_available = field->def };

	if (distance && strcmp(distance->values[0].text, "auto") == 0)
		return true;
	/* config_check() has said already what is wrong with it. */
	if (use_auto_if_available)
		(void)!field_set(field, arena, &options, use_auto_if_available->values[0].text,
		                 &use_auto_if_available->values[0].origin, nowhere);
	return options.distance_use_auto_if_available;
}

/* LibreMesh's; all of them, so that files that name one are no mistake. */
static const char *const modes[] = { "adhoc", "ap",         "apbb",   "apname",
	                             "apup",  "ieee80211s", "client", NULL };

/* Of OpenWrt's wifi-iface sections, and what LibreMesh itself writes into lime-autogen. */
static const char *const iface_options[] = {
	"acct_interval",
	"acct_port",
	"acct_secret",
	"acct_server",
	"airtime_bss_limit",
	"airtime_bss_weight",
	"airtime_sta_weight",
	"anonymous_identity",
	"ap_max_inactivity",
	"ap_table_expiration_time",
	"ap_table_max_size",
	"apup",
	"apup_peer_ifname_prefix",
	"assocresp_elements",
	"auth",
	"auth_cache",
	"auth_port",
	"auth_secret",
	"auth_server",
	"band_steering_support",
	"basic_rate",
	"beacon_int",
	"bridge_isolate",
	"bss_load_update_period",
	"bss_transition",
	"bssid",
	"ca_cert",
	"ca_cert2",
	"ca_cert2_usesystem",
	"ca_cert_usesystem",
	"chan_util_avg_period",
	"client_cert",
	"client_cert2",
	"dae_client",
	"dae_port",
	"dae_secret",
	"default_disabled",
	"device_name",
	"device_type",
	"disable_dgaf",
	"disabled",
	"disassoc_low_ack",
	"distance",
	"domain_match",
	"domain_match2",
	"domain_suffix_match",
	"domain_suffix_match2",
	"doth",
	"dpp",
	"dtim_period",
	"dynamic_ownip",
	"dynamic_vlan",
	"dynack",
	"eap_reauth_period",
	"eap_type",
	"eapol_version",
	"encryption",
	"erp_domain",
	"fils",
	"fils_cache_id",
	"fils_dhcp",
	"ft_bridge",
	"ft_over_ds",
	"ft_psk_generate_local",
	"fw_lowlat",
	"hidden",
	"identity",
	"ieee80211k",
	"ieee80211r",
	"ieee80211v",
	"ieee80211w",
	"ieee80211w_max_timeout",
	"ieee80211w_mgmt_cipher",
	"ieee80211w_retry_timeout",
	"ifname",
	"inactivity_pool",
	"interworking",
	"isolate",
	"iw_access_network_type",
	"iw_anqp_3gpp_cell_net",
	"iw_anqp_elem",
	"iw_asra",
	"iw_domain_name",
	"iw_enabled",
	"iw_esr",
	"iw_gas_address3",
	"iw_hessid",
	"iw_internet",
	"iw_ipaddr_type_availability",
	"iw_nai_realm",
	"iw_network_auth_type",
	"iw_qos_map_set",
	"iw_roaming_consortium",
	"iw_uesa",
	"iw_venue_group",
	"iw_venue_name",
	"iw_venue_type",
	"iw_venue_url",
	"key",
	"key1",
	"key2",
	"key3",
	"key4",
	"log_level",
	"logger_stdout",
	"logger_syslog",
	"macaddr",
	"macfile",
	"macfilter",
	"maclist",
	"manufacturer",
	"max_inactivity",
	"max_listen_int",
	"maxassoc",
	"mbo",
	"mcast_rate",
	"mesh_auto_open_plinks",
	"mesh_awake_window",
	"mesh_confirm_timeout",
	"mesh_connected_to_as",
	"mesh_connected_to_gate",
	"mesh_element_ttl",
	"mesh_fwding",
	"mesh_gate_announcements",
	"mesh_holding_timeout",
	"mesh_hwmp_active_path_timeout",
	"mesh_hwmp_active_path_to_root_timeout",
	"mesh_hwmp_confirmation_interval",
	"mesh_hwmp_max_preq_retries",
	"mesh_hwmp_net_diam_traversal_time",
	"mesh_hwmp_preq_min_interval",
	"mesh_hwmp_rann_interval",
	"mesh_hwmp_root_interval",
	"mesh_hwmp_rootmode",
	"mesh_id",
	"mesh_max_peer_links",
	"mesh_max_retries",
	"mesh_min_discovery_timeout",
	"mesh_nolearn",
	"mesh_path_refresh_time",
	"mesh_plink_timeout",
	"mesh_power_mode",
	"mesh_retry_timeout",
	"mesh_rssi_threshold",
	"mesh_sync_offset_max_neighor",
	"mesh_ttl",
	"mobility_domain",
	"mode",
	"model_name",
	"model_number",
	"multi_ap",
	"multi_ap_backhaul_key",
	"multi_ap_backhaul_ssid",
	"multicast_rate",
	"multicast_to_unicast",
	"multicast_to_unicast_all",
	"na_mcast_to_ucast",
	"nasid",
	"network",
	"network_vlan",
	"ocv",
	"okc",
	"osu_provider",
	"osu_ssid",
	"ownip",
	"owe_transition",
	"owe_transition_bssid",
	"owe_transition_ifname",
	"owe_transition_ssid",
	"password",
	"per_sta_vif",
	"phy_macaddr",
	"pmk_r1_push",
	"powersave",
	"ppsk",
	"priv_key",
	"priv_key2",
	"priv_key2_pwd",
	"priv_key_pwd",
	"proxy_arp",
	"qos_map_set",
	"r0_key_lifetime",
	"r0kh",
	"r1_key_holder",
	"r1kh",
	"radius_acct_req_attr",
	"radius_auth_req_attr",
	"radius_client_addr",
	"reassociation_deadline",
	"request_cui",
	"rnr",
	"rnr_beacon",
	"rrm_beacon_report",
	"rrm_neighbor_report",
	"rsn_override",
	"rsn_preauth",
	"rts",
	"rts_threshold",
	"sae_password_file",
	"sae_pwe",
	"sae_require_mfp",
	"sae_track_password",
	"server_id",
	"short_preamble",
	"signal_connect",
	"signal_drop_reason",
	"signal_poll_time",
	"signal_stay",
	"signal_strikes",
	"skip_inactivity_poll",
	"spectrum_mgmt_required",
	"ssid",
	"start_disabled",
	"subject_match",
	"subject_match2",
	"supported_rates",
	"tdls_prohibit",
	"time_advertisement",
	"time_zone",
	"transition_disable",
	"uapsd",
	"unicast_rate",
	"unstuck_interval",
	"unstuck_timeout",
	"utf8_ssid",
	"uuid",
	"vendor_elements",
	"vendor_vsa",
	"vlan_bridge",
	"vlan_file",
	"vlan_naming",
	"vlan_no_bridge",
	"vlan_possible",
	"vlan_tagged_interface",
	"wds",
	"wds_bridge",
	"wep_rekey",
	"wmm",
	"wnm_sleep_mode",
	"wnm_sleep_mode_no_keys",
	"wpa_disable_eapol_key_retries",
	"wpa_group_rekey",
	"wpa_master_rekey",
	"wpa_pair_rekey",
	"wpa_psk_file",
	"wpa_strict_rekey",
	"wps_ap_setup_locked",
	"wps_device_name",
	"wps_device_type",
	"wps_independent",
	"wps_label",
	"wps_manufacturer",
	"wps_pin",
	"wps_pushbutton",
	NULL,
};

static bool allows_iface_option(const char *option)
{
	for (size_t i = 0; modes[i]; i++) {
		size_t length = strlen(modes[i]);

		if (!strncmp(option, modes[i], length) && option[length] == '_' &&
		    is_among(iface_options, option + length + 1))
			return true;
	}
	return is_among(iface_options, option);
}

static const struct config_schema_part parts[] = { { "", &wifi_shape } };

const struct config_schema schema_wifi = {
	.type = "lime",
	.name = "wifi",
	.parts = parts,
	.n_parts = ARRAY_LENGTH(parts),
	.allows = allows_iface_option,
	.doc = "What all radios do",
};

#define BAND(name_, doc_)                                                                     \
	{                                                                                     \
		.type = "lime-wifi-band", .name = (name_), .parts = parts,                    \
		.n_parts = ARRAY_LENGTH(parts), .allows = allows_iface_option, .doc = (doc_), \
	}

const struct config_schema schema_wifi_2ghz = BAND("2ghz", "What the radios on 2.4 GHz do");
const struct config_schema schema_wifi_5ghz = BAND("5ghz", "What the radios on 5 GHz do");
const struct config_schema schema_wifi_6ghz = BAND("6ghz", "What the radios on 6 GHz do");

const struct config_schema schema_wifi_radio = {
	.type = "wifi",
	.parts = parts,
	.n_parts = ARRAY_LENGTH(parts),
	.allows = allows_iface_option,
	.doc = "What one radio does",
};
