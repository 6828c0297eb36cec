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

int discover_peers(void)
{
	struct json_object *result = NULL;
	BUF_AUTO error = { 0 };

	if (client_ask(RUN, "state.neighbours", NULL, TIMEOUT_S, &result, &error) < 0) {
		fputs(buf_text(&error), stderr);
		return ECONNREFUSED;
	}
	for (size_t i = 0; i < read_count(result, "neighbours"); i++) {
		struct json_object *neighbour = read_element(result, "neighbours", i);

		printf("ipv6://[%s%%25%s]:%d\n", read_text(neighbour, "address"),
		       read_text(neighbour, "link"), PORT_SHARED_STATE);
	}
	json_object_put(result);
	return 0;
}
