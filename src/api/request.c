/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "api/request.h"

#include <assert.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "api/host.h"
#include "base/arena.h"
#include "base/diag.h"
#include "shape/shape.h"

static void free_tokener(struct json_tokener **tokener)
{
	if (*tokener)
		json_tokener_free(*tokener);
}

static void free_object(struct json_object **object)
{
	json_object_put(*object);
}

#define TOKENER_AUTO __attribute__((cleanup(free_tokener))) struct json_tokener
#define OBJECT_AUTO  __attribute__((cleanup(free_object))) struct json_object

static void wrong(struct request *request, const char *where, const char *text)
{
	struct origin origin = { .where = where };

	diag_add(request->diag, DIAG_ERROR, where ? &origin : NULL, "%s", text);
}

/* A scalar of any type is given to its field as text, and the field says whether it fits. */
static int set_scalar(struct request *request, const struct field *field, void *params,
                      struct json_object *value)
{
	struct origin origin = { .where = field->name };

	if (json_object_is_type(value, json_type_object) ||
	    json_object_is_type(value, json_type_array) || !value) {
		wrong(request, field->name, "wants a text, a number or a truth value");
		return -EINVAL;
	}
	if (json_object_is_type(value, json_type_string) &&
	    strlen(json_object_get_string(value)) != (size_t)json_object_get_string_len(value)) {
		wrong(request, field->name, "a text may not contain a zero byte");
		return -EINVAL;
	}
	return field_set(field, request->arena, params, json_object_get_string(value), &origin,
	                 request->diag);
}

static int set_list(struct request *request, const struct field *field, void *params,
                    struct json_object *list)
{
	field_clear(field, params);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		if (set_scalar(request, field, params, json_object_array_get_idx(list, i)) < 0)
			return -EINVAL;
	}
	return 0;
}

static int set_param(struct request *request, void *params, const char *name,
                     struct json_object *value)
{
	const struct shape *shape = request->method->params;
	const struct field *field = shape ? shape_field(shape, name) : NULL;
	struct origin origin = { .where = request->method->name };

	if (!field) {
		const char *meant = shape ? shape_suggest(shape, name) : NULL;

		diag_add(request->diag, DIAG_ERROR, &origin,
		         meant ? "no parameter '%.40s'; did you mean '%s'?"
		               : "no parameter '%.40s'%s",
		         name, meant ? meant : "");
		return -EINVAL;
	}
	if (json_object_is_type(value, json_type_array)) {
		if (field->type == FIELD_TYPE_LIST)
			return set_list(request, field, params, value);
		wrong(request, name, "wants one value, not a list");
		return -EINVAL;
	}
	return set_scalar(request, field, params, value);
}

static void read_params(struct request *request, struct json_object *object)
{
	const struct shape *shape = request->method->params;
	void *params = shape ? arena_alloc(request->arena, shape->size) : NULL;

	if (shape)
		shape_default(shape, request->arena, params);
	if (object && !json_object_is_type(object, json_type_object)) {
		wrong(request, "params", "must be an object");
		return;
	}
	if (object) {
		json_object_object_foreach(object, name, value)
		{
			if (set_param(request, params, name, value) < 0)
				return;
		}
	}
	request->params = params;
}

static void read_method(struct request *request, struct json_object *object)
{
	struct json_object *name = NULL;
	const char *text, *meant;

	request->fault = REQUEST_NO_QUESTION;
	if (!json_object_object_get_ex(object, "method", &name) ||
	    !json_object_is_type(name, json_type_string)) {
		wrong(request, NULL, "the question names no \"method\"");
		return;
	}
	text = json_object_get_string(name);
	request->method = method_find(text);
	request->fault = request->method ? REQUEST_UNDERSTOOD : REQUEST_NO_METHOD;
	if (request->method)
		return;
	meant = method_suggest(text);
	diag_add(request->diag, DIAG_ERROR, NULL,
	         meant ? "no method '%.40s'; did you mean '%s'?" : "no method '%.40s'%s", text,
	         meant ? meant : "");
}

static struct json_object *parse_json(struct request *request, const char *text, size_t size)
{
	TOKENER_AUTO *tokener = json_tokener_new_ex(REQUEST_DEPTH);
	struct json_object *object;
	enum json_tokener_error error;

	assert(tokener);
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(tokener, text, (int)size);
	error = json_tokener_get_error(tokener);
	if (error == json_tokener_continue)
		object = json_tokener_parse_ex(tokener, "", 1);
	if (error == json_tokener_continue)
		error = json_tokener_get_error(tokener);
	if (error == json_tokener_success && json_object_is_type(object, json_type_object))
		return object;
	json_object_put(object);
	diag_add(request->diag, DIAG_ERROR, NULL, "the question is no JSON object%s%s",
	         error == json_tokener_success ? "" : ": ",
	         error == json_tokener_success ? "" : json_tokener_error_desc(error));
	return NULL;
}

