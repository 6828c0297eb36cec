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
	{ 0 },
};
