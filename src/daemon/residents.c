/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/residents.h"

#include <stddef.h>

static const struct resident *find(const struct residents *residents, const struct mac *mac)
{
	for (size_t i = 0; i < RESIDENTS_MAX; i++) {
		const struct resident *entry = &residents->entries[i];

		if (entry->port && mac_equal(&entry->mac, mac))
			return entry;
	}
	return NULL;
}

static struct resident *room(struct residents *residents)
{
	struct resident *oldest = residents->entries;

	for (size_t i = 0; i < RESIDENTS_MAX && oldest->port; i++) {
		struct resident *entry = &residents->entries[i];

		if (!entry->port || entry->since_ms < oldest->since_ms)
			oldest = entry;
	}
	return oldest;
}

void residents_see(struct residents *residents, const struct mac *mac, int port, int64_t now_ms)
{
	const struct resident *known = find(residents, mac);
	struct resident *entry;

	if (known && known->port == port)
		return;
	if (!known && !port)
		return;
	entry = known ? &residents->entries[known - residents->entries] : room(residents);
	*entry = (struct resident){ .mac = *mac, .port = port, .since_ms = now_ms };
}

const struct mac *residents_next(const struct residents *residents, size_t *at)
{
	while (*at < RESIDENTS_MAX) {
		const struct resident *entry = &residents->entries[(*at)++];

		if (entry->port)
			return &entry->mac;
	}
	return NULL;
}

int64_t residents_since(const struct residents *residents, const struct mac *mac, int port)
{
	const struct resident *known = find(residents, mac);

	return known && known->port == port ? known->since_ms : -1;
}
