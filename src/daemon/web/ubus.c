/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/web/ubus.h"

#include <assert.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/host.h"
#include "api/request.h"
#include "daemon/clock.h"

#define NULL_SESSION "00000000000000000000000000000000"

const struct ubus_method *const ubus_tables[] = {
	ubus_session_methods,
	ubus_node_methods,
	ubus_network_methods,
	ubus_change_methods,
	ubus_first_methods,
	ubus_absent_methods,
	NULL,
};

/* --- for the methods --- */

struct json_object *ubus_get(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	(void)json_object_object_get_ex(object, name, &value);
	return value;
}

const char *ubus_get_text(struct json_object *object, const char *name)
{
	struct json_object *value = ubus_get(object, name);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

const char *ubus_text(const struct ubus_call *ubus, const char *name)
{
	struct json_object *value = ubus_get(ubus->args, name);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

void ubus_add(struct json_object *object, const char *name, const char *text)
{
	json_object_object_add(object, name, json_object_new_string(text));
}

void ubus_add_bool(struct json_object *object, const char *name, bool value)
{
	json_object_object_add(object, name, json_object_new_boolean(value));
}

void ubus_add_number(struct json_object *object, const char *name, int64_t number)
{
	json_object_object_add(object, name, json_object_new_int64(number));
}

struct json_object *ubus_add_list(struct json_object *object, const char *name)
{
	struct json_object *list = json_object_new_array();

	json_object_object_add(object, name, list);
	return list;
}

struct json_object *ubus_add_object(struct json_object *object, const char *name)
{
	struct json_object *added = json_object_new_object();

	json_object_object_add(object, name, added);
	return added;
}

void ubus_copy(struct json_object *to, const char *name, struct json_object *from,
               const char *member, const char *otherwise)
{
	const char *text = ubus_get_text(from, member);

	ubus_add(to, name, *text ? text : otherwise);
}

struct json_object *ubus_find_item(struct json_object *list, const char *member, const char *text)
{
	size_t count = json_object_is_type(list, json_type_array) ? json_object_array_length(list)
	                                                          : 0;

	for (size_t i = 0; i < count; i++) {
		struct json_object *item = json_object_array_get_idx(list, i);

		if (!strcasecmp(ubus_get_text(item, member), text))
			return item;
	}
	return NULL;
}

struct json_object *ubus_setting(struct json_object *settings, const char *name)
{
	return ubus_find_item(ubus_get(settings, "settings"), "name", name);
}

enum ubus_code ubus_done(struct ubus_call *ubus)
{
	ubus_add(ubus->result, "status", "ok");
	return UBUS_OK;
}

enum ubus_code ubus_fail(struct ubus_call *ubus, const char *message)
{
	ubus_add(ubus->result, "status", "error");
	ubus_add(ubus->result, "message", message);
	ubus_add(ubus->result, "msg", message);
	return UBUS_OK;
}

static struct json_object *parse_result(const struct request *request)
{
	return json_tokener_parse(request->result.length ? request->result.text : "{}");
}

/* The caller's; `params` is taken. */
static struct request *make_request(const struct ubus_call *ubus, const char *method,
                                    struct json_object *params)
{
	struct json_object *question = json_object_new_object();
	struct request *request;

	ubus_add(question, "method", method);
	if (params)
		json_object_object_add(question, "params", params);
	request = request_from(question);
	json_object_put(question);
	request->from = ubus->call->from;
	request->client = ubus->call;
	request_set_rights(request, ubus->rights);
	return request;
}

/* Such a call ends before it began: nobody waits for what comes later. */
static void no_answer(struct request *request, int status)
{
	(void)status;
	request_free(request);
}

static void no_news(struct request *request, const char *json)
{
	(void)request;
	(void)json;
}

struct json_object *ubus_own(struct ubus_call *ubus, const char *method, struct json_object *params,
                             struct buf *error)
{
	struct host *host = ubus->call->calls->options.host;
	struct request *request = make_request(ubus, method, params);
	struct json_object *result = NULL;
	int r;

	request->answered = no_answer;
	request->said = no_news;
	r = request_call(request, host);
	ubus->status = r;
	if (r == METHOD_LATER) {
		host->ops->forget(host, request);
		buf_add(error, "this takes longer; look again");
	} else if (r < 0) {
		buf_add(error, request_message(request, r));
	} else {
		result = parse_result(request);
	}
	request_free(request);
	return result;
}

enum ubus_code ubus_do(struct ubus_call *ubus, const char *method, struct json_object *params,
                       const char *status)
{
	BUF_AUTO error = { 0 };
	struct json_object *own = ubus_own(ubus, method, params, &error);

	if (!own)
		return ubus_fail(ubus, buf_text(&error));
	json_object_put(own);
	ubus_add(ubus->result, "status", status);
	return UBUS_OK;
}

/* --- who may what --- */

bool ubus_lets_public_edit(const struct calls *calls)
{
	return calls->options.lets_limeapp_edit(calls->options.data);
}

bool ubus_is_allowed(const struct ubus_call *ubus, const struct ubus_method *method)
{
	switch (method->access) {
	case UBUS_ANYBODY:
		return true;
	case UBUS_PUBLIC:
		return ubus->session;
	case UBUS_EDITS:
		return ubus->session &&
		       (ubus->rights >= RIGHTS_NODE || ubus_lets_public_edit(ubus->call->calls));
	case UBUS_FIRST:
		return ubus->rights >= RIGHTS_FIRST;
	case UBUS_ROOT:
		return ubus->rights >= RIGHTS_NODE;
	}
	return false;
}

const struct ubus_method *ubus_find(const char *object, const char *name, bool *has_object)
{
	*has_object = false;
	for (size_t i = 0; ubus_tables[i]; i++) {
		for (const struct ubus_method *row = ubus_tables[i]; row->object; row++) {
			if (strcmp(row->object, object) != 0)
				continue;
			*has_object = true;
			if (!strcmp(row->name, name))
				return row;
		}
	}
	return NULL;
}

/* --- the envelope --- */

static void print_error(const char *id, int code, const char *message, struct buf *out)
{
	buf_printf(out,
	           "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":%d,\"message\":\"%s\"}}", id,
	           code, message);
}

/* The call is gone afterwards. */
static void fail(struct ubus_call *ubus, int code, const char *message)
{
	BUF_AUTO out = { 0 };

	print_error(ubus->id.text, code, message, &out);
	call_finish(ubus->call, &out);
}

static void finish(struct ubus_call *ubus, enum ubus_code code)
{
	BUF_AUTO out = { 0 };

	if (code != UBUS_OK || ubus->nothing)
		buf_printf(&out, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":[%d]}", ubus->id.text,
		           (int)code);
	else
		buf_printf(&out, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":[0,%s]}", ubus->id.text,
		           json_object_to_json_string_ext(ubus->result,
		                                          JSON_C_TO_STRING_PLAIN |
		                                                  JSON_C_TO_STRING_NOSLASHESCAPE));
	call_finish(ubus->call, &out);
}

void ubus_free(struct ubus_call *ubus)
{
	if (!ubus)
		return;
	for (size_t i = 0; i < UBUS_ASKS_MAX; i++)
		json_object_put(ubus->told[i]);
	json_object_put(ubus->question);
	json_object_put(ubus->result);
	buf_done(&ubus->id);
	buf_done(&ubus->refusal);
	free(ubus);
}

static void ask_next(struct ubus_call *ubus);

static void keep_answer(struct ubus_call *ubus, struct request *request, int status)
{
	if (status < 0)
		buf_add(&ubus->refusal, request_message(request, status));
	else
		ubus->told[ubus->n_told] = parse_result(request);
	ubus->n_told++;
	request_free(request);
}

static void answered_later(struct request *request, int status)
{
	struct call *call = request->client;

	call->asked = NULL;
	keep_answer(call->ubus, request, status);
	ask_next(call->ubus);
}

/* Asks one after the other; the last answer runs the method, after which the call is gone. */
static void ask_next(struct ubus_call *ubus)
{
	struct host *host = ubus->call->calls->options.host;
	const struct ubus_method *method = ubus->method;

	while (ubus->n_told < UBUS_ASKS_MAX && method->asks[ubus->n_told]) {
		const char *passed = method->passes ? ubus_text(ubus, method->passes) : NULL;
		struct json_object *params = json_object_new_object();
		struct request *request;
		int r;

		if (passed)
			ubus_add(params, method->passes, passed);
		request = make_request(ubus, method->asks[ubus->n_told], params);
		request->answered = answered_later;
		request->said = no_news;
		r = request_call(request, host);
		if (r == METHOD_LATER) {
			ubus->call->asked = request;
			return;
		}
		keep_answer(ubus, request, r);
	}
	finish(ubus, method->run(ubus));
}

/* The order is that of uhttpd: the object, who may, the method. */
static void dispatch(struct ubus_call *ubus, const char *object, const char *name)
{
	bool has_object;
	const struct ubus_method *method = ubus_find(object, name, &has_object);

	ubus->method = method;
	if (!has_object)
		fail(ubus, -32000, "Object not found");
	else if (method ? !ubus_is_allowed(ubus, method) : !ubus->session)
		fail(ubus, -32002, "Access denied");
	else if (ubus_get(ubus->args, "ubus_rpc_session"))
		fail(ubus, -32602, "Invalid parameters");
	else if (!method)
		finish(ubus, UBUS_NO_METHOD);
	else
		ask_next(ubus);
}

static const char *item_text(struct json_object *list, size_t index)
{
	struct json_object *item = json_object_array_get_idx(list, index);

	return json_object_is_type(item, json_type_string) ? json_object_get_string(item) : NULL;
}

/* What a session may do, and, of a method that it was let to use, what that may do for it. */
static enum request_rights rights_of(const struct call *call, const struct session *session,
                                     const struct ubus_method *method)
{
	if (!session)
		return RIGHTS_NONE;
	if (session->rights >= RIGHTS_NODE)
		return session->rights;
	if (session->rights == RIGHTS_FIRST)
		return call_rights_first(call);
	return method && method->access == UBUS_EDITS && ubus_lets_public_edit(call->calls)
	               ? RIGHTS_NODE
	               : RIGHTS_NONE;
}

static void take_session(struct ubus_call *ubus, const char *sid, const char *object,
                         const char *name)
{
	bool has_object;

	if (strcmp(sid, NULL_SESSION) != 0)
		ubus->session = sessions_find(ubus->call->calls->sessions, sid, clock_ms());
	/* What is sealed elsewhere is not shown in clear here. */
	if (ubus->session && !ubus->session->clear)
		ubus->session = NULL;
	if (ubus->session)
		ubus->session->used_ms = clock_ms();
	ubus->rights = rights_of(ubus->call, ubus->session, ubus_find(object, name, &has_object));
}

static void begin(struct ubus_call *ubus, struct json_object *params)
{
	const char *sid = item_text(params, 0), *object = item_text(params, 1);
	const char *name = item_text(params, 2);

	ubus->args = json_object_array_get_idx(params, 3);
	if (!sid || !object || !name || !json_object_is_type(ubus->args, json_type_object)) {
		fail(ubus, -32700, "Parse error");
		return;
	}
	take_session(ubus, sid, object, name);
	dispatch(ubus, object, name);
}

/* The code of JSON-RPC 2.0, section 5.1; 0: nothing is wrong with it. */
static int fault_of(struct json_object *question, struct json_object *params)
{
	if (!json_object_is_type(question, json_type_object))
		return -32700;
	if (strcmp(ubus_get_text(question, "jsonrpc"), "2.0") != 0)
		return -32600;
	if (strcmp(ubus_get_text(question, "method"), "call") != 0)
		return -32601;
	return json_object_is_type(params, json_type_array) ? 0 : -32700;
}

void ubus_begin(struct call *call, const struct buf *text)
{
	struct ubus_call *ubus = calloc(1, sizeof(*ubus));
	struct json_object *params;
	int fault;

	assert(ubus);
	call->ubus = ubus;
	ubus->call = call;
	ubus->result = json_object_new_object();
	ubus->question = rpc_parse_json(buf_text(text), text->length);
	params = ubus_get(ubus->question, "params");
	rpc_print_id(ubus->question, &ubus->id);
	fault = fault_of(ubus->question, params);
	if (fault)
		fail(ubus, fault,
		     fault == -32600   ? "Invalid request"
		     : fault == -32601 ? "Method not found"
		                       : "Parse error");
	else
		begin(ubus, params);
}
