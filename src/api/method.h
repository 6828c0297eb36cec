/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What a running daemon can be asked, as a table.  The control socket serves these rows; help and
 * checks of parameters come from them too.
 *
 * To add a method: a row and a function in src/api/methods/NOUN.c, and NOUN in src/api/meson.build
 * if the file is new.
 */
#include <stdbool.h>
#include <stddef.h>

#include "shape/type.h"

struct host;
struct request;
struct shape;

/* Who may call a method.  Whoever is on the machine (the control socket) may call all. */
enum method_access {
	METHOD_READ,  /* anybody: it changes nothing */
	METHOD_OWN,   /* anybody; the method refuses (-EACCES) what is not the asker's own */
	METHOD_FIRST, /* who is on the node's own network while it has no password; else as below */
	METHOD_CHANGE,    /* who knows the node's or the community's password */
	METHOD_COMMUNITY, /* who knows the community's password: what concerns more than this node
	                   */
	METHOD_LOCAL,     /* nobody else */
};

/* Returned by a method that will answer later, through request_finish(). */
#define METHOD_LATER 1

struct method {
	const char *name, *doc;
	enum method_access access;
	const struct shape *params; /* NULL: none */
	/* What the result looks like, in TypeScript's words (shape/type.h); names that are used in
	 * more than one place stand in src/api/types.c.  NULL: it does not say. */
	const char *result;
	/*
	 * Appends the result, one JSON value, to request->result and returns 0; or a negative
	 * errno with what is wrong in request->diag; or METHOD_LATER: the request then belongs to
	 * the host until it calls request_finish() or is told by host_ops.forget.
	 */
	int (*call)(struct host *host, struct request *request);
};

/* Generated from the list in meson.build: tables that end with a row without a name. */
extern const struct method *const method_tables[];

/* Names in the types of results; ends with a row without a name. */
extern const struct type_name api_types[];

/* NULL if there is none of that name. */
const struct method *method_find(const char *name);
/* The name closest to `name` if it is close enough to be a slip of the hand, else NULL. */
const char *method_suggest(const char *name);
