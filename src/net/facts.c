/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/facts.h"

#include <string.h>

#include "base/compiler.h"

const char *facts_band(const struct fact_radio *radio)
{
	if (radio->bands & BAND_2GHZ || !radio->bands)
		return "2ghz";
	return radio->bands & BAND_5GHZ ? "5ghz" : "6ghz";
}

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

bool facts_has_package(const struct facts *facts, const char *name, bool unknown)
{
	if (!facts)
		return unknown;
	for (size_t i = 0; i < facts->n_packages; i++) {
		if (strcmp(facts->packages[i], name) == 0)
			return true;
	}
	return facts->n_packages ? false : unknown;
}

/* A link that has a MAC of the machine's own; a VLAN that does not exist yet has its parent's. */
static const struct fact_link *hardware(const struct facts *facts, const char *name)
{
	const struct fact_link *link = facts_link(facts, name);
	size_t length = strcspn(name, ".");

	for (size_t i = 0; !link && i < facts->n_links; i++) {
		const struct fact_link *candidate = &facts->links[i];

		if (strlen(candidate->name) == length &&
		    strncmp(candidate->name, name, length) == 0)
			link = candidate;
	}
	return link && !link->made_by_weft && !mac_is_zero(&link->mac) ? link : NULL;
}

static const struct fact_link *of_role(const struct facts *facts, const struct fact_role *role)
{
	const struct fact_link *link = NULL;

	for (size_t i = 0; role && !link && i < role->n_devices; i++)
		link = hardware(facts, role->devices[i]);
	return link;
}

/* What is soldered or plugged in keeps its MAC; what programs make gets a new one at each start. */
static const struct {
	bool physical, wired; /* what it must be */
} preferences[] = { { true, true }, { true, false }, { false, true }, { false, false } };

static const struct fact_link *best_hardware(const struct facts *facts)
{
	for (size_t i = 0; i < ARRAY_LENGTH(preferences); i++) {
		for (size_t j = 0; j < facts->n_links; j++) {
			const struct fact_link *link = &facts->links[j];

			if (link->physical >= preferences[i].physical &&
			    link->wireless <= !preferences[i].wired && hardware(facts, link->name))
				return link;
		}
	}
	return NULL;
}

const struct fact_link *facts_primary(const struct facts *facts, const char *wanted)
{
	const struct fact_link *link = hardware(facts, wanted);

	if (!link)
		link = of_role(facts, facts_role(facts, "lan"));
	for (size_t i = 0; !link && i < facts->n_roles; i++)
		link = of_role(facts, &facts->roles[i]);
	return link ? link : best_hardware(facts);
}
