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
};

struct ubus_call {
	struct call *call;
	struct session *session; /* NULL: none */
	struct json_object *args;
	struct json_object *result; /* an object to be filled */
	bool nothing;               /* there is no result but the code */
};

struct ubus_method {
	const char *object, *name;
	enum ubus_access access;
	enum ubus_code (*run)(struct ubus_call *ubus);
};

/* Ends with a row without an object. */
extern const struct ubus_method ubus_lime_methods[];

void ubus_answer(struct call *call, const struct buf *text, struct buf *out);

/* --- for the methods --- */

/* A text of the arguments; NULL if there is none. */
const char *ubus_text(const struct ubus_call *ubus, const char *name);
void ubus_add(struct json_object *object, const char *name, const char *text);
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
/* A member of an object; NULL if there is none. */
struct json_object *ubus_get(struct json_object *object, const char *name);
/* The text of a member; "" if there is none. */
const char *ubus_get_text(struct json_object *object, const char *name);
