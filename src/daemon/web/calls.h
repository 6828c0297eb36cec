/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What `net` was asked over HTTP and hands over: answered here, with the rights of who asked.
 */
#include "api/host.h"
#include "base/compiler.h"
#include "daemon/net/message.h"

struct buf;
struct calls;
struct event_base;
struct net_root;

struct calls_options {
	struct event_base *base;
	struct host *host;
	const char *root; /* of the files */
	/* Sends to net. */
	void (*say)(void *data, const struct net_message *message);
	void *data;
	/* Which device is at this address, and whether it is `near`: on a port or radio of this
	 * node.  False if that is not known. */
	bool (*find_asker)(void *data, const struct ip *from, struct mac *asker, bool *near);
	/* Whether the public login of LimeApp may do more than read. */
	bool (*lets_limeapp_edit)(void *data);
};

struct calls *calls_new(const struct calls_options *options);
void calls_free(struct calls *calls);
AUTO_DEFINE(calls_free, struct calls);

/* A call, the end of one, or who looks. */
void calls_take(struct calls *calls, const struct net_message *message);
/* There is a new net, which knows of no calls. */
void calls_restart(struct calls *calls);

/* For host_ops. */
int calls_session(struct calls *calls, enum host_session what, struct request *request);
/* Something has happened; one JSON value. */
void calls_tell(struct calls *calls, const char *json);
