/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/web/ubus.h"

#include <json-c/json.h>
#include <string.h>

#include "api/request.h"
#include "daemon/clock.h"

#define NULL_SESSION "00000000000000000000000000000000"
#define TIMEOUT_S    300
#define TIMEOUT_MAX  5000
#define PUBLIC_NAME  "lime-app"
#define PUBLIC_WORD  "generic"

static const struct ubus_method session_methods[];

static const struct ubus_method *const tables[] = { session_methods, ubus_lime_methods };

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
	const struct calls_options *options = &ubus->call->calls->options;
	struct json_object *question = json_object_new_object(), *result = NULL;
	struct request *request;
	int r;

	ubus_add(question, "method", method);
	if (params)
		json_object_object_add(question, "params", params);
	request = request_from(question);
	request->answered = no_answer;
	request->said = no_news;
	request->from = ubus->call->from;
	request_set_rights(request, RIGHTS_NONE);
	r = request_call(request, options->host);
	json_object_put(question);
	if (r == METHOD_LATER) {
		options->host->ops->forget(options->host, request);
		buf_add(error, "this takes longer; look again");
	} else if (r < 0) {
		buf_add(error, request_message(request, r));
	} else {
		result = json_tokener_parse(request->result.length ? request->result.text : "{}");
	}
	request_free(request);
	return result;
}

/* --- who may what --- */

static bool is_allowed(const struct ubus_call *ubus, const struct ubus_method *method)
{
	return method->access == UBUS_ANYBODY || ubus->session;
}

static const struct ubus_method *find_method(const char *object, const char *name, bool *has_object)
{
	*has_object = false;
	for (size_t i = 0; i < ARRAY_LENGTH(tables); i++) {
		for (const struct ubus_method *row = tables[i]; row->object; row++) {
			if (strcmp(row->object, object) != 0)
				continue;
			*has_object = true;
			if (!strcmp(row->name, name))
				return row;
		}
	}
	return NULL;
}

static void add_words(struct json_object *object, const char *name, const char *const *words)
{
	struct json_object *list = json_object_new_array();

	for (; *words; words++)
		json_object_array_add(list, json_object_new_string(*words));
	json_object_object_add(object, name, list);
}

static struct json_object *groups_of(const struct session *session)
{
	static const char *const reads[] = { "read", NULL };
	static const char *const both[] = { "read", "write", NULL };
	struct json_object *groups = json_object_new_object();

	if (session)
		add_words(groups, PUBLIC_NAME, both);
	add_words(groups, "unauthenticated", reads);
	return groups;
}

static struct json_object *objects_of(const struct ubus_call *ubus)
{
	struct json_object *objects = json_object_new_object();

	for (size_t i = 0; i < ARRAY_LENGTH(tables); i++) {
		for (const struct ubus_method *row = tables[i]; row->object; row++) {
			struct json_object *list = ubus_get(objects, row->object);

			if (!is_allowed(ubus, row))
				continue;
			if (!list) {
				list = json_object_new_array();
				json_object_object_add(objects, row->object, list);
			}
			json_object_array_add(list, json_object_new_string(row->name));
		}
	}
	return objects;
}

static enum ubus_code session_access(struct ubus_call *ubus)
{
	const char *object = ubus_text(ubus, "object"), *function = ubus_text(ubus, "function");
	const struct ubus_method *method;
	bool has_object;

	if (!object || !function) {
		json_object_object_add(ubus->result, "access-group", groups_of(ubus->session));
		json_object_object_add(ubus->result, "ubus", objects_of(ubus));
		return UBUS_OK;
	}
	method = find_method(object, function, &has_object);
	json_object_object_add(ubus->result, "access",
	                       json_object_new_boolean(method && is_allowed(ubus, method)));
	return UBUS_OK;
}

/* The public login may read.  That of root would cross the air in clear: there is none. */
static bool is_public(const char *user, const char *word)
{
	return !strcmp(user, PUBLIC_NAME) && !strcmp(word, PUBLIC_WORD);
}

static enum ubus_code session_login(struct ubus_call *ubus)
{
	const char *user = ubus_text(ubus, "username"), *word = ubus_text(ubus, "password");
	struct json_object *asked = ubus_get(ubus->args, "timeout"), *acls, *data;
	int64_t timeout = json_object_get_int64(asked);

