/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* What a DHCP client passes on from somebody else's network: a variable a line; an empty line ends
 * an event. */
#include "platform/linux/service/uplink.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "fuzz.h"

static void try_event(struct uplink *uplink, const char *const *variables, size_t n)
{
	const struct plan_uplink plan = { .ifname = "wan", .table = 171 };
	AUTO(diag_free) struct diag *diag = diag_new();
	struct plan_route routes[UPLINK_ROUTES_MAX];
	struct uplink_event event;
	BUF_AUTO text = { 0 };
	size_t n_routes;

	if (uplink_event_parse(variables, n, &event, diag) < 0) {
		assert(diag_has_errors(diag));
		return;
	}
	(void)uplink_apply(uplink, &event);
	assert(!uplink_apply(uplink, &event));
	n_routes = uplink_routes(uplink, &plan, 7, 78, routes);
	assert(n_routes <= UPLINK_ROUTES_MAX && (n_routes > 0) == uplink_is_up(uplink));
	uplink_print(uplink, &text);
	uplink_print_json(uplink, &text);
	assert(!strpbrk(uplink->domain, " \n\"\\"));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *variables[UPLINK_VARIABLES_MAX + 1];
	struct uplink uplink = { 0 };
	BUF_AUTO text = { 0 };
	size_t n = 0;

	buf_add_bytes(&text, bytes, size);
	for (char *rest = text.text, *line; (line = strsep(&rest, "\n"));) {
		if (*line && n < UPLINK_VARIABLES_MAX + 1) {
			variables[n++] = line;
			continue;
		}
		try_event(&uplink, variables, n);
		n = 0;
	}
	try_event(&uplink, variables, n);
	return 0;
}
