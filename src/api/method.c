/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "api/method.h"

#include <string.h>

#include "base/nearest.h"

const struct method *method_find(const char *name)
{
	for (const struct method *const *table = method_tables; *table; table++) {
		for (const struct method *method = *table; method->name; method++) {
			if (!strcmp(method->name, name))
				return method;
		}
	}
	return NULL;
}

const char *method_suggest(const char *name)
{
	struct nearest nearest = { .word = name };

	for (const struct method *const *table = method_tables; *table; table++) {
		for (const struct method *method = *table; method->name; method++)
			nearest_offer(&nearest, method->name);
	}
	return nearest_result(&nearest);
}
