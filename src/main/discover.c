/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "main/discover.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>

#include "base/buf.h"
#include "cli/client.h"
#include "cli/read.h"
#include "plan/numbers.h"

#define RUN       "/run"
#define TIMEOUT_S 10

/* One line a neighbour: an address, `between`, its device, `behind`. */
static int print_neighbours(const char *before, const char *between, const char *behind)
{
	struct json_object *result = NULL;
	BUF_AUTO error = { 0 };

	if (client_ask(RUN, "state.neighbours", NULL, TIMEOUT_S, &result, &error) < 0) {
		fputs(buf_text(&error), stderr);
		return ECONNREFUSED;
	}
	for (size_t i = 0; i < read_count(result, "neighbours"); i++) {
		struct json_object *neighbour = read_element(result, "neighbours", i);

		printf("%s%s%s%s%s\n", before, read_text(neighbour, "address"), between,
		       read_text(neighbour, "link"), behind);
	}
	json_object_put(result);
	return 0;
}

int discover_peers(void)
{
	BUF_AUTO behind = { 0 };

	buf_printf(&behind, "]:%d", PORT_SHARED_STATE);
	return print_neighbours("ipv6://[", "%25", buf_text(&behind));
}

int discover_candidates(void)
{
	return print_neighbours("", "%", "");
}
