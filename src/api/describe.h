/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The table of methods, written down: for people (docs/api.md), for the page (web/api.ts), and on
 * the command line.
 */
struct buf;
struct method;

void describe_markdown(struct buf *out);
void describe_typescript(struct buf *out);

/* One method: what it does, who may call it, its parameters and its result. */
void describe_method(const struct method *method, struct buf *out);
/* "bool", "text", "list" ...; an enum's words. */
struct field;
void describe_field(const struct field *field, struct buf *out);
