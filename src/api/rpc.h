/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Calls of JSON-RPC 2.0, in clear or sealed for a session (docs/wire/http.md).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"

struct json_object;
struct request;

#define RPC_SESSION_SIZE 33 /* 32 hex digits with their end */
#define RPC_DEPTH        10 /* of its JSON */

enum rpc_code {
	RPC_NO_JSON = -32700,
	RPC_NO_CALL = -32600,
	RPC_NO_METHOD = -32601,
	RPC_PARAMS = -32602,
	RPC_INSIDE = -32603,
	RPC_REFUSED = -32000,  /* by the method */
	RPC_PASSWORD = -32001, /* one is needed */
	RPC_SESSION = -32002,  /* it is over */
	RPC_BUSY = -32003,
	RPC_SLOWER = -32004, /* too many wrong passwords */
};

struct rpc {
	struct buf id; /* as it came, JSON */
	/* A call in clear; NULL: it is sealed, or none. */
	struct request *request;
	/* A sealed one. */
	bool sealed;
	char session[RPC_SESSION_SIZE];
	uint64_t counter;
	struct buf box; /* bytes */
};

/* NULL: it is no JSON, or goes too deep. */
struct json_object *rpc_parse_json(const char *text, size_t size);
/* The id of a call as it came; "null" if it has none. */
void rpc_print_id(struct json_object *object, struct buf *out);

void rpc_parse(const char *text, size_t size, struct rpc *rpc);
void rpc_done(struct rpc *rpc);

/* The answer to rpc->request, with `status` as request_call() gave it. */
void rpc_print_answer(const struct rpc *rpc, int status, struct buf *out);
/* An error that is not of the method; `data`: members of an object, or NULL. */
void rpc_print_error(const struct rpc *rpc, enum rpc_code code, const char *message,
                     const char *data, struct buf *out);
