/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "api/method.h"

const struct type_name api_types[] = {
	{ "Done", "{ steps: string[]; warnings: string[] }" },
	{ "StateTable", "{ table: string; doc: string; n_rows: number; n_own: number; "
	                "n_unsigned: number; lifetime_s: number; age_s?: number }" },
	{ "StateRow", "{ row: string; node?: string; key_id?: string; signed: boolean; "
	              "own: boolean; age_s: number; confirmed_s: number; left_s: number; "
	              "value?: Record<string, unknown>; believed: boolean }" },
	{ "Rights", "\"none\" | \"node\" | \"community\"" },
	{ "NetworkCloud", "{ id: string; domain?: string; own: boolean; nodes: number }" },
	{ "NetworkNode",
	  "{ id: string; name: string; signed: boolean; self: boolean; "
	  "state: \"alive\" | \"gone\" | \"forgotten\"; heard_s?: number; cloud?: string; "
	  "domain?: string; ipv4?: string; ipv6?: string; macs?: string[]; model?: string; "
	  "firmware?: string; device?: string; uptime_s?: number; latitude?: string; "
	  "longitude?: string; clients?: number; gateway?: string; same_name?: boolean }" },
	{ "NetworkLink", "{ kind: \"wifi\" | \"batman\" | \"babel\"; key: string; quality: number; "
	                 "reference?: \"ok\" | \"new\" | \"worse\" | \"down\"; "
	                 "ends: NetworkEnd[] }" },
	{ "NetworkEnd",
	  "{ node?: string; name?: string; port?: string; address: string; quality?: number; "
	  "tq?: number; kbps?: number; seen_ms?: number; signal?: number; chains?: number[]; "
	  "rx_kbps?: number; tx_kbps?: number; mhz?: number; channel?: number; cost?: number; "
	  "rxcost?: number; txcost?: number; age_s?: number }" },
	{ "LinkHistory", "{ kind: \"wifi\" | \"batman\" | \"babel\"; key: string; port: string; "
	                 "address: string; name?: string; points: (number | null)[] }" },
	{ 0 },
};
