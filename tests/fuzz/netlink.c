/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * Answers of the kernel: whatever is in them, reading stays inside of them, and what was read
 * can be compared with a plan.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "fuzz.h"
#include "platform/linux/kernel/batadv.h"
#include "platform/linux/kernel/neighbours.h"
#include "platform/linux/kernel/observe.h"
#include "platform/linux/kernel/saved.h"
#include "platform/linux/kernel/steps.h"
#include "platform/linux/kernel/wanted.h"

#define SIZE_MAX_OF_INPUT 8192

/* The first byte of each message chooses who reads it; its lengths are made good, as the kernel's
 * are. */
static size_t read_message(const uint8_t *bytes, size_t size, struct observed *observed)
{
	static nl_reply *const readers[] = { observe_link, observe_address, observe_route,
		                             observe_rule };
	_Alignas(struct nlmsghdr) char copy[SIZE_MAX_OF_INPUT + sizeof(struct nlmsghdr)] = { 0 };
	struct nlmsghdr *header = (void *)copy;
	struct plan_link mesh = { 0 };
	struct neighbour neighbour;
	size_t length = bytes[1] * 4U;

	if (length > size - 2)
		length = size - 2;
	memcpy(copy + sizeof(*header), bytes + 2, length);
	header->nlmsg_len = (uint32_t)(sizeof(*header) + length);
	header->nlmsg_type = (uint16_t)(16 + (bytes[0] >> 3) % 32);
	(void)readers[bytes[0] & 3](header, observed);
	(void)batadv_parse(header, &mesh);
	(void)neighbour_parse(header, &neighbour);
	return 2 + length;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	AUTO(plan_free) struct plan *plan = plan_new();
	AUTO(diag_free) struct diag *diag = diag_new();
	struct observed *observed = observed_new(arena);
	struct saved *saved = saved_new(arena);
	const struct observed *wanted;

	if (size > SIZE_MAX_OF_INPUT)
		return 0;
	while (size > 2) {
		size_t n = read_message(bytes, size, observed);

		bytes += n;
		size -= n;
	}
	observe_names(observed);
	observed->hostname = "node";
	observed->filter.known = true;
	wanted = wanted_of(plan, observed, saved, diag);
	assert(wanted);
	steps_save(steps_of(observed, wanted), saved);
	return 0;
}
