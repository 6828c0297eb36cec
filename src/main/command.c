/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "main/command.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/nearest.h"

const struct command *command_find(const char *name)
{
	for (const struct command *const *c = commands; *c; c++) {
		if (!strcmp((*c)->name, name))
			return *c;
	}
	return NULL;
}

static void print_usage_line(const struct command *command, struct buf *out)
{
	buf_printf(out, "usage: weft %s%s%s\n", command->name, *command->args ? " " : "",
	           command->args);
}

int command_usage(const struct command *command, const char *format, ...)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	BUF_AUTO out = { 0 };
	va_list args;

	buf_printf(&out, "weft %s: ", command->name);
	va_start(args, format);
	buf_add_printable(&out, arena_vprintf(arena, format, args));
	va_end(args);
	buf_add_char(&out, '\n');
	print_usage_line(command, &out);
	fputs(buf_text(&out), stderr);
	return EXIT_STATUS_USAGE;
}

static void drop(int *argc, char **argv, int at, int count)
{
	for (int i = at; i + count <= *argc; i++)
		argv[i] = argv[i + count];
	*argc -= count;
}

bool command_take_flag(int *argc, char **argv, const char *name)
{
	bool seen = false;

	for (int i = 1; i < *argc && strcmp(argv[i], "--") != 0;) {
		if (strcmp(argv[i], name) != 0) {
			i++;
			continue;
		}
		drop(argc, argv, i, 1);
		seen = true;
	}
	return seen;
}

int command_take_option(int *argc, char **argv, const char *name, const char **value)
{
	size_t length = strlen(name);

	for (int i = 1; i < *argc && strcmp(argv[i], "--") != 0;) {
		if (strncmp(argv[i], name, length) != 0 ||
		    (argv[i][length] && argv[i][length] != '=')) {
			i++;
			continue;
		}
		if (argv[i][length] == '=') {
			*value = argv[i] + length + 1;
			drop(argc, argv, i, 1);
			continue;
		}
		if (i + 1 >= *argc)
			return -EINVAL;
		*value = argv[i + 1];
		drop(argc, argv, i, 2);
	}
	return 0;
}

const char *command_unknown_option(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (argv[i][0] == '-' && argv[i][1])
			return argv[i];
	}
	return NULL;
}

void command_print_all(struct buf *out)
{
	buf_add(out, "usage: weft [--root DIR] [--run DIR] COMMAND ...\n\n");
	for (const struct command *const *c = commands; *c; c++)
		buf_printf(out, "  %-14s %s\n", (*c)->name, (*c)->doc);
	buf_add(out, "\n--root DIR: the box whose files are meant, by itself /\n"
	             "--run DIR:  where the daemon keeps what ends with a reboot, by itself "
	             "/run below the root\n"
	             "`weft help COMMAND` tells more; `weft --version` which weft this is.\n");
}

void command_print_help(const struct command *command, struct buf *out)
{
	print_usage_line(command, out);
	buf_printf(out, "\n%s.\n", command->doc);
	if (command->help)
		buf_printf(out, "\n%s", command->help);
}

static int unknown_command(const char *name)
{
	struct nearest nearest = { .word = name };
	BUF_AUTO shown = { 0 };

	for (const struct command *const *c = commands; *c; c++)
		nearest_offer(&nearest, (*c)->name);
	buf_add_printable(&shown, name);
	fprintf(stderr, "weft: there is no command '%s'", buf_text(&shown));
	if (nearest_result(&nearest))
		fprintf(stderr, "; did you mean '%s'?", nearest_result(&nearest));
	fprintf(stderr, "\n`weft help` lists them.\n");
	return EXIT_STATUS_USAGE;
}

static int show_help(const char *name)
{
	const struct command *command = name ? command_find(name) : NULL;
	BUF_AUTO out = { 0 };

	if (name && !command)
		return unknown_command(name);
	if (command)
		command_print_help(command, &out);
	else
		command_print_all(&out);
	fputs(buf_text(&out), stdout);
	return EXIT_STATUS_OK;
}

static int run_help(const struct command_context *context, int argc, char **argv)
{
	(void)context;
	return show_help(argc > 1 ? argv[1] : NULL);
}

const struct command command_help = {
	.name = "help",
	.args = "[COMMAND]",
	.doc = "Tells what the commands do",
	.run = run_help,
};

/* OpenWrt keeps what ends with a reboot in /var/run, and a folder /run would be on its flash. */
static const char *default_run(struct arena *arena, const char *root)
{
	const char *run = arena_printf(arena, "%s/run", root);
	const char *old = arena_printf(arena, "%s/var/run", root);

	return access(run, F_OK) < 0 && access(old, F_OK) == 0 ? old : run;
}

bool command_has_folder(const char *path)
{
	struct stat status;
	int rc = stat(path, &status) < 0 ? -errno : 0;
	BUF_AUTO shown = { 0 };

	if (rc == 0 && !S_ISDIR(status.st_mode))
		rc = -ENOTDIR;
	buf_add_printable(&shown, path);
	if (rc < 0)
		fprintf(stderr, "weft: the folder '%s' cannot be used: %s\n", buf_text(&shown),
		        strerror(-rc));
	return rc == 0;
}

/* Global options may stand anywhere, so that `weft plan --root DIR` reads like a sentence. */
static int take_context(int *argc, char **argv, struct arena *arena,
                        struct command_context *context)
{
	char here[PATH_MAX];

	context->root = "/";
	context->run = NULL;
	if (command_take_option(argc, argv, "--root", &context->root) < 0 ||
	    command_take_option(argc, argv, "--run", &context->run) < 0 || !*context->root ||
	    (context->run && !*context->run)) {
		fprintf(stderr, "weft: --root and --run want a folder\n");
		return -EINVAL;
	}
	if (!command_has_folder(context->root))
		return -EINVAL;
	if (!context->run)
		context->run = default_run(arena, strcmp(context->root, "/") ? context->root : "");
	/* Programs that are told of it begin in a folder of their own. */
	if (*context->run != '/' && getcwd(here, sizeof(here)))
		context->run = arena_printf(arena, "%s/%s", here, context->run);
	return 0;
}

/* argv[0] is the command's name. */
static int run_named(const struct command_context *context, const char *name, int argc, char **argv)
{
	const struct command *command = command_find(name);

	if (!command)
		return unknown_command(name);
	if (command_take_flag(&argc, argv, "--help") || command_take_flag(&argc, argv, "-h"))
		return show_help(command->name);
	return command->run(context, argc, argv);
}

/* A command that the program is called as (`lime-config` is a link to weft); else NULL. */
static const char *name_of_link(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	return strncmp(name, "lime-", strlen("lime-")) == 0 && command_find(name) ? name : NULL;
}

int command_main(int argc, char **argv)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct command_context context;
	const char *link = name_of_link(argv[0]);

	if (argc > 1 && !strcmp(argv[1], "--version")) {
		puts("weft " WEFT_VERSION);
		return EXIT_STATUS_OK;
	}
	if (take_context(&argc, argv, arena, &context) < 0)
		return EXIT_STATUS_USAGE;
	if (link)
		return run_named(&context, link, argc, argv);
	if (argc < 2) {
		(void)show_help(NULL);
		return EXIT_STATUS_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return show_help(NULL);
	return run_named(&context, argv[1], argc - 1, argv + 1);
}
