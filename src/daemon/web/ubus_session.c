/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * Who is who at /ubus, as rpcd has it.
 */
#include <json-c/json.h>
#include <string.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/web/password.h"
#include "daemon/web/ubus.h"

#define TIMEOUT_S   300
#define TIMEOUT_MAX 5000
#define PUBLIC_NAME "lime-app"
#define PUBLIC_WORD "generic"
#define ROOT_NAME   "root"

static void add_words(struct json_object *object, const char *name, const char *const *words)
{
	struct json_object *list = json_object_new_array();

	for (; *words; words++)
		json_object_array_add(list, json_object_new_string(*words));
	json_object_object_add(object, name, list);
}

static bool is_root(const struct session *session)
{
	return session->rights >= RIGHTS_FIRST;
}

static struct json_object *groups_of(const struct session *session)
{
	static const char *const reads[] = { "read", NULL };
	static const char *const both[] = { "read", "write", NULL };
	struct json_object *groups = json_object_new_object();

	if (session && is_root(session))
		add_words(groups, ROOT_NAME, both);
	if (session)
		add_words(groups, PUBLIC_NAME, both);
	add_words(groups, "unauthenticated", reads);
	return groups;
}

static struct json_object *objects_of(const struct ubus_call *ubus)
{
	struct json_object *objects = json_object_new_object();

	for (size_t i = 0; ubus_tables[i]; i++) {
		for (const struct ubus_method *row = ubus_tables[i]; row->object; row++) {
			struct json_object *list = ubus_get(objects, row->object);

			if (!ubus_is_allowed(ubus, row))
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
	method = ubus_find(object, function, &has_object);
	json_object_object_add(ubus->result, "access",
	                       json_object_new_boolean(method && ubus_is_allowed(ubus, method)));
	return UBUS_OK;
}

/* Root's password: as slow for who guesses as elsewhere (login.c).  LimeApp tries the empty one by
 * itself, which is no guess: it opens a node that has none yet, for who is on its own network. */
static enum ubus_code check_root(const struct ubus_call *ubus, const char *word,
                                 enum request_rights *rights)
{
	static const enum request_rights of[] = {
		[PASSWORD_NODE] = RIGHTS_NODE,
		[PASSWORD_COMMUNITY] = RIGHTS_COMMUNITY,
		[PASSWORD_N] = RIGHTS_NONE,
	};
	const struct call *call = ubus->call;
	struct sessions *sessions = call->calls->sessions;
	const char *root = call->calls->options.root;
	char address[IP_TEXT_SIZE];

	*rights = call_rights_first(call);
	if (*rights == RIGHTS_NONE && *word && strlen(word) <= PASSWORD_MAX &&
	    !sessions_wait_s(sessions, &call->from, clock_ms())) {
		*rights = of[password_check(root, word)];
		sessions_count_try(sessions, &call->from, *rights != RIGHTS_NONE, clock_ms());
		if (*rights == RIGHTS_NONE)
			log_line(LOG_PRIORITY_WARNING, "a wrong password from %s",
			         ip_format(&call->from, address));
	}
	return *rights == RIGHTS_NONE ? UBUS_DENIED : UBUS_OK;
}

static enum ubus_code check(const struct ubus_call *ubus, const char *user, const char *word,
                            enum request_rights *rights)
{
	*rights = RIGHTS_NONE;
	if (!strcmp(user, ROOT_NAME))
		return check_root(ubus, word, rights);
	return !strcmp(user, PUBLIC_NAME) && !strcmp(word, PUBLIC_WORD) ? UBUS_OK : UBUS_DENIED;
}

static int64_t timeout_of(const struct ubus_call *ubus)
{
	struct json_object *asked = ubus_get(ubus->args, "timeout");
	int64_t timeout = json_object_get_int64(asked);

	if (timeout > 0 && timeout <= TIMEOUT_MAX)
		return timeout;
	return asked ? TIMEOUT_MAX : TIMEOUT_S;
}

static enum ubus_code session_login(struct ubus_call *ubus)
{
	const char *user = ubus_text(ubus, "username"), *word = ubus_text(ubus, "password");
	struct json_object *acls, *data;
	int64_t timeout = timeout_of(ubus);
	enum request_rights rights;
	enum ubus_code code;

	if (!user || !word)
		return UBUS_INVALID_ARGUMENT;
	code = check(ubus, user, word, &rights);
	if (code != UBUS_OK)
		return code;
	ubus->session = sessions_add(ubus->call->calls->sessions, rights, NULL, clock_ms());
	ubus->session->idle_ms = timeout * 1000;
	ubus->rights = rights;
	ubus_add(ubus->result, "ubus_rpc_session", ubus->session->id);
	json_object_object_add(ubus->result, "timeout", json_object_new_int64(timeout));
	json_object_object_add(ubus->result, "expires", json_object_new_int64(timeout - 1));
	acls = json_object_new_object();
	json_object_object_add(acls, "access-group", groups_of(ubus->session));
	json_object_object_add(acls, "ubus", objects_of(ubus));
	json_object_object_add(ubus->result, "acls", acls);
	data = json_object_new_object();
	ubus_add(data, "username", is_root(ubus->session) ? ROOT_NAME : PUBLIC_NAME);
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

const struct ubus_method ubus_session_methods[] = {
	{ "session", "access", UBUS_ANYBODY, session_access },
	{ "session", "login", UBUS_ANYBODY, session_login },
	{ "session", "destroy", UBUS_ANYBODY, session_destroy },
	{ 0 },
};
