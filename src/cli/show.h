/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What the daemon answers, for a person: one fact a line, at most 80 columns where the names allow
 * it.  Pure; what an older or newer daemon does not say is left out.
 */
#include <stdint.h>

struct buf;
struct json_object;

/* "5 s", "3 min", "2 h", "4 days". */
void show_age(struct buf *out, int64_t seconds);

/* The texts of an array, a line each. */
void show_lines(struct json_object *object, const char *name, const char *indent, struct buf *out);

/* docs/status.md says what is in it.  What is wrong comes first. */
void show_status(struct json_object *status, struct buf *out);
/* The steps of a reload or of `weft down`, and what is to be known about them. */
void show_steps(struct json_object *result, struct buf *out);
/* What can be set; what a change does or why it is refused; what was changed (docs/settings.md). */
void show_settings(struct json_object *result, struct buf *out);
void show_settings_change(struct json_object *result, struct buf *out);
void show_settings_history(struct json_object *result, struct buf *out);
/* One event of `weft watch`. */
void show_event(struct json_object *event, struct buf *out);

/* `weft state`: docs/state.md. */
void show_state_tables(struct json_object *result, struct buf *out);
void show_state_rows(struct json_object *result, struct buf *out);
void show_state_neighbours(struct json_object *result, struct buf *out);
void show_state_event(struct json_object *event, struct buf *out);
