/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <string.h>

#include "wifi/mode.h"

/* Options of `config wifi-iface` that OpenWrt's scripts for hostapd, wpa_supplicant and mac80211
 * read; whole families end with '*'. */
static const char *const known[] = {
	"acct_*",
	"airtime_*",
	"ap_max_inactivity",
	"auth_*",
	"basic_rate",
	"beacon_*",
	"bss_transition",
	"bssid",
	"ca_cert*",
	"client_cert*",
	"dae_*",
	"default_disabled",
	"disabled",
	"disassoc_low_ack",
	"domain_*",
	"dtim_period",
	"eap_*",
	"encryption",
	"extended_key_id",
	"fils",
	"ft_*",
	"group_*",
	"hidden",
	"hostapd_*",
	"hs20*",
	"identity",
	"ieee80211k",
	"ieee80211r",
	"ieee80211v",
	"ieee80211w",
	"ieee80211w_*",
	"isolate",
	"iw_*",
	"key",
	"key1",
	"key2",
	"key3",
	"key4",
	"legacy_rates",
	"macaddr",
	"macfilter",
	"maclist",
	"max_listen_int",
	"maxassoc",
	"mbo",
	"mcast_rate",
	"mesh_*",
	"mobility_domain",
	"multi_ap*",
	"multicast_to_unicast*",
	"nasid",
	"network_*",
	"noscan",
	"ocv",
	"operator_*",
	"osen*",
	"ownip",
	"owe_*",
	"password",
	"pmk_*",
	"powersave",
	"priv_key*",
	"proxy_arp",
	"qos_*",
	"r0_*",
	"r0kh",
	"r1_*",
	"r1kh",
	"radius_*",
	"reassociation_*",
	"rrm_*",
	"rsn_*",
	"rts",
	"sae*",
	"server",
	"short_preamble",
	"skip_inactivity_poll",
	"start_disabled",
	"subject_match",
	"supported_rates",
	"tdls_*",
	"time_*",
	"uapsd",
	"utf8_ssid",
	"vlan_*",
	"wds*",
	"wep_*",
	"wmm*",
	"wnm_*",
	"wpa_*",
	"wps_*",
	"anonymous_identity",
};

static bool fits(const char *pattern, const char *option)
{
	size_t length = strlen(pattern);

	if (length && pattern[length - 1] == '*')
		return strncmp(pattern, option, length - 1) == 0;
	return strcmp(pattern, option) == 0;
}

const struct wifi_mode *wifi_option_mode(const char *option)
{
	for (size_t i = 0; wifi_modes[i]; i++) {
		size_t length = strlen(wifi_modes[i]->name);

		if (strncmp(option, wifi_modes[i]->name, length) == 0 && option[length] == '_')
			return wifi_modes[i];
	}
	return NULL;
}

bool wifi_option_is_known(const char *option)
{
	const struct wifi_mode *mode = wifi_option_mode(option);

	if (mode)
		option += strlen(mode->name) + 1;
	for (size_t i = 0; i < ARRAY_LENGTH(known); i++) {
		if (fits(known[i], option))
			return true;
	}
	return false;
}
