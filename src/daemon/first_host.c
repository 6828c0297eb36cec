/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What can be asked of a node's first start (api/host.h).
 */
#include <errno.h>

#include "api/request.h"
#include "base/diag.h"
#include "daemon/first.h"
#include "daemon/help.h"
#include "daemon/self.h"

static struct first *first_of(struct host *host)
{
	return container_of(host, struct daemon, host)->first;
}

static const char *who(const struct request *request)
{
	return request->rights == RIGHTS_LOCAL ? "command" : "page";
}

/* Without a password anybody on the node's own network may set a new node up, and no other. */
static int check_rights(struct host *host, struct request *request)
{
	if (request->rights != RIGHTS_FIRST ||
	    daemon_is_new(container_of(host, struct daemon, host)))
		return 0;
	diag_add(request->diag, DIAG_ERROR, NULL,
	         "this node belongs to a network already; give it a password first");
	return -EACCES;
}

static int host_state(struct host *host, struct request *request)
{
	first_state(first_of(host), &request->result);
	return 0;
}

static int host_networks(struct host *host, struct request *request)
{
	first_networks(first_of(host), &request->result);
	return 0;
}

static int host_progress(struct host *host, struct request *request)
{
	first_progress(first_of(host), &request->result);
	return 0;
}

static int host_invite(struct host *host, struct request *request)
{
	return first_invite(first_of(host), &request->result, request->diag);
}

static int host_join(struct host *host, struct request *request, const struct host_join *join)
{
	const struct first_join wish = { join->network, join->invite, join->secret, join->name,
		                         who(request) };
	int r = check_rights(host, request);

	return r < 0 ? r : first_join(first_of(host), &wish, &request->result, request->diag);
}

static int host_start(struct host *host, struct request *request, const struct host_start *start)
{
	const struct first_start wish = { start->network_name, start->wifi_password, start->name,
		                          start->country, who(request) };
	int r = check_rights(host, request);

	return r < 0 ? r : first_start(first_of(host), &wish, &request->result, request->diag);
}

const struct host_first_ops daemon_first_ops = {
	.state = host_state,
	.networks = host_networks,
	.progress = host_progress,
	.invite = host_invite,
	.join = host_join,
	.start = host_start,
};
