/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* What babeld says on its local socket: lines. */
#include <assert.h>
#include <string.h>

#include "fuzz.h"
#include "platform/linux/service/babel_monitor.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct babel_state state = { 0 };
	const char *text = (const char *)bytes;

	while (size) {
		const char *end = memchr(text, '\n', size);
		size_t length = end ? (size_t)(end - text) : size;

		(void)babel_state_line(&state, text, length);
		length += end ? 1 : 0;
		text += length;
		size -= length;
	}
	for (size_t i = 0; i < state.n_routes; i++) {
		assert(memchr(state.routes[i].ifname, '\0', IFNAME_SIZE));
		assert(memchr(state.routes[i].router, '\0', BABEL_ID_SIZE));
		/* No two have the same number. */
		for (size_t k = 0; k < i; k++)
			assert(state.routes[i].id != state.routes[k].id);
	}
	for (size_t i = 0; i < state.n_neighbours; i++)
		assert(state.neighbours[i].address.family != IP_NONE);
	babel_state_done(&state);
	return 0;
}