static struct request *request_new(void)
{
	struct request *request = calloc(1, sizeof(*request));

	assert(request);
	request->arena = arena_new();
	request->diag = diag_new();
	return request;
}

static void read_question(struct request *request, struct json_object *object)
{
	struct json_object *params = NULL;

	read_method(request, object);
	if (!request->method)
		return;
	(void)json_object_object_get_ex(object, "params", &params);
	read_params(request, params);
	if (!diag_has_errors(request->diag))
		return;
	request->fault = REQUEST_PARAMS;
	request->method = NULL;
}

struct request *request_parse(const char *text, size_t size)
{
	struct request *request = request_new();
	OBJECT_AUTO *object = NULL;

	request->fault = REQUEST_NO_JSON;
	if (size > REQUEST_LIMIT) {
		wrong(request, NULL, "the question is too long");
		return request;
	}
	object = parse_json(request, text, size);
	if (object)
		read_question(request, object);
	return request;
}

struct request *request_from(struct json_object *object)
{
	struct request *request = request_new();

	if (json_object_is_type(object, json_type_object)) {
		read_question(request, object);
		return request;
	}
	request->fault = REQUEST_NO_QUESTION;
	wrong(request, NULL, "the question is no JSON object");
	return request;
}

void request_free(struct request *request)
{
	if (!request)
		return;
	buf_done(&request->result);
	diag_free(request->diag);
	arena_free(request->arena);
	free(request);
}

void request_set_rights(struct request *request, enum request_rights rights)
{
	request->rights = rights;
	request->trusted = rights >= RIGHTS_NODE;
}

bool request_is_allowed(const struct request *request)
{
	switch (request->method->access) {
	case METHOD_READ:
	case METHOD_OWN:
		return true;
	case METHOD_FIRST:
		return request->rights >= RIGHTS_FIRST;
	case METHOD_CHANGE:
		return request->rights >= RIGHTS_NODE;
	case METHOD_COMMUNITY:
		return request->rights >= RIGHTS_COMMUNITY;
	case METHOD_LOCAL:
		return request->rights == RIGHTS_LOCAL;
	}
	return false;
}

int request_call(struct request *request, struct host *host)
{
	if (!request->method)
		return -EINVAL;
	if (!request_is_allowed(request)) {
		wrong(request, NULL, "this needs a password");
		return -EACCES;
	}
	return request->method->call(host, request);
}

int request_check_result(const struct request *request, struct buf *error)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const char *result = request->result.length ? request->result.text : "null";
	const struct type *type;

	if (!request->method || !request->method->result)
		return 0;
	type = type_parse(request->method->result, arena, error);
	return type && type_fits(type, api_types, result, strlen(result), error) ? 0 : -EPROTO;
}

void request_print_details(const struct request *request, struct buf *out)
{
	const char *separator = "";

	for (const struct diag_item *item = diag_first(request->diag); item; item = item->next) {
		BUF_AUTO line = { 0 };

		diag_item_print(item, &line);
		buf_add(out, separator);
		buf_add_json(out, buf_text(&line));
		separator = ",";
	}
}

/* The first error says it best; what else there is follows in the details. */
const char *request_message(const struct request *request, int status)
{
	for (const struct diag_item *item = diag_first(request->diag); item; item = item->next) {
		if (item->severity == DIAG_ERROR)
			return item->text;
	}
	return strerror(-status);
}

/* In builds that look for mistakes an answer that is not what its method declares is one. */
static bool is_as_declared(const struct request *request, struct buf *out)
{
	BUF_AUTO error = { 0 };

	if (!SANITIZED || request_check_result(request, &error) == 0)
		return true;
	buf_add(out,
	        "{\"error\":{\"message\":\"the answer is not what is declared\",\"details\":[");
	buf_add_json(out, buf_text(&error));
	buf_add(out, "]}}\n");
	return false;
}

void request_print_answer(const struct request *request, int status, struct buf *out)
{
	if (status >= 0 && !is_as_declared(request, out))
		return;
	if (status >= 0) {
		buf_printf(out, "{\"result\":%s}\n",
		           request->result.length ? buf_text(&request->result) : "null");
		return;
	}
	buf_add(out, "{\"error\":{\"message\":");
	buf_add_json(out, request_message(request, status));
	buf_add(out, ",\"details\":[");
	request_print_details(request, out);
	buf_add(out, "]}}\n");
}

void request_finish(struct request *request, int status)
{
	request->answered(request, status);
}

void request_say(struct request *request, const char *json)
{
	request->said(request, json);
}
