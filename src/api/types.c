/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "api/method.h"

const struct type_name api_types[] = {
	{ "Done", "{ steps: string[]; warnings: string[] }" },
	{ 0 },
};
