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

struct host;
struct request;
struct shape;

enum method_access {
	METHOD_READ,   /* changes nothing */
	METHOD_CHANGE, /* for whoever may administer the node */
};

/* Returned by a method that will answer later, through request_finish(). */
#define METHOD_LATER 1

struct method {
	const char *name, *doc;
	enum method_access access;
	const struct shape *params; /* NULL: none */
	/*
	 * Appends the result, one JSON value, to request->result and returns 0; or a negative
	 * errno with what is wrong in request->diag; or METHOD_LATER: the request then belongs to
	 * the host until it calls request_finish() or is told by host_ops.forget.
	 */
	int (*call)(struct host *host, struct request *request);
};

/* Generated from the list in meson.build: tables that end with a row without a name. */
extern const struct method *const method_tables[];

/* NULL if there is none of that name. */
const struct method *method_find(const char *name);
/* The name closest to `name` if it is close enough to be a slip of the hand, else NULL. */
const char *method_suggest(const char *name);
