/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* What the commands that ask the daemon have in common. */
#include <stdbool.h>

struct buf;
struct command;
struct command_context;
struct json_object;

/* A refusal of arguments that nobody took, or EXIT_STATUS_OK. */
int ask_check_arguments(const struct command *command, int argc, char **argv);

/*
 * Asks the daemon and prints the answer: as it came with `json`, else as `show` writes it (NULL:
 * nothing).  Returns an exit status.
 */
struct ask {
	const char *method;
	const char *params; /* JSON or NULL */
	unsigned timeout_s; /* 0: waits as long as it takes */
	bool json;
	void (*show)(struct json_object *result, struct buf *out);
};
int ask_daemon(const struct command_context *context, const struct ask *ask);

/* Prints an answer that somebody else than the daemon gave: the lines of `error` where `r` is
 * negative.  Takes the result. */
int ask_print(const struct ask *ask, int r, struct json_object *result, const struct buf *error);
