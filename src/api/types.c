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
	{ "Finding",
	  "{ kind: string; severity: \"wrong\" | \"warning\" | \"hint\"; text: string; do: string; "
	  "port?: string; node?: string; name?: string; detail?: string; family?: number; "
	  "from?: number; to?: number; percent?: number; id?: number; seconds?: number }" },
	{ "Hop",
	  "{ n: number; kind: \"self\" | \"node\" | \"gateway\" | \"internet\"; name?: string; "
	  "address?: string; port?: string; delay_ms?: number; loss_percent?: number; "
	  "sent?: number }" },
	{ "StoryClient",
	  "{ name?: string; mac: string; ipv4?: string; ipv6?: string[]; port?: string }" },
	{ "StoryCloud", "{ network_name: string; network_id: string; vlan?: number; "
	                "interface: string; n_nodes: number; nodes: string[] }" },
	{ "StoryBabel", "{ vlan?: number; next?: { name?: string; address: string; port: string; "
	                "cost: number } }" },
	{ "HeardNetwork",
	  "{ id: string; network_name?: string; node?: string; address: string; port: string; "
	  "by: \"cable\" | \"air\"; needs_secret?: boolean; "
	  "state: \"asking\" | \"ready\" | \"no answer\" | \"not configured\"; text: string }" },
	{ "Progress",
	  "{ task: \"none\" | \"join\" | \"start\"; step?: string; text?: string; "
	  "expected_s?: number; id?: number; error?: { kind: string; text: string }; "
	  "steps?: { step: string; state: string; text: string; seconds?: number }[] }" },
	{ "Setting",
	  "{ name: string; option: string; group: string; "
	  "type: \"text\" | \"secret\" | \"choice\" | \"number\" | \"bool\" | \"list\"; "
	  "value?: string | string[]; set: boolean; has_value?: boolean; "
	  "from: \"node\" | \"community\" | \"mac\" | \"defaults\" | \"nobody\"; file?: string; "
	  "line?: number; inherited?: string | string[]; choices?: string[]; doc?: string }" },
	{ "Change",
	  "{ name: string; option: string; from?: string; to?: string; secret?: boolean }" },
	{ "Effect", "{ kind: string; text: string; port?: string; from?: string; to?: string }" },
	{ "Interruption",
	  "{ kind: \"wifi\" | \"cable\" | \"mesh\" | \"internet\" | \"all\"; port?: string; "
	  "seconds: number; text: string }" },
	{ "Preview", "{ accepted: boolean; changes: Change[]; effects?: Effect[]; "
	             "interruptions?: Interruption[]; cuts_off?: boolean; plan?: string[]; "
	             "warnings: string[] }" },
	{ "Applied", "{ accepted: boolean; changes: Change[]; effects?: Effect[]; "
	             "interruptions?: Interruption[]; cuts_off?: boolean; plan?: string[]; "
	             "warnings: string[]; "
	             "id: number; confirm_s: number; steps: string[]; task?: string }" },
	{ "Refused", "{ accepted: boolean; errors: { name?: string; option?: string; text: string; "
	             "file?: string; line?: number }[] }" },
	{ "Pending", "{ id: number; kind: string; seconds_left: number; changes: Change[] }" },
	{ "HistoryEntry",
	  "{ id: number; time?: number; kind: string; by?: string; "
	  "state: \"pending\" | \"kept\" | \"undone\"; undone_by?: number; changes: Change[] }" },
	{ 0 },
};
