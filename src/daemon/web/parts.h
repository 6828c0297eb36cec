/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What answers calls, as its own parts see it; for src/daemon/web alone.
 */
#include <stdbool.h>
#include <stdint.h>

#include "api/rpc.h"
#include "daemon/web/calls.h"
#include "daemon/web/session.h"

struct event;
struct ubus_call;
struct json_object;

/* A call that is worked on. */
struct call {
	struct call *next;
	struct calls *calls;
	uint32_t id;
	enum net_call_kind kind;
	struct ip from;
	struct rpc rpc;   /* of NET_CALL_RPC: what is answered; of a sealed one what was in it */
	struct rpc outer; /* of a sealed one; else empty */
	struct session *session;
	char session_id[SESSION_ID_SIZE]; /* whose it was when it began */
	struct ubus_call *ubus;           /* of NET_CALL_UBUS */
	struct request *asked;            /* what that waits for; NULL: nothing */
};

struct calls {
	struct calls_options options;
	struct sessions *sessions;
	struct call *first;
	size_t count;
	/* The one that is coming, part by part. */
	uint32_t coming_id;
	struct buf coming;
	struct event *first_look; /* at what LimeApp's wizard began */
	/* Live views. */
	uint32_t viewers;
	struct event *look;
	struct buf status; /* as it was told last */
};

/* Says the answer, in as many parts as it takes. */
void calls_answer(const struct calls *calls, uint32_t id, unsigned status, const char *type,
                  const struct buf *body);

/* Answers JSON; the call is gone afterwards. */
void call_finish(struct call *call, const struct buf *text);
/* RIGHTS_FIRST if who asks is on the node's own network, and the node has no password. */
enum request_rights call_rights_first(const struct call *call);

/* The answer to what stands at a path: its status. */
unsigned pages_answer(const struct calls *calls, const char *path, const char **type,
                      struct buf *body);

/* What /metrics shows of a status (docs/status.md). */
void metrics_print(struct json_object *status, struct buf *out);
