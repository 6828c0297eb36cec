/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "main/command.h"
#include "node/node.h"
#include "platform/machine.h"

extern const struct command command_config;

static struct node *read_node(const char *root, struct diag *diag)
{
	AUTO(machine_free) struct machine *machine = machine_read(root, diag);
	struct node_input input = { machine->layers, MACHINE_N_LAYERS, &machine->facts };

	return node_new(&input, diag);
}

static size_t count_shown(const struct diag *diag, enum diag_severity severity)
{
	size_t count = 0;

	for (const struct diag_item *item = diag_first(diag); item; item = item->next)
		count += item->severity == severity && !item->repeated;
	return count;
}

static void add_count(struct buf *out, size_t count, const char *one, const char *many)
{
	if (count)
		buf_printf(out, "%s%zu %s", out->length ? ", " : "", count,
		           count == 1 ? one : many);
}

/* Also of what people wrote in vain; weft's own defaults are for all boxes. */
static struct node *check_node(const char *root, struct diag *diag)
{
	AUTO(machine_free) struct machine *machine = machine_read(root, diag);
	struct node_input input = { machine->layers, MACHINE_N_LAYERS, &machine->facts };
	struct node *node = node_new(&input, diag);

	node_check_effects(&input, MACHINE_COMMUNITY, node, diag);
	return node;
}

static int check(const char *root)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(node_free) struct node *node = check_node(root, diag);
	size_t n_errors = count_shown(diag, DIAG_ERROR);
	size_t n_unknown = count_shown(diag, DIAG_UNKNOWN);
	BUF_AUTO text = { 0 }, counts = { 0 };

	diag_print(diag, &text);
	add_count(&counts, n_errors, "error", "errors");
	add_count(&counts, n_unknown, "ignored", "ignored");
	add_count(&counts, count_shown(diag, DIAG_WARNING), "warning", "warnings");
	fputs(buf_text(&text), stderr);
	if (counts.length)
		fprintf(stderr, "%s\n", counts.text);
	if (n_errors || n_unknown || !node->plan)
		return EXIT_STATUS_FAILED;
	puts("The configuration is good.");
	return EXIT_STATUS_OK;
}

/* What could not be read must not look as if it had not been written. */
static void print_errors(const struct diag *diag)
{
	if (diag_has_errors(diag))
		fprintf(stderr, "weft config: some of the files have errors, see "
		                "`weft config check`\n");
}

static void offer_options(struct nearest *nearest, struct arena *arena, const char *section,
                          const struct config_option *options)
{
	for (const struct config_option *o = options; o; o = o->next)
		nearest_offer(nearest, arena_printf(arena, "%s.%s", section, o->name));
}

static int report_missing(const struct config *config, const char *what)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct nearest nearest = { .word = what };
	BUF_AUTO shown = { 0 };

	for (const struct config_section *s = config->sections; s; s = s->next) {
		if (strchr(what, '.'))
			offer_options(&nearest, arena, s->name, s->options);
		else
			nearest_offer(&nearest, s->name);
	}
	buf_add_printable(&shown, what);
	fprintf(stderr, "weft config: nothing is called '%s'", buf_text(&shown));
	if (nearest_result(&nearest))
		fprintf(stderr, "; did you mean '%s'?", nearest_result(&nearest));
	fputc('\n', stderr);
	return EXIT_STATUS_FAILED;
}

static int show(const char *root, const char *what, bool json)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(node_free) struct node *node = read_node(root, diag);
	BUF_AUTO out = { 0 };

	print_errors(diag);
	if (config_print(node->config, what, json, &out) < 0 && what)
		return report_missing(node->config, what);
	fputs(buf_text(&out), stdout);
	return EXIT_STATUS_OK;
}

static int explain(const char *root, const char *what, bool json)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(machine_free) struct machine *machine = machine_read(root, diag);
	struct node_input input = { machine->layers, MACHINE_N_LAYERS, &machine->facts };
	AUTO(node_free) struct node *node = node_new(&input, diag);
	size_t n_schemas;
	const struct config_schema *schemas = node_schemas(node->arena, &n_schemas);
	BUF_AUTO out = { 0 };

	print_errors(diag);
	if (config_explain(node->config, schemas, n_schemas, what, json, &out) < 0)
		return report_missing(node->config, what);
	if (!json)
		node_explain_radios(node, &machine->facts, what, &out);
	fputs(buf_text(&out), stdout);
	return EXIT_STATUS_OK;
}

static int run_config(const struct command_context *context, int argc, char **argv)
{
	bool json = command_take_flag(&argc, argv, "--json");
	const char *unknown = command_unknown_option(argc, argv);
	const char *verb = argc > 1 ? argv[1] : "";

	if (unknown)
		return command_usage(&command_config, "there is no option '%s'", unknown);
	if (!strcmp(verb, "check") && argc == 2 && !json)
		return check(context->root);
	if (!strcmp(verb, "show") && argc <= 3)
		return show(context->root, argc == 3 ? argv[2] : NULL, json);
	if (!strcmp(verb, "explain") && argc == 3)
		return explain(context->root, argv[2], json);
	if (!strcmp(verb, "explain"))
		return command_usage(&command_config, "explain wants one SECTION.OPTION");
	if (!strcmp(verb, "show"))
		return command_usage(&command_config, "show wants one section or option at most");
	if (!strcmp(verb, "check"))
		return command_usage(&command_config, "check wants nothing more");
	return command_usage(&command_config, "say check, show or explain");
}

const struct command command_config = {
	.name = "config",
	.args = "check | show [--json] [SECTION[.OPTION]] | explain [--json] SECTION.OPTION",
	.doc = "Checks the configuration and tells where each value comes from",
	.help = "weft config check    reports every mistake with file, line and column. What is ignored\n"
		"                     is a mistake here, though a node starts with it.\n"
		"                     Status 0: good (warnings may be shown), 1: not\n"
		"weft config show     the merged files: lime-defaults < lime-community < lime-<mac>\n"
		"                     < lime-node, each value with the place where it stands.\n"
		"                     With SECTION.OPTION: its values alone, a line each\n"
		"weft config explain network.anygw_dhcp_start\n"
		"                     what the option means, what it is, which file and line said\n"
		"                     so, and what lower files or weft itself would have said\n"
		"\n"
		"--json  for programs\n",
	.run = run_config,
};
