/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What the kernel tells of radios and stations: whatever is in it, reading stays inside of it, and
 * no more chains come out than there is room for.
 */
#include "platform/linux/cloud/radio.h"

#include <assert.h>
#include <string.h>

#include "fuzz.h"
#include "net/mac.h"

#define SIZE_MAX_OF_INPUT 8192

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	_Alignas(struct nlmsghdr) char copy[SIZE_MAX_OF_INPUT + sizeof(struct nlmsghdr)] = { 0 };
	struct nlmsghdr *header = (void *)copy;
	struct radio_interface interface;
	struct radio_station station;

	if (size > SIZE_MAX_OF_INPUT)
		return 0;
	if (size)
		memcpy(copy + sizeof(*header), bytes, size);
	header->nlmsg_len = (uint32_t)(sizeof(*header) + size);
	if (radio_parse_interface(header, &interface))
		assert(interface.index > 0);
	if (radio_parse_station(header, &station)) {
		assert(station.n_chains <= RADIO_CHAINS_MAX);
		assert(station.signal >= -128 && station.signal <= 127);
		for (size_t i = 0; i < station.n_chains; i++)
			assert(station.chains[i] >= -128 && station.chains[i] <= 127);
	}
	return 0;
}
