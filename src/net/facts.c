/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/facts.h"

#include <string.h>

const struct fact_link *facts_link(const struct facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->n_links; i++) {
		if (strcmp(facts->links[i].name, name) == 0)
			return &facts->links[i];
	}
	return NULL;
}

const struct fact_role *facts_role(const struct facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->n_roles; i++) {
		if (strcmp(facts->roles[i].name, name) == 0)
			return &facts->roles[i];
	}
	return NULL;
}
