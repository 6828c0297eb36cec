/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The commands of the program: `weft [--root DIR] [--run DIR] COMMAND ...`.
 *
 * To add one: src/main/cmd_NAME.c with `const struct command command_NAME`, and NAME in
 * src/main/meson.build.
 */
#include <stdbool.h>

struct buf;

/* Exit statuses of every command. */
enum exit_status {
	EXIT_STATUS_OK = 0,
	EXIT_STATUS_FAILED = 1,
	EXIT_STATUS_USAGE = 2, /* the command line itself makes no sense */
};

/* What is the same for all commands. */
struct command_context {
	const char *root; /* --root: of the box that is meant; "/" by itself */
	const char *run;  /* --run: sockets, pids and the like in DIR/weft; "/run" below the root */
};

struct command {
	const char *name;
	const char *args; /* "[--json] NAME", as in the usage line; "" without any */
	const char *doc;  /* one line, no full stop */
	const char *help; /* the rest of `weft help NAME`; may be NULL */
	/*
	 * argv[0] is the command's name; the options of the context are taken out.  Results go
	 * to stdout, mistakes to stderr.  Returns an enum exit_status.
	 */
	int (*run)(const struct command_context *context, int argc, char **argv);
};

/* Generated from the list in meson.build; ends with NULL. */
extern const struct command *const commands[];

const struct command *command_find(const char *name);

/* Whether there is such a folder; if not, that was said to stderr. */
bool command_has_folder(const char *path);

/* "usage: weft NAME ARGS" to stderr, after the message; returns EXIT_STATUS_USAGE. */
int command_usage(const struct command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Takes the flag `name` ("--json") out of the arguments; tells whether it was there.  What
 * stands after "--" is left alone.
 */
bool command_take_flag(int *argc, char **argv, const char *name);

/*
 * As above for "NAME VALUE" and "NAME=VALUE"; the value goes to `value`, which is left alone
 * when the option is not there.  -EINVAL if the value is missing.
 */
int command_take_option(int *argc, char **argv, const char *name, const char **value);

/* The first argument that looks like an option, or NULL: what nobody took. */
const char *command_unknown_option(int argc, char **argv);

/* The list of all commands, and the page of one. */
void command_print_all(struct buf *out);
void command_print_help(const struct command *command, struct buf *out);

/* The whole program but for main() itself. */
int command_main(int argc, char **argv);
