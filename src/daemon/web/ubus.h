/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What LimeApp, LibreMesh's own page, asks at /ubus (docs/wire/http.md).  Each object and method is
 * a row of a table; what they do is done by the daemon's own methods wherever there is one.  For
 * src/daemon/web alone.
 */
#include <stdbool.h>

#include "daemon/web/parts.h"

struct json_object;

enum ubus_code {
	UBUS_OK,
	UBUS_INVALID_ARGUMENT = 2,
	UBUS_NO_METHOD = 3,
	UBUS_NOT_FOUND = 4,
	UBUS_DENIED = 6,
};

enum ubus_access {
	UBUS_ANYBODY,
	UBUS_PUBLIC, /* the login that is built into LimeApp */
	UBUS_EDITS,  /* root; the public login, too, where the node's owner lets it */
	UBUS_FIRST,  /* root, who needs no password while there is none */
	UBUS_ROOT,
};

#define UBUS_ASKS_MAX 2

struct ubus_method {
	const char *object, *name;
	enum ubus_access access;
	enum ubus_code (*run)(struct ubus_call *ubus);
	/* The daemon's methods whose answers it needs, and the argument that goes along to them
	 * under its own name. */
	const char *asks[UBUS_ASKS_MAX], *passes;
};

struct ubus_call {
	struct call *call;
	struct session *session;    /* NULL: none */
	enum request_rights rights; /* of what it does in its name */
	const struct ubus_method *method;
	struct json_object *question, *args;
	struct buf id;
	struct json_object *told[UBUS_ASKS_MAX]; /* what was asked; NULL: that was refused */
	size_t n_told;
	struct buf refusal;         /* why */
	int status;                 /* of what ubus_own() did last */
	struct json_object *result; /* an object to be filled */
	bool nothing;               /* there is no result but the code */
};

/* Each ends with a row without an object. */
extern const struct ubus_method ubus_session_methods[];
extern const struct ubus_method ubus_node_methods[];
extern const struct ubus_method ubus_network_methods[];
extern const struct ubus_method ubus_change_methods[];
extern const struct ubus_method ubus_first_methods[];
extern const struct ubus_method ubus_absent_methods[];

/* The tables above; ends with NULL. */
extern const struct ubus_method *const ubus_tables[];

/* Answers now or later, by call_finish(). */
void ubus_begin(struct call *call, const struct buf *text);
void ubus_free(struct ubus_call *ubus);

/* Looks how far a first start is that LimeApp began (an event's callback; `data`: the calls). */
void ubus_first_look(int fd, short what, void *data);

bool ubus_is_allowed(const struct ubus_call *ubus, const struct ubus_method *method);
/* NULL if there is none; whether there is the object at all is in `has_object`. */
const struct ubus_method *ubus_find(const char *object, const char *name, bool *has_object);

/* --- for the methods --- */

/* A text of the arguments; NULL if there is none. */
const char *ubus_text(const struct ubus_call *ubus, const char *name);
void ubus_add(struct json_object *object, const char *name, const char *text);
void ubus_add_bool(struct json_object *object, const char *name, bool value);
void ubus_add_number(struct json_object *object, const char *name, int64_t number);
struct json_object *ubus_add_list(struct json_object *object, const char *name);
struct json_object *ubus_add_object(struct json_object *object, const char *name);
/* As it is elsewhere; "" or nothing becomes `otherwise`. */
void ubus_copy(struct json_object *to, const char *name, struct json_object *from,
               const char *member, const char *otherwise);
/* "status": "ok" */
enum ubus_code ubus_done(struct ubus_call *ubus);
/* An error that LimeApp shows: as "message", and as "msg", which some versions of it read. */
enum ubus_code ubus_fail(struct ubus_call *ubus, const char *message);
/*
 * What a method of the daemon answers, the caller's; NULL if it refuses (why: in `error`) or cannot
 * say at once.  `params` is taken; NULL: none.
 */
struct json_object *ubus_own(struct ubus_call *ubus, const char *method, struct json_object *params,
                             struct buf *error);
/* Answers with a word, or with why the daemon's method refuses. */
enum ubus_code ubus_do(struct ubus_call *ubus, const char *method, struct json_object *params,
                       const char *status);
/* The item of a list whose member is this text, in any case; NULL: there is none. */
struct json_object *ubus_find_item(struct json_object *list, const char *member, const char *text);
/* One of the node's settings of the answer to `settings_get`; NULL: there is none. */
struct json_object *ubus_setting(struct json_object *settings, const char *name);
/* The radios' devices of the mesh, as LibreMesh calls them; a list. */
struct json_object *ubus_mesh_ifaces(void);
/* A change that is in force when this returns, and stays: LimeApp knows nothing of confirming.
 * `changes` is a list, and taken. */
enum ubus_code ubus_change(struct ubus_call *ubus, struct json_object *changes);
/* Whether a thing that goes through /ubus may be written by the public login. */
bool ubus_lets_public_edit(const struct calls *calls);
/* A member of an object; NULL if there is none. */
struct json_object *ubus_get(struct json_object *object, const char *name);
/* The text of a member; "" if there is none. */
const char *ubus_get_text(struct json_object *object, const char *name);
