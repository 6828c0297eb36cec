/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What helps a person who stands before a node: what is wrong, a report to send to somebody who
 * knows, the node's notes.
 */
#include <stdbool.h>

struct buf;
struct accepted;
struct daemon;
struct json;
struct json_object;

#define NOTES_MAX 8192 /* bytes */

/* The status, parsed; the caller puts it. */
struct json_object *daemon_status_object(struct daemon *daemon);

/* Whether nobody has given this node a network yet: there is neither a word of a community nor one
 * of its own, nor did anybody say that it is set up. */
bool daemon_is_new(const struct daemon *daemon);
bool accepted_is_new(const struct accepted *accepted);

/* Members of docs/help.md. */
void daemon_diagnosis(struct daemon *daemon, struct json *json);

/* A text for a person: no password or key is in it. */
void daemon_report(struct daemon *daemon, struct buf *out);
