/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * One question to the daemon and its answer: docs/wire/control.md.
 *
 *	{"method":"plan","params":{"form":"text"}}
 *	{"result":...}  or  {"error":{"message":"...","details":["FILE:LINE: ...", ...]}}
 */
#include <stdbool.h>
#include <stddef.h>

#include "api/method.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "net/ip.h"
#include "net/mac.h"

struct arena;
struct diag;
struct json_object;
struct session;

#define REQUEST_LIMIT 65536 /* bytes of a question */
#define REQUEST_DEPTH 8     /* of its JSON */

/* What who asks has shown that they may. */
enum request_rights {
	RIGHTS_NONE,
	RIGHTS_FIRST, /* is on the node's own network, which has no password yet */
	RIGHTS_NODE,
	RIGHTS_COMMUNITY,
	RIGHTS_LOCAL, /* may administer the machine */
};

/* Why a question was not understood. */
enum request_fault {
	REQUEST_UNDERSTOOD,
	REQUEST_NO_JSON,
	REQUEST_NO_QUESTION,
	REQUEST_NO_METHOD, /* of that name */
	REQUEST_PARAMS,
};

struct request {
	const struct method *method; /* NULL: the question was not understood */
	enum request_fault fault;
	const void *params; /* of method->params */
	struct buf result;
	struct diag *diag;
	struct arena *arena;
	/* Who asked: set by the server.  `trusted`: may administer the node. */
	enum request_rights rights;
	bool trusted;
	struct mac asker;        /* the device; zero: not known */
	struct ip from;          /* IP_NONE: somebody on this machine */
	struct session *session; /* NULL: none */
	unsigned retry_s; /* of a refusal: not before so many seconds; 0: nothing changes by itself
	                   */
	void (*answered)(struct request *request, int status);
	void (*said)(struct request *request, const char *json);
	void *client;
};

/*
 * Reads a question.  Never NULL; one that was not understood has no method and says why in its
 * diag.  `text` need not be terminated.
 */
struct request *request_parse(const char *text, size_t size);
/* The same of JSON that was read already; NULL: there was none. */
struct request *request_from(struct json_object *object);
void request_free(struct request *request);
AUTO_DEFINE(request_free, struct request);

/* Says who asked. */
void request_set_rights(struct request *request, enum request_rights rights);
/* Whether the method may be called with the rights of the request. */
bool request_is_allowed(const struct request *request);

/* Calls the method: 0, a negative errno (-EACCES if it is not allowed), or METHOD_LATER. */
int request_call(struct request *request, struct host *host) MUST_CHECK;

/* -EPROTO if the result is not what its method declares; where, in `error`. */
int request_check_result(const struct request *request, struct buf *error) MUST_CHECK;

/* What is wrong, for a person, and all that is known of it as the items of a JSON array. */
const char *request_message(const struct request *request, int status);
void request_print_details(const struct request *request, struct buf *out);

/* The answer as one line, its end included; `status` as request_call() or the host gave it. */
void request_print_answer(const struct request *request, int status, struct buf *out);

/* Answers one that was called METHOD_LATER.  The request is gone afterwards. */
void request_finish(struct request *request, int status);
/* Sends `json`, one value, as a line {"event":...} to whoever asked to watch. */
void request_say(struct request *request, const char *json);
