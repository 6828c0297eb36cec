/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "config/schema/schema.h"

const struct config_schema *const config_schemas[] = {
	&schema_system,
	&schema_network,
	&schema_wifi,
	&schema_wifi_2ghz,
	&schema_wifi_5ghz,
	&schema_wifi_6ghz,
	&schema_wifi_radio,
	&schema_net,
	&schema_generic_uci_config,
	&schema_copy_asset,
	&schema_run_asset,
	&schema_hwd_gr,
	&schema_hwd_watchcat,
	&schema_bgp_peer,
	&schema_smart_wifi,
	NULL,
};
