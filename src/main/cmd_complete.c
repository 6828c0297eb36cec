/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * For the shell's completion (packaging/weft.bash): what may stand in the place of the last word.
 */
#include <stdio.h>
#include <string.h>

#include "api/method.h"
#include "main/command.h"
#include "shape/shape.h"

static int run_complete(const struct command_context *context, int argc, char **argv);

extern const struct command command_complete;
const struct command command_complete = {
	.name = "complete",
	.args = "[WORD...]",
	.doc = "Says to a shell what could come next",
	.help = "WORDs are what follows `weft` on the line, the unfinished one included.\n",
	.run = run_complete,
};

static void offer(const char *begun, const char *word, const char *end)
{
	if (!strncmp(word, begun, strlen(begun)))
		printf("%s%s\n", word, end);
}

static void offer_commands(const char *begun)
{
	for (const struct command *const *command = commands; *command; command++)
		offer(begun, (*command)->name, "");
}

static void offer_methods(const char *begun)
{
	for (const struct method *const *table = method_tables; *table; table++) {
		for (const struct method *method = *table; method->name; method++)
			offer(begun, method->name, "");
	}
}

/* The names of a method's parameters; behind one with given words, these. */
static void offer_params(const struct method *method, const char *begun)
{
	const char *value = strchr(begun, '=');

	for (size_t i = 0; method && method->params && i < method->params->n_fields; i++) {
		const struct field *field = &method->params->fields[i];
		size_t length = strlen(field->name);

		if (!value)
			offer(begun, field->name, "=");
		else if (field->type == FIELD_TYPE_ENUM && !strncmp(begun, field->name, length) &&
		         begun[length] == '=')
			for (const char *const *name = field->names; *name; name++)
				offer(value + 1, *name, "");
	}
}

/* The options of a usage line: "[--json] [--within SECONDS]". */
static void offer_options(const struct command *command, const char *begun)
{
	for (const char *at = command->args; (at = strstr(at, "--"));) {
		size_t length = strcspn(at, "= ]|");
		char option[32];

		if (length < sizeof(option)) {
			memcpy(option, at, length);
			option[length] = '\0';
			offer(begun, option, "");
		}
		at += length;
	}
}

static void complete(int argc, char **argv)
{
	const char *begun = argc > 1 ? argv[argc - 1] : "";
	const struct command *command = argc > 2 ? command_find(argv[1]) : NULL;

	if (argc <= 2 || (argc == 3 && !strcmp(argv[1], "help")))
		offer_commands(begun);
	else if (!command)
		return;
	else if (*begun == '-')
		offer_options(command, begun);
	else if (!strcmp(command->name, "call") && argc == 3)
		offer_methods(begun);
	else if (!strcmp(command->name, "call"))
		offer_params(method_find(argv[2]), begun);
}

static int run_complete(const struct command_context *context, int argc, char **argv)
{
	(void)context;
	/* Behind "--", so that nobody takes the words for their own. */
	if (argc > 1 && !strcmp(argv[1], "--")) {
		argv++;
		argc--;
	}
	complete(argc, argv);
	return EXIT_STATUS_OK;
}
