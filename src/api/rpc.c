/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "api/rpc.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>

#include "api/base64.h"
#include "api/request.h"

static void free_tokener(struct json_tokener **tokener)
{
	json_tokener_free(*tokener);
}

static void free_object(struct json_object **object)
{
	json_object_put(*object);
}

struct json_object *rpc_parse_json(const char *text, size_t size)
{
	__attribute__((cleanup(free_tokener))) struct json_tokener *tokener =
		json_tokener_new_ex(RPC_DEPTH);
	struct json_object *object;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(tokener, text, (int)size);
	if (json_tokener_get_error(tokener) == json_tokener_success)
		return object;
	json_object_put(object);
	return NULL;
}

static const char *text_of(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	return json_object_object_get_ex(object, name, &value) &&
	                       json_object_is_type(value, json_type_string)
	               ? json_object_get_string(value)
	               : "";
}

void rpc_print_id(struct json_object *object, struct buf *out)
{
	struct json_object *id = NULL;

	(void)json_object_object_get_ex(object, "id", &id);
	if (json_object_is_type(id, json_type_int))
		buf_printf(out, "%lld", (long long)json_object_get_int64(id));
	else if (json_object_is_type(id, json_type_string))
		buf_add_json(out, json_object_get_string(id));
	else
		buf_add(out, "null");
}

static void read_sealed(struct json_object *object, struct rpc *rpc)
{
	const char *session = text_of(object, "session"), *sealed = text_of(object, "sealed");
	struct json_object *counter = NULL;

	rpc->sealed = true;
	if (strlen(session) < sizeof(rpc->session))
		memcpy(rpc->session, session, strlen(session) + 1);
	(void)json_object_object_get_ex(object, "counter", &counter);
	if (json_object_is_type(counter, json_type_int) && json_object_get_int64(counter) > 0)
		rpc->counter = (uint64_t)json_object_get_int64(counter);
	(void)!base64_decode(sealed, &rpc->box);
}

void rpc_parse(const char *text, size_t size, struct rpc *rpc)
{
	__attribute__((cleanup(free_object))) struct json_object *object = rpc_parse_json(text,
	                                                                                  size);

	*rpc = (struct rpc){ 0 };
	rpc_print_id(object, &rpc->id);
	if (json_object_object_get_ex(object, "sealed", NULL))
		read_sealed(object, rpc);
	else
		rpc->request = request_from(object);
}

void rpc_done(struct rpc *rpc)
{
	buf_done(&rpc->id);
	buf_done(&rpc->box);
	request_free(rpc->request);
	rpc->request = NULL;
}

/* --- answers --- */

/* Words that do not change with the machine. */
static const char *kind_of(int error)
{
	static const struct {
		int error;
		const char *kind;
	} kinds[] = {
		{ EACCES, "EACCES" },
		{ EAGAIN, "EAGAIN" },
		{ EBUSY, "EBUSY" },
		{ EEXIST, "EEXIST" },
		{ EINVAL, "EINVAL" },
		{ EIO, "EIO" },
		{ ENOENT, "ENOENT" },
		{ ENOSPC, "ENOSPC" },
		{ ENOTSUP, "ENOTSUP" },
		{ EPERM, "EPERM" },
		{ EPROTO, "EPROTO" },
		{ ERANGE, "ERANGE" },
		{ EROFS, "EROFS" },
		{ ETIMEDOUT, "ETIMEDOUT" },
		{ ENODEV, "ENODEV" },
		{ ENETUNREACH, "ENETUNREACH" },
		{ EHOSTUNREACH, "EHOSTUNREACH" },
	};

	for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
		if (kinds[i].error == error)
			return kinds[i].kind;
	}
	return "EFAIL";
}

void rpc_print_error(const struct rpc *rpc, enum rpc_code code, const char *message,
                     const char *data, struct buf *out)
{
	buf_printf(out, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":%d,\"message\":",
	           rpc->id.length ? rpc->id.text : "null", code);
	buf_add_json(out, message);
	buf_printf(out, ",\"data\":{%s}}}", data ? data : "");
}

static enum rpc_code code_of(const struct request *request)
{
	switch (request->fault) {
	case REQUEST_NO_JSON:
		return RPC_NO_JSON;
	case REQUEST_NO_QUESTION:
		return RPC_NO_CALL;
	case REQUEST_NO_METHOD:
		return RPC_NO_METHOD;
	case REQUEST_PARAMS:
		return RPC_PARAMS;
	case REQUEST_UNDERSTOOD:
		break;
	}
	if (!request_is_allowed(request))
		return RPC_PASSWORD;
	return request->retry_s ? RPC_SLOWER : RPC_REFUSED;
}

static void print_failure(const struct rpc *rpc, int status, struct buf *out)
{
	const struct request *request = rpc->request;
	enum rpc_code code = code_of(request);
	BUF_AUTO data = { 0 };

	buf_printf(&data, "\"kind\":\"%s\",\"details\":[", kind_of(-status));
	request_print_details(request, &data);
	buf_add_char(&data, ']');
	if (code == RPC_PASSWORD)
		buf_printf(&data, ",\"needs\":\"%s\"",
		           request->method->access == METHOD_COMMUNITY ? "community" : "node");
	if (request->retry_s)
		buf_printf(&data, ",\"retry_s\":%u", request->retry_s);
	rpc_print_error(rpc, code, request_message(request, status), data.text, out);
}

void rpc_print_answer(const struct rpc *rpc, int status, struct buf *out)
{
	const struct request *request = rpc->request;
	BUF_AUTO error = { 0 };

	if (status < 0) {
		print_failure(rpc, status, out);
	} else if (SANITIZED && request_check_result(request, &error) < 0) {
		BUF_AUTO data = { 0 };

		buf_add(&data, "\"kind\":\"EPROTO\",\"details\":[");
		buf_add_json(&data, buf_text(&error));
		buf_add_char(&data, ']');
		rpc_print_error(rpc, RPC_INSIDE, "the answer is not what is declared", data.text,
		                out);
	} else {
		buf_printf(out, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}", rpc->id.text,
		           request->result.length ? request->result.text : "null");
	}
}