	if (!user || !word)
		return UBUS_INVALID_ARGUMENT;
	if (!is_public(user, word))
		return UBUS_DENIED;
	if (timeout <= 0 || timeout > TIMEOUT_MAX)
		timeout = asked ? TIMEOUT_MAX : TIMEOUT_S;
	ubus->session = sessions_add(ubus->call->calls->sessions, RIGHTS_NONE, NULL, clock_ms());
	ubus->session->idle_ms = timeout * 1000;
	ubus_add(ubus->result, "ubus_rpc_session", ubus->session->id);
	json_object_object_add(ubus->result, "timeout", json_object_new_int64(timeout));
	json_object_object_add(ubus->result, "expires", json_object_new_int64(timeout - 1));
	acls = json_object_new_object();
	json_object_object_add(acls, "access-group", groups_of(ubus->session));
	json_object_object_add(acls, "ubus", objects_of(ubus));
	json_object_object_add(ubus->result, "acls", acls);
	data = json_object_new_object();
	ubus_add(data, "username", PUBLIC_NAME);
	json_object_object_add(ubus->result, "data", data);
	return UBUS_OK;
}

static enum ubus_code session_destroy(struct ubus_call *ubus)
{
	if (ubus->session)
		sessions_end(ubus->session);
	ubus->session = NULL;
	ubus->nothing = true;
	return UBUS_OK;
}

static const struct ubus_method session_methods[] = {
	{ "session", "access", UBUS_ANYBODY, session_access },
	{ "session", "login", UBUS_ANYBODY, session_login },
	{ "session", "destroy", UBUS_ANYBODY, session_destroy },
	{ 0 },
};

/* --- the envelope --- */

static void print_error(const char *id, int code, const char *message, struct buf *out)
{
	buf_printf(out,
	           "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":%d,\"message\":\"%s\"}}", id,
	           code, message);
}

static void run(struct ubus_call *ubus, const struct ubus_method *method, const char *id,
                struct buf *out)
{
	enum ubus_code code;

	ubus->result = json_object_new_object();
	code = method->run(ubus);
	if (code != UBUS_OK || ubus->nothing)
		buf_printf(out, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":[%d]}", id, (int)code);
	else
		buf_printf(out, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":[0,%s]}", id,
		           json_object_to_json_string_ext(ubus->result,
		                                          JSON_C_TO_STRING_PLAIN |
		                                                  JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(ubus->result);
}

/* The order is that of uhttpd: the object, who may, the method. */
static void dispatch(struct ubus_call *ubus, const char *object, const char *name, const char *id,
                     struct buf *out)
{
	bool has_object;
	const struct ubus_method *method = find_method(object, name, &has_object);

	if (!has_object) {
		print_error(id, -32000, "Object not found", out);
	} else if (method ? !is_allowed(ubus, method) : !ubus->session) {
		print_error(id, -32002, "Access denied", out);
	} else if (ubus_get(ubus->args, "ubus_rpc_session")) {
		print_error(id, -32602, "Invalid parameters", out);
	} else if (!method) {
		buf_printf(out, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":[%d]}", id,
		           UBUS_NO_METHOD);
	} else {
		run(ubus, method, id, out);
	}
}

static const char *item_text(struct json_object *list, size_t index)
{
	struct json_object *item = json_object_array_get_idx(list, index);

	return json_object_is_type(item, json_type_string) ? json_object_get_string(item) : NULL;
}

static void answer_call(struct call *call, struct json_object *params, const char *id,
                        struct buf *out)
{
	const char *sid = item_text(params, 0), *object = item_text(params, 1);
	const char *name = item_text(params, 2);
	struct ubus_call ubus = { .call = call, .args = json_object_array_get_idx(params, 3) };

	if (!sid || !object || !name || !json_object_is_type(ubus.args, json_type_object)) {
		print_error(id, -32700, "Parse error", out);
		return;
	}
	if (strcmp(sid, NULL_SESSION) != 0)
		ubus.session = sessions_find(call->calls->sessions, sid, clock_ms());
	/* What is sealed elsewhere is not shown in clear here. */
	if (ubus.session && !ubus.session->clear)
		ubus.session = NULL;
	if (ubus.session)
		ubus.session->used_ms = clock_ms();
	dispatch(&ubus, object, name, id, out);
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

void ubus_answer(struct call *call, const struct buf *text, struct buf *out)
{
	struct json_object *question = rpc_parse_json(buf_text(text), text->length);
	struct json_object *params = ubus_get(question, "params");
	int fault = fault_of(question, params);
	BUF_AUTO id = { 0 };

	rpc_print_id(question, &id);
	if (fault)
		print_error(id.text, fault,
		            fault == -32600   ? "Invalid request"
		            : fault == -32601 ? "Method not found"
		                              : "Parse error",
		            out);
	else
		answer_call(call, params, id.text, out);
	json_object_put(question);
}
